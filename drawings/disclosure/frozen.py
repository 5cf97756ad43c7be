"""Reads the frozen files of a draw row by row, as text: however long they are, a request parses the rows that it shows alone.

What follows from a whole file is counted once in each process: the file never changes, and its digest names it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..models import Draw, DrawFile, DrawNames, Withdrawal
from ..protocol import verify

LISTED = 100  # units of one kind that a list names; the rest stand in the file
# ``again`` and ``capped`` follow from earlier draws by the plan's rule: no change that anybody confirmed.
PARTAKES = dict.fromkeys(verify.COUNTED, "in")
KEPT = 6  # files that a process keeps the counts of


class Place(NamedTuple):
    """What a row of ``pool.tsv`` says of a unit but for its name."""

    unit: str
    stratum: str
    speciality: str
    standing: str
    recused: str


@dataclass(frozen=True)
class Pool:
    """What a whole ``pool.tsv`` comes to."""

    counts: Counter[tuple[str, str]]  # (stratum, standing): units
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


def places(text: str) -> Iterator[Place]:
    """Yield what the rows of a pool say."""
    for line in text.splitlines()[1:]:
        yield Place(*line.split("\t", 5)[:5])


def pool_text(code: str) -> str:
    return _text(code, verify.POOL)


def names_text(code: str) -> str:
    """The text of ``names.tsv`` as it stands today."""
    return DrawNames.objects.filter(draw__code=code).values_list("content", flat=True).first() or ""


def names_left(numbers: Collection[str]) -> dict[str, str]:
    """Of the units with a name that was withdrawn from some draw: the newest one that a public file still has, or none.

    :return: {number: name}; an empty name may neither be shown nor found. Units of which nothing was withdrawn are absent.
    """
    lost: set[str] = set()
    withdrawn = Withdrawal.objects.filter(kind=Withdrawal.Kind.UNIT) if numbers else Withdrawal.objects.none()
    for code in withdrawn.order_by().values_list("draw__code", flat=True).distinct():
        pool, names = pool_text(code), names_text(code)
        lost |= {each for each in numbers if row_at(pool, each) and not row_at(names, f"unit\t{each}")}
    found = dict.fromkeys(lost, "")
    public = Draw.objects.visible().with_earlier_seal().filter(is_under_seal=False)
    for code in public.order_by("-frozen_at").values_list("code", flat=True) if lost else ():
        missing = [number for number, name in found.items() if not name]
        if not missing:
            break
        names = names_text(code)
        found |= {each: row_at(names, f"unit\t{each}").rpartition("\t")[2] for each in missing}
    return found


def _text(code: str, name: str) -> str:
    """Return a frozen file; empty where there is none."""
    found = DrawFile.objects.filter(draw__code=code, name=name)
    return found.values_list("content", flat=True).first() or ""


@lru_cache(maxsize=KEPT)
def pool(code: str, digest: str) -> Pool:
    """Count a draw's pool; the digest is that of the file."""
    counts: Counter[tuple[str, str]] = Counter()
    left_out: dict[tuple[str, str], list[str]] = {}
    for row in places(pool_text(code)):
        counts[row.stratum, row.standing] += 1
        if row.standing not in verify.DRAWABLE:
            listed = left_out.setdefault((row.standing, row.stratum), [])
            if len(listed) < LISTED:
                listed.append(row.unit)
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

    earlier = {row.unit: row for row in places(pool_text(before))}
    for row in places(pool_text(code)):
        was = earlier.pop(row.unit, None)
        if was is None:
            add(JOINED, row.unit, "", row.stratum)
            continue
        if was.stratum != row.stratum:
            add(STRATUM, row.unit, was.stratum, row.stratum)
        old, new = (PARTAKES.get(each.standing, each.standing) for each in (was, row))
        if old != new:
            add(STANDING, row.unit, old, new)
    for was in earlier.values():
        add(LEFT, was.unit, was.stratum, "")
    return Moves({kind: tuple(listed) for kind, listed in rows.items()}, counts)
