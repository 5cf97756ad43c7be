"""Where a unit can lie: the county, in degrees, with a margin of some kilometres, and the province.

A unit at the border may lie outside the county's bounds: that is only warned of. Outside the province a number is wrong.
"""

from decimal import Decimal
from typing import NamedTuple

from .home import home


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
# Henan: 110.35-116.65 E, 31.38-36.37 N.
PROVINCE_LONGITUDES = Bounds(Decimal("110.3"), Decimal("116.7"))
PROVINCE_LATITUDES = Bounds(Decimal("31.3"), Decimal("36.4"))


class Place(NamedTuple):
    longitude: Decimal | None
    latitude: Decimal | None

    @property
    def swapped(self) -> bool:
        """Each number is plainly the other one's."""
        return self.longitude in PROVINCE_LATITUDES and self.latitude in PROVINCE_LONGITUDES

    @property
    def in_county(self) -> bool:
        """Both are there, and in the county."""
        return self.longitude in LONGITUDES and self.latitude in LATITUDES

    @property
    def outside(self) -> bool:
        """One of the two is there, and not in the county."""
        return any(
            value is not None and value not in bounds for value, bounds in zip(self, COUNTY, strict=True)
        )

    def far(self) -> list[int]:
        """Return which of the two (0, 1) cannot be in the province."""
        pairs = zip(self, PROVINCE, strict=True)
        return [at for at, (value, bounds) in enumerate(pairs) if value is not None and value not in bounds]


COUNTY = (LONGITUDES, LATITUDES)
PROVINCE = (PROVINCE_LONGITUDES, PROVINCE_LATITUDES)


class Region(NamedTuple):
    """What the county and the province of this site are called."""

    county: str
    province: str

    @property
    def bounds_in_words(self) -> str:
        return f"{self.county}的范围（经度 {LONGITUDES.in_words}，纬度 {LATITUDES.in_words}）"

    def far_in_words(self, at: int) -> str:
        """Return what is wrong with a longitude (0) or latitude (1) that cannot be in the province."""
        return f"不在{self.province}范围内（{self.county}在 {COUNTY[at].in_words}）"


def region() -> Region:
    """Return the names as the bureau's name and address tell them; read once for many units."""
    here = home()
    return Region(here.county or here.stem or "本县", here.province or "本省")


def in_order(one: Decimal, other: Decimal) -> Place:
    """Return two numbers from one cell as a place: the greater one is the longitude, as everywhere in China."""
    return Place(max(one, other), min(one, other))
