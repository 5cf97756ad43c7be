"""The units of a period by what their last visit came to, over longitude and latitude: no map, no outlines.

Only units with a published result of an open draw that the law has not hidden, with a place in the registry, and with
a name that was not withdrawn. Where exactly a unit lies stays inside: the database rounds its place to a hundredth of a
degree, about a kilometre, and picture and file count the units of each such cell, by no name and no number. So a mark
leads to the rows of its outcome in its township, which everybody knows of each unit, and not to the units of its cell.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models.functions import Round

from sources.places import Place
from sources.scatter import HEIGHT, WIDTH, Scatter, Tick, x_of, y_of

from .. import public_fields
from ..statistics.published import DEFINITIONS
from .figure_rows import UNFILED
from .figure_tables import rows_url
from .public_figures import NOT_FILED, Counted

_Place = tuple[Decimal, Decimal]  # east, north
GROUPS = ("clean", "faulty", "outside")
_ROUGH = Decimal(1).scaleb(-public_fields.PLACE_DECIMALS)
SHIFT = 3  # groups in one cell do not hide one another


@dataclass(frozen=True, slots=True)
class Mark:
    """All units of one group in one cell."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Marks:
    """The marks of one group that lead to the same rows: one link for all of them keeps the page of a large county light."""

    group: str
    url: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class GroupCount:
    """How many units of one group there are, in all or in a township.

    :param url: where their results are; empty where there are none.
    """

    code: str
    label: str
    count: int
    url: str


@dataclass
class Places:
    """The picture, the numbers beside it, and how many units it leaves out for want of a place."""

    groups: tuple[GroupCount, ...] = ()
    marks: tuple[Marks, ...] = ()
    townships: tuple[tuple[str, tuple[GroupCount, ...]], ...] = ()  # (name, its groups)
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
    by_township: dict[str, Counter[str]] = {}
    for unit in shown:
        by_township.setdefault(unit["township"], Counter())[unit["group"]] += 1
    period = counted.period.code
    return Places(
        groups=_counts(period, Counter(unit["group"] for unit in shown)),
        marks=tuple(_marks(period, shown)),
        townships=tuple(
            (name or NOT_FILED, _counts(period, found, name or UNFILED))
            for name, found in sorted(by_township.items(), key=lambda line: line[0] or NOT_FILED)
        ),
        drawn=len(shown),
        without=len(units) - len(shown),
    )


def _counts(period: str, found: Counter[str], township: str = "") -> tuple[GroupCount, ...]:
    return tuple(
        GroupCount(
            code,
            DEFINITIONS[code].title,
            found[code],
            rows_url(period, code, "township", township) if found[code] else "",
        )
        for code in GROUPS
    )


def lines(counted: Counted) -> Iterator[list[object]]:
    """Yield the cells of the picture as a file has them, with its header: the middle of each, and its units of each group."""
    yield ["东经", "北纬", *(f"{DEFINITIONS[code].title}（家）" for code in GROUPS)]
    cells: dict[_Place, Counter[str]] = {}
    for unit in _units(counted):
        if place := unit["place"]:
            cells.setdefault(place, Counter())[unit["group"]] += 1
    for (east, north), found in sorted(cells.items()):
        yield [east, north, *(found[code] for code in GROUPS)]


def _units(counted: Counted) -> Iterator[dict[str, Any]]:
    """Yield each unit with its last result of the period, ascending by number."""
    rows = counted.results.filter(counted.conditions["dated"], is_hidden=False)
    named = rows.exclude(inspection__selection__name="").order_by("number", "day", "year", "quarter")
    rough = named.annotate(
        **{
            name: Round(f"inspection__selection__source__{column}", precision=public_fields.PLACE_DECIMALS)
            for name, column in (("east", "longitude"), ("north", "latitude"))
        }
    )
    last: dict[str, Any] = {}
    for row in rough.values(*public_fields.RESULT_PLACE, "east", "north").iterator(chunk_size=5000):
        if last and last["number"] != row["number"]:
            yield last
        group = {True: "faulty", False: "clean", None: "outside"}[row["is_faulty"]]
        last = row | {"place": _place(row.pop("east"), row.pop("north")), "group": group}
    if last:
        yield last


def _place(east: Decimal | None, north: Decimal | None) -> _Place | None:
    """Return where a cell lies; None where nothing is known or it is not in the county."""
    if east is None or north is None:
        return None
    place = east.quantize(_ROUGH), north.quantize(_ROUGH)
    return None if Place(*place).outside else place


def _marks(period: str, units: list[dict[str, Any]]) -> Iterator[Marks]:
    """One mark for each group in each cell: a picture of 30,000 units has not more marks than it has cells."""
    cells: dict[tuple[str, _Place], Counter[str]] = {}
    for unit in units:
        cells.setdefault((unit["group"], unit["place"]), Counter())[unit["township"] or UNFILED] += 1
    links: dict[tuple[str, str], list[Mark]] = {}
    for (group, (east, north)), townships in sorted(cells.items()):
        # A cell on a border has no township of its own: its mark leads to the rows of all.
        township = next(iter(townships)) if len(townships) == 1 else ""
        where = f"{NOT_FILED if township == UNFILED else township}：" if township else ""
        label = f"{where}{townships.total()} 家{DEFINITIONS[group].title}"
        x = x_of(east) + (GROUPS.index(group) - 1) * SHIFT
        links.setdefault((group, township), []).append(Mark(round(x, 1), y_of(north), label))
    for (group, township), marks in sorted(
        links.items(), key=lambda link: (GROUPS.index(link[0][0]), link[0][1])
    ):
        yield Marks(group, rows_url(period, group, "township", township), tuple(marks))
