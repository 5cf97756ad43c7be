"""Who made each change since the last draw, when and why: read from the registries' histories, in bulk."""

from collections import defaultdict
from itertools import islice

from django.utils import timezone

from enforcers.models import Ability, DutyState, Officer
from sources.models import PollutionSource, effective_category, standing_of
from wugang_audit.registries.history_kinds import HistoryKind

from ...models import Change, Plan
from . import periods
from .changes import Comparison, Line
from .snapshot import UNIT, strata_by

LISTED = 300  # lines of one kind that a page lists; they are counted without a limit
EMITS = ("discharges_wastewater", "discharges_waste_gas")
WHO = ("history_date", "history_user__full_name", "history_change_reason", "history_type")
UNTRACED = "历史记录里查不到"  # changed past the site's own forms: the second person must ask why

NOW = "now"  # the stratum of a record under the plan in force now; under Change.STRATUM the one of the last draw's plan

UNITS = {
    Change.UNIT_IN,
    Change.UNIT_OUT,
    Change.STRATUM,
    Change.STANDING,
    Change.SPECIALITY,
    Change.UNIT_NAME,
}
RECUSALS = {Change.RECUSAL_IN, Change.RECUSAL_OUT}
OFFICERS = {Change.OFFICER_IN, Change.OFFICER_OUT, Change.OFFICER_NAME}


def attribute(found: Comparison | None, year: int) -> Comparison | None:
    """Fill in who, when and why of the lines that a page lists, in a fixed number of queries."""
    if found is None:
        return None
    listed = [line for lines in found.lines.values() for line in islice(lines, LISTED)]
    plan, frozen_at = Plan.objects.in_force(year), found.since.frozen_at
    away = periods.absences(_idents(listed, {Change.OFFICER_IN, Change.OFFICER_OUT}), WHO)

    def officer_turn(line, records):
        gone_or_back = line.kind != Change.OFFICER_NAME
        absent = gone_or_back and periods.absence_turn(line, away[line.ident,], frozen_at)
        return absent or _turn(line, records)

    def recusal_turn(line, records):
        return periods.turn(records[line.ident, line.other], frozen_at, line.new)

    for kinds, records, match in (
        (UNITS, _units(found, listed, plan), _turn),
        (RECUSALS, periods.recusals(_idents(listed, RECUSALS), WHO), recusal_turn),
        (OFFICERS, _officers(found, listed), officer_turn),
        ({Change.ABILITY}, _abilities(found, listed), _presence),
    ):
        for line in listed:
            if line.kind in kinds:
                _sign(line, match(line, records))
    _sign_for_plan(found, listed, plan)
    return found


def _sign(line: Line, record) -> None:
    if record is None:
        by_date = line.expired and line.new == line.base
        expired = (line.kind == Change.OFFICER_OUT and "到期" in line.after) or by_date
        line.who = "到期，没有人改动" if expired else UNTRACED
        return
    line.when, who, why = record[:3]
    line.who, line.why = who or "系统", why or ""


def _idents(listed: list[Line], kinds: set[Change]) -> list[str]:
    return sorted({line.ident for line in listed if line.kind in kinds})


def _units(found: Comparison, listed: list[Line], plan: Plan | None) -> dict[str, list]:
    """History rows of the units by number, oldest first, each with the facts that a draw takes from it."""
    before, now = strata_by(found.since.plan or plan), strata_by(plan)
    rows = PollutionSource.history.filter(
        history_date__gte=found.since.frozen_at, number__in=_idents(listed, UNITS)
    )
    records = defaultdict(list)
    today = timezone.localdate()
    rows = rows.order_by("history_date", "history_id").values_list(*WHO, "is_active", *UNIT)
    for (
        *who,
        active,
        number,
        category,
        water,
        gas,
        speciality,
        exempt,
        state,
        season,
        name,
        start,
        end,
        after,
    ) in rows:
        category = effective_category(category, start, end, after, today)
        here = active and who[3] != HistoryKind.DELETED
        facts = {
            Change.UNIT_IN: here, Change.UNIT_OUT: here,
            Change.STRATUM: before[category, water or gas],
            NOW: now[category, water or gas],
            Change.STANDING: standing_of(exempt, state, season),
            Change.SPECIALITY: speciality, Change.UNIT_NAME: name,
        }  # fmt: skip
        records[number].append((*who, facts))
    _expire(found, listed, before)
    return records


