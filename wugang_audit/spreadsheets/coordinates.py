"""Coordinates in a cell: decimal degrees, degrees with minutes and seconds, or both coordinates at once."""

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from . import sexagesimal
from .cell_text import clean, fold
from .cell_types import Adjusted, Wrong
from .lines import CellValue

_BETWEEN_TWO = re.compile(
    r"\s*[,;/、|]\s*|\s+(?=[NE东北经纬0-9])|(?<=[0-9°′″'\"秒分度])(?=东经|北纬|经度|纬度)"
)
_BRACKETED = re.compile(r"[(\[【](.*)[)\]】]")
_SIX_PLACES = Decimal("0.000001")
_PLAIN = re.compile(r"[0-9]{1,3}\.[0-9]{1,9}")
_AS_DECIMAL = "请填写以度为单位的小数，如经度 113.516842、纬度 33.291145"


class TwoDegrees(NamedTuple):
    """A cell that holds a longitude and a latitude, in the order in which they stand."""

    first: Decimal
    second: Decimal


def degrees(value: CellValue) -> Decimal | Adjusted | TwoDegrees:
    """A coordinate in decimal degrees, kept to six places (about 0.1 m).

    Degrees, minutes and seconds become decimals, with a note; a cell with both coordinates gives `TwoDegrees`.
    """
    if not isinstance(value, str):
        return _sane_degrees(_number(value))
    if _PLAIN.fullmatch(value):  # nearly all: the rest of this takes ten times as long
        return _sane_degrees(Decimal(value))
    # What looks like a ring is one, whatever its code.
    text = clean(unicodedata.normalize("NFKC", re.sub("[º˚∘]", "°", value))).strip("'‘’`").upper()
    if bracketed := _BRACKETED.fullmatch(text):
        text = bracketed[1].strip()
    if (exact := _from_minutes(text)) is not None:
        return Adjusted(_sane_degrees(exact), "中的度分秒已换算成以度为单位的小数")
    if both := _two_degrees(text):
        return both
    if re.search(r"[0-9]\s+[0-9]", text):
        raise Wrong("看不出是度分秒，还是两个数", f"请核对后改正；{_AS_DECIMAL}")
    return _sane_degrees(_number(re.sub(r"[°度]+$", "", sexagesimal.without_hemisphere(fold(text)))))


def _two_degrees(text: str) -> TwoDegrees | None:
    parts = [part for part in _BETWEEN_TWO.split(text) if part]
    if len(parts) != 2 or not all(re.search(r"[.°度]", part) for part in parts):
        return None
    try:
        return TwoDegrees(*map(_one_of_two, parts))
    except Wrong:
        return None


def _one_of_two(part: str) -> Decimal:
    exact = _from_minutes(part)
    plain = sexagesimal.without_hemisphere(part).strip("°度 ")
    return _sane_degrees(_number(plain) if exact is None else exact)


def _from_minutes(text: str) -> Decimal | None:
    try:
        return sexagesimal.read(text)
    except sexagesimal.OutOfRange as wrong:
        raise Wrong(str(wrong), f"请核对后改正；{_AS_DECIMAL}") from None


def _number(value: CellValue) -> Decimal:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool | datetime.date) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise Wrong("不是数字", _AS_DECIMAL)
    return number


def _sane_degrees(number: Decimal) -> Decimal:
    if abs(number) > 180:
        raise Wrong("超出 180 度，可能漏了小数点", _AS_DECIMAL)
    number = number.quantize(_SIX_PLACES)
    if number == 0:
        raise Wrong("是 0，不是真实的坐标", "请填写实际坐标；暂时没有的留空")
    return number
