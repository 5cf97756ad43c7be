"""Which roles may read or confirm what about draws and inspections."""

from wugang_audit.access.roles import Role

DRAW_READERS = (Role.ORGANISER, Role.HEAD)  # the plans, and a draw's own pages
INSPECTION_READERS = (Role.ORGANISER, Role.REVIEWER, Role.HEAD)  # every inspection, not only their own
SUBSTITUTE_SECONDS = INSPECTION_READERS  # may confirm a substitute, except who declared it
