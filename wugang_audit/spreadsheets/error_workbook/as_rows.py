"""Giving back a workbook too large to hold as objects, or a CSV file: its header and faulty rows, marked.

openpyxl writes all but the rows, which are put in as text: a cell costs it ten times as much, and memory besides.
"""

import datetime
import io
import math
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import to_excel

from .. import csv_file, page_setup
from ..cell_writer import put, style_number
from ..headers import MAX_COLUMNS
from ..lines import Book, Line, Sheet
from ..open_file import opened
from ..table import Fault
from ..xlsx.guard import MIB
from ..xlsx.parts import LAST_ROW
from ..xlsx.sheet_writer import with_rows
from ..xlsx.text import text_of
from .annotations import LIST, MAX_COMMENTS, RED, explain, list_rows

MAX_FIELDS = 400_000  # of a CSV file that comes back with all its rows
BATCH = 500
_FORMATS = {"text": "@", "day": "yyyy-mm-dd", "time": "h:mm:ss", "plain": "General"}


def marked_rows(content: bytes, faults: list[Fault], only_rows: set[int] | None, keep_above: int) -> bytes:
    """Return a workbook with the header and the faulty rows, of a CSV file that is not too large with all rows.

    :param only_rows: of the data, these rows instead of the faulty ones.
    :param keep_above: the row of the header: it and all above it always stay.
    :raises Unreadable: if the file cannot be read at all.
    """
    rows = _Rows(faults)
    with opened(content) as book:
        source = _source(book, faults, keep_above)
        wanted: set[int] | range = (
            {fault.row for fault in faults if fault.row} if only_rows is None else only_rows
        )
        last = max([keep_above, *wanted])
        if (
            only_rows is None
            and isinstance(source, csv_file.CsvSheet)
            and content.count(source.delimiter.encode()) <= MAX_FIELDS
        ):
            wanted, last = range(LAST_ROW), LAST_ROW
        found = (
            line
            for line in source.lines(1, last, MAX_COLUMNS)
            if line.number <= keep_above or line.number in wanted
        )
        return rows.workbook(source.title, found)


def _source(book: Book, faults: list[Fault], header: int) -> Sheet:
    """Return the sheet that was read: the one that a fault names, else the one with the fullest header row."""
    everything = book.sheets
    named = {fault.sheet for fault in faults if fault.sheet}
    for sheet in everything:
        if sheet.title in named:
            return sheet
    if not isinstance(everything[0], csv_file.CsvSheet):
        return everything[0]

    def columns(sheet: Sheet) -> int:
        found = sheet.lines(header, header, MAX_COLUMNS)
        return max((sum(value is not None for value in line.values) for line in found), default=0)

    return max(everything, key=columns)


class _Rows:
    """Writes the rows of one sheet one below the other, and remembers where each went."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.styles: dict[
            tuple[str, bool], int
        ] = {}  # {(kind of cell, whether it is red): number of the style}
        self.by_row: dict[int, list[Fault]] = {}  # all are of one sheet
        for fault in faults:
            if fault.row and fault.column:
                self.by_row.setdefault(fault.row, []).append(fault)
        self.moved: dict[int, int] = {}  # {row in the clerk's file: row in this one}
        self.letters = [get_column_letter(position) for position in range(1, MAX_COLUMNS + 2)]
        self.comments: list[tuple[str, list[Fault]]] = []

    def workbook(self, title: str, found: Iterator[Line]) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = title
        self.styles = {
            (kind, red): style_number(sheet, code, RED if red else None)
            for kind, code in _FORMATS.items()
            for red in (True, False)
        }
        # Packed at once: the rows of a large file would take as much memory as the file itself.
        packed = io.BytesIO()
        with (
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
            archive.open("rows", "w") as stream,
        ):
            for piece in self._pieces(found):
                stream.write(piece.encode("utf-8", "replace"))
        for place, wrong in self.comments:
            explain(sheet[place], wrong)
        page_setup.set_up(sheet)
        listed = book.create_sheet(LIST)
        page_setup.set_up(listed)
        for number, line in enumerate(list_rows(self.faults, self.moved), 1):
            for position, value in enumerate(line, 1):
                put(listed.cell(number, position), value)
        return b"".join(with_rows(book, _unpacked(packed), replace=True))

    def _pieces(self, found: Iterator[Line]) -> Iterator[str]:
        batch: list[str] = []
        for line in found:
            if any(value is not None for value in line.values) or line.number in self.by_row:
                self.moved[line.number] = number = len(self.moved) + 1
                batch.append(f'<row r="{number}">')
                batch.extend(self._cells(line, number))
                batch.append("</row>")
                if number % BATCH == 0:
                    yield "".join(batch)
                    batch.clear()
        yield "".join(batch)

    def _cells(self, line: Line, number: int) -> Iterator[str]:
        values = line.values
        for at, formula in (line.uncomputed or {}).items():
            if at < len(values):
                values[at] = formula
        faulty: dict[int, list[Fault]] = {}
        for fault in self.by_row.get(line.number, ()):
            faulty.setdefault(column_index_from_string(fault.column), []).append(fault)
        values += [None] * (max(faulty, default=0) - len(values))
        for position, value in enumerate(values, 1):
            wrong = faulty.get(position)
            if value is None and not wrong:
                continue
            place = f"{self.letters[position - 1]}{number}"
            if wrong and len(self.comments) < MAX_COMMENTS:
                self.comments.append((place, wrong))
            yield self._cell(place, value, bool(wrong))

    def _cell(self, place: str, value: object, red: bool) -> str:
        kind, written = "plain", ""
        if isinstance(value, bool):
            written = f"<v>{int(value)}</v>"
            return f'<c r="{place}" t="b" s="{self.styles[kind, red]}">{written}</c>'
        if isinstance(value, datetime.date):
            kind, written = "day", f"<v>{to_excel(value)}</v>"
        elif isinstance(value, datetime.time | datetime.timedelta):
            kind, written = "time", f"<v>{to_excel(value)}</v>"
        elif isinstance(value, int | float) and math.isfinite(value):
            written = f"<v>{value}</v>"
        elif value is not None:
            text = f'<is><t xml:space="preserve">{escape(text_of(str(value)))}</t></is>'
            return f'<c r="{place}" t="inlineStr" s="{self.styles["text", red]}">{text}</c>'
        return f'<c r="{place}" s="{self.styles[kind, red]}">{written}</c>'


def _unpacked(packed: io.BytesIO) -> Iterator[bytes]:
    with zipfile.ZipFile(packed) as archive, archive.open("rows") as stream:
        while piece := stream.read(MIB):
            yield piece
