"""Published results of inspections, one page per unit, and the search for a unit.

A unit of a sealed draw appears here only once its own inspection is published, and never with its rank or ticket.
"""

from typing import Any

from django.db.models import Case, F, When
from django.db.models.functions import TruncDate

from .. import public_fields
from ..models import Correction, Finding, Inspection, TeamMember
from ..models.inspection import InspectionQuerySet
from ..states import InspectionState
from . import findings, paging
from .bases import bases_of
from .draws import UNITS_PAGE, public_draws
from .photos import photos_of
from .redactions import hidden_of_inspections, is_wholly_hidden
from .visit_facts import NO_FACTS, visit_facts


def complete(rows: list[dict[str, Any]], with_findings: bool = False) -> tuple[findings.Result, ...]:
    """Complete rows of inspections, in one query per kind of thing, however many rows."""
    teams = paging.grouped(
        TeamMember.objects.filter(selection__in=[row["selection_id"] for row in rows]).values(
            *public_fields.OFFICER
        ),
        "selection_id",
    )
    of = {draw.code: draw for draw in public_draws(code__in={row["selection__draw__code"] for row in rows})}
    keys = [row["pk"] for row in rows]
    hidden = hidden_of_inspections(keys)
    found, corrected, cited, facts, photos = {}, {}, {}, {}, {}
    if with_findings:
        points = Finding.objects.filter(inspection__in=keys, inspection__state=InspectionState.PUBLISHED)
        found = paging.grouped(points.values(*public_fields.FINDING), "inspection_id")
        corrections = Correction.objects.filter(
            inspection__in=keys, inspection__state=InspectionState.PUBLISHED
        )
        facts = visit_facts(keys)
        photos = photos_of(keys, hidden)
        corrected = paging.grouped(corrections.values(*public_fields.CORRECTION), "inspection_id")
        cited = bases_of({row["item_id"] for row in rows})
    return tuple(
        findings.result(
            row,
            of[row["selection__draw__code"]],
            teams.get(row["selection_id"], ()),
            found.get(row["pk"], ()),
            corrected.get(row["pk"], ()),
            cited.get(row["item_id"], ()),
            facts.get(row["pk"], NO_FACTS),
            hidden,
            photos.get(row["pk"], ()),
        )
        for row in rows
    )


def newest_first() -> InspectionQuerySet:
    """Return what is published, what came out last first."""
    return Inspection.objects.disclosed().order_by("-published_at", "-pk").values(*public_fields.RESULT)


def _by_day(rows: InspectionQuerySet) -> InspectionQuerySet:
    """Sort as the page says: the last day of a visit first, those of one day by the unit's number.

    A result that the law hid as a whole shows no day of a visit: it stands at the day of its publication, or its
    neighbours would give away what is hidden.
    """
    day = TruncDate(Case(When(is_wholly_hidden(), then="published_at"), default="visited_at"))
    return rows.alias(day=day).order_by(F("day").desc(nulls_last=True), "selection__source__number", "pk")


def search_results(number: int, *, name: str = "", quarter: str = "", category: str = "") -> paging.Page:
    """Published results by day of visit, narrowed by what `forms.Search` let through."""
    rows = _by_day(newest_first())
    if name:
        rows = rows.filter(selection__name__icontains=name)
    if quarter:
        year, _, number_of_quarter = quarter.partition("Q")
        rows = rows.filter(selection__draw__year=year, selection__draw__quarter=number_of_quarter)
    if category:
        rows = rows.filter(selection__stratum=category)
    shown, has_next = paging.cut(rows, number)
    return paging.Page(complete(shown), number, has_next)


def latest_results(limit: int) -> tuple[findings.Result, ...]:
    return complete(list(newest_first()[:limit]))


def results_of(code: str) -> tuple[findings.Result, ...]:
    """What is published of a draw that is still sealed, by registry number: the order must not show the rank."""
    rows = Inspection.objects.disclosed().filter(selection__draw__code=code)
    rows = rows.order_by("selection__source__number").values(*public_fields.RESULT)
    return complete(list(rows[:UNITS_PAGE]))
