"""Where one unit stood in the frozen pool of every draw, and what its chance was, without reading a pool for each request.

A frozen pool never changes and its digest names it. So each process reads it once and keeps of it one byte for each
unit: 20 draws of 30,000 units take 600 KB, beside one table of numbers that all of them share. A second table in the
database would be another copy that could differ from the frozen file, and that a seal had to guard as well.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Lock

from django.db.models import QuerySet

from ..protocol import verify
from . import frozen
from .chances import Chances
from .prepared import Keys, prepared

KEPT = 400  # draws: a hundred years of quarters
OUTSIDE = 0  # the byte of a unit that is not in the pool

_places: dict[str, int] = {}  # {registry number: where its byte stands in every pool}
_filling = Lock()


@dataclass(frozen=True)
class Stood:
    """A unit in a frozen pool: its class, its standing there, and the odds of all that stood alike."""

    stratum: str
    standing: str
    chances: Chances | None  # None: the commit does not name the class

    @property
    def may_be_drawn(self) -> bool:
        return self.standing in verify.DRAWABLE

    @property
    def odds(self) -> str:
        """Say the odds; empty for a unit that is not drawn."""
        return self.chances.words(self.standing) if self.chances else ""


@dataclass(frozen=True)
class _Kept:
    kinds: tuple[frozen.Kind, ...]  # a unit's byte, less one, is its place here
    bytes: array
    counts: Counter[frozen.Kind]


def stood_in(number: str, codes: Collection[str]) -> dict[str, Stood | None]:
    """Say of each draw where a unit stood in its pool; None: it was not in it.

    The caller asks only for draws with a pool that is public (`openness.Open.has_pool`). One query, however many draws;
    those whose files are not there are left out.
    """
    names = (verify.POOL, verify.COMMIT)
    digests: dict[str, dict[str, str]] = {}
    for row in _digests(codes, names):
        digests.setdefault(row["draw__code"], {})[row["name"]] = row["digest"]
    return {
        code: _stood(number, code, of[verify.POOL], of.get(verify.COMMIT, ""))
        for code, of in digests.items()
        if verify.POOL in of
    }


def ever_in(numbers: Collection[str], codes: Collection[str]) -> frozenset[str]:
    """Return those of these units that stood in the pool of any of these draws, as the caller may ask for (`stood_in`)."""
    kept = [_kept(row["draw__code"], row["digest"]) for row in _digests(codes, (verify.POOL,))]
    return frozenset(number for number in numbers if any(map(partial(_byte, number), kept)))


@prepared
def _digests(codes: Keys, names: Keys) -> QuerySet:
    rows = frozen.digests(draw__code__in=codes, name__in=names)
    return rows.values("draw__code", "name", "digest").order_by()


def _byte(number: str, kept: _Kept) -> int:
    at = _places.get(number)
    return OUTSIDE if at is None or at >= len(kept.bytes) else kept.bytes[at]


def _stood(number: str, code: str, pool: str, commit: str) -> Stood | None:
    kept = _kept(code, pool)
    if not (byte := _byte(number, kept)):
        return None
    stratum, standing = kept.kinds[byte - 1]
    takes = _takes(code, commit)
    if stratum not in takes:
        return Stood(stratum, standing, None)
    fresh, again = (kept.counts[stratum, each] for each in ("in", "again"))
    return Stood(stratum, standing, Chances(takes[stratum], fresh, again))


@lru_cache(maxsize=KEPT)
def _kept(code: str, digest: str) -> _Kept:
    """Read a pool; the digest is that of the file."""
    of = list(frozen.kinds(frozen.pool_text(code)))
    counts = Counter(kind for _, kind in of)
    kinds = tuple(counts)
    marks = {kind: mark for mark, kind in enumerate(kinds, OUTSIDE + 1)}
    with _filling:  # two threads must not give one place to two numbers
        for number, _ in of:
            _places.setdefault(number, len(_places))
        kept = array("B", bytes(len(_places)))
    for number, kind in of:
        kept[_places[number]] = marks[kind]
    return _Kept(kinds, kept, counts)


@lru_cache(maxsize=KEPT)
def _takes(code: str, digest: str) -> Mapping[str, int]:
    """Read how many units of each class a draw takes; the digest is that of its commit."""
    try:
        return {
            stratum.code: stratum.take for stratum in verify.parse_commit(frozen.commit_text(code)).strata
        }
    except verify.Invalid:
        return {}
