"""Reads the frozen files of a draw row by row, as text: however long they are, a request parses the rows that it shows alone.

What follows from a whole file is counted once in each process: the file never changes, and its digest names it.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import QuerySet

from wugang_audit.remembered import remembered

from ..models import Draw, DrawFile, DrawNames, Withdrawal
from ..models.names import NamesState, names_states
from ..protocol import verify

LISTED = 100  # units of one kind that a list names; the rest stand in the file
# ``again`` and ``capped`` follow from earlier draws by the plan's rule: no change that anybody confirmed.
PARTAKES = dict.fromkeys(verify.COUNTED, "in")
NAMED = 5000  # names of units in draws that a process keeps
KEPT = 6  # files that a process keeps the counts of


class Place(NamedTuple):
    """What a row of ``pool.tsv`` says of a unit but for its name."""

    unit: str
    stratum: str
    speciality: str
    standing: str
    recused: str


Kind = tuple[str, str]  # stratum and standing


@dataclass(frozen=True)
class Pool:
    """What a whole ``pool.tsv`` comes to."""

    counts: Counter[Kind]  # units
    left_out: dict[
        tuple[str, str], tuple[str, ...]
    ]  # (standing, stratum): the first of the units that are not drawn

    def count(self, stratum: str, standing: str) -> int:
        return self.counts[stratum, standing]


@dataclass(frozen=True)
class Moves:
    """What changed from one pool to the next: (unit, what it was, what it is), the first of each kind, and how many."""

    rows: dict[str, tuple[tuple[str, str, str], ...]]
    counts: Counter[str]


def row_at(text: str, key: str) -> str:
    """Return the row of an ascending file that starts with a key and a TAB, without its LF; empty where there is none.

    It halves the text: the first line of the file stands before all rows and is never returned.
    """
    wanted = f"{key}\t"
    low, high = text.find("\n") + 1, len(text)
    while low < high:
        begin = text.rfind("\n", low, (low + high) // 2) + 1 or low
        end = text.find("\n", begin)
        if text.startswith(wanted, begin):
            return text[begin:end]
        if text[begin:end] < wanted:
            low = end + 1
        else:
            high = begin
    return ""


def rows_with(text: str, asked: re.Pattern[str], start: str = "\n") -> Iterator[list[str]]:
    """Yield the fields of each row in which the pattern is found anywhere, from the first that follows ``start``."""
    at = text.find(start)
    while at >= 0 and (hit := asked.search(text, at + 1)):
        begin, end = text.rfind("\n", 0, hit.start()) + 1, text.find("\n", hit.start())
        yield text[begin:end].split("\t")
        at = end


def kinds(text: str) -> Iterator[tuple[str, Kind]]:
    """Yield each unit of a pool with its kind."""
    for line in text.split("\n")[1:-1]:
        unit, stratum, _, standing, _ = line.split("\t", 4)
        yield unit, (stratum, standing)


def pool_text(code: str) -> str:
    return _text(code, verify.POOL)


def commit_text(code: str) -> str:
    return _text(code, verify.COMMIT)


def commit_texts(codes: Collection[str]) -> dict[str, str]:
    """Return {code: text of ``commit.txt``} of the draws that have one, in one query."""
    rows = DrawFile.objects.filter(name=verify.COMMIT, draw__code__in=codes).order_by()
    return dict(rows.values_list("draw__code", "content"))


def names_text(code: str) -> str:
    """The text of ``names.tsv`` as it stands today."""
    return DrawNames.objects.filter(draw__code=code).values_list("content", flat=True).first() or ""


def unit_name(names: str, number: str) -> str:
    """Return what the text of a ``names.tsv`` calls a unit; empty where it has no name of it."""
    return row_at(names, f"unit\t{number}").rpartition("\t")[2]


_named: OrderedDict[tuple[NamesState, str], str] = OrderedDict()


def unit_names(number: str, codes: Collection[str]) -> dict[str, str]:
    """Return {code: name} of a unit as ``names.tsv`` of each of these draws has it today; an empty name where it has none.

    Two queries at most, however many draws there are, and one where all was read before: of large draws a file has megabytes.
    """
    known = states()
    asked = {code: known[code] for code in codes if code in known}
    found = {code: name for code, state in asked.items() if (name := _named.get((state, number))) is not None}
    missing = [code for code in asked if code not in found]
    texts = DrawNames.objects.filter(draw__code__in=missing).order_by().values_list("draw__code", "content")
    for code, text in texts.iterator(chunk_size=1) if missing else ():
        found[code] = unit_name(text, number)
        _named[asked[code], number] = found[code]
    while len(_named) > NAMED:
        with suppress(KeyError):  # another thread was quicker
            _named.popitem(last=False)
    return found


def names_left(numbers: Collection[str]) -> dict[str, str]:
    """Of the units with a name that was withdrawn from some draw: the newest one that a public file still has, or none.

    :return: {number: name}; an empty name may neither be shown nor found. Units of which nothing was withdrawn are absent.
    """
    lost: set[str] = set()
    for code, state in _with_withdrawn_names() if numbers else ():
        lost |= _nameless(code, state).intersection(numbers)
    found = dict.fromkeys(lost, "")
    for code in _with_public_names() if lost else ():
        missing = [number for number, name in found.items() if not name]
        if not missing:
            break
        names = names_text(code)
        found |= {each: unit_name(names, each) for each in missing}
    return found


@remembered
def states() -> Mapping[str, NamesState]:
    """Return {code: what its ``names.tsv`` follows from} of all draws."""
    return MappingProxyType(names_states())


@remembered
def _with_public_names() -> tuple[str, ...]:
    """Return the draws whose names are public, the latest first."""
    public = Draw.objects.visible().with_earlier_seal().filter(is_under_seal=False)
    return tuple(public.order_by("-frozen_at").values_list("code", flat=True))


@remembered
def _with_withdrawn_names() -> tuple[tuple[str, NamesState], ...]:
    """Return the draws that names of units were withdrawn from, and what their names are today."""
    withdrawn = Withdrawal.objects.filter(kind=Withdrawal.Kind.UNIT).values("draw")
    return tuple(names_states(pk__in=withdrawn).items())


@lru_cache(maxsize=KEPT)
def _nameless(code: str, state: NamesState) -> frozenset[str]:
    """The units of a draw whose names were withdrawn from it."""
    lines = names_text(code).split("\n")
    named = {line.split("\t", 2)[1] for line in lines if line.startswith("unit\t")}
    return frozenset(unit for unit, _ in kinds(pool_text(code)) if unit not in named)


def digests(**asked: Any) -> QuerySet[DrawFile]:
    """Return the rows of files of which nothing but the digest is read.

    No digest is empty. To ask for one above nothing makes SQLite read the index that has it: the row itself stands in the order
    of its columns, and to come to the digest the whole content would be read, a megabyte for a pool. In any other order it
    would do so all the same.
    """
    return DrawFile.objects.filter(digest__gt="", **asked).order_by("digest")


def _text(code: str, name: str) -> str:
    """Return a frozen file; empty where there is none."""
    found = DrawFile.objects.filter(draw__code=code, name=name)
    return found.values_list("content", flat=True).first() or ""


@lru_cache(maxsize=KEPT)
def pool(code: str, digest: str) -> Pool:
    """Count a draw's pool; the digest is that of the file."""
    counts: Counter[Kind] = Counter()
    left_out: dict[tuple[str, str], list[str]] = {}
    for unit, kind in kinds(pool_text(code)):
        counts[kind] += 1
        stratum, standing = kind
        if standing not in verify.DRAWABLE:
            listed = left_out.setdefault((standing, stratum), [])
            if len(listed) < LISTED:
                listed.append(unit)
    return Pool(counts, {key: tuple(units) for key, units in left_out.items()})


