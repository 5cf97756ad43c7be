"""Where in a workbook the list stands and what its columns are: found by their names, or chosen by the clerk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from openpyxl.utils import get_column_letter

from .cell_text import clean, shown
from .corrections import Corrections
from .csv_file import CsvSheet
from .errors import Unreadable
from .headers import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    Header,
    attribute_of,
    find_header,
    first_of_several,
    header_at,
    header_key,
    likely_header,
    lone_text,
)
from .lines import Book, Sheet
from .open_file import opened
from .table import Column

LOOKED = 30  # rows below the header in which samples are looked for
SAMPLES = 3
SAMPLE = 24  # characters
# Sheets of our own templates and error workbooks.
OWN_SHEETS = frozenset(("填写说明", "代码表", "选项", "错误清单"))
TITLES_WITHIN, TITLES = 500, 20  # rows below the header in which titles are looked for, and how many are told
WIDE = 3  # columns from which a sheet of unknown headers looks like a list


@dataclass(frozen=True)
class ColumnMapping:
    """What a clerk chose by hand for one workbook, and what was chosen for such headers before. Empty: found by name.

    :param sheet: the title of the sheet to read.
    :param header_row: the (last) row of its header.
    :param columns: {position from 1: attribute}; an empty attribute leaves the column out.
    :param synonyms: {`header_key`: attribute} as remembered; again an empty one leaves out.
    :param corrections: what is to be read instead of what cells hold.
    """

    sheet: str = ""
    header_row: int = 0
    columns: Mapping[int, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)


@dataclass
class Found:
    """One sheet with the header that was found in it."""

    sheet: Sheet
    header: Header
    required: int  # how many of the required columns it names
    complete: bool  # it names all of them
    filled: bool = False  # and something stands below the header

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """How much the sheet looks like the list; the greatest is read."""
        # A CSV file of unknown headers is split by the delimiter that gives the most fields.
        fields = len(self.header.texts) if isinstance(self.sheet, CsvSheet) else 0
        return self.required, self.filled and len(self.header.found) > 1, len(self.header.found), fields


@dataclass(frozen=True)
class ColumnSeen:
    """One column of the chosen sheet as the clerk sees it, with what it is read as."""

    position: int
    letter: str
    text: str
    key: str  # of the header, for remembering
    attribute: str
    samples: tuple[str, ...]
    guessed: bool = False  # by what the cells hold, not by the header


@dataclass(frozen=True)
class SheetSeen:
    """One sheet as the clerk sees it."""

    title: str
    hidden: bool
    known: int  # columns recognised in it


@dataclass(frozen=True)
class Layout:
    """What a workbook looks like, for the page on which a clerk says which sheet, row and columns to read."""

    sheets: tuple[SheetSeen, ...]
    sheet: str
    header_row: int
    columns: tuple[ColumnSeen, ...]
    encoding: str = ""  # of a CSV file; its sheets are ways of splitting the fields
    titles: tuple[str, ...] = ()  # above the header, within the list, and of the sheet


def names_of(columns: Sequence[Column]) -> dict[str, str]:
    """Return {header key: attribute} of the proper headers and their aliases."""
    return {
        header_key(name): column.attribute for column in columns for name in (column.header, *column.aliases)
    }


def known_headers(texts: Sequence[str], columns: Sequence[Column]) -> int:
    """Return how many headers are names of these columns."""
    names = names_of(columns)
    return sum(attribute_of(key, names) is not None for text in texts if (key := header_key(text)))


def names_for(columns: Sequence[Column], choice: ColumnMapping) -> dict[str, str]:
    """Return {header key: attribute} under what was chosen for such headers before."""
    left_out = {key for key, name in choice.synonyms.items() if not name}
    names = names_of(columns) | {key: name for key, name in choice.synonyms.items() if name}
    return {key: name for key, name in names.items() if key not in left_out}


def find(book: Book, columns: Sequence[Column], choice: ColumnMapping) -> tuple[Found, list[Found]]:
    """Return the sheet to read with its header, and all sheets.

    :raises Unreadable: if there is no sheet, or not the one that was chosen.
    """
    names = names_for(columns, choice)
    required = {column.attribute for column in columns if column.required}
    everything = [_found(sheet, names, required, choice, columns) for sheet in book.sheets]
    if not everything:
        raise Unreadable("工作簿里没有工作表", "请确认选对了文件")
    wanted = [each for each in everything if choice.sheet in ("", each.sheet.title)]
    if not wanted:
        raise Unreadable(f"工作簿里没有工作表“{choice.sheet}”", "请重新选择工作表")
    return max(wanted, key=lambda each: each.rank), everything


def _found(
    sheet: Sheet,
    names: Mapping[str, str],
    required: set[str],
    choice: ColumnMapping,
    columns: Sequence[Column],
) -> Found:
    if choice.header_row and sheet.title == choice.sheet:
        header = header_at(sheet, choice.header_row, names)
    else:
        header = first_of_several(sheet, find_header(sheet, names), names, required)
        if not header.found:
            header = likely_header(sheet)
    if choice.columns and sheet.title == choice.sheet:
        _map_by_hand(header, choice.columns)
    else:
        _give_way(header, columns)
    named = sum(attribute in header.found for attribute in required)
    complete = named == len(required)
    return Found(sheet, header, named, complete, complete and _holds_data(sheet, header))


def _give_way(header: Header, columns: Sequence[Column]) -> None:
    """Where two headers mean one column, let that which may mean another column do so: 请假类型 and 事由."""
    for column in columns:
        for text, attribute in column.gives_way:
            positions = header.found.get(column.attribute, [])
            weak = [at for at in positions if header.keys.get(at) == header_key(text)]
            if len(positions) > 1 and len(weak) == 1:
                positions.remove(weak[0])
                if attribute:
                    header.found.setdefault(attribute, []).append(weak[0])
                else:
                    header.unknown[weak[0]] = header.texts.get(weak[0], "")


def _map_by_hand(header: Header, columns: Mapping[int, str]) -> None:
    """Let the clerk's choice for each column replace what its name means."""
    for position, attribute in columns.items():
        for positions in header.found.values():
            if position in positions:
                positions.remove(position)
        header.unknown.pop(position, None)
        if attribute:
            header.found.setdefault(attribute, []).append(position)
        else:
            header.left_out[position] = header.texts.get(position, "")
    header.found = {attribute: positions for attribute, positions in header.found.items() if positions}


