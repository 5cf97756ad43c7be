"""Finding the header of a list: the row, or the two rows, in which most of the known columns are named."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from .cell_text import clean, word
from .lines import CellValue, Sheet

HEADER_WITHIN = 25  # rows in which the header is looked for
MAX_COLUMNS = 300
ENOUGH = 2  # known columns beside those that are required, by which another table on a sheet is told
_SERIAL = frozenset(("序号", "编号", "no", "no.", "№"))
Names = Mapping[str, str]  # {header key: attribute}


@dataclass
class Header:
    """A header: its (last) row, the positions (from 1) of known columns by attribute, and its other texts."""

    row: int = 0
    found: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)  # by the clerk's own choice
    texts: dict[int, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)

    def add(self, position: int, text: str, attribute: str | None, key: str) -> None:
        self.texts[position], self.keys[position] = text[:30], key
        if attribute:
            self.found.setdefault(attribute, []).append(position)
        elif key not in _SERIAL:
            self.unknown[position] = self.texts[position]


_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")


def attribute_of(key: str, names: Names) -> str | None:
    """Return what a header is read as: by all of it, else by what is left without the remarks in its brackets."""
    if key in names:
        return names[key]
    return names.get(bare) if (bare := _REMARK.sub("", key)) != key and bare else None


def header_key(value: object) -> str:
    """Return a header without spaces, line breaks, ``*``, colons and remarks such as (必填), in one width and case."""
    return re.sub(
        r"[*:_]|\((?:必填|选填|可选)[^)]*\)", "", word(clean(str(value)) if value is not None else "")
    )


def find_header(sheet: Sheet, names: Names) -> Header:
    """Return the best header of a sheet; two rows count only if together they name more columns than any one."""
    rows = {line.number: line.values for line in sheet.lines(1, HEADER_WITHIN + 1, MAX_COLUMNS)}
    best = Header()
    for number, values in rows.items():
        if number <= HEADER_WITHIN:
            best = _better(best, one_row(number, values, names))
    for number, values in rows.items():
        if number + 1 in rows and (both := _two_rows(number + 1, values, rows[number + 1], names)):
            best = _better(best, both)
    return best


def first_of_several(sheet: Sheet, best: Header, names: Names, required: Set[str]) -> Header:
    """Return the header of the first table of a sheet, if others of fewer columns stand above the best one."""
    rows = list(sheet.lines(1, best.row, MAX_COLUMNS))
    if not rows or one_row(best.row, rows[-1].values, names).found != best.found:
        return best  # a header of two rows
    for line in rows[:-1]:
        header = one_row(line.number, line.values, names)
        filled = (
            sum(value not in (None, "") for value in each.values)
            for each in rows[:-1]
            if each.number > line.number
        )
        if (
            required <= header.found.keys()
            and len(header.found) >= len(required) + ENOUGH
            and max(filled, default=0) > 1
        ):
            return header
    return best


def header_at(sheet: Sheet, number: int, names: Names) -> Header:
    """Return the header whose last row is this one, whether it names anything or not."""
    rows = {line.number: line.values for line in sheet.lines(max(number - 1, 1), number, MAX_COLUMNS)}
    own = rows.get(number, [])
    best = one_row(number, own, names)
    if number - 1 in rows and (both := _two_rows(number, rows[number - 1], own, names)):
        best = _better(best, both)
    return best


def likely_header(sheet: Sheet) -> Header:
    """Return the row that looks most like a header where no name is known: the first with the most texts."""
    best = Header(1)
    for line in sheet.lines(1, HEADER_WITHIN, MAX_COLUMNS):
        header = one_row(line.number, [each if isinstance(each, str) else None for each in line.values], {})
        if len(header.texts) > len(best.texts):
            best = header
    return best


def _better(best: Header, other: Header) -> Header:
    return other if len(other.found) > len(best.found) else best


def one_row(number: int, values: Sequence[CellValue | None], names: Names) -> Header:
    """Read one row as a header."""
    header = Header(number)
    for position, value in enumerate(values, 1):
        if key := header_key(value):
            header.add(position, clean(str(value)), attribute_of(key, names), key)
    return header


def _two_rows(
    number: int, uppers: Sequence[CellValue | None], lowers: Sequence[CellValue | None], names: Names
) -> Header | None:
    """Read two rows as one header: a cell of the upper row may stand over several of the lower row. None if the lower row is data."""
    header, over = Header(number), ""
    for position, (upper, lower) in enumerate(zip(uppers, lowers, strict=False), 1):
        own, below = (clean(str(each)) if each is not None else "" for each in (upper, lower))
        over = own or (over if below else "")
        joined = header_key(over + below)
        if not below:
            text, key = own, header_key(own)
        elif joined in names:
            text, key = over + below, joined
        elif attribute_of(header_key(own), names) and not attribute_of(header_key(below), names):
            return None
        else:
            text, key = below, header_key(below)
        if key:
            header.add(position, text, attribute_of(key, names), key)
    return header


def lone_text(values: Sequence[CellValue | None]) -> str:
    """Return the one text of a row that holds nothing else, as a title does; else the empty text."""
    filled = [
        value for value in values if value is not None and not (isinstance(value, str) and not clean(value))
    ]
    return clean(filled[0]) if len(filled) == 1 and isinstance(filled[0], str) else ""


def titles_above(sheet: Sheet, header_row: int) -> list[str]:
    """Return the titles above a header, the nearest first, and the sheet's own behind them."""
    lines = sheet.lines(1, header_row - 1, MAX_COLUMNS)
    titles = [text for line in lines if (text := lone_text(line.values))]
    return [*reversed(titles), sheet.title]
