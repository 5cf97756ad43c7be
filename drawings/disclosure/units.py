"""A unit's public page, and the search for units."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from sources.models import PollutionSource
from wugang_audit import clock

from .. import public_fields
from ..models import Selection, TeamMember
from ..models.draw import UNIT_WITHDRAWN, SelectionQuerySet
from ..states import DrawState, InspectionState
from . import amendments, findings, objects, paging
from .draws import public_draws
from .objections import Objection, objections_of
from .results import complete, newest_first
from .teams import team

FOUND = 20  # units that a search lists


@dataclass(frozen=True)
class Found:
    """A unit that a search found, with the draws that the public may know it was drawn in."""

    number: str
    name: str
    township: str
    draws: tuple[objects.Draw, ...]


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
    results: tuple[findings.Result, ...]
    joined_into: str = ""  # the number that now stands for this one
    objections: tuple[Objection, ...] = ()  # answered in public, the latest first

    @property
    def draws(self) -> tuple[objects.Draw, ...]:
        return tuple(one.draw for one in self.drawn)

    @property
    def others(self) -> tuple[Objection, ...]:
        """Objections that stand beside no result of this page."""
        shown = {result.draw.code for result in self.results}
        return tuple(said for said in self.objections if said.code not in shown)


def with_units(of: Iterable[objects.Draw]) -> dict[str, objects.Draw]:
    """Return {code: draw} of the draws whose units are public, void ones too: they say that they are."""
    return {draw.code: draw for draw in of if draw.is_open}


def known_selections(open_draws: Container[str]) -> SelectionQuerySet:
    """Drawn units that are no secret: those of the given draws, and those with a published result of their own."""
    is_out = Q(inspection__state=InspectionState.PUBLISHED, draw__state=DrawState.PUBLISHED)
    return Selection.objects.filter(is_out | Q(draw__code__in=open_draws))


def unit_page(number: str) -> UnitPage | None:
    """Return a unit, where it was drawn, and its results; None for a number that stands nowhere."""
    known = PollutionSource.objects.filter(number=number).with_class(clock.today())
    row = known.values("pk", "is_active", *public_fields.UNIT, *public_fields.UNIT_JOINED).first()
    if row is None:
        return None
    by_code = with_units(public_draws())
    of = Selection.objects.filter(source=row["pk"], draw__code__in=by_code)
    drawn = list(of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public_fields.SELECTION))
    inspections = list(newest_first().filter(selection__source=row["pk"]))
    joined_into = "" if row["is_active"] else row["joined_into__number"] or ""
    if not drawn and not inspections and not row["is_active"] and not joined_into:
        return None
    keys = [one["pk"] for one in drawn]
    teams = paging.grouped(
        TeamMember.ever.filter(selection__in=keys).values(*public_fields.OFFICER), "selection_id"
    )
    members, units = amendments.replaced_among(keys)
    results = complete(inspections, with_findings=True)
    outcomes = {one["selection_id"]: result.outcome for one, result in zip(inspections, results, strict=True)}
    named = [one["name"] for one in drawn] + [one["selection__name"] for one in inspections]
    return UnitPage(
        unit=objects.unit(row, name=_shown_name(row, named)),
        drawn=tuple(
            Drawn(
                by_code[one["draw__code"]],
                objects.selected(
                    one,
                    team(teams.get(one["pk"], ()), members),
                    outcomes.get(one["pk"], ""),
                    one["pk"] in units,
                ),
            )
            for one in drawn
        ),
        results=results,
        joined_into=joined_into,
        objections=objections_of(row["pk"], by_code),
    )


def search_units(asked: str) -> UnitsFound:
    """Find units by a part of the name, or by the registry number."""
    draws = public_draws()
    open_draws = with_units(draws)
    known = known_selections(open_draws)
    # The registry's name finds no unit that was drawn and has no name left in any of its draws: it was withdrawn.
    may_be_named = ~Q(pk__in=known.values("source")) | Q(pk__in=known.exclude(name="").values("source"))
    registered = (Q(name__icontains=asked) & may_be_named | Q(number=asked)) & Q(is_active=True)
    once_drawn = known.filter(Q(name__icontains=asked) | Q(source__number=asked))
    rows = PollutionSource.objects.filter(registered | Q(pk__in=once_drawn.values("source")))
    rows = list(rows.order_by("number").values("pk", "is_active", *public_fields.UNIT_FOUND)[: FOUND + 1])
    shown, has_more = rows[:FOUND], len(rows) > FOUND
    drawn = known.filter(source__in=[row["pk"] for row in shown])
    codes = paging.grouped(
        drawn.order_by("-draw__year", "-draw__quarter").values("source_id", "draw__code", "name"), "source_id"
    )
    by_code = {draw.code: draw for draw in draws}
    found = (
        Found(
            **{name: row[name] for name in public_fields.UNIT_FOUND if name != "name"},
            name=_shown_name(row, [one["name"] for one in codes.get(row["pk"], ())]),
            draws=tuple(by_code[one["draw__code"]] for one in codes.get(row["pk"], ())),
        )
        for row in shown
    )
    return UnitsFound(tuple(found), has_more)


def _shown_name(row: dict[str, Any], named: Sequence[str]) -> str:
    """Return what page and search call a unit.

    :param named: its name in each place where the public knows that it was drawn, the newest first; empty: withdrawn.
        While there is one it counts; without any the name is gone, whatever the registry says.
    """
    return next(filter(None, named), UNIT_WITHDRAWN if named else row["name"])
