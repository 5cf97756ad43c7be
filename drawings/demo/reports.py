"""The report of a visit, filled in as officers would."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from drawings.inspections.field.choice import Unit
from drawings.inspections.field.facts import unit_of
from drawings.inspections.field.permit_rows import PermitRows, permit_rows
from drawings.inspections.field.report import MEASURE_OF, WITH_DUE_DAY, Answer, Report
from drawings.inspections.field.sheet import Sheet, sheet
from drawings.models import Inspection
from drawings.models.inspection import NOT_ENTERED, Outcome
from sources.models import PermitClass

from . import texts
from .texts import Fault, Said

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
    Outcome.CLEAN: texts.CLEAN,
    Outcome.CLOSED: texts.CLOSED,
    Outcome.UNTRACED: texts.UNTRACED,
    Outcome.REFUSED: texts.REFUSED,
}
# What a unit may well not have, whatever its readings and facilities say.
NOT_EVERYWHERE = {"soil", "ww-rain", "gas-plan", "lv-medical", "hp-rad", "fs-online"}
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
    entered = outcome not in NOT_ENTERED
    permit = permit_rows(inspection) if entered else PermitRows([], [])
    fault = (_over(shown, permit) if over else None) or _fault(shown, unit, outcome, turn)
    answers = {point.pk: Answer("pass") for point in shown.points} if entered else {}
    for place, point in enumerate(shown.points if entered else ()):
        if fault and point.code == fault.point:
            answers[point.pk] = Answer("fail", fault.note)
        elif point.code in NOT_EVERYWHERE and (place + turn) % 2:
            answers[point.pk] = Answer("absent")
    kind = MEASURE_OF.get(outcome)
    due = timezone.localdate(visited_at) + DAYS_TO_CORRECT if kind == WITH_DUE_DAY else None
    return Report(
        visited_at=visited_at,
        outcome=outcome.value,
        summary=fault.summary if fault else _of(_plain(shown, unit, outcome), turn),
        answers=answers,
        measures={kind.value: due} if kind else {},
        readings=_readings(permit, over),
        facilities={each.code: not (over and place == 0) for place, each in enumerate(permit.facilities)},
        versions=tuple(shown.version_ids),
    )


def _of(choices: Sequence[str], turn: int) -> str:
    return choices[turn % len(choices)]


def said_of(industry: str, choices: Sequence[Said]) -> list[str]:
    """Return the texts that fit an industry."""
    return [each.text for each in choices if _is_of(industry, each.industries)]


def _is_of(industry: str, industries: tuple[str, ...]) -> bool:
    return not industries or industry.startswith(industries)


def _has_what_it_says(unit: Unit, text: str) -> bool:
    """Say whether a unit has a permit where a text speaks of one."""
    return not unit.permit_classes.isdisjoint((PermitClass.KEY, PermitClass.SIMPLIFIED)) or not any(
        word in text for word in texts.OF_A_PERMIT
    )


def _plain(shown: Sheet, unit: Unit, outcome: Outcome) -> Sequence[str]:
    """Return the texts of an outcome without a fault that fit the unit."""
    codes = [point.code for point in shown.points]
    choices = [
        each
        for each in PLAIN[outcome]
        if not each.points or any(code.startswith(each.points) for code in codes)
    ]
    return [text for text in said_of(unit.industry, choices) if _has_what_it_says(unit, text)]


def _fault(shown: Sheet, unit: Unit, outcome: Outcome, turn: int) -> Fault | None:
    if outcome not in FAULTS:
        return None
    codes = {point.code for point in shown.points}
    fitting = [
        each
        for each in FAULTS[outcome]
        if each.point in codes
        and _is_of(unit.industry, each.industries)
        and _has_what_it_says(unit, each.summary)
    ]
    return fitting[turn % len(fitting)]


def _over(shown: Sheet, permit: PermitRows) -> Fault | None:
    """Tell of the reading that is over, and of the facility that stands still; nothing where the permit has no limit."""
    row = next((row for row in permit.readings if NUMBER.fullmatch(row.limit)), None)
    if row is None:
        return None
    facility = permit.facilities[0].name if permit.facilities else ""
    note, said = (texts.OVER_NOTE, texts.OVER) if facility else (texts.OVER_NOTE_ALONE, texts.OVER_ALONE)
    point = _first_of(shown, ("facilities", "self-monitoring"))
    words = {"outlet": row.outlet, "pollutant": row.pollutant, "facility": facility}
    return Fault(point, note.format(**words), said.format(**words))


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
