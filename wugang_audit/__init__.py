"""The base of the site: settings, roles, audit trail, workbooks. It imports no app."""
