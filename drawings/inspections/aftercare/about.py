"""What a form from outside is about: a unit, and where the public may know of it, a draw that it stands in.

What nobody outside may know is answered as if it were not there: a sealed draw and a draw without this unit are one.
"""

from dataclasses import dataclass

from django.db.models import Q

from sources.models import PollutionSource

from ...models import Draw, Inspection, Selection
from ...models.seal import Disclosure, sealed_now
from ...states import DrawState, InspectionState


@dataclass(frozen=True)
class About:
    unit: PollutionSource
    name: str  # what the public calls it; empty where its name was withdrawn
    draw: Draw | None = None
    inspection: Inspection | None = None
    token: str = ""  # of the firm's secret page, where the form was opened from there

    @property
    def is_from_visit(self) -> bool:
        return bool(self.token)


def _known() -> Q:
    """Which drawn units are no secret: those of draws without a seal, and those with a published result of their own.

    A void shows its units unless it waits for another seal (`disclosure.openness`); here a seal that nobody lifted hides them.
    """
    is_out = Q(inspection__state=InspectionState.PUBLISHED, draw__state=DrawState.PUBLISHED)
    is_open = Q(draw__state=DrawState.PUBLISHED) & ~sealed_now("draw__")
    no_seal = Q(draw__disclosure=Disclosure.OPEN) | Q(draw__unsealed_at__isnull=False)
    return is_out | is_open | (Q(draw__state=DrawState.VOID) & no_seal)


def about_unit(number: str, code: str = "") -> About | None:
    """Return what the link of a public page names; None for a unit that the public does not know.

    :param code: a draw; left out where it has no place of this unit that the public may know.
    """
    unit = PollutionSource.objects.filter(number=number).first()
    if unit is None:
        return None
    known = Selection.objects.filter(_known(), source=unit).order_by("-draw__year", "-draw__quarter")
    named = list(known.values_list("name", flat=True))
    if not unit.is_active and not named and not unit.joined_into_id:
        return None
    # As on its page: the newest name under which it was drawn, and none where all of these were withdrawn.
    name = next(filter(None, named), "" if named else unit.name)
    found = known.filter(draw__code=code).select_related("draw", "inspection").first() if code else None
    if found is None:
        return About(unit, name)
    inspection = getattr(found, "inspection", None)
    is_out = inspection is not None and inspection.state == InspectionState.PUBLISHED
    return About(unit, name, found.draw, inspection if is_out else None)


def about_visit(token: str) -> About | None:
    """Return what the firm's secret page is about; None for every other token."""
    found = Inspection.objects.released().filter(token=token)
    row = found.select_related("selection__draw", "selection__source").first()
    if row is None:
        return None
    return About(row.selection.source, row.selection.name, row.selection.draw, row, token)
