"""The calendar as the table stands, read once for a request."""

import datetime
from contextvars import ContextVar

from ..access.origin import Origin, current_origin
from .models import SpecialDay
from .workdays import Calendar

# With the request that it was read for, as the bureau's facts: the next one reads anew.
_kept: ContextVar[tuple[Origin, Calendar] | None] = ContextVar("calendar", default=None)


def calendar() -> Calendar:
    """Return the calendar, by one query. Outside of a request each call reads anew: a command passes it on.

    A year is announced once its National Day is in the table, the last holiday that each notice names: a notice without
    its days, or half of one, leaves the year an estimate.
    """
    origin, kept = current_origin(), _kept.get()
    if origin is not None and kept is not None and kept[0] is origin:
        return kept[1]
    days = dict(SpecialDay.objects.order_by().values_list("day", "is_workday"))
    years = {day.year for day in days if not days.get(datetime.date(day.year, 10, 1), True)}
    found = Calendar(days, years)
    if origin is not None:
        _kept.set((origin, found))
    return found
