"""The units of a period by what their last visit came to, over longitude and latitude: no map, no outlines.

Only units with a published result of an open draw that the law has not hidden, with a place in the registry, and with
a name that was not withdrawn. Places are rounded to three decimals, some hundred metres.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sources.places import Place
from sources.scatter import HEIGHT, WIDTH, Scatter, Tick, x_of, y_of

from .. import public_fields
from ..models.inspection import Outcome
from ..statistics.published import DEFINITIONS
from .public_figures import NOT_FILED, Counted

GROUPS = ("clean", "faulty", "outside")
CELL = 7.5  # the side of a cell; alike in one cell are one mark
_ROUGH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Mark:
    """All units of one group in one cell."""

    group: str
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class GroupCount:
    code: str
    label: str
    count: int


@dataclass
class Places:
    """The picture, the numbers beside it, and how many units it leaves out for want of a place."""

    groups: tuple[GroupCount, ...] = ()
    marks: tuple[Mark, ...] = ()
    townships: tuple[tuple[str, tuple[int, ...]], ...] = ()  # (name, units of each group)
    drawn: int = 0
    without: int = 0
    width: int = WIDTH
    height: int = HEIGHT
    east: list[Tick] = field(default_factory=lambda: Scatter().east)
    north: list[Tick] = field(default_factory=lambda: Scatter().north)


def places(counted: Counted) -> Places:
    """Draw the units of a period, each once, in one query."""
    units = list(_units(counted))
    shown = [unit for unit in units if unit["place"]]
    of_groups = Counter(unit["group"] for unit in shown)
    by_township: dict[str, Counter[str]] = {}
    for unit in shown:
        by_township.setdefault(unit["township"] or NOT_FILED, Counter())[unit["group"]] += 1
    return Places(
        groups=tuple(GroupCount(code, DEFINITIONS[code].title, of_groups[code]) for code in GROUPS),
        marks=tuple(_marks(shown)),
        townships=tuple(
            (name, tuple(found[code] for code in GROUPS)) for name, found in sorted(by_township.items())
        ),
        drawn=len(shown),
        without=len(units) - len(shown),
    )


def lines(counted: Counted) -> Iterator[list[object]]:
    """Yield the units of the picture as a file has them, with its header."""
    yield ["污染源编码", "单位名称", "乡镇（街道）", "检查日期", "检查结论", "发现问题", "东经", "北纬"]
    for unit in _units(counted):
        if place := unit["place"]:
            faulty = {True: "是", False: "否", None: ""}[unit["is_faulty"]]
            east, north = (each.quantize(_ROUGH) for each in place)
            outcome = Outcome(unit["outcome"]).label if unit["outcome"] else ""
            yield [
                unit["number"], unit["inspection__selection__name"], unit["township"], unit["day"], outcome, faulty, east,
                north,
            ]  # fmt: skip


def _units(counted: Counted) -> Iterator[dict[str, Any]]:
    """Yield each unit with its last result of the period, ascending by number."""
    rows = counted.results.filter(counted.conditions["dated"], is_hidden=False)
    named = rows.exclude(inspection__selection__name="").order_by("number", "day", "year", "quarter")
    last: dict[str, Any] = {}
    for row in named.values(*public_fields.RESULT_PLACE).iterator(chunk_size=5000):
        if last and last["number"] != row["number"]:
            yield last
        east = row.pop("inspection__selection__source__longitude")
        north = row.pop("inspection__selection__source__latitude")
        known = east is not None and north is not None and not Place(east, north).outside
        group = {True: "faulty", False: "clean", None: "outside"}[row["is_faulty"]]
        last = row | {"place": (east, north) if known else None, "group": group}
    if last:
        yield last


def _marks(units: list[dict[str, Any]]) -> Iterator[Mark]:
    """One mark for each group in each cell: a picture of 30,000 units has not more marks than it has cells."""
    cells: dict[tuple[int, int, str], int] = Counter()
    for unit in units:
        east, north = unit["place"]
        cells[int(x_of(east) / CELL), int(y_of(north) / CELL), unit["group"]] += 1
    for (across, down, group), count in sorted(cells.items()):
        shift = (GROUPS.index(group) - 1) * CELL / 4  # groups in one cell do not hide one another
        words = f"{count} 家{DEFINITIONS[group].title}"
        yield Mark(group, round((across + 0.5) * CELL + shift, 1), round((down + 0.5) * CELL, 1), words)
