"""Where a unit can lie: the county, in degrees, with a margin of some kilometres, and the province.

A unit at the border may lie outside the county's bounds: that is only warned of. Outside the province a number is wrong.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

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


def bounds_of(name: str, degrees: Sequence[str]) -> tuple[Bounds, Bounds]:
    """Return the longitudes and the latitudes that a setting gives as west, south, east, north.

    :raises ImproperlyConfigured: if it does not.
    """
    try:
        west, south, east, north = map(Decimal, degrees)
        sound = -180 <= west < east <= 180 and -90 <= south < north <= 90
    except (ValueError, InvalidOperation):
        sound = False
    if not sound:
        raise ImproperlyConfigured(
            f"{name} 要写四个度数，依次是西、南、东、北，用逗号分开；西小于东，南小于北。"
        )
    return Bounds(west, east), Bounds(south, north)


LONGITUDES, LATITUDES = bounds_of("BUREAU_BOUNDS", settings.BUREAU_BOUNDS)
PROVINCE_LONGITUDES, PROVINCE_LATITUDES = bounds_of("BUREAU_PROVINCE_BOUNDS", settings.BUREAU_PROVINCE_BOUNDS)


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
