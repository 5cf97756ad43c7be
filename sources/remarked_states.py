"""States of production that a list only tells in its remarks: 长期停产, 已拆除. Offered, and read so once somebody said so.

Where a list has a column of states, its remarks are remarks.
"""

import re
from collections.abc import Callable
from typing import Any

from wugang_audit.spreadsheets.cell_text import fold
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.corrections import cell_key
from wugang_audit.spreadsheets.table import Offer, Row, Table

from .columns import OPERATING_STATES, OUT_OF_USE
from .models import OperatingState

LONGEST = 20  # characters of a remark that says nothing but a state
HEADER = "生产状态（备注里写的）"
WHY = "备注里写着，文件里没有生产状态一列；备注照样保留"
WHY_GONE = "备注里写着，文件里没有生产状态一列；备注照样保留，确实不在了的，导入后请停用"
_BEFORE = r"(?:该|本)?(?:企业|单位|公司|厂|场|养殖场)?(?:目前|现在?|当前|已经?|长期|常年|永久|暂时|临时|处于|自?[0-9一二三四五六七八九十年月日起至今.]{2,12}+|[，,、：:])*+"
_AFTER = (
    r"(?:多年|数年|状态|中|了|整改|[0-9一二两三四五六七八九十]{1,3}(?:年|个?月)(?:多|以上)?)?[。.，,；;!！]?"
)
_STOPPED = re.compile(
    rf"{_BEFORE}(?:停产|停业|停工|停运|停养|空栏|关停|关闭|歇业|不再生产|未生产|倒闭|破产){_AFTER}"
)
_GONE = re.compile(rf"{_BEFORE}(?:拆除|搬迁|取缔|搬走|清退){_AFTER}")
_SEASONAL = re.compile(rf"{_BEFORE}季节性?(?:生产|停产|经营)?{_AFTER}")
_MEANT = (
    (_STOPPED, OperatingState.STOPPED, WHY),
    (_GONE, OperatingState.STOPPED, WHY_GONE),
    (_SEASONAL, OperatingState.SEASONAL, WHY),
)
_STATES = frozenset((*OperatingState.values, OUT_OF_USE))


def meant_by(remark: str) -> tuple[OperatingState, str] | None:
    """Return the state that a remark tells, if it tells nothing else, and why it is offered."""
    said = fold(remark)
    found = ((state, why) for pattern, state, why in _MEANT if pattern.fullmatch(said))
    return next(found, None) if len(said) <= LONGEST else None


class RemarkedStates:
    """Reads the remarks of one import that has no column of states."""

    def __init__(self, table: Table):
        self.table = table
        self.reads = "remarks" in table.columns and "operating_state" not in table.columns
        self.said = table.elsewhere.get("operating_state", {})
        self.open: dict[int, tuple[Row, str]] = {}

    def read(self, row: Row, fill: Callable[[Row, str, Any], None]) -> None:
        """Take the state of a row as it was said of such remarks; else note that it may be asked for."""
        remark = str(row.get("remarks") or "")
        if not remark or len(remark) > LONGEST or row.get("operating_state"):
            return
        how, becomes = self.said.get(cell_key(remark), ("", ""))
        if not how:
            if meant_by(remark):
                self.open[row.number] = row, remark
        elif state := _state(becomes):
            self.table.headers.setdefault("operating_state", HEADER)
            self.table.apply(row, how, "operating_state", remark, becomes)
            fill(row, "operating_state", state)

    def offer(self, has: Callable[[Row], Any]) -> None:
        """Offer the states that nobody has said anything of.

        :param has: gives the state that the registry holds of a row's unit, None of a new one.
        """
        found: dict[str, Offer] = {}
        for row, remark in self.open.values():
            state, why = meant_by(remark) or (OperatingState.STOPPED, WHY)
            if has(row) == state:
                continue
            if remark not in found:
                found[remark] = Offer("operating_state", HEADER, remark, str(state.label), why)
            found[remark].add(row.number)
        self.table.offers += found.values()


def _state(words: str) -> str:
    """Return the state that somebody said; empty if it is none that counts."""
    try:
        state = OPERATING_STATES.read(words)
    except Wrong:
        return ""
    state = state.value if isinstance(state, Adjusted) else state
    return str(state) if state in _STATES else ""
