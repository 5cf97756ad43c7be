"""The pages of the public log."""

from .. import public_fields
from ..models import Disclosure, LogEntry
from . import log_rows
from .draws import visible
from .paging import Page, cut, last_before


def log_page(number: int) -> Page:
    """The log, the latest row first."""
    rows, has_next = cut(LogEntry.objects.order_by("-index").values(*public_fields.LOG), number)
    codes = {row["subject"].partition("/")[0] for row in rows}
    draws = visible().filter(code__in=codes).values_list("code", "uses_system", "disclosure")
    rehearsals, sealed = set(), set()
    for code, uses_system, disclosure in draws:
        if uses_system:
            rehearsals.add(code)
        if disclosure == Disclosure.SEALED:
            sealed.add(code)
    last = 0 if rows else last_before(number, LogEntry.objects.count())
    return Page(tuple(log_rows.entry(row, rehearsals, sealed) for row in rows), number, has_next, last)
