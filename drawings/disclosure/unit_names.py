"""What a unit is called in public, was called, and by which of its texts it may be found: the page and the search ask here.

A name is told only where the public knows it: of a unit that was drawn, by the draws that are open or whose result is published.
"""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from sources.models import PollutionSource
from wugang_audit.remembered import remembered

from .. import public_fields
from ..models import Draw, SearchText, Selection
from ..models.draw import UNIT_WITHDRAWN, SelectionQuerySet
from ..states import DrawState, InspectionState
from .openness import Openness, open_of
from .paging import grouped
from .prepared import Keys, prepared

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


@remembered
def open_draws() -> tuple[str, ...]:
    """Return the codes of the draws whose units are public, void ones too; much less to ask than `draws.public_draws`."""
    rows = Draw.objects.visible().with_earlier_seal().order_by().values(*public_fields.DRAW_OPENNESS)
    return tuple(row["code"] for row in rows if open_of(row).level == Openness.ALL)


@dataclass(frozen=True)
class Text:
    """A name or the codes of a unit, as `SearchText` has it."""

    source: int
    kind: str
    text: str
    is_registered: bool
    is_withdrawn: bool


_TEXT = ("source_id", "kind", "text", "is_registered", "is_withdrawn")


def texts_at(keys: Keys) -> list[Text]:
    """Return the texts with these keys, by registry number."""
    return [Text(*row.values()) for row in _texts_at(keys)]


def texts_of(sources: Keys) -> list[Text]:
    """Return the texts of these units, by registry number."""
    return [Text(*row.values()) for row in _texts_of(sources)]


@prepared
def _texts_at(keys: Keys) -> QuerySet:
    return SearchText.objects.filter(pk__in=keys).order_by("number", "pk").values(*_TEXT)


@prepared
def _texts_of(sources: Keys) -> QuerySet:
    return SearchText.objects.filter(source__in=sources).order_by("number", "pk").values(*_TEXT)


@dataclass(frozen=True)
class Unit:
    """A unit as far as it may be found: its registry row, and where the public knows that it was drawn, the newest first."""

    row: dict[str, Any]
    draws: tuple[str, ...]
    drawn_as: tuple[str, ...]  # the name there; empty: withdrawn

    @property
    def name(self) -> str:
        return shown_name(self.row, self.drawn_as)

    @property
    def stands(self) -> bool:
        """Whether it has a page though it was never drawn."""
        return self.row["is_active"] or self.row["joined_into"] is not None

    def is_told(self, text: Text) -> bool:
        """Say whether the public may find the unit by a text; nothing here depends on a draw that is sealed.

        The codes stand on every page that there is. Any name counts that a known draw shows. The registry's name counts for a
        unit that is in no known draw; else while one of them still has a name of the unit, and if it did not leave one
        itself. A former name counts likewise, if it was the registry's, and if the unit was not called so when its name
        left any draw at all: that goes by the pool, in which a unit stands drawn or not.
        """
        if text.kind == Kind.CODES:
            return self.stands or bool(self.draws)
        if text.text in self.drawn_as:
            return True
        if self.draws and not any(self.drawn_as):
            return False
        if text.kind == Kind.NAME:
            return self.stands and not (self.draws and text.is_withdrawn)
        return text.is_registered and not text.is_withdrawn and (self.stands or bool(self.draws))


def units_of(keys: Keys, open_codes: Collection[str]) -> dict[int, Unit]:
    """Return these units by their keys: two queries, however many they are."""
    # A code that no draw has stands for none: the one query is prepared for both.
    known = grouped(_known(keys, open_codes or [""]), "source_id")
    return {
        row["pk"]: Unit(
            row,
            tuple(one["draw__code"] for one in known.get(row["pk"], ())),
            tuple(one["name"] for one in known.get(row["pk"], ())),
        )
        for row in _rows(keys)
    }


@prepared
def _rows(keys: Keys) -> QuerySet:
    units = PollutionSource.objects.filter(pk__in=keys).order_by()
    return units.values("pk", *public_fields.UNIT_SOUGHT)


@prepared
def _known(keys: Keys, open_codes: Keys) -> QuerySet:
    drawn = known_selections(open_codes).filter(source__in=keys)
    return drawn.order_by("-draw__year", "-draw__quarter", "-pk").values("source_id", "draw__code", "name")


def other_names(source: int, shown: str, open_codes: Collection[str]) -> tuple[str, ...]:
    """Return what else the public may know a unit by than the name that its page shows, the earliest first."""
    unit = units_of([source], open_codes)[source]
    names = (text for text in texts_of([source]) if text.kind != Kind.CODES and text.text != shown)
    return tuple(text.text for text in names if unit.is_told(text))


def with_page(open_codes: Container[str]) -> QuerySet:
    """Return the units that have a page: those in the registry, those joined into one, and those known to be drawn."""
    drawn = known_selections(open_codes).filter(source=OuterRef("pk")).order_by()
    stands = Q(is_active=True) | Q(joined_into__isnull=False)
    return PollutionSource.objects.filter(stands | Q(Exists(drawn)))
