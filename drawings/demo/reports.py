"""The report of a visit, filled in as officers would."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from drawings.inspections.field.permit_rows import PermitRows, permit_rows
from drawings.inspections.field.report import MEASURE_OF, WITH_DUE_DAY, Answer, Report
from drawings.inspections.field.sheet import Sheet, Unit, sheet, unit_of
from drawings.models import Inspection
from drawings.models.inspection import NOT_ENTERED, Outcome

from . import texts
from .texts import Fault

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
RANGE = re.compile(r"([0-9.]+)-([0-9.]+)")
CENT = Decimal("0.01")
FAULTS = {
    Outcome.URGED: texts.URGED,
    Outcome.ORDERED: texts.ORDERED,
    Outcome.CASE: texts.CASE,
    Outcome.POLICE: texts.POLICE,
}
PLAIN = {
    Outcome.CLOSED: texts.CLOSED,
    Outcome.UNTRACED: texts.UNTRACED,
    Outcome.REFUSED: texts.REFUSED,
}
DAYS_TO_CORRECT = datetime.timedelta(days=15)


def report(
    inspection: Inspection,
    outcome: Outcome,
    turn: int,
    visited_at: datetime.datetime,
    *,
    sheets: dict[Unit, Sheet],
    over: bool = False,
) -> Report:
    """Return a complete report of a visit.

    :param turn: which of the texts is used; the next one where the unit has no such point.
    :param sheets: those that were read before, by what decides about them.
    :param over: a reading is over its limit.
    """
    unit = unit_of(inspection)
    # While visits are open no checklist changes (`play`), so that units alike have the same sheet.
    shown = sheets.get(unit) or sheets.setdefault(unit, sheet(inspection))
    fault = _fault(shown, outcome, turn)
    if over:
        fault = Fault(
            _first_of(shown, ("facilities", "self-monitoring")), texts.OVER_NOTE, _of(texts.OVER, turn)
        )
    entered = outcome not in NOT_ENTERED
    answers = {point.pk: Answer("pass") for point in shown.points} if entered else {}
    for place, point in enumerate(shown.points if entered else ()):
        if fault and point.code == fault.point:
            answers[point.pk] = Answer("fail", fault.note)
        elif (place + turn) % 7 == 6:
            answers[point.pk] = Answer("absent")
    kind = MEASURE_OF.get(outcome)
    due = timezone.localdate(visited_at) + DAYS_TO_CORRECT if kind == WITH_DUE_DAY else None
    permit = permit_rows(inspection) if entered else PermitRows([], [])
    return Report(
        visited_at=visited_at,
        outcome=outcome.value,
        summary=fault.summary if fault else _of(_plain(shown, outcome), turn),
        answers=answers,
        measures={kind.value: due} if kind else {},
        readings=_readings(permit, over),
        facilities={each.code: not (over and place == 0) for place, each in enumerate(permit.facilities)},
        versions=tuple(shown.version_ids),
    )


def _of(choices: Sequence[str], turn: int) -> str:
    return choices[turn % len(choices)]


def _kind(shown: Sheet) -> str:
    """Return how the points of a farm, a hospital or a filling station begin; empty for any other firm."""
    return next((kind for kind in texts.OF_ONE_KIND if _has(shown, kind)), "")


def _has(shown: Sheet, kind: str) -> bool:
    return any(point.code.startswith(kind) for point in shown.points)


def _plain(shown: Sheet, outcome: Outcome) -> Sequence[str]:
    """Return the texts of an outcome without a fault that fit the firm."""
    if outcome != Outcome.CLEAN:
        return PLAIN[outcome]
    kind = _kind(shown)
    kinds = [kind] if kind else [each for each in texts.CLEAN_OF if _has(shown, each)]
    return [*(text for each in kinds for text in texts.CLEAN_OF[each]), *texts.CLEAN]


def _fault(shown: Sheet, outcome: Outcome, turn: int) -> Fault | None:
    if outcome not in FAULTS:
        return None
    codes = {point.code for point in shown.points}
    out = texts.IN_A_FACTORY if _kind(shown) else ()
    fitting = [each for each in FAULTS[outcome] if each.point in codes and not each.point.startswith(out)]
    return fitting[turn % len(fitting)]


def _first_of(shown: Sheet, wanted: tuple[str, ...]) -> str:
    codes = {point.code for point in shown.points}
    return next(code for code in wanted if code in codes)


def _readings(permit: PermitRows, over: bool) -> dict[tuple[str, str], Decimal]:
    """Read a value for each limit that is a number or a range; where one is to be over, the first number."""
    found = {}
    for row in permit.readings[:6]:
        if between := RANGE.fullmatch(row.limit):
            low, high = Decimal(between[1]), Decimal(between[2])
            found[row.outlet, row.pollutant] = ((low + high) / 2 - Decimal("0.2")).quantize(CENT)
        elif NUMBER.fullmatch(row.limit):
            share = Decimal("1.34") if over else Decimal("0.62")
            found[row.outlet, row.pollutant] = (Decimal(row.limit) * share).quantize(CENT)
            over = False
    return found
