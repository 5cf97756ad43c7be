"""Published results of inspections, completed with all that their pages show.

A unit of a sealed draw appears here only once its own inspection is published, and never with its rank or ticket.
"""

from typing import Any

from django.db.models import QuerySet

from .. import public_fields
from ..models import Correction, Finding, Inspection, TeamMember
from ..models.inspection import InspectionQuerySet
from ..states import InspectionState
from . import findings, paging
from .bases import bases_of
from .draws import UNITS_PAGE, public_draws
from .photos import photos_of
from .prepared import Keys, prepared
from .redactions import hidden_of_inspections
from .visit_facts import NO_FACTS, visit_facts


def complete(rows: list[dict[str, Any]], with_findings: bool = False) -> tuple[findings.Result, ...]:
    """Complete rows of inspections, in one query per kind of thing, however many rows."""
    teams = paging.grouped(_teams([row["selection_id"] for row in rows]), "selection_id")
    of = {draw.code: draw for draw in public_draws()}
    keys = [row["pk"] for row in rows]
    hidden = hidden_of_inspections(keys)
    found, corrected, cited, facts, photos = {}, {}, {}, {}, {}
    if with_findings:
        found = paging.grouped(_points(keys), "inspection_id")
        facts = visit_facts(keys)
        photos = photos_of(keys, hidden)
        corrected = paging.grouped(_corrections(keys), "inspection_id")
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


@prepared
def _teams(selections: Keys) -> QuerySet:
    return TeamMember.objects.filter(selection__in=selections).values(*public_fields.OFFICER)


@prepared
def _points(keys: Keys) -> QuerySet:
    points = Finding.objects.filter(inspection__in=keys, inspection__state=InspectionState.PUBLISHED)
    return points.values(*public_fields.FINDING)


@prepared
def _corrections(keys: Keys) -> QuerySet:
    corrections = Correction.objects.filter(inspection__in=keys, inspection__state=InspectionState.PUBLISHED)
    return corrections.values(*public_fields.CORRECTION)


def newest_first() -> InspectionQuerySet:
    """Return what is published, what came out last first."""
    return Inspection.objects.disclosed().order_by("-published_at", "-pk").values(*public_fields.RESULT)


def latest_results(limit: int) -> tuple[findings.Result, ...]:
    return complete(list(newest_first()[:limit]))


def results_of(code: str) -> tuple[findings.Result, ...]:
    """What is published of a draw that is still sealed, by registry number: the order must not show the rank."""
    rows = Inspection.objects.disclosed().filter(selection__draw__code=code)
    rows = rows.order_by("selection__source__number").values(*public_fields.RESULT)
    return complete(list(rows[:UNITS_PAGE]))
