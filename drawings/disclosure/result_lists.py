"""The list of published results, page by page: each begins after a cursor, not at a number, so the last costs what the first does.

A cursor is what the order goes by (day, registry number, quarter; the name too where it goes by names) and stands in the address as
it is: whoever writes one of his own gets another page of the same public list.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from .. import public_fields
from ..models import Inspection
from ..models.published_results import PublishedResultQuerySet
from ..models.quarters import quarter_code
from . import findings, paging
from .prepared import Keys, prepared
from .results import complete

_CURSOR = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9A-Za-z_-]{1,55})~([0-9]{4})Q([1-4])(?:~([0-9a-f]{2,96}))?", re.ASCII
)


class Cursor(NamedTuple):
    """Where a result stands in every order. No two share one: a unit is once in a draw, and a quarter has one that counts."""

    day: datetime.date
    number: str
    year: int
    quarter: int
    name_key: str = ""  # where the order goes by it

    def __str__(self) -> str:
        plain = f"{self.day}~{self.number}~{quarter_code(self.year, self.quarter)}"
        return f"{plain}~{self.name_key}" if self.name_key else plain

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor that an address names; None where it names none."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            return None
        try:
            day = datetime.date.fromisoformat(match[1])
        except ValueError:
            return None
        return cls(day, match[2], int(match[3]), int(match[4]), match[5] or "")


Columns = tuple[tuple[str, bool], ...]  # column, whether it descends
_OF_A_DAY: Columns = (("number", False), ("year", False), ("quarter", False))


@dataclass(frozen=True)
class Order:
    code: str
    label: str
    keys: Columns

    def reversed(self) -> "Order":
        return Order(self.code, self.label, tuple((column, not falls) for column, falls in self.keys))

    @property
    def columns(self) -> list[str]:
        return [f"-{column}" if falls else column for column, falls in self.keys]

    @property
    def by_name(self) -> bool:
        return self.keys[0][0] == "name_key"

    def is_in(self, cursor: Cursor) -> bool:
        """Say whether a cursor is one of this order: it says just what the order goes by."""
        return bool(cursor.name_key) == self.by_name

    def cursor(self, row: dict[str, Any]) -> Cursor:
        """Return where a row of RESULT_CURSOR stands."""
        key = row["name_key"] if self.by_name else ""
        return Cursor(row["day"], row["number"], row["year"], row["quarter"], key)

    def behind(self, cursor: Cursor) -> Q:
        """Return the condition of what comes after a cursor."""
        after, level = Q(pk__in=()), Q()
        for column, falls in self.keys:
            value = getattr(cursor, column)
            after |= level & Q(**{f"{column}__{'lt' if falls else 'gt'}": value})
            level &= Q(**{column: value})
        # Follows from the rest; by it alone a database sees where in its index to begin.
        column, falls = self.keys[0]
        return Q(**{f"{column}__{'lte' if falls else 'gte'}": getattr(cursor, column)}) & after


_LATEST: Columns = (("day", True), ("year", True), ("quarter", True))  # of a unit
_newest: Columns = (("day", True), *_OF_A_DAY)
NEWEST = Order("newest", "检查日期近的排在前面", _newest)
ORDERS = {
    order.code: order
    for order in (
        NEWEST,
        # Exactly the other way round, so that it needs no index of its own.
        Order("oldest", "检查日期早的排在前面", NEWEST.reversed().keys),
        Order("name", "按单位名称（拼音）", (("name_key", False), ("number", False), *_LATEST)),
        Order("number", "按污染源编码", (("number", False), *_LATEST)),
    )
}


@dataclass(frozen=True)
class Turn:
    """Which page is asked for: what comes after a cursor, or before one; neither: the first."""

    after: Cursor | None = None
    before: Cursor | None = None
    is_last: bool = False

    @property
    def goes_back(self) -> bool:
        return self.before is not None or self.is_last


FIRST = Turn()


@dataclass(frozen=True)
class ResultPage:
    """Some results, and the cursors by which the pages around this one are asked for; empty: there is none."""

    rows: tuple[findings.Result, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all that was found stands on this page."""
        return not self.before and not self.after


def result_page(rows: PublishedResultQuerySet, order: Order, turn: Turn = FIRST) -> ResultPage:
    """Return a page of the rows: one query for the cursors, a fixed number for all that it shows."""
    way = order.reversed() if turn.goes_back else order
    beyond = turn.before if turn.goes_back else turn.after
    found = rows.filter(way.behind(beyond)) if beyond else rows
    found = found.order_by(*way.columns).values(*public_fields.RESULT_CURSOR)
    shown, more = paging.cut(found, 1)
    if turn.before and not more:
        return result_page(rows, order)  # it would be cut short at its beginning
    shown = shown[::-1] if turn.goes_back else shown
    if not shown:
        return ResultPage()
    has_before = more if turn.goes_back else beyond is not None
    has_after = turn.before is not None if turn.goes_back else more
    return ResultPage(
        _completed([row["inspection_id"] for row in shown]),
        str(order.cursor(shown[0])) if has_before else "",
        str(order.cursor(shown[-1])) if has_after else "",
    )


def _completed(keys: list[int]) -> tuple[findings.Result, ...]:
    """Complete the results of these inspections, in this order; one that is not public after all is left out."""
    by_key = {row["pk"]: row for row in _disclosed(keys)}
    return complete([by_key[key] for key in keys if key in by_key])


@prepared
def _disclosed(keys: Keys) -> QuerySet:
    return Inspection.objects.disclosed().filter(pk__in=keys).order_by().values(*public_fields.RESULT)
