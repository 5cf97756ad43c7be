"""A unit's public page, and the search for units."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from sources.models import PollutionSource

from .. import public_fields
from ..models import Draw, Selection, TeamMember
from ..models.draw import UNIT_WITHDRAWN, SelectionQuerySet
from ..models.seal import sealed_now
from ..states import DrawState, InspectionState
from . import amendments, objects, paging
from .draws import public_draws
from .results import complete, newest_first

FOUND = 20  # units that a search lists


@dataclass(frozen=True)
class Found:
    """A unit that a search found, with the draws that the public may know it was drawn in."""

    number: str
    name: str
    township: str
    draws: tuple[str, ...]


@dataclass(frozen=True)
class UnitsFound:
    """Some of the units that were found, and whether there are more."""

    rows: tuple[Found, ...] = ()
    has_more: bool = False


@dataclass(frozen=True)
class Drawn:
    """A draw that the unit stands in, and its row there."""

    draw: objects.Draw
    selected: objects.Selected


@dataclass(frozen=True)
class UnitPage:
    """All that one unit shows: its registry facts, the open draws it stands in, its published results."""

    unit: objects.Unit
    drawn: tuple[Drawn, ...]
    results: tuple[objects.Result, ...]

    @property
    def draws(self) -> tuple[objects.Draw, ...]:
        return tuple(one.draw for one in self.drawn)


def known_selections() -> SelectionQuerySet:
    """Drawn units that are no secret: those of open draws, and those with a published result of their own."""
    is_out = Q(inspection__state=InspectionState.PUBLISHED)
    return Selection.objects.filter(~sealed_now("draw__") | is_out, draw__state=DrawState.PUBLISHED)


def unit_page(number: str) -> UnitPage | None:
    """Return a unit, where it was drawn, and its results; None for a number that stands nowhere."""
    known = PollutionSource.objects.filter(number=number).with_class(timezone.localdate())
    row = known.values("pk", "is_active", *public_fields.UNIT).first()
    if row is None:
        return None
    of = Selection.objects.filter(source=row["pk"], draw__in=Draw.objects.published().unsealed())
    drawn = list(of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public_fields.SELECTION))
    inspections = list(newest_first().filter(selection__source=row["pk"]))
    if not drawn and not inspections and not row["is_active"]:
        return None
    keys = [one["pk"] for one in drawn]
    teams = paging.grouped(
        TeamMember.ever.filter(selection__in=keys).values(*public_fields.OFFICER), "selection_id"
    )
    members, units = amendments.replaced_among(keys)
    by_code = {draw.code: draw for draw in public_draws(code__in=[one["draw__code"] for one in drawn])}
    outcomes = {one["selection_id"]: one["outcome"] for one in inspections}
    named = [one["name"] for one in drawn] + [one["selection__name"] for one in inspections]
    return UnitPage(
        unit=objects.unit(row, name=next(filter(None, named), UNIT_WITHDRAWN if named else "")),
        drawn=tuple(
            Drawn(
                by_code[one["draw__code"]],
                objects.selected(
                    one,
                    objects.team(teams.get(one["pk"], ()), members),
                    outcomes.get(one["pk"], ""),
                    one["pk"] in units,
                ),
            )
            for one in drawn
        ),
        results=complete(inspections, with_findings=True),
    )


def search_units(asked: str) -> UnitsFound:
    """Find units by a part of the name, or by the registry number."""
    registered = (Q(name__icontains=asked) | Q(number=asked)) & Q(is_active=True)
    once_drawn = known_selections().filter(Q(name__icontains=asked) | Q(source__number=asked))
    rows = PollutionSource.objects.filter(registered | Q(pk__in=once_drawn.values("source")))
    rows = list(rows.order_by("number").values("pk", *public_fields.UNIT_FOUND)[: FOUND + 1])
    shown, has_more = rows[:FOUND], len(rows) > FOUND
    drawn = known_selections().filter(source__in=[row["pk"] for row in shown])
    codes = paging.grouped(
        drawn.order_by("-draw__year", "-draw__quarter").values("source_id", "draw__code"), "source_id"
    )
    found = (
        Found(
            **{name: row[name] for name in public_fields.UNIT_FOUND},
            draws=tuple(one["draw__code"] for one in codes.get(row["pk"], ())),
        )
        for row in shown
    )
    return UnitsFound(tuple(found), has_more)
