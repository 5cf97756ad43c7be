"""Where Django looks for the admin of this app; it is in the rooms of accounts, of the bureau and of the calendar."""

from .accounts import admin  # noqa: F401 - registers itself
from .bureau import admin as bureau_admin  # noqa: F401 - registers itself
from .calendar import admin as calendar_admin  # noqa: F401 - registers itself
