"""People, the roles they hold, their passwords and their log-in."""
