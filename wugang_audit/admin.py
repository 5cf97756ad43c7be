"""Where Django looks for the admin of this app; it is in the rooms of accounts and of the bureau."""

from .accounts import admin  # noqa: F401 - registers itself
from .bureau import admin as bureau_admin  # noqa: F401 - registers itself
