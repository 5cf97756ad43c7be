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
from . import frozen, pools
from .openness import Open, Openness, open_of
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
def _opened() -> tuple[tuple[str, Open], ...]:
    """Return each draw and how much of it is open: much less to ask than `draws.public_draws`."""
    rows = Draw.objects.visible().with_earlier_seal().order_by().values(*public_fields.DRAW_OPENNESS)
    return tuple((row["code"], open_of(row)) for row in rows)


def open_draws() -> tuple[str, ...]:
    """Return the codes of the draws whose units are public, void ones too."""
    return tuple(code for code, of in _opened() if of.level == Openness.ALL)


def _in_told_hats(numbers: Collection[str]) -> frozenset[str]:
    """Return those of these units that stood in the hat of a draw of which it is no secret whom it took, drawn or not."""
    return pools.ever_in(numbers, [code for code, of in _opened() if of.has_salt]) if numbers else frozenset()


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
    stood: bool = False  # of one that was struck off and never drawn: public files have it all the same
    # Likewise, where a name of it was withdrawn: what files still call it; empty: nothing.
    left_as: tuple[str, ...] = ()
    is_left: bool = False  # the registry's name left a draw, and no draw that the public knows has it

    @property
    def _named(self) -> tuple[str, ...]:
        return self.drawn_as or self.left_as

    @property
    def name(self) -> str:
        """What it is called today, where that may be told (`is_told` says the same of that text); else what it was drawn as."""
        may_tell = self.row["is_active"] and any(self.drawn_as) and not self.is_left
        return self.row["name"] if may_tell else shown_name(self.row, self._named)

    @property
    def stands(self) -> bool:
        """Whether it has a page though it was never drawn: nothing here depends on a draw that is sealed."""
        return self.row["is_active"] or self.row["joined_into"] is not None or self.stood

    @property
    def has_page(self) -> bool:
        return self.stands or bool(self.draws)

    def is_told(self, text: Text) -> bool:
        """Say whether the public may find the unit by a text; nothing here depends on a draw that is sealed.

        The codes stand on every page that there is. Any name counts that a known draw shows. The registry's name counts for a
        unit that is in no known draw; else while one of them still has a name of the unit, and if it did not leave one
        itself. A former name counts likewise, if it was the registry's, and if the unit was not called so when its name
        left any draw at all: that goes by the pool, in which a unit stands drawn or not.
        """
        if text.kind == Kind.CODES:
            return self.has_page
        if text.text in self._named:
            return self.has_page
        if self.left_as or (self.draws and not any(self.drawn_as)):
            return False
        if text.kind == Kind.NAME:
            return self.stands and not (self.draws and text.is_withdrawn)
        return text.is_registered and not text.is_withdrawn and self.has_page


def units_of(keys: Keys, open_codes: Collection[str]) -> dict[int, Unit]:
    """Return these units by their keys: two queries, however many they are, and some for those that were struck off or renamed."""
    # A code that no draw has stands for none: the one query is prepared for both.
    known = grouped(_known(keys, open_codes or [""]), "source_id")
    rows = _rows(keys)
    gone = [row for row in rows if not row["is_active"] and row["pk"] not in known]
    stood = _in_told_hats([row["number"] for row in gone if row["joined_into"] is None])
    # The registry's word for what it struck off is no longer public by itself, once a public file has lost a name of it.
    left = frozen.names_left([row["number"] for row in gone])
    drawn_as = {row["pk"]: tuple(one["name"] for one in known.get(row["pk"], ())) for row in rows}
    renamed = [
        row["pk"]
        for row in rows
        if row["is_active"] and any(drawn_as[row["pk"]]) and row["name"] not in drawn_as[row["pk"]]
    ]
    names_left = {row["source_id"] for row in _names_left(renamed)} if renamed else ()
    return {
        row["pk"]: Unit(
            row,
            tuple(one["draw__code"] for one in known.get(row["pk"], ())),
            drawn_as[row["pk"]],
            row["number"] in stood,
            (left[row["number"]],) if row["number"] in left else (),
            row["pk"] in names_left,
        )
        for row in rows
    }


@prepared
def _names_left(keys: Keys) -> QuerySet:
    """Return those of these units of which the registry's name left a draw."""
    texts = SearchText.objects.filter(source__in=keys, kind=Kind.NAME, is_withdrawn=True)
    return texts.order_by().values("source_id")


@prepared
def _rows(keys: Keys) -> QuerySet:
    units = PollutionSource.objects.filter(pk__in=keys).order_by()
    return units.values("pk", *public_fields.UNIT_SOUGHT)


@prepared
def _known(keys: Keys, open_codes: Keys) -> QuerySet:
    drawn = known_selections(open_codes).filter(source__in=keys)
    return drawn.order_by("-draw__year", "-draw__quarter", "-pk").values("source_id", "draw__code", "name")


def former_names(unit: Unit) -> tuple[str, ...]:
    """Return what else the public may know a unit by than the name that its page shows, the earliest first."""
    texts = (text for text in texts_of([unit.row["pk"]]) if text.kind != Kind.CODES)
    return tuple(dict.fromkeys(text.text for text in texts if text.text != unit.name and unit.is_told(text)))


@remembered
def numbers_with_page() -> tuple[str, ...]:
    """Return the registry numbers of all units of which `Unit.has_page` is true, in order."""
    drawn = known_selections(open_draws()).filter(source=OuterRef("pk")).order_by()
    stands = Q(is_active=True) | Q(joined_into__isnull=False)
    units = PollutionSource.objects.order_by()
    found = set(units.filter(stands | Q(Exists(drawn))).values_list("number", flat=True))
    gone = units.exclude(stands).values_list("number", flat=True)
    return tuple(sorted(found | _in_told_hats([number for number in gone if number not in found])))
