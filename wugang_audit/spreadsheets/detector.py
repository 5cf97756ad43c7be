"""Where in a workbook the list stands and what its columns are: found by their names, or chosen by the clerk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from . import column_content, side_by_side
from .cell_reader import is_blank
from .corrections import Corrections
from .csv_file import CsvSheet
from .errors import Unreadable
from .footnotes import footnotes
from .headers import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    SERIAL,
    Header,
    find_header,
    first_of_several,
    header_at,
    header_key,
    likely_header,
    lone_text,
    no_header,
)
from .lines import Book, Sheet
from .open_file import opened
from .recognition import LONGEST, Vocabulary
from .table import Column
from .ticks import keep_ticked

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
    :param header_row: the (last) row of its header; 0: it has none; None: it is to be found.
    :param columns: {position from 1: attribute}; an empty attribute leaves the column out.
    :param synonyms: {`header_key`: attribute} as remembered; again an empty one leaves out.
    :param corrections: what is to be read instead of what cells hold.
    """

    sheet: str = ""
    header_row: int | None = None
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
        fields = len(self.header.texts) or self.header.fields if isinstance(self.sheet, CsvSheet) else 0
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
    unlike: str = ""  # what the header names, but the cells are not
    forgotten: bool = False  # left out, as was said of such a header before
    second: str = ""  # what it means, if another column of that meaning is read
    ticked: str = ""  # what a tick in it means
    by_hand: bool = False  # as the clerk chose

    @property
    def is_unread(self) -> bool:
        """Whether it holds something that is read as nothing; a serial number is nothing to read."""
        counted = not self.text and self.samples == tuple(map(str, range(1, len(self.samples) + 1)))
        return bool(self.samples) and not self.attribute and self.key not in SERIAL and not counted


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

    @property
    def is_all_read(self) -> bool:
        return not any(each.is_unread or each.guessed for each in self.columns)


def names_of(columns: Sequence[Column]) -> dict[str, str]:
    """Return {header key: attribute} of the proper headers and their aliases."""
    return {
        header_key(name): column.attribute for column in columns for name in (column.header, *column.aliases)
    }


class HeadersTold(NamedTuple):
    """How many headers tell of the columns of a registry: by their names or by their parts, and by their names alone."""

    known: int = 0
    named: int = 0
    complete: bool = False  # the required columns are named


def known_headers(texts: Sequence[str], columns: Sequence[Column]) -> HeadersTold:
    """Return how many different headers tell of these columns."""
    names = vocabulary(columns, ColumnMapping())
    keys = [key for key in dict.fromkeys(map(header_key, texts)) if len(key) <= LONGEST]
    named = [attribute for key in keys if (attribute := names.attribute(key))]
    needed = {column.attribute for column in columns if column.required}
    return HeadersTold(sum(map(names.knows, keys)), len(named), needed <= set(named))


def headings(found: "Found") -> list[list[str]]:
    """Return the texts of the header, and of the row that looks most like one: a title may be taken for the header."""
    rows = (found.header, likely_header(found.sheet))
    return [list(each.texts.values()) for each in rows]


def vocabulary(columns: Sequence[Column], choice: ColumnMapping) -> Vocabulary:
    """Return what headings mean to a registry, and what was chosen for such headers before."""
    proper = (header_key(column.header) for column in columns)
    ways = {column.attribute: column.recognition for column in columns}
    return Vocabulary(names_of(columns) | dict(choice.synonyms), frozenset((*proper, *choice.synonyms)), ways)


def find(book: Book, columns: Sequence[Column], choice: ColumnMapping) -> tuple[Found, list[Found]]:
    """Return the sheet to read with its header, and all sheets.

    :raises Unreadable: if there is no sheet, or not the one that was chosen.
    """
    names = vocabulary(columns, choice)
    everything = [_found(sheet, columns, names, choice) for sheet in book.sheets]
    if not everything:
        raise Unreadable("工作簿里没有工作表", "请确认选对了文件")
    wanted = [each for each in everything if choice.sheet in ("", each.sheet.title)]
    if not wanted:
        raise Unreadable(f"工作簿里没有工作表“{choice.sheet}”", "请重新选择工作表")
    return max(wanted, key=lambda each: each.rank), everything


def _found(sheet: Sheet, columns: Sequence[Column], names: Vocabulary, choice: ColumnMapping) -> Found:
    required = {column.attribute for column in columns if column.required}
    header = _header(sheet, columns, names, choice)
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


