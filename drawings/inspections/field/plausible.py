"""Readings that cannot be, and those that are seldom true. Pure: it knows no table.

What cannot be is refused; what is rare is said, and stays as it was typed: an accident looks like a slip of the finger.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from .limits import plain, same_unit


@dataclass(frozen=True)
class Scale:
    """What is measured in a way of its own: the values that it has at all, and those that instruments mostly show.

    :param most: None where there is no end.
    :param pollutant: a pattern found in its name, which is folded and in small letters; empty for all.
    :param unit: its unit, empty for all.
    """

    what: str
    least: Decimal
    most: Decimal | None
    low: Decimal
    high: Decimal
    pollutant: str = ""
    unit: str = ""

    def is_of(self, pollutant: str, unit: str) -> bool:
        """Say whether a pollutant in a unit is measured on this scale."""
        name = plain(pollutant).casefold()
        return bool(re.search(self.pollutant, name)) and (not self.unit or same_unit(self.unit, unit))

    @property
    def ends(self) -> str:
        """The values that it has, in words."""
        if self.most is None:
            return f"{self.what} 不会低于 {self.least}"
        return f"{self.what} 只能在 {self.least} 到 {self.most} 之间"


# pH: GB/T 6920 measures 0 to 14; phosphate is none. Sound above 194 dB is no sound wave in air any more. A load may be above
# 100 %, and so may the excess of air. 度 is the unit of colour and turbidity too.
SCALES = tuple(
    Scale(what, *(each if each is None else Decimal(each) for each in numbers), **of)
    for what, numbers, of in (
        ("pH", (0, 14, 1, 13), {"pollutant": "^ph(?![a-z])"}),
        ("噪声", (0, 194, 20, 130), {"unit": "dB(A)"}),
        ("百分数", (0, None, 0, 100), {"unit": "%"}),
        ("温度", ("-273.15", None, -30, 1200), {"pollutant": "温", "unit": "°C"}),
    )
)


CHECK = "请核对仪器，看小数点有没有漏。"


def _scale(pollutant: str, unit: str) -> Scale | None:
    return next((each for each in SCALES if each.is_of(pollutant, unit)), None)


def ends(pollutant: str, unit: str) -> tuple[str, str, str] | None:
    """Return the least and the most that a reading can be, the most empty where there is no end, and what to say of others."""
    scale = _scale(pollutant, unit)
    if scale is None:
        return None
    return str(scale.least), "" if scale.most is None else str(scale.most), f"{scale.ends}：{CHECK}"


def impossible(value: Decimal, pollutant: str, unit: str) -> str:
    """Say in Chinese why a reading cannot be, and what to do; empty for one that can."""
    scale = _scale(pollutant, unit)
    if scale is None or (value >= scale.least and (scale.most is None or value <= scale.most)):
        return ""
    return f"{scale.ends}：{CHECK}"


def rare(value: Decimal, pollutant: str, unit: str) -> str:
    """Say in Chinese that a reading is seldom true; empty for one that is not, or that cannot be at all."""
    scale = _scale(pollutant, unit)
    if scale is None or impossible(value, pollutant, unit) or scale.low <= value <= scale.high:
        return ""
    return f"{scale.what} 很少有这样的数，请核对仪器和小数点；没有错的，就这样填。"
