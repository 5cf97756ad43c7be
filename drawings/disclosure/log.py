"""The pages of the public log."""

from .. import public_fields
from ..models import LogEntry
from . import log_rows
from .draws import public_draws
from .paging import Page, cut, last_before


def log_page(number: int) -> Page:
    """The log, the latest row first."""
    rows, has_next = cut(LogEntry.objects.order_by("-index").values(*public_fields.LOG), number)
    codes = {row["subject"].partition("/")[0] for row in rows}
    draws = public_draws(lambda draw: draw.code in codes)
    rehearsals = {draw.code for draw in draws if draw.is_rehearsal}
    sealed = {draw.code for draw in draws if draw.is_sealed}
    last = 0 if rows else last_before(number, LogEntry.objects.count())
    return Page(tuple(log_rows.entry(row, rehearsals, sealed) for row in rows), number, has_next, last)
