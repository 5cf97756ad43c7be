"""The search for units, whole and while somebody types."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from sources.models import PollutionSource

from ..models import SearchText
from ..models.search_index import fold
from . import objects
from .draws import public_draws
from .paging import around
from .unit_names import Kind, Text, Unit, open_draws, texts_at, texts_of, units_of

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
    """Find units by any two neighbouring characters of what `Unit.is_told` lets them be found by.

    A unit of which the question is the whole number or credit code comes first, the others by number.
    """
    open_codes = open_draws()
    found = _found(fold(asked), open_codes, limit + 1)
    rows, has_more = found[:limit], len(found) > limit
    codes = {code for unit, _ in rows for code in unit.draws}
    by_code = {draw.code: draw for draw in public_draws(lambda draw: draw.code in codes)} if codes else {}
    return UnitsFound(
        tuple(
            Found(
                number=unit.row["number"],
                name=unit.name,
                township=unit.row["township"],
                called=called,
                draws=tuple(by_code[code] for code in unit.draws),
            )
            for unit, called in rows
        ),
        has_more,
    )


def suggest(asked: str) -> list[dict[str, Any]]:
    """Return the first units that a question finds, as the script of the page reads them: without their draws."""
    before, after = around("unit")
    return [
        {
            "number": unit.row["number"],
            "name": unit.name,
            "township": unit.row["township"],
            "called": called[:1],
            "url": f"{before}{unit.row['number']}{after}",
        }
        for unit, called in _found(fold(asked), open_draws(), SUGGESTED)[:SUGGESTED]
    ]


def _found(folded: str, open_codes: tuple[str, ...], limit: int) -> list[tuple[Unit, tuple[str, ...]]]:
    """Return so many units at least, where there are as many, each with the other names that hold the question."""
    found: dict[int, tuple[Unit, list[str]]] = {}
    if _CODE.fullmatch(folded):
        codes = [text for text in texts_of(_exactly(folded)) if text.kind == Kind.CODES]
        _add(found, codes, open_codes)
    for keys in SearchText.objects.holding(folded, 2 * limit) if len(folded) > 1 else ():
        _add(found, texts_at(keys), open_codes)
        if len(found) >= limit:
            break
    return [(unit, tuple(called)) for unit, called in found.values()]


def _add(found: dict[int, tuple[Unit, list[str]]], rows: list[Text], open_codes: tuple[str, ...]) -> None:
    units = units_of(dict.fromkeys(text.source for text in rows), open_codes) if rows else {}
    for text in rows:
        unit = units.get(text.source)
        if unit is None or not unit.is_told(text):
            continue
        _, called = found.setdefault(text.source, (unit, []))
        if text.kind != Kind.CODES and text.text != unit.name and text.text not in called:
            called.append(text.text)


def _exactly(code: str) -> list[int]:
    """The units of which this is the registry number or credit code."""
    units = PollutionSource.objects.alias(_number=Lower("number")).order_by()
    return list(units.filter(Q(_number=code) | Q(credit_code=code.upper())).values_list("pk", flat=True))
