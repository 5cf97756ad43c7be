"""The search for units, whole and while somebody types."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from sources.models import PollutionSource

from ..models import SearchText
from ..models.search_index import APART, fold
from . import objects
from .draws import public_draws
from .paging import around
from .unit_names import Kind, Text, Unit, open_draws, texts_at, texts_of, units_of

FOUND, SUGGESTED = 20, 8  # units that a search lists
WORDS = 5  # that the index is asked for at once
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
    """Some of the units that were found, and where the next ones begin: behind this number; empty where there are no more."""

    rows: tuple[Found, ...] = ()
    next_after: str = ""

    @property
    def has_more(self) -> bool:
        return bool(self.next_after)


def search_units(asked: str, limit: int = FOUND, after: str = "") -> UnitsFound:
    """Find units by any two neighbouring characters of what `Unit.is_told` lets them be found by, or by several such words.

    A unit of which the question is the whole number or credit code comes first, the others by number.

    :param after: the registry number of the last unit of the page before.
    """
    open_codes = open_draws()
    found = _found(asked, open_codes, limit + 1, after)
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
        rows[-1][0].row["number"] if has_more else "",
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
        for unit, called in _found(asked, open_draws(), SUGGESTED)[:SUGGESTED]
    ]


def words_of(asked: str) -> tuple[str, ...]:
    """Return the words of a question, folded, if there are several and each is long enough to be looked for; else the whole one."""
    words = tuple(dict.fromkeys(filter(None, map(fold, asked.split()))))
    return words if len(words) > 1 and min(map(len, words)) > 1 else (fold(asked),)


def _found(
    asked: str, open_codes: tuple[str, ...], limit: int, after: str = ""
) -> list[tuple[Unit, tuple[str, ...]]]:
    """Return so many units at least, where there are as many, each with the other names that hold the question."""
    words = words_of(asked)
    if len(words) > 1:
        return _found_by_all(words, open_codes, limit, after)
    (folded,) = words
    found: dict[int, tuple[Unit, list[str]]] = {}
    if _CODE.fullmatch(folded):
        codes = [text for text in texts_of(_exactly(folded)) if text.kind == Kind.CODES]
        _add(found, codes, open_codes)
    first = set(found) if after else set()  # they stood on the first page
    for keys in SearchText.objects.holding(folded, 2 * limit, after) if len(folded) > 1 else ():
        _add(found, texts_at(keys), open_codes)
        if len(found) - len(first) >= limit:
            break
    return [(unit, tuple(called)) for key, (unit, called) in found.items() if key not in first]


def _found_by_all(
    words: tuple[str, ...], open_codes: tuple[str, ...], limit: int, after: str
) -> list[tuple[Unit, tuple[str, ...]]]:
    """Return the units that have each word in one of the texts by which the public may find them, in one or in several."""
    found: list[tuple[Unit, tuple[str, ...]]] = []
    asked = sorted(words, key=len, reverse=True)[:WORDS]  # the others are looked for in what these find
    for keys in SearchText.objects.units_holding_all(asked, 2 * limit, after):
        units = units_of(keys, open_codes)
        texts: dict[int, list[Text]] = {}
        for text in texts_of(keys):
            if units[text.source].is_told(text):
                texts.setdefault(text.source, []).append(text)
        for key in keys:
            told = {text: tuple(map(fold, text.text.split(APART))) for text in texts.get(key, ())}
            if all(any(word in part for parts in told.values() for part in parts) for word in words):
                found.append((units[key], _called(units[key], told, words)))
        if len(found) >= limit:
            break
    return found


def _called(unit: Unit, told: dict[Text, tuple[str, ...]], words: tuple[str, ...]) -> tuple[str, ...]:
    others = (text for text in told if text.kind != Kind.CODES and text.text != unit.name)
    return tuple(text.text for text in others if any(word in told[text][0] for word in words))


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
