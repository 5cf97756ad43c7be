"""Which unit of the registry a row without a registry number means, and which number a new unit gets."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.db.models.functions import Lower

from wugang_audit.imports.importer import BATCH
from wugang_audit.imports.pairing import pairs
from wugang_audit.spreadsheets.table import Row, Table

from . import doubles, names
from .models import PollutionSource

NUMBER, PERMIT, CREDIT, NAME = "污染源编码", "排污许可证编号", "统一社会信用代码", "单位名称"
GIVEN = "新给的编码"
_ENDING = re.compile(r"(?:股份|集团|责任)*(?:有限公司|公司|厂)$")
_COUNTY = re.compile(r"[0-9]{6}-")
DIGITS = 4  # of the running number at least
ALIKE = 0.5  # of two names, from 0 to 1, from which a number under both is a rename
FAR = 1000  # that a typed number may be above the one before it, unremarked


class Facts(NamedTuple):
    """What a row or a unit tells of itself."""

    name: str  # as `names.bare` leaves it
    permit: str
    credit: str  # else what the permit number begins with

    def speaks_against(self, other: "Facts") -> bool:
        """Say whether both tell a code, and another one."""
        pairs = (self.permit, other.permit), (self.credit, other.credit)
        return any(one and two and one != two for one, two in pairs)


class Known(NamedTuple):
    """A unit of the registry."""

    number: str
    facts: Facts


TEXTS = ("number", "name", "permit_number", "credit_code")
Texts = tuple[str, str, str, str]
Key = Callable[[Facts], str]
STEPS: tuple[tuple[str, Key], ...] = (
    (PERMIT, lambda facts: facts.permit),
    (CREDIT, lambda facts: facts.credit),
    (NAME, lambda facts: facts.name),
)


def find_units(table: Table, prefix: str) -> None:
    """Give each row its registry number: that of the unit it means, else a new one.

    By permit number, else by credit code, else by name; one firm may have several sites under one code, which are then
    told apart by name and all else. A row that is taken for a unit by its name alone, or by a code under another name,
    must be confirmed. Rows at fault get what the others leave. The order of the rows makes no difference but for the new
    numbers, which follow it.

    :param prefix: of the county (GB/T 2260): new numbers begin with it.
    """
    _follow_joined(table)
    _note_other_counties(table, prefix)
    for row in table.rows:
        if row.values.get("number"):
            row.found_by = NUMBER
    given = _ever_given() if table.rows else set()
    _compare_typed_numbers(table, given)
    _doubt_far_numbers(table, prefix, given)
    numberless = [
        row for row in table.rows if not row.get("number") and "number" not in row.wrong and row.get("name")
    ]
    if not numberless:
        return
    taken = {str(row.get("number")).lower() for row in table.rows if row.get("number")}
    asked = [row for row in numberless if not row.separate]
    matching = _Matching(asked, [unit for unit in _units() if unit.number.lower() not in taken])
    # Who is at fault is not written: on the next reading it would take by a code what another now means by its name.
    for faulty in sorted({row.faulty for row in asked}):
        for step, key in STEPS:
            matching.match(step, key, faulty)
    now = doubles.survivors(unit.number for unit in matching.found.values())
    numbers = _new_numbers(prefix, given | taken)
    for row in numberless:
        if unit := matching.found.get(row.number):
            row.values["number"] = (
                now[unit.number.lower()].number if unit.number.lower() in now else unit.number
            )
            row.to_confirm = row.found_by == NAME or unit.facts.name != matching.facts[row.number].name
        else:
            row.values["number"], row.found_by = next(numbers), GIVEN
    _mark_twins([row for row in asked if row.found_by == GIVEN], matching.facts)


def _note_other_counties(table: Table, prefix: str) -> None:
    """Note numbers that begin with the code of another county: perhaps it is another county's list."""
    for row in table.rows:
        number = str(row.values.get("number") or "")
        if not number.startswith(prefix) and _COUNTY.match(number):
            table.note(f"编码不是以本县的 {prefix} 开头，请核对是不是别处的名录", row)


def _follow_joined(table: Table) -> None:
    """Let a row with the number of a unit that was joined into another one mean that one."""
    now = doubles.survivors(str(row.get("number")) for row in table.rows if row.get("number"))
    for row in table.rows if now else ():
        if row.get("is_active") is False:
            continue  # it is the unit that was struck off when it was joined, as an export writes it
        if unit := now.get(str(row.get("number")).lower()):
            table.note(f"编码 {row.get('number')} 已并入 {unit.number}“{unit.name}”，按它读取", row)
            row.values["number"] = unit.number


