"""Objections and corrections from outside that were answered in public, as they stand beside a unit's results."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from wugang_audit import clock
from wugang_audit.remembered import remembered

from .. import public_fields
from ..models import Objection as ObjectionRow
from ..models import ObjectionAnswer, Redaction
from ..models.redactions import HIDDEN, in_place_of_words
from ..states import InspectionState


@dataclass(frozen=True)
class Objection:
    kind: str
    received_on: date
    code: str  # of the draw that it is about; empty where it is about none
    text: str  # as a reviewer says it
    answer: str  # empty where the law hid it
    answered_on: date


def objections_of(unit: int, open_draws: Collection[str]) -> tuple[Objection, ...]:
    """Return what was answered in public about a unit, the latest first, in one query.

    What is about a draw waits until the public may know that the unit stands there.

    :param open_draws: codes of the draws whose units are public.
    """
    if unit not in _units(tuple(sorted(open_draws))):
        return ()
    rows = _answers(open_draws).filter(objection__unit=unit)
    rows = rows.annotate(is_hidden=_is_hidden()).order_by("-decided_at", "-pk")
    return tuple(_objection(row) for row in rows.values("is_hidden", *public_fields.OBJECTION))


def answered(open_draws: Collection[str]) -> list[tuple[int, Objection]]:
    """Return (key of the unit, what was answered in public about it) of all units, the earliest first.

    :param open_draws: codes of the draws whose units are public.
    """
    rows = _answers(open_draws).annotate(is_hidden=_is_hidden()).order_by("decided_at", "pk")
    found = rows.values("objection__unit", "is_hidden", *public_fields.OBJECTION)
    return [(row["objection__unit"], _objection(row)) for row in found.iterator()]


def is_any(open_draws: Collection[str]) -> bool:
    """Say whether anything was answered in public at all."""
    return bool(_units(tuple(sorted(open_draws))))


@remembered
def _units(open_draws: tuple[str, ...]) -> frozenset[int]:
    """Return the units with an answer at all: few, so that the page of any other has nothing to ask."""
    return frozenset(_answers(open_draws).order_by().values_list("objection__unit", flat=True))


def _answers(open_draws: Collection[str]) -> QuerySet:
    known = (
        Q(objection__draw=None)
        | Q(objection__draw__code__in=open_draws)
        | Q(objection__inspection__state=InspectionState.PUBLISHED)
    )
    return ObjectionAnswer.objects.public().filter(known)


def _is_hidden() -> Q:
    """Whether the law hid a text that the answer may repeat: after the answer, or the result as a whole.

    What was hidden before, an answer cannot repeat (`inspections.aftercare.verbs.require_fit`).
    """
    hidden = Redaction.objects.in_effect().filter(
        Q(text=Redaction.Text.FINDING) | Q(confirmed_at__gte=OuterRef("decided_at"))
    )

    def about(path: str, of: str) -> Exists:
        wanted = Q(
            *((f"{each}inspection{path}", OuterRef(of)) for each in ("", "correction__", "photo__")),
            _connector=Q.OR,
        )
        return Exists(hidden.filter(wanted))

    named = about("", "objection__inspection")
    unnamed = Q(objection__inspection=None) & Q(about("__selection__source", "objection__unit"))
    return Q(named) | unnamed


def _objection(row: dict[str, Any]) -> Objection:
    is_hidden, text = row["is_hidden"] or row["hidden_at"], row["public_text"]
    if row["hidden_at"]:
        text = in_place_of_words(clock.day_of(row["hidden_at"]), row["hidden_because"])
    elif is_hidden:
        text = HIDDEN
    return Objection(
        kind=ObjectionRow.Kind(row["objection__kind"]).short,
        received_on=clock.day_of(row["objection__received_at"]),
        code=row["objection__draw__code"] or "",
        text=text,
        answer="" if is_hidden else row["answer"],
        answered_on=clock.day_of(row["decided_at"]),
    )
