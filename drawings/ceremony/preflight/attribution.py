"""Who made each change since the last draw, when and why: read from the registries' histories, in bulk."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from enforcers.models import Ability, DutyState, Officer
from sources.models import PollutionSource, effective_category, standing_of
from wugang_audit import clock
from wugang_audit.registries.history_kinds import HistoryKind

from ...models import Change, Draw, Plan
from . import periods
from .changes import Comparison, Line
from .snapshot import strata_by

LISTED = 300  # lines of one kind that a page lists; they are counted without a limit
EMITS = ("discharges_wastewater", "discharges_waste_gas")
UNIT = (
    "number", "category", *EMITS, "speciality__code", "exempt_reason", "operating_state", "out_of_season", "name",
    "special_from", "special_until", "category_after",
)  # fmt: skip
WHO = ("history_date", "history_user__full_name", "history_change_reason", "history_type")
UNTRACED = "历史记录里查不到"  # changed outside the site's own forms: the second person must ask why

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

Strata = dict[tuple[str, bool], str]  # as `strata_by` gives them


class Row(NamedTuple):
    """A history row, and the facts that a draw takes from it, by the kind of change."""

    date: datetime
    who: str | None
    why: str | None
    kind: str  # a HistoryKind
    facts: dict[str, str | bool]


def attribute(found: Comparison | None, year: int) -> Comparison | None:
    """Return the comparison with who, when and why in the lines that a page lists, in a fixed number of queries."""
    if found is None:
        return None
    listed = [line for lines in found.lines.values() for line in lines[:LISTED]]
    plan, frozen_at = Plan.objects.in_force(year), found.since.frozen_at
    strata = strata_by(found.since.plan or plan)
    units, ended = _units(found, listed, strata, plan), _ended(found, listed, strata)
    recusals = periods.recusals(_idents(listed, RECUSALS), WHO)
    away = periods.absences(_idents(listed, {Change.OFFICER_IN, Change.OFFICER_OUT}), WHO)
    officers, abilities = _officers(found, listed), _abilities(found, listed)

    def signed(line: Line) -> Line:
        if line.kind in UNITS:
            today = ended.get(line.ident) if line.kind == Change.STRATUM else None
            return _sign_for_plan(_by_history(line, units[line.ident], today), found.since, plan)
        if line.kind in RECUSALS:
            return _sign(line, periods.turn(recusals[line.ident, line.other], frozen_at, line.new))
        if line.kind in OFFICERS:
            gone_or_back = line.kind != Change.OFFICER_NAME
            absent = gone_or_back and periods.absence_turn(line, away[line.ident,], frozen_at)
            return _sign(line, absent) if absent else _by_history(line, officers[line.ident])
        return _sign(line, _presence(line, abilities[line.ident, line.other]))

    lines = {kind: [*map(signed, each[:LISTED]), *each[LISTED:]] for kind, each in found.lines.items()}
    return replace(found, lines=lines)


def _sign(line: Line, record: Row | periods.Record | periods.Turn | None, by_date: bool = False) -> Line:
    """Return the line with who, when and why of the record.

    :param by_date: whether dates that stood at the freeze explain the change where no record does.
    """
    if record is None:
        expired = (line.kind == Change.OFFICER_OUT and "到期" in line.after) or by_date
        return replace(line, who="到期，没有人改动" if expired else UNTRACED)
    when, who, why = record[:3]
    return replace(line, when=when, who=who or "系统", why=why or "")


def _idents(listed: list[Line], kinds: set[Change]) -> list[str]:
    return sorted({line.ident for line in listed if line.kind in kinds})


def _units(
    found: Comparison, listed: list[Line], before: Strata, plan: Plan | None
) -> defaultdict[str, list[Row]]:
    """History rows of the units by number, oldest first, each with the facts that a draw takes from it.

    :param before: the strata under the last draw's plan.
    """
    now = strata_by(plan)
    rows = PollutionSource.history.filter(
        history_date__gte=found.since.frozen_at, number__in=_idents(listed, UNITS)
    )
    records = defaultdict(list)
    today = clock.today()
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
        records[number].append(Row(*who, facts))
    return records


def _ended(found: Comparison, listed: list[Line], strata: Strata) -> dict[str, str]:
    """Return {number: stratum today} of the units whose class changed by the dates that stood at the freeze.

    Special supervision began or ended by these dates, nobody changed it. What differs today from the stratum that they
    give, somebody changed.
    """
    lines = {line.ident: line for line in listed if line.kind == Change.STRATUM}
    rows = PollutionSource.history.filter(history_date__lt=found.since.frozen_at, number__in=sorted(lines))
    rows = rows.order_by("history_date", "history_id").values_list(
        "number", "category", "special_from", "special_until", "category_after", *EMITS
    )
    days = timezone.localdate(found.since.frozen_at), clock.today()
    ended: dict[str, str | None] = {}
    for number, *special, water, gas in rows:  # the last row of each unit counts
        then, now = (strata[effective_category(*special, day), water or gas] for day in days)
        ended[number] = now if then == lines[number].old and now != then else None
    return {number: now for number, now in ended.items() if now is not None}


def _officers(found: Comparison, listed: list[Line]) -> defaultdict[str, list[Row]]:
    today = clock.today()
    rows = Officer.history.filter(
        history_date__gte=found.since.frozen_at, certificate_number__in=_idents(listed, OFFICERS)
    ).order_by("history_date", "history_id")
    fields = ("certificate_number", "is_active", "duty_state", "certificate_expiry", "name")
    records = defaultdict(list)
    for *who, number, active, duty, expiry, name in rows.values_list(*WHO, *fields):
        certified = expiry is not None and expiry >= today
        there = active and duty == DutyState.ON_DUTY and certified and who[3] != HistoryKind.DELETED
        facts = {Change.OFFICER_IN: there, Change.OFFICER_OUT: there, Change.OFFICER_NAME: name}
        records[number].append(Row(*who, facts))
    return records


def _abilities(found: Comparison, listed: list[Line]) -> defaultdict[tuple[str, str], list[Row]]:
    """History rows of abilities by (officer, speciality), oldest first."""
    keys = ("officer__certificate_number", "speciality__code")
    rows = Ability.history.filter(
        history_date__gte=found.since.frozen_at, **{f"{keys[0]}__in": _idents(listed, {Change.ABILITY})}
    ).order_by("history_date", "history_id")
    records = defaultdict(list)
    for *record, officer, speciality in rows.values_list(*WHO, *keys):
        records[officer, speciality].append(Row(*record, {}))
    return records


def _by_history(line: Line, records: list[Row], today: str | None = None) -> Line:
    """Sign with the record that turned the value into what it is now, if one of them did.

    :param records: the history rows of the line's unit or officer, oldest first.
    :param today: the stratum that dates alone give today, where they changed it (see `_ended`).
    """
    old = today or line.old
    value, turn = old, None
    for record in records:
        if record.facts[line.kind] != value:
            value, turn = record.facts[line.kind], record
    if value == old:
        return _sign(line, None, by_date=today is not None and line.new == today)
    # The history must end where the registry stands: else somebody changed it outside the history since.
    end = records[-1].facts[NOW] if line.kind == Change.STRATUM else value
    return _sign(line, turn if end == line.new else None)


def _presence(line: Line, records: list[Row]) -> Row | None:
    """The last record of a pair that came (``+``, ``~``) or went (``-``), as the line says."""
    wanted = (HistoryKind.CREATED, HistoryKind.CHANGED) if line.new else (HistoryKind.DELETED,)
    return next((each for each in reversed(records) if each.kind in wanted), None)


def _sign_for_plan(line: Line, since: Draw, plan: Plan | None) -> Line:
    """A unit whose own facts stayed the same changed its class because a later plan draws the line elsewhere."""
    if plan is None or plan.pk == since.plan_id or line.kind != Change.STRATUM or line.who != UNTRACED:
        return line
    who = plan.published_by.full_name if plan.published_by else ""
    return replace(line, who=who, when=plan.published_at, why=f"公布{plan.title}第 {plan.version} 版")