JOINED, LEFT, STRATUM, STANDING = "joined", "left", "stratum", "standing"


@lru_cache(maxsize=KEPT)
def moves(code: str, digest: str, before: str, digest_before: str) -> Moves:
    """Compare a draw's pool with that of the draw before; the digests are those of the files."""
    rows: dict[str, list[tuple[str, str, str]]] = {kind: [] for kind in (JOINED, LEFT, STRATUM, STANDING)}
    counts: Counter[str] = Counter()

    def add(kind: str, unit: str, old: str, new: str) -> None:
        counts[kind] += 1
        if len(rows[kind]) < LISTED:
            rows[kind].append((unit, old, new))

    earlier = dict(kinds(pool_text(before)))
    for unit, kind in kinds(pool_text(code)):
        was = earlier.pop(unit, None)
        if was == kind:
            continue
        stratum, standing = kind
        if was is None:
            add(JOINED, unit, "", stratum)
            continue
        if was[0] != stratum:
            add(STRATUM, unit, was[0], stratum)
        old, new = (PARTAKES.get(each, each) for each in (was[1], standing))
        if old != new:
            add(STANDING, unit, old, new)
    for unit, was in earlier.items():
        add(LEFT, unit, was[0], "")
    return Moves({kind: tuple(listed) for kind, listed in rows.items()}, counts)
