"""Who let a recusal or an absence begin or end since the last draw: a person, or the calendar."""

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from enforcers.models import Absence, DutyState, Recusal
from wugang_audit import clock
from wugang_audit.registries.history_kinds import HistoryKind

from .changes import Line

# In the shape of a history row, (when, who, why, type): the dates did it, nobody touched the row.
Turn = tuple[datetime.datetime | None, str, str, str]
BY_DATE: Turn = (None, "按登记的日期，没有人改动", "", "")


class Record(NamedTuple):
    """A history row of something that holds from one day to another."""

    date: datetime.datetime
    who: str
    why: str
    kind: str  # + ~ -
    pk: int
    since: datetime.date
    until: datetime.date | None

    def holds(self, day: datetime.date) -> bool:
        return (
            self.kind != HistoryKind.DELETED
            and self.since <= day
            and (self.until is None or day <= self.until)
        )


def recusals(idents: list[str], who: tuple[str, ...]) -> dict[tuple[str, str], list[Record]]:
    """All history rows of the recusals from these units by (unit, officer), oldest first."""
    rows = Recusal.history.filter(source__number__in=idents)
    return _read(rows, who, "source__number", "officer__certificate_number")


def absences(idents: list[str], who: tuple[str, ...]) -> dict[tuple[str], list[Record]]:
    """All history rows of these officers' absences by (officer,), oldest first."""
    return _read(
        Absence.history.filter(officer__certificate_number__in=idents), who, "officer__certificate_number"
    )


def _read(rows: QuerySet, who: tuple[str, ...], *keys: str) -> dict[tuple[str, ...], list[Record]]:
    found = defaultdict(list)
    fields = ("id", "since", "until", "reason", "kind", *keys)
    kinds = dict(Recusal.Kind.choices) | dict(Absence.Kind.choices)
    for row in rows.order_by("history_date", "history_id").values_list(*who, *fields):
        date, name, why, kind, pk, since, until, reason, cause, *key = row
        found[tuple(key)].append(Record(date, name, why or reason or kinds[cause], kind, pk, since, until))
    return found


def turn(records: list[Record], frozen_at: datetime.datetime, comes: bool) -> Turn | None:
    """The row by which it came to hold today (``comes``) or to hold no more; BY_DATE; or None if none did."""
    then, today = timezone.localtime(frozen_at).date(), clock.today()
    old = {record.pk: record for record in records if record.date < frozen_at}
    new = {record.pk: record for record in records}
    if any(record.holds(today) for record in new.values()) != comes:
        return None  # the history does not end where the registry stands: changed outside it
    held, would = (any(record.holds(day) for record in old.values()) for day in (then, today))
    if held != comes and would == comes:
        return BY_DATE
    fitting = [each for each in records if each.date >= frozen_at and each.holds(today) == comes]
    return fitting[-1] if fitting else None


def absence_turn(line: Line, records: list[Record], frozen_at: datetime.datetime) -> Turn | None:
    """The same for an officer's line, where an absence took him off the list or its end put him back on it."""
    comes_back = line.new
    if not comes_back and (line.after in {*DutyState.labels, "不在册"} or "到期" in line.after):
        return None
    then = timezone.localtime(frozen_at).date()
    old = {record.pk: record for record in records if record.date < frozen_at}
    if comes_back and not any(record.holds(then) for record in old.values()):
        return None
    return turn(records, frozen_at, not comes_back)
