"""The text of a cell: cleaned, folded for comparing, and shown as the clerk sees it in the sheet."""

import datetime
import re
import unicodedata

from .lines import CellValue

SERIAL_DAY = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")  # the number under which Excel keeps a day of our time
_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}  # no workbook can hold them
_RETURN = re.compile(r"_x000[dDaA]_")
_SPACES = re.compile(r"\s+")
_UNUSUAL = re.compile(r"[^\S ]|  |_x000|[^\x20-\x7e\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")


def clean(text: str) -> str:
    """Trim all kinds of spaces, drop invisible characters, join broken lines; NFC. Cleaning twice changes no more.

    A line break between CJK characters disappears, elsewhere it becomes a space. Rare characters stay.
    """
    if not _UNUSUAL.search(text):
        return text.strip()
    # Only control and format characters go: private-use and not yet assigned ones are rare characters of names.
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf"))
    text = text.translate(_NO_CHARACTERS)
    text = _RETURN.sub("\n", text)
    text = re.sub(r"[ \t\u3000\xa0]*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t\u3000\xa0]*", _join, text)
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()


def _join(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    around = text[start - 1 : start] + text[end : end + 1]
    wide = len(around) < 2 or all(unicodedata.east_asian_width(char) in "WF" for char in around)
    return "" if wide else " "


def fold(text: str) -> str:
    """Turn full-width forms into ASCII and drop all spaces: for codes, numbers and dates only."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub("", text).strip("'‘’`")


def word(text: object) -> str:
    """Return the form in which words are compared: folded, brackets half-width, lower case."""
    return fold(str(text)).casefold()


def shown(value: CellValue | None) -> str:
    """Return a cell's value as the clerk sees it in the sheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float):
        if abs(value) >= 1e11:
            return re.sub(r"\.?0*E", "E", f"{value:.5E}")
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def plain(number: int | float) -> str:
    """Return a number as digits, all of those that Excel kept."""
    return str(int(number)) if number == int(number) else repr(number)


def counted_from_1900(value: CellValue | None) -> CellValue | None:
    """Return a day's serial number of a workbook that counts from 1904 as others count it; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    serial = fold(value) if isinstance(value, str) else plain(value)
    return float(serial) + 1462 if SERIAL_DAY.fullmatch(serial) else value