def rivals(chosen: Found, everything: Sequence[Found]) -> list[str]:
    """Return the titles of all sheets that could be the list, if there are several.

    A sheet with unknown headers counts as well. To ask costs the clerk one click; to read last year's list by mistake
    would corrupt the draw of a whole quarter.
    """
    if isinstance(chosen.sheet, CsvSheet) or not chosen.complete:
        return []
    titles = [each.sheet.title for each in everything if each.filled or _looks_like_a_list(each)]
    return titles if len(titles) > 1 else []


def _looks_like_a_list(found: Found) -> bool:
    if found.complete or found.sheet.title in OWN_SHEETS:
        return False
    likely = likely_header(found.sheet)
    if len(likely.texts) < WIDE:
        return False
    lines = found.sheet.lines(likely.row + 1, likely.row + HEADER_WITHIN, max(likely.texts))
    return any(sum(value not in (None, "") for value in line.values) >= WIDE for line in lines)


def _holds_data(sheet: Sheet, header: Header) -> bool:
    places = [positions[0] - 1 for positions in header.found.values()]
    lines = sheet.lines(header.row + 1, header.row + HEADER_WITHIN, max(places, default=0) + 1)
    return any(line.values[at] not in (None, "") for line in lines for at in places)


def look(content: bytes, columns: Sequence[Column], choice: ColumnMapping) -> Layout:
    """Describe a workbook without judging its rows.

    :raises Unreadable: if it cannot be read at all.
    """
    with opened(content) as book:
        chosen, everything = find(book, columns, choice)
        sheet, header = chosen.sheet, chosen.header
        by_position = {at: name for name, positions in header.found.items() for at in positions}
        seen = tuple(
            ColumnSeen(
                at,
                get_column_letter(at),
                header.texts.get(at, ""),
                header.keys.get(at, ""),
                by_position.get(at, ""),
                samples,
            )
            for at, samples in _samples(sheet, header)
        )
        sheets = tuple(
            SheetSeen(each.sheet.title, each.sheet.hidden, len(each.header.found)) for each in everything
        )
        encoding = sheet.encoding if isinstance(sheet, CsvSheet) else ""
        known = seen if choice.columns else _guessed(seen, columns)
        return Layout(sheets, sheet.title, header.row, known, encoding, _titles(sheet, header))


def _guessed(seen: tuple[ColumnSeen, ...], columns: Sequence[Column]) -> tuple[ColumnSeen, ...]:
    """Suggest by what their cells hold which columns are meant that no header names."""
    there = {each.attribute for each in seen}
    for column in columns:
        if column.looks_like is None or column.attribute in there:
            continue
        fits = {
            each.position: sum(bool(column.looks_like.search(sample)) for sample in each.samples)
            for each in seen
            if not each.attribute and each.samples
        }
        best = max(fits, key=lambda at: fits[at], default=0)
        if best and fits[best] > 0:
            seen = tuple(
                replace(each, attribute=column.attribute, guessed=True) if each.position == best else each
                for each in seen
            )
    return seen


def _titles(sheet: Sheet, header: Header) -> tuple[str, ...]:
    """Return what stands alone in a row above the header and in the first rows below, and the name of the sheet."""
    # In a list of one column each row stands alone.
    below = TITLES_WITHIN if len(header.texts) > 1 else 0
    rows = sheet.lines(1, header.row + below, MAX_COLUMNS)
    alone = [text for line in rows if line.number != header.row and (text := lone_text(line.values))]
    return (*dict.fromkeys(alone[:TITLES]), sheet.title)


def _samples(sheet: Sheet, header: Header) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the position of each column that holds anything, and its first different values."""
    held: dict[int, dict[str, None]] = {}
    for line in islice(sheet.lines(header.row + 1, header.row + LOOKED, MAX_COLUMNS), LOOKED):
        for at, value in enumerate(line.values, 1):
            if text := clean(shown(value))[:SAMPLE]:
                held.setdefault(at, {})[text] = None
    for at in sorted(header.texts.keys() | held.keys()):
        yield at, tuple(held.get(at, ()))[:SAMPLES]
