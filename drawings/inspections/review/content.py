"""A report as a person reads it: its fields in order, each with a label and a text."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ...models import ChecklistPoint, Finding, Measure, Visit
from ...models.checklists import names_of
from ...models.finding_record import decimal_text
from ...models.inspection import NOT_ENTERED, Inspection, Outcome
from ...models.visit import SOMEBODY_THERE
from ...models.visit import Entry as Entered
from ..field.arrival import Arrival
from ..field.limits import broken
from ..field.permit_rows import PermitRows, key_of
from ..field.report import Report

VERDICT, NOTE = "verdict_", "note_"
NOTE_WORD = "说明："
# Kept versions have the outcome in words.
_NOT_ENTERED = frozenset(outcome.label for outcome in NOT_ENTERED)
NEEDLESS = "没有进厂，不用填"


@dataclass(frozen=True)
class Entry:
    """One field of a report. ``field`` is the name that it has in the officers' form; a blank text: nothing was filled in."""

    field: str
    label: str
    text: str

    @property
    def has_note(self) -> bool:
        """Whether an officer's note on a point stands in it: reviewer and head read that, the public never does."""
        return holds_note(self.field, self.text)


def holds_note(field: str, text: str) -> bool:
    return field.startswith(VERDICT) and NOTE_WORD in text


def content(
    report: Report, points: Iterable[ChecklistPoint], permit: PermitRows | None = None
) -> list[Entry]:
    """Return all fields of a report: first when and with what result, then each point with its verdict and its note, then
    measures, facilities and readings.

    :param permit: the rows that say the unit and the limit of each reading.

    A field that is known to `Report.flat` alone comes last, under its own name: nothing that was handed in is left out.
    """
    values = report.flat()
    found = [
        Entry("visited_at", _label("visited_at"), _said(values.pop("visited_at", ""))),
        Entry("outcome", _label("outcome"), dict(Outcome.choices).get(values.pop("outcome", ""), "")),
        Entry("summary", _label("summary"), _said(values.pop("summary", ""))),
    ]
    found += _arrival(report)
    points = list(points)
    names = names_of(points)
    for number, point in enumerate(points, 1):
        verdict = dict(Finding.Verdict.choices).get(values.pop(f"{VERDICT}{point.pk}", ""), "")
        note = _said(values.pop(f"{NOTE}{point.pk}", ""))
        text = "\n".join(filter(None, (verdict, note and f"{NOTE_WORD}{note}")))
        found.append(Entry(f"{VERDICT}{point.pk}", f"{number}. {names[point.pk]}", text))
    rest = [*_measures(report), *_facilities(report), *_readings(report, permit)]
    told = {entry.field for entry in (*found, *rest)} | {f"due_{kind}" for kind in report.measures}
    left = {name: value for name, value in values.items() if name not in told}
    return found + rest + [Entry(name, name, _said(value)) for name, value in left.items()]


def _arrival(report: Report) -> list[Entry]:
    """How the visit began and what the firm said; what was left blank is no gap, for the record says all that must be there."""
    said = report.arrival
    if said == Arrival():
        return []
    texts = {name: _said(value) for name, value in said.flat().items()}
    texts["entry"] = dict(Entered.choices).get(said.entry, "")
    if said.entry in SOMEBODY_THERE:
        texts["notice_given"] = "是" if said.notice_given else "否"
    return [
        Entry(name, str(Visit._meta.get_field(name).verbose_name), text)
        for name, text in texts.items()
        if text or name == "entry"
    ]


def _measures(report: Report) -> list[Entry]:
    return [
        Entry(
            f"measure_{kind.value}",
            f"处理措施：{kind.label}",
            f"改正期限 {report.measures[kind]}" if report.measures[kind] else "采取",
        )
        for kind in Measure.Kind
        if kind in report.measures
    ]


def _facilities(report: Report) -> list[Entry]:
    return [
        Entry(f"facility_{key_of(code)}", f"治理设施 {code}", "运行" if running else "停运")
        for code, running in report.facilities.items()
    ]


def _readings(report: Report, permit: PermitRows | None) -> list[Entry]:
    rows = {row.key: row for row in permit.readings} if permit else {}
    found = []
    for (outlet, pollutant), value in report.readings.items():
        row = rows.get(key_of(outlet, pollutant))
        unit = f" {row.unit}" if row and row.unit else ""
        limit = f"（限值 {row.limit}{unit}）" if row and row.limit else ""
        how = broken(value, row.limit, row.unit) if row else ""
        over = f"，{how}" if how else ""
        name = f"reading_{key_of(outlet, pollutant)}"
        found.append(
            Entry(name, f"现场读数：{outlet} {pollutant}", f"{decimal_text(value)}{unit}{limit}{over}")
        )
    return found


def not_entered(entries: Iterable[Entry]) -> bool:
    """Say whether the outcome of a report is one without entering the site: then its points stay blank, and nothing is missing."""
    return any(entry.field == "outcome" and entry.text in _NOT_ENTERED for entry in entries)


def packed(entries: Iterable[Entry]) -> list[list[str]]:
    """Return the fields as they are kept: a list, because a database may give the keys of an object another order."""
    return [[entry.field, entry.label, entry.text] for entry in entries]


def unpacked(kept: Iterable[list[str]]) -> list[Entry]:
    return [Entry(*parts) for parts in kept]


def _label(column: str) -> str:
    return str(Inspection._meta.get_field(column).verbose_name)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


# Up to this length a text is a word, such as 符合, that many points share.
WORD = 6


def in_short(entries: Iterable[Entry]) -> list[Entry]:
    """Return the same report for reading many at once: points with the same word stand together, where the first one stood.

    Nothing is left out: blank fields are named under 没有填; where the officers did not enter, blank points are only counted.
    """
    entries = list(entries)
    needless = not_entered(entries)
    shown: list[Entry] = []
    sharing: dict[str, list[Entry]] = {}
    for entry in entries:
        is_word = len(entry.text) <= WORD and "\n" not in entry.text and entry.field.startswith(VERDICT)
        if is_word:
            sharing.setdefault(entry.text, []).append(entry)
        if not is_word or len(sharing[entry.text]) == 1:
            shown.append(entry)
    first = {same[0].field: same for same in sharing.values()}
    return [_together(first[entry.field], needless) if entry.field in first else entry for entry in shown]


def _together(same: list[Entry], needless: bool) -> Entry:
    if needless and not same[0].text:
        return Entry(same[0].field, f"检查项目（{len(same)} 项）", NEEDLESS)
    labels = "；".join(each.label for each in same)
    return Entry(same[0].field, f"{same[0].text or '没有填'}（{len(same)} 项）", labels)
