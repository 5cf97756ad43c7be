"""The pages of the public log."""

from .. import public_fields
from ..models import LogEntry
from . import objects
from .draws import visible
from .paging import Page, cut


def log_page(number: int) -> Page:
    """The log, the latest row first."""
    rows, has_next = cut(LogEntry.objects.order_by("-index").values(*public_fields.LOG), number)
    codes = {row["subject"].partition("/")[0] for row in rows}
    rehearsals = visible().filter(uses_system=True, code__in=codes).values_list("code", flat=True)
    marked = frozenset(rehearsals)
    return Page(tuple(objects.entry(row, marked) for row in rows), number, has_next)
