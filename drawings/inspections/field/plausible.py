"""Readings that cannot be, and those that are seldom true. Pure: it knows no table.

What cannot be is refused; what is rare is said, and stays as it was typed: an accident looks like a slip of the finger.
"""

from dataclasses import dataclass
from decimal import Decimal

from .limits import same_unit


@dataclass(frozen=True)
class Scale:
    """What is measured in a way of its own: the values that it has at all, and those that instruments mostly show.

    :param pollutant: how its name begins, in any case; empty for all.
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
        return pollutant.casefold().startswith(self.pollutant) and (
            not self.unit or same_unit(self.unit, unit)
        )


# pH: GB/T 6920 measures 0 to 14. Sound above 194 dB is no sound wave in air any more.
SCALES = tuple(
    Scale(what, *(each if each is None else Decimal(each) for each in numbers), **of)
    for what, numbers, of in (
        ("pH", (0, 14, 1, 13), {"pollutant": "ph"}),
        ("噪声", (0, 194, 20, 130), {"unit": "dB(A)"}),
        ("百分数", (0, 100, 0, 100), {"unit": "%"}),
        ("温度", (0, None, 0, 1200), {"unit": "°C"}),
    )
)


def _scale(pollutant: str, unit: str) -> Scale | None:
    return next((each for each in SCALES if each.is_of(pollutant.strip(), unit)), None)


def impossible(value: Decimal, pollutant: str, unit: str) -> str:
    """Say in Chinese why a reading cannot be, and what to do; empty for one that can."""
    scale = _scale(pollutant, unit)
    if scale is None or (value >= scale.least and (scale.most is None or value <= scale.most)):
        return ""
    return f"{scale.what} 只能在 {scale.least} 到 {scale.most} 之间：请核对仪器，看小数点有没有漏。"


def rare(value: Decimal, pollutant: str, unit: str) -> str:
    """Say in Chinese that a reading is seldom true; empty for one that is not, or that cannot be at all."""
    scale = _scale(pollutant, unit)
    if scale is None or impossible(value, pollutant, unit) or scale.low <= value <= scale.high:
        return ""
    return f"{scale.what} 很少有这样的数，请核对仪器和小数点；没有错的，就这样填。"
