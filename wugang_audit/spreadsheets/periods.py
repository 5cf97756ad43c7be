"""Cells that hold a period: its first and its last day in one, as lists of leave have them."""

import re
from datetime import date as Date
from typing import NamedTuple

from .cell_text import fold, shown
from .cell_types import Adjusted, Wrong, date, refuse_scientific
from .lines import CellValue

_BETWEEN = re.compile(r"(?<=[0-9日号])(?:起?至|起?到|[~～—–]+|--+|-(?=[0-9]{4}\D))(?=[0-9])")
# 2026.12.1-12.2: a hyphen behind a day that has none of its own.
_HYPHENED = re.compile(
    r"([0-9]{4}[./年][0-9]{1,2}[./月][0-9]{1,2}[日号]?)-((?:[0-9]{1,2}[./月])?[0-9]{1,2}[日号]?)"
)
_REST = re.compile(r"(?:([0-9]{1,2})[-./月])?([0-9]{1,2})[日号]?")
OPEN = frozenset(("长期", "长期有效", "长期回避", "永久", "不限", "无期限", "未定", "待定"))
MOST_DAYS = 3660


class TwoDays(NamedTuple):
    """A cell that holds the first and the last day of a period."""

    first: Date
    last: Date


def first_day(value: CellValue) -> Date | TwoDays:
    """Read the first day of a period, or both of its days: 2026-09-01至2026-09-05, 2026年9月1日至5日."""
    if not isinstance(value, str):
        return date(value)
    folded = re.sub(r"^[自从]|止$", "", fold(value))
    hyphened = _HYPHENED.fullmatch(folded)
    parts = list(hyphened.groups()) if hyphened else _BETWEEN.split(folded)
    if len(parts) != 2:
        return date(value)
    first = date(parts[0])
    last = date(_completed(parts[1], first))
    if last < first:
        raise Wrong("截止的一天早于开始的一天", "请核对起止日期，改正写错的一个")
    return TwoDays(first, last)


def _completed(text: str, first: Date) -> str:
    """Return a last day that leaves out the year, or year and month, with those of the first."""
    if rest := _REST.fullmatch(text):
        return f"{first.year}-{rest[1] or first.month}-{rest[2]}"
    return text


def number_of_days(value: CellValue) -> int | Adjusted:
    """Read how many days a period has: 3, 3天, 半天. A part of a day counts as one."""
    text = fold(shown(value))
    refuse_scientific(text)
    match = re.fullmatch(r"(?:共|计|共计)?([0-9]{1,4}(?:\.[0-9]+)?|半)(?:个?(?:自然日|工作日|日|天))?", text)
    days = 0.5 if match and match[1] == "半" else float(match[1]) if match else 0.0
    if not 0 < days <= MOST_DAYS:
        raise Wrong("不是天数", "请填数字，如 3；没有的留空")
    whole = -int(-days // 1)
    return whole if whole == days else Adjusted(whole, "有不足一天的，按一天算")
