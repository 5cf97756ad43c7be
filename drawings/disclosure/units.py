"""The search for units, and what the public calls one."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from sources.models import PollutionSource

from .. import public_fields
from ..models import Selection
from ..models.draw import UNIT_WITHDRAWN, SelectionQuerySet
from ..states import DrawState, InspectionState
from . import objects, paging
from .draws import public_draws

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


def with_units(of: Iterable[objects.Draw]) -> dict[str, objects.Draw]:
    """Return {code: draw} of the draws whose units are public, void ones too: they say that they are."""
    return {draw.code: draw for draw in of if draw.is_open}


def known_selections(open_draws: Container[str]) -> SelectionQuerySet:
    """Drawn units that are no secret: those of the given draws, and those with a published result of their own."""
    is_out = Q(inspection__state=InspectionState.PUBLISHED, draw__state=DrawState.PUBLISHED)
    return Selection.objects.filter(is_out | Q(draw__code__in=open_draws))


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
            name=shown_name(row, [one["name"] for one in codes.get(row["pk"], ())]),
            draws=tuple(by_code[one["draw__code"]] for one in codes.get(row["pk"], ())),
        )
        for row in shown
    )
    return UnitsFound(tuple(found), has_more)


def shown_name(row: dict[str, Any], named: Sequence[str]) -> str:
    """Return what page and search call a unit.

    :param named: its name in each place where the public knows that it was drawn, the newest first; empty: withdrawn.
        While there is one it counts; without any the name is gone, whatever the registry says.
    """
    return next(filter(None, named), UNIT_WITHDRAWN if named else row["name"])
