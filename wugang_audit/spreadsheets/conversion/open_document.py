"""Reading an OpenDocument spreadsheet (.ods): its rows as they come, with merged cells, hidden rows and error values.

A row or cell may say that it stands a million times: what is empty is only counted, what holds something is given out as
often as it may be read. Expat refuses nothing by itself, so a document type, where entities are declared, ends the reading.
"""

import datetime
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from ..lines import CellValue, Merge

PIECE = 64 * 1024
MAX_REPEATED = 10_000  # rows that hold something and are all alike
MAX_TEXT = 32_767  # characters of one cell
MAX_MERGES = 100_001  # one more than are read, so that the reader can say that it is too many
LAST_ROW = 1_048_576
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_MONTH = re.compile(r"\d{4}\D\d{1,2}\D?")
_ERROR = re.compile(r"#[A-Z/0]+[!?]?")
_ROW_ERRORS = {"Err:502": "#VALUE!", "Err:503": "#NUM!", "#NAME?": "#NAME?", "Err:508": "#NAME?"}


@dataclass
class OdsRow:
    """A row that holds anything; its values begin in the first column."""

    number: int
    values: list[CellValue | None]
    hidden: bool = False


@dataclass
class OdsSheet:
    """A sheet whose rows are read while it is the current one; merged cells and hidden columns fill up meanwhile."""

    title: str
    visible: bool
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


class _Cell:
    """A cell that is being read."""

    __slots__ = ("attributes", "covered", "length", "paragraphs")

    def __init__(self, attributes: dict[str, str], covered: bool) -> None:
        self.attributes, self.covered = attributes, covered
        self.paragraphs: list[list[str]] = []
        self.length = 0

    @property
    def text(self) -> str:
        return "\n".join("".join(pieces) for pieces in self.paragraphs)


