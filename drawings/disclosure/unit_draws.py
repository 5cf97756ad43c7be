"""One unit in every draw: drawn, in the hat and not drawn (with its odds), or not in the hat, and why.

A draw whose seal stands is not in the table at all, whether or not it took the unit: until the unit's own result is
published, nothing here differs between the two.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..models import Stratum
from ..states import DrawState
from . import objects
from .chances import STANDINGS
from .hat import why_absent
from .pools import Stood, stood_in
from .waiting import Waits, waits_of


class Change(NamedTuple):
    """What the registry said of the unit from a moment on."""

    at: datetime
    is_active: bool
    name: str


@dataclass(frozen=True)
class UnitDraw:
    """A draw and what it was to the unit."""

    draw: objects.Draw
    label: str  # of its class in that draw; empty where nothing says it
    words: str  # 抽中, or how it stood
    odds: str = ""
    selected: objects.Selected | None = None
    waits: Waits | None = None
    left_out: str = ""  # in the hat, and why it takes no part

    @property
    def is_about_substitutes(self) -> bool:
        """Say whether another unit stepped in for it, will, or it did for another one."""
        of, waits = self.selected, self.waits
        return of is not None and (of.is_replaced or of.is_substitute or bool(waits and waits.reason))


@dataclass(frozen=True)
class UnitDraws:
    """The draws that the public may know of, the latest first."""

    rows: tuple[UnitDraw, ...] = ()
    earlier: int = 0  # draws before the first whose pool the unit was in: it was not registered yet
    in_hat: tuple[objects.Draw, ...] = ()  # those whose pool it was in, as far as that is public


def may_tell(draw: objects.Draw) -> bool:
    """Say whether it is no secret whom a draw took: its result is public, or no seal stands over what is to come."""
    return draw.is_open or draw.open.has_salt


def unit_draws(
    number: str,
    history: Sequence[Change],
    draws: Sequence[objects.Draw],
    drawn: Mapping[str, tuple[int, objects.Selected]],
) -> UnitDraws:
    """Gather the table, in the same number of queries however many draws there are.

    :param history: what the registry said of the unit, the oldest first.
    :param draws: all that are public, the latest first.
    :param drawn: {code: (key of the selection, the row)} of open draws alone.
    """
    shown = [draw for draw in draws if may_tell(draw)]
    stood = stood_in(number, [draw.code for draw in shown if draw.open.has_pool])
    waiting = _waiting([(draw, drawn[draw.code][0]) for draw in shown if _is_awaited(draw, drawn)])
    first = max((n for n, draw in enumerate(shown) if draw.code in drawn or stood.get(draw.code)), default=-1)
    rows = (
        _row(draw, drawn.get(draw.code), stood, waiting.get(draw.code), history)
        for draw in shown[: first + 1]
    )
    in_hat = tuple(draw for draw in shown if stood.get(draw.code))
    return UnitDraws(tuple(rows), len(shown) - first - 1, in_hat)


def _is_awaited(draw: objects.Draw, drawn: Collection[str]) -> bool:
    return draw.code in drawn and draw.state == DrawState.PUBLISHED


def _row(
    draw: objects.Draw,
    drawn: tuple[int, objects.Selected] | None,
    stood: Mapping[str, Stood | None],
    waits: Waits | None,
    history: Sequence[Change],
) -> UnitDraw:
    at = stood.get(draw.code)
    odds = at.odds if at else ""
    if drawn:
        return UnitDraw(draw, drawn[1].label, "抽中", odds, drawn[1], None if drawn[1].outcome else waits)
    if draw.code not in stood:
        return UnitDraw(draw, "", "没有抽中。当时在不在名单里，等更早的密封抽签解封后公开")
    if at is None:
        return UnitDraw(draw, "", f"不在名单里：{_absence(draw, history)}")
    label = Stratum.label_of(at.stratum)
    if not at.may_be_drawn:
        why = STANDINGS.get(at.standing, at.standing)
        return UnitDraw(draw, label, f"在名单里，{why}", left_out=why)
    return UnitDraw(draw, label, f"在名单里，{_outcome(draw)}", odds)


def _outcome(draw: objects.Draw) -> str:
    if draw.is_open and draw.drawn_at:
        return "没有抽中"
    if draw.is_void:
        return "没有抽签就作废了"
    return "还没有抽签" if draw.state == DrawState.FROZEN else "结果还没有公布"


def _absence(draw: objects.Draw, history: Sequence[Change]) -> str:
    """Say why the unit is not in a draw's pool, as far as the registry's history tells."""
    since = history[0].at if history else None
    is_in_use = bool(history) and history[-1].is_active
    states = [change.is_active for change in history if draw.frozen_at and change.at <= draw.frozen_at]
    return why_absent(since, states[-1] if states else None, is_in_use, draw.frozen_at)


def _waiting(drawn: Sequence[tuple[objects.Draw, int]]) -> dict[str, Waits]:
    """Say of each draw what the result of its unit waits for.

    Only of draws that are open: see `waiting`.
    """
    codes = {key: draw.code for draw, key in drawn}
    return {codes[key]: waits for key, waits in waits_of(list(codes)).items()}
