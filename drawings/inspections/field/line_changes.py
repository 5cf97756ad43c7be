"""What a change of a record's lines makes of the report: it says then what the record says with its supplements.

The lines name outlet, pollutant, unit and limit themselves: what the permit has become since changes none of it.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from ...models import Inspection, OnSiteRecord
from ...models.finding_record import as_name
from ...protocol import verify
from ...states import Refused
from .permit_rows import FacilityRow, PermitRows, ReadingRow, permit_rows
from .report import Answer, Report
from .sheet import sheet

T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """Lines of the record that are wrong, and the right ones."""

    was: tuple[str, ...]
    now: tuple[str, ...]


def held_rows(row: Inspection, record: OnSiteRecord) -> PermitRows:
    """Return the rows of the permit with those that the record and its supplements name, each with its limit there.

    The first line that names a pollutant counts, also where a later one took the reading away: a permit that is changed
    after the visit judges nothing that was read before.
    """
    limits: dict[tuple[str, str], tuple[str, str]] = {}
    codes: dict[str, None] = {}
    told = record.supplements.order_by("number").values_list("was", "now")
    lines = [record.text, *(line for pair in told for line in pair)]
    for word, *rest in _fields(line for text in lines for line in text.split("\n")):
        if word == "reading":
            limits.setdefault((rest[0], rest[1]), (rest[3], rest[4]))
        elif word == "facility":
            codes.setdefault(rest[0])
    permit = permit_rows(row)
    readings = []
    for each in permit.readings:
        unit, limit = as_name(each.unit), as_name(each.limit)
        found = limits.pop((as_name(each.outlet), as_name(each.pollutant)), (unit, limit))
        readings.append(each if found == (unit, limit) else ReadingRow(each.outlet, each.pollutant, *found))
    readings += [ReadingRow(*key, *found) for key, found in limits.items()]
    there = {as_name(each.code) for each in permit.facilities}
    gone = [FacilityRow(code, "") for code in codes if code not in there]
    return PermitRows(readings, permit.facilities + gone)


def applied(row: Inspection, report: Report, change: Change, permit: PermitRows) -> Report:
    """Return a report as it reads with a change of its record.

    :param permit: `held_rows`, before the change is written down or afterwards.
    :raises Refused: a line names what the report cannot hold.
    """
    old, new = _fields(change.was), _fields(change.now)
    arrival, values = report.arrival, {each[0]: each[1:] for each in new if each[0] not in _ROWS}
    for word, field in _SAYS.items():
        if word in values:
            arrival = replace(arrival, **{field: _read(word, values[word])})
    if any(each[0] == "met" for each in old + new):
        name, post = values.get("met", ("", ""))
        arrival = replace(arrival, met_name=name, met_post=post)
    points = {f"{each.version.checklist.code}/{each.code}": each.pk for each in sheet(row).points}
    facilities = {as_name(each.code): each.code for each in permit.facilities}
    readings = {
        (as_name(each.outlet), as_name(each.pollutant)): (each.outlet, each.pollutant)
        for each in permit.readings
    }
    answers, states, read = dict(report.answers), dict(report.facilities), dict(report.readings)
    for word, *rest in old:
        if word == "point":
            answers.pop(_of(points, rest[0]), None)
        elif word == "facility":
            states.pop(_of(facilities, rest[0]), None)
        elif word == "reading":
            read.pop(_of(readings, (rest[0], rest[1])), None)
    for word, *rest in new:
        if word == "point":
            answers[_of(points, rest[0])] = Answer(rest[1], rest[2])
        elif word == "facility":
            states[_of(facilities, rest[0])] = rest[1] == "on"
        elif word == "reading":
            read[_of(readings, (rest[0], rest[1]))] = Decimal(rest[2])
    visited = (
        datetime.datetime.fromisoformat(values["visited"][0]) if "visited" in values else report.visited_at
    )
    more = {"answers": answers, "facilities": states, "readings": read, "visited_at": visited}
    return replace(report, arrival=arrival, **more)


def _of(there: Mapping[Any, T], key: str | tuple[str, str]) -> T:
    if key not in there:
        name = key if isinstance(key, str) else " ".join(key)
        raise Refused(
            f"补正里的“{name}”不在这次检查的清单和许可证里，不能照它改。请不同意这条补正，写明情况后重新补正。"
        )
    return there[key]


# Lines that a record has many of; what the others say of how the visit began: word -> field of `Arrival`.
_ROWS = ("point", "facility", "reading")
_SAYS = {
    "entry": "entry",
    "shown": "shown_at",
    "notice": "notice_given",
    "remark": "remark",
    "statement": "statement",
}


def _fields(lines: Iterable[str]) -> list[list[str]]:
    """The fields of some lines, texts as they were written, empty for ``-``."""
    found = []
    for line in lines:
        word, *rest = ("" if part == "-" else part for part in line.split("\t"))
        if word in ("point", "remark", "statement"):
            rest[-1] = verify.unescaped(rest[-1])
        found.append([word, *rest])
    return found


def _read(word: str, rest: list[str]) -> Any:
    (text,) = rest
    if word == "shown":
        return datetime.datetime.fromisoformat(text) if text else None
    return text == "given" if word == "notice" else text
