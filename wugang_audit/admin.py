"""Where Django looks for the admin of this app; it is in the room of accounts."""

from .accounts import admin  # noqa: F401 - registers itself
