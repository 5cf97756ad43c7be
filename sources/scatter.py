"""All units of the registry as points over longitude and latitude: what the page of the scatter shows. Reads only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from math import cos, log10, radians

from django.db.models import Q, QuerySet

from wugang_audit import clock

from .data_checks import outside
from .models import UNDECIDED, Category, PollutionSource, label_of_category
from .places import LATITUDES, LONGITUDES, Place

WIDTH = 600
# A degree of longitude is shorter than one of latitude: at 33.3 N 0.836 of it.
HEIGHT = round(
    WIDTH
    * float((LATITUDES.high - LATITUDES.low) / (LONGITUDES.high - LONGITUDES.low))
    / cos(radians(float(LATITUDES.low + LATITUDES.high) / 2))
)
MOST = 2500  # points that are drawn one by one; more are counted in cells
CELLS = 60  # across
LISTED = 100
_STEP = Decimal("0.1")
_ROW = ("number", "name", "class_today", "longitude", "latitude")


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the picture: one unit, or all of one class in a cell."""

    x: float
    y: float
    category: str
    label: str
    number: str = ""  # of the unit
    size: float = 1


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class ClassCount:
    category: str
    label: str
    units: int


@dataclass(frozen=True, slots=True)
class Listed:
    number: str
    name: str
    township: str
    place: str


@dataclass
class Scatter:
    """The picture and what it leaves out.

    ``in_cells`` says that units were counted; ``outside`` and ``without`` hold the first `LISTED` of the units that lie
    outside the county, or have no coordinates.
    """

    marks: list[Mark] = field(default_factory=list)
    drawn: int = 0
    in_cells: bool = False
    classes: list[ClassCount] = field(default_factory=list)
    outside: list[Listed] = field(default_factory=list)
    outside_total: int = 0
    without: list[Listed] = field(default_factory=list)
    without_total: int = 0
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def east(self) -> list[Tick]:
        return [Tick(x_of(value), f"{value}°") for value in _ticks(LONGITUDES.low, LONGITUDES.high)]

    @property
    def north(self) -> list[Tick]:
        return [Tick(y_of(value), f"{value}°") for value in _ticks(LATITUDES.low, LATITUDES.high)]


def scatter(units: QuerySet[PollutionSource]) -> Scatter:
    """Draw units that `registered` gave, in four queries whatever their number."""
    units = units.with_class(clock.today()).order_by("number")
    nowhere = Q(longitude=None) | Q(latitude=None)
    found = Scatter()
    points = list(units.exclude(nowhere).values_list(*_ROW).iterator(chunk_size=5000))
    inside = [row for row in points if not Place(row[3], row[4]).outside]
    counted = Counter(row[2] for row in inside)
    found.classes = [ClassCount(each.value, each.label, counted[each.value]) for each in Category]
    if counted[""]:
        found.classes.append(ClassCount("", UNDECIDED, counted[""]))
    found.drawn, found.in_cells = len(inside), len(inside) > MOST
    found.marks = list(_in_cells(inside) if found.in_cells else map(_point, inside))
    found.outside_total, found.outside = (
        len(points) - len(inside),
        _listed(units.exclude(nowhere).filter(outside())),
    )
    missing = units.filter(nowhere)
    found.without = _listed(missing)
    found.without_total = missing.count() if len(found.without) == LISTED else len(found.without)
    return found


def _point(row: tuple) -> Mark:
    number, name, category, longitude, latitude = row
    return Mark(x_of(longitude), y_of(latitude), category, f"{name}，{label_of_category(category)}", number)


def _in_cells(rows: list[tuple]) -> Iterator[Mark]:
    """One mark for all units of a class in a cell of some hundred metres; the more there are, the larger."""
    side = WIDTH / CELLS
    cells = Counter((row[2], int(x_of(row[3]) / side), int(y_of(row[4]) / side)) for row in rows)
    for (category, across, down), units in sorted(cells.items()):
        label = f"{units} 家{label_of_category(category)}"
        shift = (
            ([*Category.values, ""].index(category) - 1) * side / 4
        )  # classes in one cell do not hide one another
        yield Mark(
            round((across + 0.5) * side + shift, 1), round((down + 0.5) * side, 1), category, label,
            size=round(min(0.6 + log10(units) / 2, 1.6), 2),
        )  # fmt: skip


def _listed(units: QuerySet[PollutionSource]) -> list[Listed]:
    rows = units.values_list("number", "name", "township", "longitude", "latitude")[:LISTED]
    return [
        Listed(
            number,
            name,
            township,
            "，".join(f"{each.normalize():f}" for each in (east, north) if each is not None),
        )
        for number, name, township, east, north in rows
    ]


def x_of(longitude: Decimal) -> float:
    """Return where a longitude lies in the picture, from its left edge."""
    return round(float((longitude - LONGITUDES.low) / (LONGITUDES.high - LONGITUDES.low)) * WIDTH, 1)


def y_of(latitude: Decimal) -> float:
    """Return where a latitude lies in the picture, from its upper edge."""
    return round(float((LATITUDES.high - latitude) / (LATITUDES.high - LATITUDES.low)) * HEIGHT, 1)


def _ticks(low: Decimal, high: Decimal) -> Iterator[Decimal]:
    while low <= high:
        yield low
        low += _STEP