def _compare_typed_numbers(table: Table, given: Set[str]) -> None:
    """Compare rows that have a number with the units that have it, or once had it.

    :param given: as `_ever_given` returns it.
    """
    rows = {
        number.lower(): row
        for row in table.rows
        if (number := str(row.values.get("number") or "")) and row.values.get("name")
    }
    there = {unit[0].lower(): unit for unit in _texts_of_units(rows.keys())}
    _doubt_other_units(
        rows, [unit for number, unit in there.items() if unit[1] != rows[number].values["name"]]
    )
    free = [row for number, row in rows.items() if number not in there]
    _refuse_numbers_of_others(table, [row for row in free if str(row.values["number"]) in given])


def _refuse_numbers_of_others(table: Table, rows: list[Row]) -> None:
    """Refuse a number that once stood for a unit of another name: none is used twice.

    :param rows: whose numbers are in the registry no more.
    """
    typed = {str(row.get("number")): row for row in rows}
    listed = list(typed)
    past: dict[str, set[str]] = defaultdict(set)
    for start in range(0, len(listed), BATCH):
        versions = PollutionSource.history.filter(number__in=listed[start : start + BATCH])
        for number, name in versions.values_list("number", "name"):
            past[number].add(name)
    for number, names_held in past.items():
        row = typed[number]
        if not {*names.bare(sorted(names_held))} & {*names.bare([str(row.get("name"))])}:
            other = sorted(names_held)[0]
            problem = f"以前是“{other}”的编码，给过的编码不再给别的单位"
            table.fault(row, "number", problem, "请改用别的编码，或留空由本站给号")


def _doubt_other_units(rows: dict[str, Row], units: list[Texts]) -> None:
    """Let a person confirm that a typed number means its unit, where the name is quite another one, or the code too.

    Unconfirmed, nothing of the row counts: its other columns would be written onto somebody else.

    :param rows: by their numbers in lower case.
    :param units: that have the number of a row, and another name.
    """
    meant = [rows[unit[0].lower()] for unit in units]
    for row, own, unit in zip(meant, _facts_of(meant), _known(units), strict=True):
        if own.name != unit.facts.name:
            row.to_confirm = own.speaks_against(unit.facts) or not _alike(own.name, unit.facts.name)


def _alike(one: str, other: str) -> bool:
    """Say whether two names share so much, besides what nearly all end in, that one may be the other's new or old form."""
    one, other = _ENDING.sub("", one) or one, _ENDING.sub("", other) or other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _doubt_far_numbers(table: Table, prefix: str, given: Set[str]) -> None:
    """Let a person confirm a number far above all that were given: the site's own would follow it for ever.

    :param given: as `_ever_given` returns it.
    """
    typed = sorted(
        ((running, row) for row in table.rows if (running := _running(prefix, str(row.get("number") or "")))),
        key=lambda pair: pair[0],
    )
    if not typed:
        return
    highest = max((_running(prefix, number) for number in given), default=0)
    for running, row in typed if highest else ():
        if running > highest + FAR:
            before = f"{prefix}-{highest:0{DIGITS}d}"
            row.doubt = row.doubt or f"编码比前一个（{before}）大出很多，以后本站给的编码都接在它后面"
        highest = max(highest, running)


def _mark_twins(rows: list[Row], facts: dict[int, Facts]) -> None:
    """Mark new rows of a name that an earlier one has, where no code says that they are two."""
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        own = facts[row.number]
        same = [other for other in named[own.name] if not own.speaks_against(facts[other.number])]
        if same:
            row.twin_of = same[0].number
        named[own.name].append(row)


def _facts_of(rows: list[Row]) -> Iterator[Facts]:
    bare = names.bare([str(row.get("name")) for row in rows])
    for row, name in zip(rows, bare, strict=True):
        permit = str(row.get("permit_number") or "")
        yield Facts(name, permit, str(row.get("credit_code") or "") or permit[:18])


def _texts_of_units(numbers: Set[str]) -> Iterator[Texts]:
    """Yield what the units of these numbers (in lower case) tell; in one pass over all, unless only few are asked for."""
    units = PollutionSource.objects.order_by()
    if len(numbers) <= BATCH:
        units = units.alias(_number=Lower("number")).filter(_number__in=list(numbers))
    for unit in units.values_list(*TEXTS).iterator(chunk_size=2000):
        if unit[0].lower() in numbers:
            yield unit


