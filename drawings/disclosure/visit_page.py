"""The page that the inspected firm alone opens, at the unguessable address that its officers bring."""

from dataclasses import dataclass

from wugang_audit import clock

from .. import public_fields
from ..models import Inspection, Stratum, TeamMember
from ..models.draw import OFFICER_WITHDRAWN, UNIT_WITHDRAWN
from ..states import InspectionState
from . import amendments, objects
from .bases import Bases, bases_at, bases_of
from .draws import public_draws


@dataclass(frozen=True)
class Officer:
    name: str
    certificate_number: str
    is_lead: bool


@dataclass(frozen=True)
class Visit:
    token: str
    draw: objects.Draw
    unit: str
    number: str
    label: str
    item: str
    content: str
    method: str
    basis: str  # the words of the scheme's annex
    bases: Bases  # cited and in force at the visit; before it, now
    officers: tuple[Officer, ...]  # the lead first
    is_replaced: bool  # another unit has taken its place: nobody comes
    is_over: bool  # the result is published


def visit_page(token: str) -> Visit | None:
    """Return what the firm may know, from the moment the tasks are out; None for every other token."""
    found = Inspection.objects.released().filter(token=token)
    row = found.values("selection__draw__code", *public_fields.VISIT).first()
    if row is None:
        return None
    (draw,) = public_draws(lambda each: each.code == row["selection__draw__code"])
    cited = bases_of([row["item_id"]]).get(row["item_id"], ())
    team = TeamMember.objects.filter(selection=row["selection_id"]).order_by("-is_lead")
    return Visit(
        token=token,
        draw=draw,
        unit=row["selection__name"] or UNIT_WITHDRAWN,
        number=row["selection__source__number"],
        label=Stratum.label_of(row["selection__stratum"]),
        item=row["item__subject"],
        content=row["item__content"],
        method=row["item__method"],
        basis=row["item__basis"],
        bases=bases_at(cited, row["visited_at"] or clock.now()),
        officers=tuple(
            Officer(one["name"] or OFFICER_WITHDRAWN, one["officer__certificate_number"], one["is_lead"])
            for one in team.values(*public_fields.VISIT_OFFICER)
        ),
        is_replaced=row["selection_id"] in amendments.replaced_among([row["selection_id"]])[1],
        is_over=row["state"] == InspectionState.PUBLISHED,
    )
