"""The plans of each year in all their versions, and the list of inspection items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Exists, OuterRef, Q

from wugang_audit import clock
from wugang_audit.remembered import remembered

from .. import public_fields
from ..models import Draw, InspectionItem, Plan, PlanRate, Stratum
from ..models.plan import PlanQuerySet
from . import frozen, objects, quotas
from .bases import bases_at, bases_of, by_date
from .draws import commit_of, public_draws


@dataclass(frozen=True)
class YearPlan:
    """The plan in force of a year, and how many versions of it there are."""

    plan: objects.Plan
    versions: int


@dataclass(frozen=True)
class Version:
    """One published version of a year's plan, and what it changed against the one before."""

    version: int
    title: str
    published_at: datetime
    changes: tuple[str, ...]
    replaced_by: int = 0  # the number of the next one


@dataclass(frozen=True)
class Items:
    """The list of items; those that are used no more stay readable where a published plan listed them."""

    listed: tuple[objects.Item, ...]
    retired: tuple[objects.Item, ...]


@remembered
def inspection_items() -> Items:
    """Return the list of items, each with the law in force today, and what it rested on before."""
    planned = Exists(Plan.objects.published().filter(items=OuterRef("pk")))
    found = InspectionItem.objects.annotate(is_planned=planned).filter(Q(is_active=True) | Q(is_planned=True))
    rows = list(found.values("pk", *public_fields.ITEM, *public_fields.ITEM_STANDING))
    bases = bases_of([row["pk"] for row in rows])
    now, listed, retired = clock.now(), [], []
    for row in rows:
        item = objects.item(row, by_date(bases.get(row["pk"], ()), now), row["is_planned"])
        (listed if row["is_active"] else retired).append(item)
    return Items(tuple(listed), tuple(retired))


def _published() -> PlanQuerySet:
    return Plan.objects.published().order_by("-year", "-version")


@remembered
def yearly_plans() -> tuple[YearPlan, ...]:
    """The plan in force of each year, the latest year first."""
    years = {}
    for row in _published().values(*public_fields.PLAN):
        first, number = years.get(row["year"], (row, 0))
        years[row["year"]] = (first, number + 1)
    return tuple(YearPlan(objects.plan(row), number) for row, number in years.values())


@remembered
def published_plan(year: int, version: int | None = None) -> objects.Plan | None:
    """Return one version of a year's plan, by default the one in force."""
    found = _published().filter(year=year)
    if version is not None:
        found = found.filter(version=version)
    row = found.values("pk", *public_fields.PLAN).first()
    if row is None:
        return None
    rates = PlanRate.objects.filter(plan=row["pk"]).values(*public_fields.RATE)
    listed = list(InspectionItem.objects.filter(plans=row["pk"]).values("pk", *public_fields.ITEM))
    bases = bases_of([one["pk"] for one in listed])
    items = [objects.item(one, bases_at(bases.get(one["pk"], ()), row["published_at"])) for one in listed]
    return objects.plan(row, rates, items)


@remembered
def plan_versions(year: int) -> tuple[Version, ...]:
    """Return all published versions of a year, the latest first; `Plan.facts` says what two are compared by."""
    rows = list(_published().filter(year=year).prefetch_related("rates", "items"))
    return tuple(
        Version(
            row.version,
            row.title,
            row.published_at,
            tuple(row.changes_against(before)) if before else (),
            after.version if after else 0,
        )
        for after, row, before in zip([None, *rows], rows, [*rows[1:], None], strict=False)
    )


@remembered
def draws_under(year: int) -> Mapping[int, tuple[objects.Draw, ...]]:
    """Return {version of the year's plan: the draws that were frozen under it}, each the latest first; voids too."""
    under = dict(Draw.objects.visible().filter(plan__year=year).values_list("code", "plan__version"))
    found: dict[int, tuple[objects.Draw, ...]] = {}
    for draw in public_draws(lambda draw: draw.code in under):
        found[under[draw.code]] = (*found.get(under[draw.code], ()), draw)
    return MappingProxyType(found)


def readings_of(plan: objects.Plan, of_plan: tuple[objects.Draw, ...]) -> quotas.Readings | None:
    """The readings of the general rate, counted with the latest commit under this version where there is one."""
    rate = next((rate for rate in plan.rates if rate.stratum == Stratum.GENERAL), None)
    if rate is None:
        return None
    if not of_plan:
        return quotas.readings(rate, None, "")
    commit, _ = commit_of(frozen.commit_text(of_plan[0].code))
    return quotas.readings(rate, commit, of_plan[0].title)
