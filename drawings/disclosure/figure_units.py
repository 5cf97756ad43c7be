"""The rows of figures that count drawn units: each with its name as the public knows it, page by page and as a file."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .. import public_fields
from ..models import Draw as DrawRow
from ..models import Stratum
from ..models.draw import UNIT_WITHDRAWN
from . import due_units, paging
from .objects import Draw
from .public_figures import Counted
from .waiting import why_another_day


@dataclass(frozen=True)
class DrawnUnit:
    """A drawn unit of an open draw.

    :param name: as the public files of its draw have it today.
    :param due: until when it is, or was, to be visited; None where no day was set.
    :param because: by which word that is another day than the draw's; empty where it is the same.
    """

    draw: Draw
    number: str
    name: str
    label: str
    rank: int
    is_substitute: bool
    due: datetime.date | None = None
    because: str = ""


def drawn_units(
    counted: Counted, code: str, narrowed: Mapping[str, str], number: int = 1
) -> tuple[tuple[DrawnUnit, ...], paging.Page]:
    """Return a page of the units that a figure counts: by draw, class and rank.

    :param code: one of `public_figures.SELECTIONS_LINKED`.
    """
    found = _rows(counted, code, narrowed)
    rows, has_next = paging.cut(found, number)
    last = 0 if rows else paging.last_before(number, found.count())
    of, days = {draw.code: draw for draw in counted.open}, _days(counted)
    return tuple(_unit(row, of, days) for row in rows), paging.Page((), number, has_next, last)


def lines(counted: Counted, code: str, narrowed: Mapping[str, str]) -> Iterator[list[object]]:
    """Yield the units of a figure as a file has them, with its header."""
    yield ["抽签", "类别", "序号", "污染源编码", "单位名称", "替补单位", "检查期限", "延期或替补后的期限"]
    of, days = {draw.code: draw for draw in counted.open}, _days(counted)
    for row in _rows(counted, code, narrowed).iterator(chunk_size=2000):
        unit = _unit(row, of, days)
        yield [
            unit.draw.filed, unit.label, unit.rank, unit.number, unit.name, "是" if unit.is_substitute else "否",
            unit.due, unit.because,
        ]  # fmt: skip


def _days(counted: Counted) -> dict[str, datetime.date | None]:
    """Return until when the units of each open draw are to be visited."""
    codes = [draw.code for draw in counted.open]
    return dict(DrawRow.objects.filter(code__in=codes).order_by().values_list("code", "visit_by"))


def _rows(counted: Counted, code: str, narrowed: Mapping[str, str]) -> QuerySet:
    rows = due_units.units_of(counted, code)
    if category := narrowed.get("category"):
        rows = rows.filter(stratum=category)
    order = ("-draw__year", "-draw__quarter", "stratum", "rank")
    return rows.order_by(*order).values("draw__code", *public_fields.SELECTION, *public_fields.UNIT_DUE)


def _unit(row: dict[str, Any], of: Mapping[str, Draw], days: Mapping[str, datetime.date | None]) -> DrawnUnit:
    postponed, stepped_in = (row[name] for name in public_fields.UNIT_DUE)
    until = [day for day in (postponed or days[row["draw__code"]], stepped_in) if day]
    due = max(until, default=None)
    return DrawnUnit(
        draw=of[row["draw__code"]],
        number=row["source__number"],
        name=row["name"] or UNIT_WITHDRAWN,
        label=Stratum.label_of(row["stratum"]),
        rank=row["rank"],
        is_substitute=row["replaces"] is not None,
        due=due,
        because=why_another_day({"due": due, "postponed_to": postponed, "substitute_by": stepped_in}),
    )
