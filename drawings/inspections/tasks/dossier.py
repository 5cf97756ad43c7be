"""What an officer knows of a unit before he goes: earlier visits, how often it was visited this year, who is recused.

Of other draws only what the officer may read: a result that is public, his own, and never that the unit stands in a draw that
is sealed.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q

from enforcers.models import Recusal
from sources.models import PollutionSource
from wugang_audit.accounts.models import User

from ...models import Finding, Inspection, Plan, Redaction
from ...models.checklists import names_of
from ...models.inspection import InspectionQuerySet
from ...models.seal import sealed_now
from ...states import HANDED_IN, InspectionState
from ..unit_history import family


@dataclass(frozen=True)
class PastVisit:
    """A visit of an earlier draw; without ``shown`` nothing but the draw is told: its result is not public yet."""

    inspection: Inspection
    shown: bool
    may_open: bool
    failed: list[str]  # names of the points
    measures: list[str]

    @property
    def is_public(self) -> bool:
        return (
            self.inspection.state == InspectionState.PUBLISHED
            and not self.inspection.selection.draw.is_sealed
        )


def past_visits(user: User, inspection: Inspection) -> list[PastVisit]:
    """Return the unit's inspections in other draws, newest first, those of units that were joined into it too."""
    mine, rows = _others(user, inspection)
    failed = Finding.objects.filter(verdict=Finding.Verdict.FAIL).select_related("point__version__checklist")
    hidden = Redaction.objects.in_effect().filter(inspection=OuterRef("pk"), text=Redaction.Text.FINDING)
    rows = rows.annotate(is_hidden=Exists(hidden))
    rows = rows.select_related("selection__draw", "selection__source").prefetch_related(
        Prefetch("findings", failed, "failed"), "measures"
    )
    return [
        _past(row, row.pk in mine)
        for row in rows.order_by("-selection__draw__year", "-selection__draw__quarter", "-pk")
    ]


def _others(user: User, inspection: Inspection) -> tuple[set[int], InspectionQuerySet]:
    """Return (keys of those that the person may read, all that he may know of)."""
    rows = Inspection.objects.released().filter(selection__source__in=family(inspection.selection.source))
    rows = rows.exclude(pk=inspection.pk)
    mine = set(Inspection.objects.of(user).filter(pk__in=rows.values("pk")).values_list("pk", flat=True))
    return mine, rows.exclude(sealed_now("selection__draw__") & ~Q(pk__in=mine))


def _past(row: Inspection, may_open: bool) -> PastVisit:
    # What the law hid as a whole is hidden from colleagues too who may not open the inspection.
    public = row.state == InspectionState.PUBLISHED and not row.is_hidden
    shown = public or (may_open and row.state in HANDED_IN)
    measures = [
        f"{each.get_kind_display()}" + (f"（{each.due_on:%Y-%m-%d} 前改正）" if each.due_on else "")
        for each in row.measures.all()
    ]
    failed = list(names_of(finding.point for finding in row.failed).values())
    return PastVisit(row, shown, may_open, failed if shown else [], measures if shown else [])


@dataclass(frozen=True)
class YearsVisits:
    """How often a unit was visited in a year, as far as this site knows, and how often it may be.

    Visits of other departments count too (国办发〔2024〕54号), and nobody has entered them here.
    """

    year: int
    count: int
    cap: int | None

    @property
    def is_reached(self) -> bool:
        """Say whether one more visit goes over the cap."""
        return self.cap is not None and self.count >= self.cap


def visits_of_year(user: User, inspection: Inspection, today: datetime.date) -> YearsVisits:
    """Count the visits that were handed in: those of other draws that the person may know of, and this one."""
    _, rows = _others(user, inspection)
    of_year = {"visited_at__year": today.year, "state__in": HANDED_IN}
    count = rows.filter(**of_year).count() + Inspection.objects.filter(pk=inspection.pk, **of_year).count()
    plan = Plan.objects.in_force(today.year) or inspection.selection.draw.plan
    return YearsVisits(today.year, count, plan.yearly_cap if plan else None)


def recusals_of_team(inspection: Inspection, source: PollutionSource, today: datetime.date) -> list[Recusal]:
    """Return the recusals in force that concern who goes now: such an officer must not go."""
    team = [member.officer_id for member in inspection.selection.team.all()]
    rows = Recusal.objects.in_force(today).filter(source__in=family(source), officer__in=team)
    return list(rows.select_related("officer"))