def _units() -> list[Known]:
    """Return all units, those in the registry first."""
    return _known(list(PollutionSource.objects.order_by("-is_active", "number").values_list(*TEXTS)))


def _known(units: list[Texts]) -> list[Known]:
    bare = names.bare([name for _, name, *_ in units])
    return [
        Known(number, Facts(name, permit, credit or permit[:18]))
        for (number, _, permit, credit), name in zip(units, bare, strict=True)
    ]


class _Matching:
    """Finds the units that rows mean, one column after the other."""

    def __init__(self, rows: list[Row], units: list[Known]):
        self.rows, self.units = rows, units
        self.facts = dict(zip((row.number for row in rows), _facts_of(rows), strict=True))
        self.found: dict[int, Known] = {}  # by row number
        self.used: set[str] = set()

    def match(self, step: str, key: Key, faulty: bool) -> None:
        """Give units to the rows that are at fault, or to those that are not; all that have none yet say who is meant."""
        asking: dict[str, list[Row]] = defaultdict(list)
        offered: dict[str, list[Known]] = defaultdict(list)
        for row in self.rows:
            if row.number not in self.found and (value := key(self.facts[row.number])):
                asking[value].append(row)
        for unit in self.units:
            if unit.number not in self.used and key(unit.facts) in asking:
                offered[key(unit.facts)].append(unit)
        several = []
        for value, units in offered.items():
            rows = asking[value]
            fitting = [unit for unit in units if self._agree(rows[0], unit)] if len(rows) == 1 else units
            if not any(row.faulty is faulty for row in rows):
                continue
            if len(rows) == len(fitting) == 1:
                self._take(rows[0], fitting[0], step)
            elif len(rows) > 1 or fitting:
                several += self._groups(rows, units)
        values = _values_of([unit.number for _, units in several for unit in units]) if several else {}
        for rows, units in several:
            offers = [(unit, values[unit.number]) for unit in units]
            for row, unit in pairs([row for row in rows if row.faulty is faulty], offers, self._agree):
                self._take(row, unit, step)

    def _agree(self, row: Row, unit: Known) -> bool:
        return not self.facts[row.number].speaks_against(unit.facts)

    def _groups(self, rows: list[Row], units: list[Known]) -> Iterator[tuple[list[Row], list[Known]]]:
        """Divide rows and units of one code by their names."""
        named: dict[str, tuple[list[Row], list[Known]]] = defaultdict(lambda: ([], []))
        for row in rows:
            named[self.facts[row.number].name][0].append(row)
        for unit in units:
            named[unit.facts.name][1].append(unit)
        yield from (group for group in named.values() if all(group))

    def _take(self, row: Row, unit: Known, step: str) -> None:
        self.found[row.number], row.found_by = unit, step
        self.used.add(unit.number)


def _values_of(numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return {number: values by field} of units."""
    found = {}
    for start in range(0, len(numbers), BATCH):
        for values in PollutionSource.objects.filter(number__in=numbers[start : start + BATCH]).values():
            found[values["number"]] = values
    return found


def next_number(prefix: str) -> str:
    """Return a registry number that was never given."""
    return next(_new_numbers(prefix, _ever_given(prefix)))


def _running(prefix: str, number: str) -> int:
    """Return the running number of a registry number of the county; 0 if it is built otherwise."""
    start, _, digits = number.partition("-")
    return int(digits) if start.lower() == prefix.lower() and digits.isdecimal() and len(digits) < 10 else 0


def _ever_given(prefix: str = "") -> set[str]:
    """Return the numbers that any unit ever had, struck off or taken back too.

    :param prefix: of those that are wanted; empty: all.
    """
    past = PollutionSource.history.filter(number__startswith=prefix).order_by()
    return set(past.values_list("number", flat=True).distinct())


def _new_numbers(prefix: str, numbers: Iterable[str]) -> Iterator[str]:
    """Yield registry numbers never given before: above the highest of those that were, or stand in the file."""
    given = {number.lower() for number in numbers}
    highest = max((_running(prefix, each) for each in given), default=0)
    while True:
        highest += 1
        if (
            number := f"{prefix}-{highest:0{DIGITS}d}"
        ) not in given:  # one may be longer than those that count
            yield number
