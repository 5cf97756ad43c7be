"""Writing a registry's workbooks by its one table of columns: the export, which imports again as unchanged, and the
blank template. Text is always written as text, never as a formula, whatever it begins with.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation

from . import cell_types
from .reader import MAX_ROWS
from .table import Column
from .xlsx.text import text_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1000
_FORMATS = {cell_types.date: "yyyy-mm-dd", cell_types.degrees: "0.000000"}
_HEAD = PatternFill("solid", start_color="FFDCE6F1", end_color="FFDCE6F1")
_SPECIAL = re.compile(r"[\x00-\x1f&<>\ufffe\uffff]")  # what cannot stand in a cell as it is
_LONGEST = 32_767  # characters that a cell takes
_LISTED = 255  # characters that a drop-down's list takes, its quotation marks counted
_TOLD = 225  # and its error message


def _header(column: Column) -> str:
    return f"{column.header} *" if column.required else column.header


def _width(column: Column) -> int:
    return max(2 * len(column.header) + 4, 26 if "name" in column.attribute else 14)


def _text(value: object) -> str:
    return text_of(str(value))


def _put_text(cell: Cell, text: object) -> Cell:
    # The setter would take text that begins with = for a formula.
    cell.value = _text(text)
    cell.data_type = "s"
    return cell


def _head(cell: Cell, text: str) -> Cell:
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return _put_text(cell, text)


class _Sink(io.RawIOBase):
    """Where the archive is written to: what has come since it was last asked can be sent on."""

    def __init__(self):
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def export(columns: Sequence[Column], rows: Iterable[Sequence]) -> Iterator[bytes]:
    """Yield a workbook of the rows, piece by piece as they are read; memory does not grow with their number.

    :param rows: typed values as the import reads them, in the order of the columns.
    """
    skeleton, styles = _skeleton(columns)
    sheet = "xl/worksheets/sheet1.xml"
    sink = _Sink()
    with (
        zipfile.ZipFile(skeleton) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as new,
    ):
        for name in old.namelist():
            if name != sheet:
                new.writestr(name, old.read(name))
        # Readers that believe the dimension would stop at the header that it was written for.
        empty = re.sub(rb"<dimension [^>]*/>", b"", old.read(sheet))
        head, closing, tail = empty.partition(b"</sheetData>")
        with new.open(sheet, "w") as stream:
            stream.write(head)
            yield sink.take()  # before the first row is read, so that nobody on the way gives up waiting
            for lines in _lines(columns, styles, rows):
                stream.write(lines.encode("utf-8", "replace"))
                if piece := sink.take():
                    yield piece
            stream.write(closing + tail)
    yield sink.take()


def _skeleton(columns: Sequence[Column]) -> tuple[BinaryIO, list[int]]:
    """Return a workbook with nothing but the header, and the number of each column's style in it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名录"
    sheet.freeze_panes = "A2"
    styles = []
    for number, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.number_format = _width(column), _FORMATS.get(column.rule, "@")
        _head(sheet.cell(1, number), column.header)
        _offer(sheet, number, column)  # an export is mended and comes back
        like = Cell(sheet, row=2, column=number)
        like.number_format = dimension.number_format
        styles.append(like.style_id)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer, styles


def _lines(columns, styles: list[int], rows: Iterable[Sequence]) -> Iterator[str]:
    """Yield the rows as XML, a batch at a time: openpyxl would take a cell object for each value."""
    spell = [getattr(column.rule, "write", None) for column in columns]
    places = [(get_column_letter(number), style) for number, style in enumerate(styles, 1)]
    batch: list[str] = []
    for number, values in enumerate(rows, 2):
        batch.append(f'<row r="{number}">')
        for (letter, style), write, value in zip(places, spell, values, strict=True):
            if write is not None and value is not None:
                value = write(value)
            if value is None or value == "":
                continue
            start = f'<c r="{letter}{number}" s="{style}"'
            if isinstance(value, str):
                if len(value) > _LONGEST or _SPECIAL.search(value):
                    value = escape(_text(value))
                batch.append(f'{start} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>')
            else:
                figure = to_excel(value) if isinstance(value, datetime.date) else f"{value:f}"
                batch.append(f"{start}><v>{figure}</v></c>")
        batch.append("</row>")
        if number % CHUNK == 0:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def _offer(sheet, number: int, column: Column) -> None:
    """Give a column of choices its drop-down, as far down as an import reads."""
    if not (allowed := getattr(column.rule, "allowed", ())):
        return
    choice = DataValidation("list", formula1=_options(sheet.parent, column, allowed), allow_blank=True)
    told = f"请从下拉列表中选择：{'、'.join(allowed)}"
    choice.errorTitle, choice.error = "不在选项中", told if len(told) <= _TOLD else "请从下拉列表中选择。"
    letter = get_column_letter(number)
    choice.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    sheet.add_data_validation(choice)


def _options(book, column: Column, allowed: Sequence[str]) -> str:
    """Return what a drop-down offers: spelled out, or the cells where it stands if Excel cannot take it so."""
    listed = f'"{",".join(allowed)}"'
    if len(listed) <= _LISTED and not any(char in word for word in allowed for char in ',"'):
        return listed
    title = "选项"
    if title not in book.sheetnames:
        book.create_sheet(title)
    sheet = book[title]
    number = 1 if sheet.cell(1, 1).value is None else sheet.max_column + 1
    letter = get_column_letter(number)
    _head(sheet.cell(1, number), column.header)
    for row, word in enumerate(allowed, 2):
        _put_text(sheet.cell(row, number), word)
    sheet.column_dimensions[letter].width = 26
    return f"'{title}'!${letter}$2:${letter}${len(allowed) + 1}"
