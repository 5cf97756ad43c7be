"""What the figures of a quarter count: the rows of one draw, each with the way to its stratum, and the conditions on them.

A sealed draw gives nothing away: of a task that nobody has handed in yet only its being one is counted, as the pages of
inspections show it (`InspectionQuerySet.of`).
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Greatest, TruncDate
from django.db.models.lookups import GreaterThan, LessThan, LessThanOrEqual

from wugang_audit import clock

from ..models import Correction, Draw, Finding, Inspection, InspectionMove, Measure, Redaction, Selection
from ..models import inspection as tasks
from ..models.inspection import NOT_ENTERED, Outcome
from ..models.quarters import last_day_of
from ..states import HANDED_IN, InspectionState

Where = Callable[[Draw], Q]
ENTERED = tuple(outcome for outcome in Outcome if outcome not in NOT_ENTERED)
# What a result without rows of `Measure` says of its measure: those of finding/1 have none.
BY_OUTCOME = {
    Measure.Kind.URGE: Outcome.URGED,
    Measure.Kind.ORDER: Outcome.ORDERED,
    Measure.Kind.CASE: Outcome.CASE,
    Measure.Kind.TRANSFER: Outcome.POLICE,
}
# Twenty working days are four weeks where none of them has a holiday: for results without a day of their own.
TWENTY_WORKING_DAYS = datetime.timedelta(days=28)


@dataclass(frozen=True)
class Rows:
    """Rows that are counted: those of a draw, and where their stratum stands."""

    of: Callable[[Draw], QuerySet]
    stratum: str


SELECTIONS = Rows(lambda draw: Selection.objects.filter(draw=draw), "stratum")
INSPECTIONS = Rows(lambda draw: Inspection.objects.filter(selection__draw=draw), "selection__stratum")
FINDINGS = Rows(
    lambda draw: Finding.objects.filter(inspection__selection__draw=draw), "inspection__selection__stratum"
)
MEASURES = Rows(
    lambda draw: Measure.objects.filter(inspection__selection__draw=draw), "inspection__selection__stratum"
)
MOVES = Rows(
    lambda draw: InspectionMove.objects.filter(inspection__selection__draw=draw),
    "inspection__selection__stratum",
)
CORRECTIONS = Rows(
    lambda draw: Correction.objects.filter(inspection__selection__draw=draw), "inspection__selection__stratum"
)
HIDDEN_RESULTS = Rows(
    lambda draw: Redaction.objects.confirmed().filter(inspection__selection__draw=draw),
    "inspection__selection__stratum",
)
HIDDEN_CORRECTIONS = Rows(
    lambda draw: Redaction.objects.confirmed().filter(correction__inspection__selection__draw=draw),
    "correction__inspection__selection__stratum",
)


def due_day(draw: Draw) -> datetime.date:
    """Return the day by which the units of a draw are to be visited, postponements aside."""
    return draw.visit_by or last_day_of(draw.year, draw.quarter)


def everything(_: Draw) -> Q:
    return Q()


def handed_in(_: Draw) -> Q:
    return Q(state__in=HANDED_IN)


def readable(draw: Draw) -> Q:
    """Tasks of which organiser, reviewer and head may know more than that they are there."""
    return handed_in(draw) if draw.is_sealed else Q()


def visited(draw: Draw) -> Q:
    return handed_in(draw) & Q(outcome__in=ENTERED, visited_at__isnull=False)


def concluded(outcome: Outcome) -> Where:
    """Tasks that were handed in with this outcome."""
    return lambda draw: handed_in(draw) & Q(outcome=outcome)


def _due(draw: Draw) -> Greatest:
    """The day by which a task is to be visited, its own or that of the draw."""
    return tasks.due_day(of_draw=Value(due_day(draw)))


def on_time(draw: Draw) -> Q:
    """Tasks whose officers came by the day that was set, that it was postponed to, or that a substitute was given."""
    return handed_in(draw) & Q(LessThanOrEqual(TruncDate("visited_at"), _due(draw)))


def late(draw: Draw) -> Q:
    return handed_in(draw) & Q(GreaterThan(TruncDate("visited_at"), _due(draw)))


def overdue(draw: Draw) -> Q:
    """Tasks that nobody has handed in and whose day is over: the draw's, or the one of their own."""
    return Q(state=InspectionState.DRAFT) & Q(LessThan(_due(draw), clock.today()))


def overdue_as_figure(draw: Draw) -> Q:
    """The same; of a sealed draw by the draw's own day alone: how many open tasks have another one is nobody's to read."""
    if not draw.is_sealed:
        return overdue(draw)
    return Q(state=InspectionState.DRAFT) if due_day(draw) < clock.today() else Q(pk__in=[])


def faulty(draw: Draw) -> Q:
    """Units that were entered and where something was found: by the outcome, or by a point that failed."""
    failed = Finding.objects.filter(inspection__selection__draw=draw, verdict=Finding.Verdict.FAIL)
    return visited(draw) & (~Q(outcome=Outcome.CLEAN) | Q(pk__in=failed.values("inspection")))


def failed_points(_: Draw) -> Q:
    return Q(verdict=Finding.Verdict.FAIL, inspection__state__in=HANDED_IN)


def measure(kind: Measure.Kind) -> tuple[tuple[Rows, Where], tuple[Rows, Where]]:
    """The measures of one kind: the rows of `Measure`; where an inspection has none at all, what its outcome says."""

    def by_row(_: Draw) -> Q:
        return Q(kind=kind, inspection__state__in=HANDED_IN)

    def by_outcome(draw: Draw) -> Q:
        none = ~Q(pk__in=MEASURES.of(draw).values("inspection"))
        return handed_in(draw) & Q(outcome=BY_OUTCOME[kind]) & none

    return (MEASURES, by_row), (INSPECTIONS, by_outcome)


def published(_: Draw) -> Q:
    return Q(state=InspectionState.PUBLISHED)


def published_on_time(draw: Draw) -> Q:
    """Results that the public could read within the twenty working days that the law gives (环办执法〔2021〕18号)."""
    latest = ExpressionWrapper(TruncDate("visited_at") + TWENTY_WORKING_DAYS, output_field=DateField())
    by_day = Q(publish_by__isnull=False, published_at__date__lte=F("publish_by"))
    return published(draw) & (by_day | Q(publish_by__isnull=True, published_at__date__lte=latest))
