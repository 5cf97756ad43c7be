"""What a plan comes to: the readings of 1:4 side by side, and a look at the whole year."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from enforcers.models import Officer
from sources.models import Category, OperatingState, PollutionSource
from wugang_audit import clock

from ..models import Plan, Stratum
from ..models.quota import Quota


@dataclass(frozen=True)
class Reading:
    """One way to read the scheme's 1:4 for general units, with its arithmetic."""

    label: str
    chosen: bool
    quota: Quota


@dataclass(frozen=True)
class Outlook:
    """What a plan means over the four quarters of a year, if the registries stay as they are."""

    visits: int
    units: int
    per_officer: float
    never: int  # units that no draw of the year is expected to reach


def readings(plan: Plan) -> list[Reading]:
    """Return the readings of 1:4 side by side, on the registries as they stand now."""
    season = Q(operating_state=OperatingState.SEASONAL, out_of_season=True)
    units = PollutionSource.objects.registered().filter(exempt_reason="")
    units = units.with_class(clock.today()).filter(class_today=Category.GENERAL)
    base = units.exclude(Q(operating_state=OperatingState.STOPPED) | season).count()
    officer_count = Officer.objects.available().count()
    rate = next(rate for rate in plan.rates.all() if rate.stratum == Stratum.GENERAL)
    found = []
    for reading in Plan.Reading:
        quota = Quota.counted(Stratum.GENERAL, plan.rule_of(rate, reading), base, officer_count)
        found.append(Reading(reading.label, plan.general_reading == reading, quota))
    return found


def outlook(plan: Plan, quotas: list[Quota]) -> Outlook:
    """Look a year ahead: with four draws of this size, who is visited how often, and who never.

    Without "fresh units first" each draw is a new one, so a unit of a stratum is missed four times with the chance
    ``(1 - take/base)**4``; with it, four draws reach four times as many units.
    """
    visits = 4 * sum(quota.take for quota in quotas)
    units = sum(quota.base for quota in quotas)
    never = 0.0
    for quota in quotas:
        if quota.base and plan.fresh_first:
            never += max(0, quota.base - 4 * quota.take)
        elif quota.base:
            never += quota.base * (1 - quota.take / quota.base) ** 4
    officer_count = quotas[0].officers if quotas else 0
    return Outlook(visits, units, 2 * visits / officer_count if officer_count else 0.0, round(never))


def expected(plan: Plan) -> Outlook:
    """Look a year ahead from a plan alone: four draws from the registries of today, with no unit drawn before."""
    rows = PollutionSource.objects.registered().only(
        "category", "discharges_wastewater", "discharges_waste_gas", "exempt_reason", "operating_state", "out_of_season",
        "special_from", "special_until", "category_after",
    )  # fmt: skip
    today = clock.today()
    base = Counter(
        plan.stratum_of(
            source.category_on(today), source.discharges_wastewater or source.discharges_waste_gas
        )
        for source in rows.order_by().iterator()
        if source.standing == "in"
    )
    officer_count = Officer.objects.available().count()
    return outlook(
        plan, [Quota.counted(code, rule, base[code], officer_count) for code, rule in plan.rules()]
    )
