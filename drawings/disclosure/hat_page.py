"""What a draw's page shows of its hat: the classes, who is left out and why, what changed, and what it waits for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wugang_audit.calendar.words import day_in_words
from wugang_audit.remembered import remembered

from ..models import Draw, Stratum
from ..models.draw import UNIT_WITHDRAWN
from ..models.names import NamesState
from ..protocol import verify
from . import frozen, objects
from .chances import STANDINGS
from .hat import Answer, Class, Hat, classes

NOBODY_VOUCHES = "没有外部名册对照：本系统以外没有人为名单作证"
# Why a unit of the pool is not drawn, for the head of a list.
REASONS = {"stopped": "停产", "exempt": "豁免（不参与双随机）", "capped": "达到全年检查上限"}
MOVES = {
    frozen.JOINED: "新进名单",
    frozen.LEFT: "不再在名单里",
    frozen.STRATUM: "换了类别",
    frozen.STANDING: "参加抽签与否有变",
}


@dataclass(frozen=True)
class Listed:
    number: str
    name: str
    note: str


@dataclass(frozen=True)
class Listing:
    """Units of one kind, the first of them by name, and how many there are."""

    label: str
    count: int
    rows: tuple[Listed, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Earlier:
    """An earlier draw: one that this is compared with, or one whose seal stands, so that this pool would give it away."""

    code: str
    title: str
    unseal_on: date | None


@dataclass(frozen=True)
class HatPage:
    classes: tuple[Class, ...] = ()
    answer: Answer | None = None
    left_out: tuple[Listing, ...] = ()
    changed: tuple[Listing, ...] = ()
    since: Earlier | None = None  # the draw that it is compared with, if any
    seals: tuple[Earlier, ...] = ()
    registers: tuple[verify.Register, ...] = ()

    @property
    def seal_falls(self) -> str:
        """When the seals fall that the pool waits for, in words; empty where it waits for none."""
        if not self.seals:
            return ""
        days = [seal.unseal_on for seal in self.seals]
        titles = "、".join(seal.title for seal in self.seals)
        known = [day for day in days if day]
        return f"{titles}解封时" + (f"，最迟 {day_in_words(max(known))}" if len(known) == len(days) else "")


def earlier_seals(draw: Draw) -> tuple[Earlier, ...]:
    """The seals that stand of draws frozen before this one."""
    standing = Draw.objects.frozen_before(draw).standing().order_by("frozen_at")
    return tuple(Earlier(one.code, one.title, one.unseal_on) for one in standing)


def hat_page(
    draw: objects.Draw, commit: verify.Commit | None, digest: str, since: str, asked: str
) -> HatPage:
    """Gather it.

    :param digest: of ``pool.tsv``; empty while that is not public.
    :param since: code of the draw before, where the freeze compared with one.
    :param asked: what a visitor looks for; empty: nothing.
    """
    registers = commit.declared_registers if commit else ()
    before = _draw(since)
    earlier = Earlier(before.code, before.title, None) if before else None
    if not draw.open.has_pool:
        return HatPage(seals=earlier_seals(_draw(draw.code)), since=earlier, registers=registers)
    if commit is None or not digest:
        return HatPage(since=earlier, registers=registers)
    of = classes(commit, frozen.pool(draw.code, digest))
    known = frozen.states()
    states = frozenset(known[code] for code in (draw.code, since) if code in known)
    left_out, changed = _lists(draw.code, digest, since, _digest_of(before), states)
    return HatPage(
        classes=of,
        answer=Hat(draw.code, frozen.names_text(draw.code), draw.frozen_at, of).ask(asked) if asked else None,
        left_out=left_out,
        changed=changed,
        since=earlier,
        registers=registers,
    )


@remembered
def _draw(code: str) -> Draw | None:
    """Read what names a draw and places it in time; nobody writes to it."""
    rows = Draw.objects.with_earlier_seal().only("code", "year", "quarter", "frozen_at")
    return rows.filter(code=code).first() if code else None


def _digest_of(before: Draw | None) -> str:
    """Return the digest of the pool of the draw before; empty where there is none or it is not public."""
    if before is None or before.is_under_seal:
        return ""
    files = frozen.digests(draw=before, name=verify.POOL)
    return files.values_list("digest", flat=True).first() or ""


@lru_cache(maxsize=frozen.KEPT)
def _lists(
    code: str, digest: str, since: str, digest_before: str, names: frozenset[NamesState]
) -> tuple[tuple[Listing, ...], tuple[Listing, ...]]:
    """Return who is left out, and what changed; made once for each state of the names that both are written with.

    :param digest: of the pool, as `digest_before` is of the pool of the draw before; empty: nothing to compare with.
    """
    name_of = _Names(code, since)
    left_out = tuple(_left_out(frozen.pool(code, digest), name_of))
    if not digest_before:
        return left_out, ()
    return left_out, tuple(_changed(frozen.moves(code, digest, since, digest_before), name_of))


class _Names:
    """The names of the units that a list shows, read when the first is asked for: of this draw, or of the one before."""

    def __init__(self, code: str, since: str):
        self.codes = [code for code in (code, since) if code]
        self.texts: dict[str, str] = {}

    def __call__(self, number: str) -> str:
        for code in self.codes:
            if code not in self.texts:
                self.texts[code] = frozen.names_text(code)
            if row := frozen.row_at(self.texts[code], f"unit\t{number}"):
                return row.rpartition("\t")[2]
        return UNIT_WITHDRAWN


def _left_out(pool: frozen.Pool, name_of: _Names) -> Iterator[Listing]:
    for standing, reason in REASONS.items():
        for stratum in Stratum.values:
            units = pool.left_out.get((standing, stratum), ())
            if units:
                rows = tuple(Listed(number, name_of(number), "") for number in units)
                label = f"{reason}：{Stratum.label_of(stratum)}"
                yield Listing(label, pool.count(stratum, standing), rows)


def _changed(moves: frozen.Moves, name_of: _Names) -> Iterator[Listing]:
    for kind, label in MOVES.items():
        if moves.counts[kind]:
            words = STANDINGS.get if kind == frozen.STANDING else Stratum.label_of
            rows = (
                Listed(
                    number, name_of(number), " → ".join(words(code) or code for code in (old, new) if code)
                )
                for number, old, new in moves.rows[kind]
            )
            yield Listing(label, moves.counts[kind], tuple(rows))
