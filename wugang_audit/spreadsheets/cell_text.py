"""The text of a cell: cleaned, folded for comparing, and shown as the clerk sees it in the sheet."""

import datetime
import re
import unicodedata
from functools import cache, lru_cache

from .lines import CellValue

SERIAL_DAY = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")  # the number under which Excel keeps a day of our time
_LONGEST = 32_767  # characters that a cell of a workbook holds; what stands behind them is of no list
_LONGEST_CODE = 500  # characters that are folded; one of Arabic becomes eighteen
MAX_BREAKS = 200  # line breaks of one text that are looked at; all further ones become spaces
_PLAINLY_VISIBLE = re.compile(r"[\x21-\x5e\x60-\x7e\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_GAP = re.compile(r"[ \t\u3000\xa0]{2,}")
_BREAK = re.compile(r"[ \t\u3000\xa0]?[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t\u3000\xa0]?")
_RETURN = re.compile(r"_x000[dDaA]_")
_SPACES = re.compile(r"\s+")
_UNUSUAL = re.compile(r"[^\x20-\x7e\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")


@cache
def _patterns(astral: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds invisible characters, and marks over and under one character beyond the thirtieth.

    Only control and format characters go: private-use and not yet assigned ones are rare characters of names. U+FFFE and
    U+FFFF no workbook can hold. To sort thousands of marks takes hours, and no language has more than 30 (UAX #15, 13).

    :param astral: look beyond U+FFFF too, which is much slower.
    """
    planes = (range(0x20000), range(0xE0000, 0xE1000)) if astral else (range(0x10000),)
    every = [chr(code) for plane in planes for code in plane if not 0xD800 <= code < 0xE000]
    gone = [each for each in every if unicodedata.category(each) in ("Cc", "Cf") and not each.isspace()]
    marks = "".join(filter(unicodedata.combining, every))
    return re.compile(f"[{''.join(gone)}\ufffe\uffff]"), re.compile(f"([{marks}]{{30}})[{marks}]+")


def clean(text: str) -> str:
    """Trim all kinds of spaces, drop invisible characters, join broken lines; NFC. Cleaning twice changes no more.

    A line break between CJK characters disappears, elsewhere it becomes a space. Rare characters stay.
    """
    if _UNUSUAL.search(text) or "  " in text or "_x000" in text:
        return _cleaned(text[:_LONGEST])
    return text.strip()


@lru_cache(maxsize=64)  # a cell is looked at several times in a row
def _cleaned(text: str) -> str:
    invisible, marks = _patterns(max(text) > "\uffff")
    text = _RETURN.sub("\n", invisible.sub("", text))
    # A run of blanks is cut to one first: looked at from each of its places, a long one would take minutes.
    text = _BREAK.sub(_join, _GAP.sub(" ", text), MAX_BREAKS)
    return unicodedata.normalize("NFC", marks.sub(r"\1", _SPACES.sub(" ", text))).strip()


def is_visible(text: str) -> bool:
    """Say whether anything of a text stays when it is cleaned; of most texts the first character says so."""
    return "_x000" not in text and _PLAINLY_VISIBLE.search(text) is not None or clean(text) != ""


def _join(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    around = text[start - 1 : start] + text[end : end + 1]
    wide = len(around) < 2 or all(unicodedata.east_asian_width(char) in "WF" for char in around)
    return "" if wide else " "


def fold(text: str) -> str:
    """Turn full-width forms into ASCII and drop all spaces: for codes, numbers, dates and words only, which are short."""
    if not text.isascii():
        text = _widened(text[:_LONGEST_CODE])
    return _SPACES.sub("", text).strip("'‘’`")


@lru_cache(maxsize=64)
def _widened(text: str) -> str:
    _, marks = _patterns(max(text) > "\uffff")
    return unicodedata.normalize("NFKC", marks.sub(r"\1", text))


def word(text: object) -> str:
    """Return the form in which words are compared: folded, brackets half-width, lower case."""
    return fold(str(text)).casefold()


def shown(value: CellValue | None) -> str:
    """Return a cell's value as the clerk sees it in the sheet."""
    if isinstance(value, str):
        return value
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