class OpenDocument:
    """The content of an .ods file, from its beginning to its end, once.

    :param columns: how many of a sheet's columns are given out.
    """

    def __init__(self, stream: IO[bytes], columns: int) -> None:
        self._stream, self._columns = stream, columns
        self._events: deque[OdsSheet | OdsRow | None] = deque()  # None: the end of a sheet
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: OdsSheet | None = None
        self._nested = self._annotation = 0
        self._number = self._column = 0
        self._repeat = 1
        self._row: list[CellValue | None] | None = None
        self._row_hidden = False
        self._cell: _Cell | None = None
        self._merged_rows: list[Merge] = []
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler, self._expat.EndElementHandler = self._start, self._end
        self._expat.StartDoctypeDeclHandler = _refuse
        self._ended = False

    def sheets(self) -> Iterator[OdsSheet]:
        """Yield the sheets in turn; the rows of one are read by `rows` before the next is asked for."""
        while (event := self._next()) is not _END:
            if isinstance(event, OdsSheet):
                yield event

    def rows(self) -> Iterator[OdsRow]:
        """Yield the rows of the current sheet that hold anything."""
        while isinstance(event := self._next(), OdsRow):
            yield event

    def _next(self) -> "OdsSheet | OdsRow | None | type[_End]":
        while not self._events:
            if self._ended:
                return _END
            piece = self._stream.read(PIECE)
            self._ended = not piece
            self._expat.Parse(piece, not piece)
        return self._events.popleft()

    # --- what expat reports
    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            if self._row is not None and not self._nested:
                self._cell = _Cell(attributes, tag != "table:table-cell")
        elif tag == "text:p" or tag == "text:h":
            if self._cell is not None and not self._annotation:
                self._cell.paragraphs.append([])
                self._expat.CharacterDataHandler = self._characters
        elif tag == "table:table-row":
            if self._sheet is not None and not self._nested:
                self._row, self._column = [], 0
                self._repeat = _count(attributes, "table:number-rows-repeated")
                self._row_hidden = attributes.get("table:visibility", "visible") != "visible"
        elif tag in ("text:s", "text:tab", "text:line-break"):
            spaces = " " * min(_count(attributes, "text:c"), MAX_TEXT)
            self._characters({"text:s": spaces, "text:tab": "\t"}.get(tag, "\n"))
        elif tag == "office:annotation":
            self._annotation += 1
            self._expat.CharacterDataHandler = None
        elif tag == "table:table":
            self._start_table(attributes)
        elif tag == "table:table-column":
            if self._sheet is not None and not self._nested:
                self._add_column(self._sheet, attributes)
        elif self._sheet is None:
            self._start_style(tag, attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        if self._sheet is not None:  # one within a cell
            self._nested += 1
            return
        hidden = attributes.get("table:style-name") in self._hidden_styles
        self._sheet = OdsSheet(attributes.get("table:name", ""), not hidden)
        self._number = self._column = 0
        self._events.append(self._sheet)

    def _start_style(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _add_column(self, sheet: OdsSheet, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility", "visible") != "visible":
            last = min(self._column + repeat, self._columns)
            sheet.hidden_columns.update(range(self._column + 1, last + 1))
        self._column += repeat

    def _characters(self, data: str) -> None:
        cell = self._cell
        if cell is not None and cell.paragraphs and not self._annotation and cell.length < MAX_TEXT:
            cell.paragraphs[-1].append(data[:MAX_TEXT])
            cell.length += len(data)

    def _end(self, tag: str) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            if self._cell is not None and not self._nested:
                self._put(self._cell)
                self._cell = None
        elif tag == "text:p" or tag == "text:h":
            self._expat.CharacterDataHandler = None
        elif tag == "table:table-row":
            if self._row is not None and not self._nested:
                self._end_row(self._row)
                self._row = None
        elif tag == "office:annotation":
            self._annotation -= 1
        elif tag == "table:table":
            if self._nested:
                self._nested -= 1
            elif self._sheet is not None:
                self._events.append(None)
                self._sheet = None

    def _end_row(self, row: list[CellValue | None]) -> None:
        if row and self._repeat > MAX_REPEATED:
            raise MemoryError("one row, very many times")
        if row:
            for number in range(self._number + 1, min(self._number + self._repeat, LAST_ROW) + 1):
                self._events.append(OdsRow(number, list(row), self._row_hidden))
        self._number += self._repeat

    def _put(self, cell: _Cell) -> None:
        """Put a cell that ended into its row, as often as it says."""
        attributes, row, column = cell.attributes, self._row, self._column
        repeat = (
            _count(attributes, "table:number-columns-repeated")
            if "table:number-columns-repeated" in attributes
            else 1
        )
        value = None if cell.covered else self._value(cell)
        if row is not None and value is not None and value != "" and column < self._columns:
            if len(row) < column:
                row.extend([None] * (column - len(row)))
            if repeat == 1:
                row.append(value)
            else:
                row.extend([value] * min(repeat, self._columns - column))
        if "table:number-columns-spanned" in attributes or "table:number-rows-spanned" in attributes:
            self._merge(attributes)
        self._column += repeat

    def _merge(self, attributes: dict[str, str]) -> None:
        right = _count(attributes, "table:number-columns-spanned")
        down = _count(attributes, "table:number-rows-spanned")
        if self._sheet is not None and right * down > 1 and len(self._sheet.merges) < MAX_MERGES:
            left, top = self._column + 1, self._number + 1
            self._sheet.merges.append((left, top, left + right - 1, top + down - 1))

    def _value(self, cell: _Cell) -> CellValue | None:
        attributes = cell.attributes
        kind = attributes.get("office:value-type")
        text = cell.text
        if kind is None:
            return text or None
        if kind == "string" or attributes.get("calcext:value-type") == "error" or _ERROR.fullmatch(text):
            return _ROW_ERRORS.get(text, text) if text else attributes.get("office:string-value", "")
        try:
            return _typed(kind, attributes, text)
        except (ValueError, OverflowError, KeyError):
            return text or "#VALUE!"


class _End:
    """The end of the file."""


_END = _End


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name)
    if value is None or not value.isdecimal():
        return 1
    return min(max(int(value[:9]), 1), LAST_ROW)


def _typed(kind: str, attributes: dict[str, str], text: str) -> CellValue:
    if kind == "boolean":
        return attributes["office:boolean-value"] == "true"
    if kind == "date":
        return _date(attributes["office:date-value"], text)
    if kind == "time":
        return _duration(attributes["office:time-value"])
    number = attributes["office:value"]
    return float(number) if any(each in number for each in ".eEnN") else int(number)


def _date(written: str, text: str) -> CellValue:
    day = datetime.date.fromisoformat(written[:10])
    if len(written) > 10:
        moment = datetime.datetime.fromisoformat(written.rstrip("Z"))
        return moment if moment.time() != datetime.time() else moment.date()
    if day.day == 1 and _MONTH.fullmatch(text):
        return f"{day:%Y}年{day.month}月"  # shown without a day, though one is kept
    return day


def _duration(written: str) -> CellValue:
    found = _DURATION.fullmatch(written)
    if found is None:
        return written
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[1:])
    whole = datetime.timedelta(days, seconds, hours=hours, minutes=minutes)
    if found[1]:
        return -whole
    return (datetime.datetime.min + whole).time() if whole < datetime.timedelta(1) else whole


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


def content_of(path: str) -> IO[bytes]:
    """Return the part of an .ods file that holds its sheets.

    :raises KeyError: if there is none.
    """
    return zipfile.ZipFile(path).open("content.xml")
