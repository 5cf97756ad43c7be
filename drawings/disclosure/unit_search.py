"""The search for units, whole and while somebody types."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from sources.models import PollutionSource

from .. import public_fields
from ..models import SearchText
from ..models.search_index import fold
from . import objects, paging
from .draws import public_draws
from .unit_names import Kind, findable, known_selections, shown_name

FOUND, SUGGESTED = 20, 8  # units that a search lists
_CODE = re.compile(r"(?=.*[0-9])[0-9a-z_-]{4,}", re.ASCII)


@dataclass(frozen=True)
class Found:
    """A unit that a search found, with the draws that the public may know it was drawn in."""

    number: str
    name: str
    township: str
    called: tuple[str, ...]  # the other names by which it was found
    draws: tuple[objects.Draw, ...]


@dataclass(frozen=True)
class UnitsFound:
    """Some of the units that were found, and whether there are more."""

    rows: tuple[Found, ...] = ()
    has_more: bool = False


def search_units(asked: str, limit: int = FOUND) -> UnitsFound:
    """Find units by any two neighbouring characters of what `unit_names.findable` lets them be found by.

    A unit of which the question is the whole number or credit code comes first, the others by number.
    """
    folded = fold(asked)
    draws = public_draws()
    by_code = {draw.code: draw for draw in draws}
    open_draws = [draw.code for draw in draws if draw.is_open]
    texts = _found(folded, open_draws, limit + 1)
    keys, has_more = list(texts)[:limit], len(texts) > limit
    wanted = ("pk", *public_fields.UNIT_FOUND)
    units = {row["pk"]: row for row in PollutionSource.objects.filter(pk__in=keys).values(*wanted)}
    drawn = known_selections(open_draws).filter(source__in=keys).order_by("-draw__year", "-draw__quarter")
    drawn_as = paging.grouped(drawn.values("source_id", "draw__code", "name"), "source_id")
    found = []
    for key in keys:
        row, named = units[key], drawn_as.get(key, ())
        name = shown_name(row, [one["name"] for one in named])
        found.append(
            Found(
                number=row["number"],
                name=name,
                township=row["township"],
                called=tuple(text for text in texts[key] if text != name),
                draws=tuple(by_code[one["draw__code"]] for one in named),
            )
        )
    return UnitsFound(tuple(found), has_more)


def _found(folded: str, open_draws: list[str], limit: int) -> dict[int, list[str]]:
    """Return {unit: the names that hold the question} of so many units at least, where there are as many."""
    found: dict[int, list[str]] = {}
    if _CODE.fullmatch(folded):
        for row in _exactly(folded, open_draws):
            found[row] = []
    if len(folded) < 2:
        return found
    for keys in SearchText.objects.holding(folded):
        rows = findable(SearchText.objects.filter(pk__in=keys), open_draws).order_by("number", "pk")
        for row in rows.values("source_id", "kind", "text"):
            texts = found.setdefault(row["source_id"], [])
            if row["kind"] != Kind.CODES and row["text"] not in texts:
                texts.append(row["text"])
        if len(found) >= limit:
            break
    return found


def _exactly(code: str, open_draws: list[str]) -> Any:
    """The units of which this is the registry number or credit code."""
    units = PollutionSource.objects.alias(_number=Lower("number"))
    units = units.filter(Q(_number=code) | Q(credit_code=code.upper()))
    texts = SearchText.objects.filter(source__in=list(units.values_list("pk", flat=True)), kind=Kind.CODES)
    return findable(texts, open_draws).order_by("number").values_list("source_id", flat=True)
