"""Who may open what: the roles, the mark that every view wears, the middleware that enforces it."""
