"""Is my firm in the hat? The answer stands in the frozen files; the registry says why a firm is not in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.db.models import Min, Q

from sources.models import PollutionSource
from wugang_audit.calendar.words import day_in_words

from .. import public_fields
from ..models import SearchText, Stratum
from ..models.draw import UNIT_WITHDRAWN
from ..models.search_texts import MANY
from ..protocol import verify
from . import frozen
from .chances import STANDINGS, Chances

FOUND = 20  # units that an answer lists
Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class InHat:
    """A unit of the frozen pool: where it stands, its odds, and the rows with which anybody checks that."""

    number: str
    name: str
    label: str  # of its class
    may_be_drawn: bool
    words: str  # its standing
    odds: str  # empty for a unit that is not drawn
    recused: int  # officers who may not inspect it
    row: str  # of pool.tsv, as it stands there
    name_row: str  # of names.tsv; empty where the name is withdrawn
    name_digest: str


@dataclass(frozen=True)
class NotInHat:
    """A unit that the registry knows and the pool does not."""

    number: str
    name: str
    why: str


@dataclass(frozen=True)
class Answer:
    asked: str
    rows: tuple[InHat, ...] = ()
    outside: tuple[NotInHat, ...] = ()
    has_more: bool = False


@dataclass(frozen=True)
class Class:
    """One class of the hat, and what the chance is in it."""

    code: str
    chances: Chances
    left_out: int

    @property
    def label(self) -> str:
        return Stratum.label_of(self.code)

    @property
    def lines(self) -> tuple[str, ...]:
        """The odds of its units; nothing of a kind of which there is none."""
        counts = {"in": self.chances.fresh, "again": self.chances.again}
        return tuple(self.chances.words(standing) for standing, count in counts.items() if count)


def classes(commit: verify.Commit, pool: frozen.Pool) -> tuple[Class, ...]:
    """Return the classes of a draw in the order of its commit."""
    return tuple(
        Class(
            stratum.code,
            Chances(stratum.take, pool.count(stratum.code, "in"), pool.count(stratum.code, "again")),
            sum(
                count
                for (code, standing), count in pool.counts.items()
                if code == stratum.code and standing not in verify.DRAWABLE
            ),
        )
        for stratum in commit.strata
    )


def _words(asked: str) -> list[str]:
    """Return the words of a question, the longest first, if there are several of two characters or more; else the whole one."""
    words = sorted(dict.fromkeys(asked.split()), key=len, reverse=True)
    return words if len(words) > 1 and len(words[-1]) > 1 else [asked]


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word), re.IGNORECASE if word.lower() != word.upper() else 0)


def _are_in(patterns: Patterns, *texts: str) -> bool:
    """Say whether each pattern is found in one of the texts."""
    return all(any(pattern.search(text) for text in texts) for pattern in patterns)


class Hat:
    """The frozen pool and the names of one draw, as a search reads them."""

    def __init__(self, code: str, names: str, frozen_at: datetime, of: tuple[Class, ...]):
        self.pool, self.names = frozen.pool_text(code), names
        self.frozen_at = frozen_at
        self.chances = {each.code: each.chances for each in of}

    def ask(self, text: str) -> Answer:
        """Find units by parts of their name, number or credit code; the registry knows the last, and units that are not in the pool.

        :param text: one part, or several of two characters or more with spaces between, which a unit must all have.
        """
        asked = normalize("NFC", text)
        words = _words(asked)
        patterns = tuple(map(_pattern, words))
        known = Q()
        for word in words:
            known &= Q(name__icontains=word) | Q(number__icontains=word) | Q(credit_code__icontains=word)
            units = SearchText.objects.units_holding(word)
            if units is not None:
                known &= Q(pk__in=units)
        found = set()
        for number in self._numbers(patterns):
            found.add(number)
            if len(found) > FOUND:
                break
        strangers = []
        registered = PollutionSource.objects.filter(known).order_by("number")[:MANY]
        looked_at = 0
        for row in registered.values("pk", *public_fields.HAT_UNIT).iterator(chunk_size=100):
            looked_at += 1
            if not frozen.row_at(self.pool, row["number"]):
                strangers.append(row)
            elif self._may_name(row, patterns):
                found.add(row["number"])
            # Of a withdrawn name nothing is said, nor is it counted: not even by what it leaves no room for.
            if len(strangers) > FOUND or len(found) > FOUND and looked_at > FOUND:
                break
        told = [row for row in self._as_named_today(strangers) if self._matches(row, patterns)]
        rows = tuple(self._in_hat(number) for number in sorted(found)[:FOUND])
        has_more = len(found) > FOUND or len(told) > FOUND or looked_at == MANY
        return Answer(asked, rows, self._outside(told[:FOUND]), has_more)

    def _numbers(self, patterns: Patterns) -> Iterator[str]:
        """The units with a name or a number that each pattern is found in, as the frozen files have them."""
        for _, number, _, name in frozen.rows_with(self.names, patterns[0], "\nunit\t"):
            if _are_in(patterns, number, name):
                yield number
        if self.names.count("\nunit\t") < self.pool.count("\n") - 1:  # of a withdrawn name the number is left
            for number, *_ in frozen.rows_with(self.pool, patterns[0]):
                if _are_in(patterns, number):
                    yield number

    def _may_name(self, row: dict[str, Any], patterns: Patterns) -> bool:
        """Say whether a unit may be found by what the registry says today: not by a name that was withdrawn here."""
        by_code = _are_in(patterns, row["number"], row["credit_code"])
        return by_code or bool(frozen.row_at(self.names, f"unit\t{row['number']}"))

    def _as_named_today(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take from units that are not in this pool the names that were withdrawn from the draws they stood in."""
        left = frozen.names_left([row["number"] for row in rows])
        return [row | {"name": left.get(row["number"], row["name"])} for row in rows]

    def _matches(self, row: dict[str, Any], patterns: Patterns) -> bool:
        return _are_in(patterns, row["name"], row["number"], row["credit_code"])

    def _in_hat(self, number: str) -> InHat:
        line = frozen.row_at(self.pool, number)
        unit = frozen.Place(*line.split("\t")[:5])
        name_row = frozen.row_at(self.names, f"unit\t{number}")
        chances = self.chances.get(unit.stratum)
        return InHat(
            number=number,
            name=name_row.rpartition("\t")[2] or UNIT_WITHDRAWN,
            label=Stratum.label_of(unit.stratum),
            may_be_drawn=unit.standing in verify.DRAWABLE,
            words=STANDINGS.get(unit.standing, unit.standing),
            odds=chances.words(unit.standing) if chances else "",
            recused=0 if unit.recused == "-" else unit.recused.count(",") + 1,
            row=line,
            name_row=name_row,
            name_digest=line.rpartition("\t")[2],
        )

    def _outside(self, rows: list[dict[str, Any]]) -> tuple[NotInHat, ...]:
        """Say why each is not in the pool, as far as the registry's history tells."""
        if not rows:
            return ()
        history = PollutionSource.history.filter(id__in=[row["pk"] for row in rows])
        first = dict(history.values_list("id").annotate(Min("history_date")).order_by())
        was_off = history.filter(history_date__lte=self.frozen_at).order_by("history_date")
        in_use = dict(was_off.values_list("id", "is_active"))  # the last before the freeze stays
        return tuple(
            NotInHat(
                row["number"],
                row["name"] or UNIT_WITHDRAWN,
                why_absent(first.get(row["pk"]), in_use.get(row["pk"]), row["is_active"], self.frozen_at),
            )
            for row in rows
        )


def why_absent(
    since: datetime | None, was_in_use: bool | None, is_in_use: bool, frozen_at: datetime | None
) -> str:
    """Say why a unit of the registry is not in a frozen pool.

    :param since: when it was registered, as far as the history goes.
    :param was_in_use: whether the registry held it in use at the freeze; None: nothing says it.
    """
    if since and frozen_at and since > frozen_at:
        return f"冻结名单以后才登记（{day_in_words(since)}），从下一次抽签起算"
    if was_in_use is False:
        return "冻结名单时已退出名录" + ("，后来才恢复" if is_in_use else "")
    if not is_in_use:
        return "已退出名录"
    return "名录里有它，冻结的名单里没有，原因这里查不到：请向本局询问"
