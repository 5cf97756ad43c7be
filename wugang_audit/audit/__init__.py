"""The chained trail of who did what, and the tables that the database itself refuses to change."""