def _header(sheet: Sheet, columns: Sequence[Column], names: Vocabulary, choice: ColumnMapping) -> Header:
    chosen = sheet.title == choice.sheet
    needed = [column.attribute for column in columns if column.required]
    said = choice.header_row if chosen else None
    if said is None:
        header = first_of_several(sheet, find_header(sheet, names), names, set(needed))
    else:
        header = header_at(sheet, said, names) if said else no_header(sheet)
    held = column_content.samples(sheet, header.row)
    keep_ticked(header, held)
    if choice.columns and chosen:
        _map_by_hand(header, choice.columns)
        side_by_side.split(header, needed)
        return header
    if offsets := side_by_side.offsets_of(header.keys):
        side_by_side.first_of(header, offsets)
    _give_way(header, columns)
    column_content.settle(header, held, names)
    if offsets and set(needed) <= header.found.keys():
        header.beside = [{name: at + offset for name, (at, *_) in header.found.items()} for offset in offsets]
    if not header.found and said is None:
        header = likely_header(sheet)
        if column_content.begins_with_data(sheet, header.row, columns):
            header = no_header(sheet)
    return header


def _map_by_hand(header: Header, columns: Mapping[int, str]) -> None:
    """Let the clerk's choice for each column replace what its name means."""
    for position, attribute in columns.items():
        for positions in header.found.values():
            if position in positions:
                positions.remove(position)
        header.unknown.pop(position, None)
        header.forgotten.pop(position, None)
        if attribute and header.ticked.get(position, ("",))[0] == attribute:
            continue
        header.ticked.pop(position, None)
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


def is_empty(everything: Sequence[Found]) -> bool:
    """Say whether nothing stands in the first rows of any sheet of a file."""
    blank = (
        all(
            is_blank(value)
            for line in each.sheet.lines(1, HEADER_WITHIN, MAX_COLUMNS)
            for value in line.values
        )
        for each in everything
    )
    # The sheets of a CSV file are ways of splitting it: one that leaves nothing says that there is nothing.
    return any(blank) if isinstance(everything[0].sheet, CsvSheet) else all(blank)


def look(content: bytes, columns: Sequence[Column], choice: ColumnMapping) -> Layout:
    """Describe a workbook without judging its rows.

    :raises Unreadable: if it cannot be read at all.
    """
    with opened(content) as book:
        chosen, everything = find(book, columns, choice)
        sheet, header = chosen.sheet, chosen.header
        held = column_content.samples(sheet, header.row)
        seen = _seen(header, held, bool(choice.columns))
        if not choice.columns:
            open_to = [each.position for each in seen if not each.attribute and not each.forgotten]
            guessed = dict(column_content.guesses(header, held, columns, open_to))
            seen = tuple(
                replace(each, attribute=guessed[each.position], guessed=True)
                if each.position in guessed
                else each
                for each in seen
            )
        sheets = tuple(
            SheetSeen(each.sheet.title, each.sheet.hidden, len(each.header.found)) for each in everything
        )
        encoding = sheet.encoding if isinstance(sheet, CsvSheet) else ""
        return Layout(sheets, sheet.title, header.shown_row, seen, encoding, _titles(sheet, header))


def _seen(header: Header, held: column_content.Samples, by_hand: bool) -> tuple[ColumnSeen, ...]:
    by_position = {at: name for name, positions in header.found.items() for at in positions}
    by_position |= {at: name for table in header.beside for name, at in table.items()}
    by_position |= {at: attribute for at, (attribute, *_) in header.ticked.items()}
    return tuple(
        ColumnSeen(
            at,
            get_column_letter(at),
            header.texts.get(at, ""),
            header.keys.get(at, ""),
            by_position.get(at, ""),
            tuple(text[:SAMPLE] for text in held.get(at, ())[:SAMPLES]),
            unlike=header.unlike.get(at, ""),
            forgotten=at in header.forgotten,
            second=header.second.get(at, ""),
            ticked=header.ticked.get(at, ("", "", ""))[1],
            by_hand=by_hand,
        )
        for at in sorted(header.texts.keys() | held.keys())
    )


def _titles(sheet: Sheet, header: Header) -> tuple[str, ...]:
    """Return what stands alone in a row above the header and in the first rows below, and the name of the sheet."""
    # In a list of one column each row stands alone.
    below = TITLES_WITHIN if max(len(header.texts), header.fields) > 1 else 0
    rows = sheet.lines(1, header.row + below, MAX_COLUMNS)
    alone = [
        text
        for line in rows
        if (line.number != header.row or line.number < header.titles_until)
        and (text := lone_text(line.values))
    ]
    return (*dict.fromkeys([*alone[:TITLES], *footnotes(sheet, header)]), sheet.title)
