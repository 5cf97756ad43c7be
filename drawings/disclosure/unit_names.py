"""What a unit is called in public, was called, and by which of its texts it may be found: the page and the search ask here.

A name is told only where the public knows it: of a unit that was drawn, by the draws that are open or whose result is published.
"""

from collections.abc import Container, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import SearchText, Selection
from ..models.draw import UNIT_WITHDRAWN, SelectionQuerySet
from ..models.search_texts import SearchTextQuerySet
from ..states import DrawState, InspectionState

Kind = SearchText.Kind


def known_selections(open_draws: Container[str]) -> SelectionQuerySet:
    """Drawn units that are no secret: those of the given draws, and those with a published result of their own."""
    is_out = Q(inspection__state=InspectionState.PUBLISHED, draw__state=DrawState.PUBLISHED)
    return Selection.objects.filter(is_out | Q(draw__code__in=open_draws))


def shown_name(row: dict[str, Any], named: Sequence[str]) -> str:
    """Return what page and search call a unit.

    :param named: its name in each place where the public knows that it was drawn, the newest first; empty: withdrawn.
        While there is one it counts; without any the name is gone, whatever the registry says.
    """
    return next(filter(None, named), UNIT_WITHDRAWN if named else row["name"])


def findable(rows: SearchTextQuerySet, open_draws: Container[str]) -> QuerySet:
    """Narrow texts to those by which the public may find a unit; nothing here depends on a draw that is sealed.

    The codes stand on every page that there is. Any name counts that a known draw shows. The registry's name counts for a unit
    that is in no known draw; else while one of them still has a name of the unit, and if it did not leave one itself. A
    former name counts likewise, if it was the registry's, and if the unit was not called so when its name left any
    draw at all: that goes by the pool, in which a unit stands drawn or not.
    """
    drawn = known_selections(open_draws).filter(source=OuterRef("source")).order_by()
    is_drawn = Exists(drawn)
    may_be_named = ~is_drawn | Exists(drawn.exclude(name=""))
    stands = Q(source__is_active=True) | Q(source__joined_into__isnull=False)
    has_page = stands | Q(is_drawn)
    as_drawn = Q(Exists(drawn.filter(name=OuterRef("text"))))
    former = Q(kind=Kind.FORMER, is_registered=True, is_withdrawn=False) & has_page & Q(may_be_named)
    return rows.filter(
        Q(kind=Kind.CODES) & has_page
        | Q(kind=Kind.NAME) & stands & Q(may_be_named) & (Q(is_withdrawn=False) | ~Q(is_drawn))
        | former
        | ~Q(kind=Kind.CODES) & as_drawn
    )


def other_names(source: int, shown: str, open_draws: Container[str]) -> tuple[str, ...]:
    """Return what else the public may know a unit by than the name that its page shows, in the order of the alphabet."""
    texts = SearchText.objects.filter(source=source).exclude(kind=Kind.CODES).exclude(text=shown)
    return tuple(findable(texts, open_draws).order_by("text").values_list("text", flat=True))
