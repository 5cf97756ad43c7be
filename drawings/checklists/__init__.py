"""The checklists as the administrator keeps them: drafts, versions in use, and those that the site comes with."""
