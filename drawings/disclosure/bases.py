"""The law that inspection items rest on, by date: what a page shows was cited and in force at the moment that it is about."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wugang_audit import clock

from .. import public_fields
from ..models import ItemBasis
from ..models import LegalBasis as LegalBasisRow
from . import paging
from .prepared import Keys, prepared


@dataclass(frozen=True)
class LegalBasis:
    """An article or a document, with the days on which it is law, both ends included, and since when the item cites it."""

    cited: str
    text: str
    since: datetime.date
    until: datetime.date | None
    cited_since: datetime.datetime | None = None  # None: from the beginning

    def is_in_force(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def added_on(self) -> datetime.date | None:
        """The day on which the item began to cite it; None where it did from the beginning."""
        return clock.day_of(self.cited_since) if self.cited_since else None

    @property
    def has_stood(self) -> bool:
        """Say whether the item ever cited it while it was law, or will."""
        return self.until is None or self.added_on is None or self.added_on <= self.until


@dataclass(frozen=True)
class Period:
    """What the item rested on up to a day on which some of it ended, or will rest on from a day on which some of it begins.

    All that stood on that day, also what stands today: a draw of that time cited it too.
    """

    day: datetime.date
    bases: tuple[LegalBasis, ...]


@dataclass(frozen=True)
class Bases:
    """What an item rests on: on one day, and in the public list also what it rested on before and will rest on."""

    day: datetime.date
    in_force: tuple[LegalBasis, ...]
    earlier: tuple[Period, ...] = ()  # the last ended first
    coming: tuple[Period, ...] = ()
    lapsed: bool = False  # in the public list: law is cited, and none of it is in force

    @property
    def all(self) -> tuple[LegalBasis, ...]:
        """Each once, those in force first."""
        periods = (*self.earlier, *self.coming)
        beside = (basis for period in periods for basis in period.bases)
        return tuple(dict.fromkeys([*self.in_force, *beside]))


def bases_of(items: Collection[int]) -> dict[int, tuple[LegalBasis, ...]]:
    """Return {key of an item: all that it cites, of whatever day}, in one query."""
    return {key: tuple(map(_basis, found)) for key, found in paging.grouped(_cited(items), "item_id").items()}


@prepared
def _cited(items: Keys) -> QuerySet:
    law = (f"basis__{name}" for name in public_fields.LEGAL_BASIS)
    return ItemBasis.objects.filter(item__in=items).values("item_id", *public_fields.CITATION, *law)


def standing(bases: Iterable[LegalBasis], moment: datetime.datetime) -> tuple[LegalBasis, ...]:
    """Return those that were cited by the moment and in force on its day."""
    day = clock.day_of(moment)
    return tuple(basis for basis in _cited_by(bases, moment) if basis.is_in_force(day))


def bases_at(bases: Iterable[LegalBasis], moment: datetime.datetime) -> Bases:
    """Return what a page about one moment shows."""
    return Bases(clock.day_of(moment), standing(bases, moment))


def by_date(bases: Iterable[LegalBasis], moment: datetime.datetime) -> Bases:
    """Sort what an item cites by date: in force on the day of the moment, ended before it, to come after it."""
    day = clock.day_of(moment)
    cited = _cited_by(bases, moment)
    bases = tuple(basis for basis in cited if basis.has_stood)
    in_force = standing(bases, moment)
    ended = {basis.until for basis in bases if basis.until and basis.until < day}
    begins = {basis.since for basis in bases if basis.since > day}
    return Bases(
        day=day,
        in_force=in_force,
        earlier=tuple(_period(last, bases) for last in sorted(ended, reverse=True)),
        coming=tuple(_period(first, bases) for first in sorted(begins)),
        lapsed=bool(cited) and not in_force,
    )


def _period(day: datetime.date, bases: Iterable[LegalBasis]) -> Period:
    """Return what was cited by a day, or will be, and is law on it."""
    stood = (basis for basis in bases if basis.added_on is None or basis.added_on <= day)
    return Period(day, tuple(basis for basis in stood if basis.is_in_force(day)))


def _cited_by(bases: Iterable[LegalBasis], moment: datetime.datetime) -> list[LegalBasis]:
    return [basis for basis in bases if basis.cited_since is None or basis.cited_since <= moment]


def _basis(row: dict[str, Any]) -> LegalBasis:
    law = LegalBasisRow(**{name: row[f"basis__{name}"] for name in public_fields.LEGAL_BASIS})
    return LegalBasis(law.cited, law.text, law.in_force_from, law.in_force_until, row["cited_since"])