def _expire(found: Comparison, listed: list[Line], strata: dict[tuple[str, bool], str]) -> None:
    """Mark the lines of units whose special supervision has ended since, by the dates that stood at the freeze.

    Their old value becomes the class that those dates give today: what differs from that, somebody changed.
    """
    lines = {line.ident: line for line in listed if line.kind == Change.STRATUM}
    rows = PollutionSource.history.filter(history_date__lt=found.since.frozen_at, number__in=sorted(lines))
    rows = rows.order_by("history_date", "history_id").values_list(
        "number", "category", "special_from", "special_until", "category_after", *EMITS
    )
    days = timezone.localdate(found.since.frozen_at), timezone.localdate()
    for number, *special, water, gas in rows:  # the last row of each unit counts
        then, now = (strata[effective_category(*special, day), water or gas] for day in days)
        line = lines[number]
        line.expired = then == line.old and now != then
        line.base = now if line.expired else None


def _officers(found: Comparison, listed: list[Line]) -> dict[str, list]:
    today = timezone.localdate()
    rows = Officer.history.filter(
        history_date__gte=found.since.frozen_at, certificate_number__in=_idents(listed, OFFICERS)
    ).order_by("history_date", "history_id")
    fields = ("certificate_number", "is_active", "duty_state", "certificate_expiry", "name")
    records = defaultdict(list)
    for *who, number, active, duty, expiry, name in rows.values_list(*WHO, *fields):
        there = active and duty == DutyState.ON_DUTY and expiry >= today and who[3] != HistoryKind.DELETED
        facts = {Change.OFFICER_IN: there, Change.OFFICER_OUT: there, Change.OFFICER_NAME: name}
        records[number].append((*who, facts))
    return records


def _abilities(found: Comparison, listed: list[Line]) -> dict[tuple[str, str], list]:
    """History rows of abilities by (officer, speciality), oldest first."""
    keys = ("officer__certificate_number", "speciality__code")
    rows = Ability.history.filter(
        history_date__gte=found.since.frozen_at, **{f"{keys[0]}__in": _idents(listed, {Change.ABILITY})}
    ).order_by("history_date", "history_id")
    records = defaultdict(list)
    for *record, officer, speciality in rows.values_list(*WHO, *keys):
        records[officer, speciality].append(tuple(record))
    return records


def _turn(line: Line, records: dict[str, list]):
    """The record that turned the value into what it is now; None where none of them did."""
    old = line.base or line.old
    value, turn, own = old, None, records[line.ident]
    for record in own:
        if record[4][line.kind] != value:
            value, turn = record[4][line.kind], record
    if value == old:
        return None
    line.expired = False
    # The history must end where the registry stands: else somebody changed it past the history since.
    end = own[-1][4][NOW] if line.kind == Change.STRATUM else value
    return turn if end == line.new else None


def _presence(line: Line, records):
    """The last record of a pair that came (``+``, ``~``) or went (``-``), as the line says."""
    wanted = (HistoryKind.CREATED, HistoryKind.CHANGED) if line.new else (HistoryKind.DELETED,)
    return next((each for each in reversed(records[line.ident, line.other]) if each[3] in wanted), None)


def _sign_for_plan(found: Comparison, listed: list[Line], plan: Plan | None) -> None:
    """A unit whose own facts stayed the same changed its class because a later plan draws the line elsewhere."""
    if plan is None or plan.pk == found.since.plan_id:
        return
    for line in listed:
        if line.kind == Change.STRATUM and line.who == UNTRACED:
            line.who = plan.published_by.full_name if plan.published_by else ""
            line.when, line.why = plan.published_at, f"公布{plan.title}第 {plan.version} 版"
