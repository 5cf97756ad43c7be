"""Where a unit can lie: the county, in degrees, with a margin of some kilometres."""

from decimal import Decimal
from typing import NamedTuple


class Bounds(NamedTuple):
    """The lowest and the highest value of a coordinate, in decimal degrees."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal) and self.low <= value <= self.high

    @property
    def in_words(self) -> str:
        return f"{self.low} 至 {self.high} 之间"


# By its boundary 113.35-113.67 E, 33.13-33.47 N.
LONGITUDES = Bounds(Decimal("113.2"), Decimal("113.8"))
LATITUDES = Bounds(Decimal("33.0"), Decimal("33.6"))
