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
from .unit_draws import tasks_waiting, why_another_day


@dataclass(frozen=True)
class DrawnUnit:
    """A drawn unit of an open draw.

    :param name: as the public files of its draw have it today.
    :param due: until when it is to be visited, where its result is awaited; by which word that is another day than the draw's.
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
    waiting = tasks_waiting([row["pk"] for row in rows]) if code == "unpublished" else ()
    waits = {row["selection_id"]: row for row in waiting}
    of = {draw.code: draw for draw in counted.open}
    return tuple(_unit(row, of, waits) for row in rows), paging.Page((), number, has_next, last)


def lines(counted: Counted, code: str, narrowed: Mapping[str, str]) -> Iterator[list[object]]:
    """Yield the units of a figure as a file has them, with its header."""
    yield ["抽签", "类别", "序号", "污染源编码", "单位名称", "替补单位", "公布的检查期限"]
    of = {draw.code: draw for draw in counted.open}
    days = dict(DrawRow.objects.filter(code__in=of).order_by().values_list("code", "visit_by"))
    for row in _rows(counted, code, narrowed).iterator(chunk_size=2000):
        unit = _unit(row, of, {})
        yield [
            unit.draw.title, unit.label, unit.rank, unit.number, unit.name, "是" if unit.is_substitute else "否",
            days[unit.draw.code],
        ]  # fmt: skip


def _rows(counted: Counted, code: str, narrowed: Mapping[str, str]) -> QuerySet:
    rows = due_units.units_of(counted, code)
    if category := narrowed.get("category"):
        rows = rows.filter(stratum=category)
    order = ("-draw__year", "-draw__quarter", "stratum", "rank")
    return rows.order_by(*order).values("draw__code", *public_fields.SELECTION)


def _unit(row: dict[str, Any], of: Mapping[str, Draw], waits: Mapping[int, dict[str, Any]]) -> DrawnUnit:
    wait = waits.get(row["pk"])
    return DrawnUnit(
        draw=of[row["draw__code"]],
        number=row["source__number"],
        name=row["name"] or UNIT_WITHDRAWN,
        label=Stratum.label_of(row["stratum"]),
        rank=row["rank"],
        is_substitute=row["replaces"] is not None,
        due=wait["due"] if wait else None,
        because=why_another_day(wait) if wait else "",
    )
