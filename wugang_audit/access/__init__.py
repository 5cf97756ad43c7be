"""Who may open what: the roles, the mark that every view carries, the middleware that enforces it."""
