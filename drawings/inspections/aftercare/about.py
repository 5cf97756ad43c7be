"""What a form from outside is about: a unit, and where the public may know of it, a draw that it stands in.

What nobody outside may know is answered as if it were not there: a sealed draw and a draw without this unit are one.
"""

from dataclasses import dataclass

from django.db.models import Q

from sources.models import PollutionSource

from ...models import Draw, DrawFile, Inspection, SearchText, Selection
from ...models.draw import DrawQuerySet
from ...models.seal import Disclosure, sealed_now
from ...protocol import verify
from ...states import DrawState, InspectionState


@dataclass(frozen=True)
class About:
    unit: PollutionSource
    name: str  # what the public calls it; empty where its name was withdrawn
    draw: Draw | None = None
    inspection: Inspection | None = None
    is_visited: bool = False  # a result of the unit is published
    token: str = ""  # of the firm's secret page, where the form was opened from there

    @property
    def is_from_visit(self) -> bool:
        return bool(self.token)


def _seen() -> DrawQuerySet:
    return Draw.objects.visible().with_earlier_seal()


def _known() -> Q:
    """Which drawn units are no secret, as `disclosure.openness` says it: those of draws that show their units, and those with
    a published result of their own.
    """
    is_out = Q(inspection__state=InspectionState.PUBLISHED, draw__state=DrawState.PUBLISHED)
    waits = Q(is_under_seal=True, disclosure=Disclosure.SEALED, unsealed_at=None)
    is_open = (Q(state=DrawState.PUBLISHED) & ~sealed_now()) | (
        Q(state=DrawState.VOID, drawn_at__isnull=False) & ~waits
    )
    return is_out | Q(draw__in=_seen().filter(is_open).values("pk"))


def _stood(unit: PollutionSource) -> bool:
    """Say whether a public pool has a unit, drawn or not: that of a draw whose seal, and those before it, hide nothing today."""
    told = _seen().filter(Q(state=DrawState.VOID) | ~sealed_now(), is_under_seal=False)
    pools = DrawFile.objects.filter(name=verify.POOL, draw__in=told.values("pk"))
    return pools.filter(content__contains=f"\n{unit.number}\t").exists()


def _public_name(unit: PollutionSource, named: list[str]) -> str:
    """Return what the unit's page calls it (`disclosure.unit_names`): as today, while that may be told, else as it was last drawn.

    :param named: its name in each draw that the public knows it from, the latest first; empty: withdrawn.
    """
    withdrawn = SearchText.objects.filter(source=unit, is_withdrawn=True)
    if not named:
        # Of what was struck off the name leaves with the names in public files.
        return "" if not unit.is_active and withdrawn.exists() else unit.name
    drawn_as = next(filter(None, named), "")
    if not drawn_as or not unit.is_active or unit.name == drawn_as:
        return drawn_as
    is_left = unit.name not in named and withdrawn.filter(kind=SearchText.Kind.NAME).exists()
    return drawn_as if is_left else unit.name


def about_unit(number: str, code: str = "") -> About | None:
    """Return what the link of a public page names; None for a unit that the public does not know: it has no page either.

    :param code: a draw; left out where it has no place of this unit that the public may know.
    """
    unit = PollutionSource.objects.filter(number=number).first()
    if unit is None:
        return None
    known = Selection.objects.filter(_known(), source=unit).order_by("-draw__year", "-draw__quarter", "-pk")
    named = list(known.values_list("name", flat=True))
    if not (unit.is_active or named or unit.joined_into_id or _stood(unit)):
        return None
    name = _public_name(unit, named)
    found = known.filter(draw__code=code).select_related("draw", "inspection").first() if code else None
    if found is None:
        visited = known.filter(inspection__state=InspectionState.PUBLISHED).exists()
        return About(unit, name, is_visited=visited)
    inspection = getattr(found, "inspection", None)
    is_out = inspection is not None and inspection.state == InspectionState.PUBLISHED
    return About(unit, name, found.draw, inspection if is_out else None)


def about_visit(token: str) -> About | None:
    """Return what the firm's secret page is about; None for every other token."""
    found = Inspection.objects.released().filter(token=token)
    row = found.select_related("selection__draw", "selection__source").first()
    if row is None:
        return None
    return About(row.selection.source, row.selection.name, row.selection.draw, row, token=token)
