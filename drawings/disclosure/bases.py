"""The law that inspection items rest on, by date: what a page shows was in force on the day that it is about."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .. import public_fields
from ..models import LegalBasis as LegalBasisRow
from . import paging


@dataclass(frozen=True)
class LegalBasis:
    """An article or a document, with the days on which it is law, both ends included."""

    cited: str
    text: str
    since: datetime.date
    until: datetime.date | None

    def is_in_force(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Period:
    """Bases that ended on one day, or will begin on one."""

    day: datetime.date
    bases: tuple[LegalBasis, ...]


@dataclass(frozen=True)
class Bases:
    """What an item rests on: on one day, and in the public list also what it rested on before and will rest on."""

    day: datetime.date
    in_force: tuple[LegalBasis, ...]
    earlier: tuple[Period, ...] = ()  # the last ended first
    coming: tuple[Period, ...] = ()

    @property
    def all(self) -> tuple[LegalBasis, ...]:
        periods = (*self.earlier, *self.coming)
        return self.in_force + tuple(basis for period in periods for basis in period.bases)


def bases_of(items: Collection[int]) -> dict[int, tuple[LegalBasis, ...]]:
    """Return {key of an item: all that it cites, of whatever day}, in one query."""
    rows = LegalBasisRow.objects.filter(items__in=items).values("items", *public_fields.LEGAL_BASIS)
    return {key: tuple(map(_basis, found)) for key, found in paging.grouped(rows, "items").items()}


def on(bases: Iterable[LegalBasis], day: datetime.date) -> tuple[LegalBasis, ...]:
    """Return those that are in force on the day."""
    return tuple(basis for basis in bases if basis.is_in_force(day))


def by_date(bases: Iterable[LegalBasis], day: datetime.date) -> Bases:
    """Sort what an item cites by date: in force on the day, ended before it, to come after it."""
    bases = tuple(bases)
    ended = {basis.until for basis in bases if basis.until and basis.until < day}
    begins = {basis.since for basis in bases if basis.since > day}
    return Bases(
        day=day,
        in_force=on(bases, day),
        earlier=tuple(
            Period(last, tuple(basis for basis in bases if basis.until == last))
            for last in sorted(ended, reverse=True)
        ),
        coming=tuple(
            Period(first, tuple(basis for basis in bases if basis.since == first)) for first in sorted(begins)
        ),
    )


def _basis(row: dict[str, Any]) -> LegalBasis:
    named = {name: row[name] for name in ("law", "document_number", "article")}
    return LegalBasis(LegalBasisRow(**named).cited, row["text"], row["in_force_from"], row["in_force_until"])
