"""Coordinates in degrees, minutes and seconds (度分秒), in all the ways that people write them."""

import re
from decimal import Decimal

# With their marks (or ``:``); without marks, between hyphens or spaces, all three must be there.
_MARKED = re.compile(
    r"([0-9]{1,3})\s*[°度:]\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*[′'’‘`分:]?"
    r"\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:[″\"”“秒]|[′'’‘`]{2})?)?"
)
_BARE = re.compile(r"([0-9]{1,3})([-\s])([0-9]{1,2})\2([0-9]{1,2}(?:\.[0-9]+)?)")
_HEMISPHERE = re.compile(r"^(?:(?:东经|北纬|经度|纬度|[NE])[:：]?\s*)+|\s*[NE]$")


class OutOfRange(Exception):
    """Sixty minutes or seconds, or seconds behind a fraction of a minute; says so in Chinese."""


def without_hemisphere(text: str) -> str:
    """Return the text without E, N, 东经 or 北纬 at either end."""
    return _HEMISPHERE.sub("", text)


def read(text: str) -> Decimal | None:
    """Return what degrees, minutes and seconds come to; None if the text (half-width) is not written so.

    :raises OutOfRange: if it is, but cannot be right.
    """
    text = without_hemisphere(text)
    if bare := _BARE.fullmatch(text):
        parts = [bare[1], bare[3], bare[4]]
    elif marked := _MARKED.fullmatch(text):
        parts = [marked[1], marked[2], marked[3] or "0"]
    else:
        return None
    whole, minutes, seconds = map(Decimal, parts)
    if minutes >= 60 or seconds >= 60:
        raise OutOfRange("分或秒不小于 60，不是度分秒")
    if minutes % 1 and seconds:
        raise OutOfRange("分已有小数，又写了秒")
    return whole + minutes / 60 + seconds / 3600
