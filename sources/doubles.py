"""Units that may stand in the registry twice: who is suspected, why, and how two of them differ. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from django.db import connection
from django.db.models import Q

from wugang_audit.registries.display import display

from .models import NotTheSame, PollutionSource
from .names import bare, without_site
from .registry_state import once

Row = TypeVar("Row")

SHOWN = 100  # pairs on the page
ALL_PAIRS = 6  # in a larger group each is only compared with the first
ALIKE = 0.5  # the share of its letter pairs that a name has with another one
_COLUMNS = (
    "pk",
    "number",
    "name",
    "credit_code",
    "permit_number",
    "longitude",
    "latitude",
    "township",
    "address",
)


@dataclass(frozen=True, slots=True)
class Unit:
    pk: int
    number: str
    name: str


@dataclass(frozen=True)
class Suspects:
    """Two units, and what speaks for their being one."""

    one: Unit
    other: Unit
    why: tuple[str, ...]


def suspects() -> list[Suspects]:
    """Return all pairs that nobody has called different, the best founded first.

    The one answer to "which may be there twice": the page of suspected doubles, the health page, the list's filter and the
    check before a freeze all show these pairs. Worked out once for each state of the registry.
    """
    return once("suspects", _suspects)


def _suspects() -> list[Suspects]:
    rows = _rows()
    short = dict(zip((row[0] for row in rows), bare([row[2] for row in rows]), strict=True))
    known = {row[0]: row for row in rows}
    different = set(NotTheSame.objects.values_list("one", "other"))
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for why, pairs in (
        ("名称相同（不计括号、地名等写法）", _pairs((row[0] for row in rows), short)),
        ("名称只差新厂、老厂、分厂等字样", _sites(short)),
        ("信用代码相同，名称不同", _differing(_pairs_by(rows, 3), short)),
        ("排污许可证编号相同", _pairs_by(rows, 4)),
        ("地址相同，名称相近", _near(rows, short, _address)),
        ("坐标相同，名称相近", _near(rows, short, _degrees)),
    ):
        for pair in pairs:
            if pair not in different:
                found[pair].append(why)
    units = {key: Unit(*known[key][:3]) for key in {key for pair in found for key in pair}}
    order = sorted(found.items(), key=lambda item: (-len(item[1]), units[item[0][0]].number, item[0]))
    return [Suspects(units[one], units[other], tuple(why)) for (one, other), why in order]


def _rows() -> list[tuple]:
    """Return the units in the registry as the database gives them: its decimals are only compared with one another."""
    units = PollutionSource.objects.registered().order_by("number").values_list(*_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(*units.query.sql_with_params())
        return cursor.fetchall()


Pair = tuple[int, int]


def _pairs(keys: Iterable[int], value_of: Mapping[int, object]) -> Iterator[Pair]:
    first: dict[object, int] = {}
    groups: dict[
        object, list[int]
    ] = {}  # of what is there twice: nearly nothing is, and a list each would cost most
    for key in keys:
        if (value := value_of[key]) and (before := first.setdefault(value, key)) != key:
            groups.setdefault(value, [before]).append(key)
    for group in groups.values():
        if len(group) > ALL_PAIRS:
            yield from (_ordered(group[0], key) for key in group[1:])
        else:
            yield from (_ordered(*pair) for pair in combinations(group, 2))


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _pairs_by(rows: Sequence[tuple], column: int) -> Iterator[Pair]:
    return _pairs((row[0] for row in rows), {row[0]: row[column] for row in rows})


def _differing(pairs: Iterable[Pair], short: dict[int, str]) -> Iterator[Pair]:
    return (pair for pair in pairs if short[pair[0]] != short[pair[1]])


def _sites(short: dict[int, str]) -> Iterator[Pair]:
    """Yield units whose names differ only in which works of a firm they are: 甲厂（老厂） and 甲厂."""
    firms = {key: without_site(name) for key, name in short.items()}
    return _differing(_pairs(firms, firms), short)


def _address(row: tuple) -> tuple | None:
    return (row[7], row[8]) if row[8] else None


def _degrees(row: tuple) -> tuple | None:
    return None if row[5] is None or row[6] is None else (row[5], row[6])


def _near(
    rows: Sequence[tuple], short: dict[int, str], place_of: Callable[[tuple], tuple | None]
) -> Iterator[Pair]:
    places = {row[0]: place_of(row) for row in rows}
    for one, other in _differing(_pairs((row[0] for row in rows), places), short):
        if _likeness(short[one], short[other]) >= ALIKE:
            yield one, other


def _likeness(one: str, other: str) -> float:
    """Return how much two names have in common (Dice's coefficient of their letter pairs), from 0 to 1."""
    parts = [{name[at : at + 2] for at in range(len(name) - 1)} for name in (one, other)]
    return 2 * len(parts[0] & parts[1]) / max(1, len(parts[0]) + len(parts[1]))


# --- two side by side ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Choice:
    """Fields that go together when two units become one: of which of the two they are taken."""

    key: str
    label: str
    fields: tuple[str, ...]


CHOICES = (
    Choice("name", "单位名称", ("name",)),
    Choice("credit_code", "统一社会信用代码", ("credit_code",)),
    Choice("category", "监管类别", ("category", "media", "special_reason", "special_from", "special_until",
                                 "special_basis", "category_after")),
    Choice("industry", "行业", ("industry_code", "industry_name", "speciality")),
    Choice("permit", "排污许可", ("permit_class", "permit_number", "permit_expiry")),
    Choice("place", "地址", ("township", "address")),
    Choice("degrees", "坐标", ("longitude", "latitude")),
    Choice("legal_representative", "法定代表人", ("legal_representative",)),
    Choice("contact", "联系人", ("contact", "phone")),
    Choice("state", "生产状态", ("operating_state", "out_of_season")),
    Choice("emits", "涉水涉气", ("discharges_wastewater", "discharges_waste_gas")),
    Choice("exempt_reason", "不参与双随机原因", ("exempt_reason",)),
    Choice("remarks", "备注", ("remarks",)),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One choice for two units: what each has, as people read it, and whether they differ."""

    choice: Choice
    one: tuple[str, ...]
    other: tuple[str, ...]
    differs: bool

    @property
    def better(self) -> str:
        """Of which unit it is taken if nobody says otherwise: the first, unless that has nothing."""
        return "other" if self.differs and not self.one and self.other else "one"


def side_by_side(one: PollutionSource, other: PollutionSource) -> list[Line]:
    return [
        Line(
            choice,
            _said(one, choice),
            _said(other, choice),
            any(getattr(one, name) != getattr(other, name) for name in choice.fields),
        )
        for choice in CHOICES
    ]


def _said(unit: PollutionSource, choice: Choice) -> tuple[str, ...]:
    found = []
    for name in choice.fields:
        if value := display(unit, name):
            label = unit._meta.get_field(name).verbose_name
            found.append(value if len(choice.fields) == 1 else f"{label}：{value}")
    return tuple(found)


# --- where joined units went -----------------------------------------------------------------------------------
def _into() -> dict[int, int]:
    joined = PollutionSource.objects.filter(joined_into__isnull=False, is_active=False)
    return dict(joined.values_list("pk", "joined_into"))


def _end(key: int, into: dict[int, int]) -> int:
    seen = {key}
    while (following := into.get(key)) is not None and following not in seen:
        key = following
        seen.add(key)
    return key


def survivors(numbers: Iterable[str]) -> dict[str, PollutionSource]:
    """Return the units that now stand for joined ones, by the old number in lower case; a chain is followed to its end.

    For an import: a row with the number of a joined unit means its survivor.
    """
    units = PollutionSource.objects.filter(joined_into__isnull=False, is_active=False)
    joined = list(units.values_list("pk", "number"))  # few, if any
    wanted = {number.lower() for number in numbers} if joined else ()
    old = {key: number for key, number in joined if number.lower() in wanted}
    if not old:
        return {}
    into = _into()
    ends = {key: _end(key, into) for key in old}
    units = PollutionSource.objects.in_bulk(set(ends.values()))
    return {old[key].lower(): units[end] for key, end in ends.items() if end != key}


def survivor(unit: PollutionSource) -> PollutionSource | None:
    """Return the unit that now stands for a joined one, None of a unit that stands for itself."""
    return survivors([unit.number]).get(unit.number.lower()) if unit.is_joined else None


def held_to(
    unit: PollutionSource, conditions_of: Callable[[PollutionSource], list[Row]]
) -> tuple[list[Row], PollutionSource | None]:
    """Return what a unit is held to by its permit, and the unit to which that was moved.

    Its own conditions; of a unit that was joined and has none left, those of the one that now stands for it. The second is
    None where the conditions are its own.

    :param conditions_of: reads the conditions of a unit, in the shape that is wanted.
    """
    own = conditions_of(unit)
    stays = None if own else survivor(unit)
    return (conditions_of(stays), stays) if stays else (own, None)


def joined_units(unit: PollutionSource) -> list[PollutionSource]:
    """Return all units that were joined into one, directly or by way of others."""
    into = _into()
    keys = [key for key in into if key != unit.pk and _end(key, into) == unit.pk]
    return list(PollutionSource.objects.filter(pk__in=keys).order_by("number"))


def pair(one: str, other: str) -> tuple[PollutionSource, PollutionSource] | None:
    """Return two different units by their numbers, in the order given; None if there are no such two."""
    found = {
        unit.number: unit
        for unit in PollutionSource.objects.select_related("speciality").filter(
            Q(number=one) | Q(number=other)
        )
    }
    return (found[one], found[other]) if {one, other} == found.keys() and one != other else None
