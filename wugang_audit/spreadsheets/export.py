"""Writing a registry as a workbook by its one table of columns; it imports again as unchanged.

Text is always written as text, never as a formula, whatever it begins with.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from . import cell_writer, page_setup
from .cell_types import WordsRule
from .drop_downs import add_drop_down
from .row_height import HIGHEST, LINE, height_of, most_lines
from .table import Column
from .xlsx.sheet_writer import with_rows
from .xlsx.text import LONGEST, text_of

CHUNK = 1000
_SPECIAL = re.compile(r"[\x00-\x1f&<>\ufffe\uffff]")  # what XML cannot hold, or only escaped


class Notes(NamedTuple):
    """A second sheet, of lines in two columns."""

    title: str
    lines: Sequence[tuple[str, str]]


def export(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "名录",
    notes: Notes | None = None,
) -> Iterator[bytes]:
    """Yield a workbook of the rows, piece by piece as they are read; memory does not grow with their number.

    :param rows: typed values as the import reads them, in the order of the columns.
    :param title: of the sheet.
    """
    book, styles = _skeleton(columns, title)
    if notes:
        _add_notes(book.create_sheet(notes.title), notes.lines)
    yield from with_rows(book, (lines.encode("utf-8", "replace") for lines in _lines(columns, styles, rows)))


def _add_notes(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90
    page_setup.set_up(sheet)
    for number, (what, words) in enumerate(lines, 1):
        cell_writer.put_heading(sheet.cell(number, 1), what)
        cell_writer.put(sheet.cell(number, 2), words)
        sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = height_of([(words, 90)])


def _skeleton(columns: Sequence[Column], title: str) -> tuple[openpyxl.Workbook, list[int]]:
    """Return a workbook with nothing but the header, and the number of each column's style in it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    widths = [cell_writer.width(column) for column in columns]
    page_setup.set_up(sheet, sum(widths))
    headers = zip((column.header for column in columns), widths, strict=True)
    sheet.row_dimensions[1].height = height_of(headers) + LINE / 2  # letters are bold
    styles = []
    for number, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.number_format = (
            cell_writer.width(column),
            cell_writer.number_format(column),
        )
        cell_writer.put_heading(sheet.cell(1, number), column.header)
        add_drop_down(book, sheet, number, column)  # an export is corrected and comes back
        styles.append(cell_writer.style_number(sheet, dimension.number_format, wraps=bool(column.width)))
    return book, styles


def _lines(columns: Sequence[Column], styles: list[int], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the rows as XML, a batch at a time: openpyxl would take a cell object for each value."""
    spell = [column.rule.write if isinstance(column.rule, WordsRule) else None for column in columns]
    places = [(get_column_letter(number), style) for number, style in enumerate(styles, 1)]
    widths = [column.width for column in columns]
    batch: list[str] = []
    for number, values in enumerate(rows, 2):
        start_of_row, lines = len(batch), 1
        batch.append("")
        for (letter, style), width, write, value in zip(places, widths, spell, values, strict=True):
            if write is not None and value is not None:
                value = write(value)
            if value is None or value == "":
                continue
            start = f'<c r="{letter}{number}" s="{style}"'
            if isinstance(value, str):
                # Most cells are told by one look.
                if width and (len(value) * (2 - value.isascii()) > width - 4 or "\n" in value):
                    lines = max(lines, most_lines(value, width))
                if len(value) > LONGEST or _SPECIAL.search(value):
                    value = escape(text_of(value))
                batch.append(f'{start} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>')
            else:
                is_day, is_whole = isinstance(value, datetime.date), isinstance(value, int)
                figure = to_excel(value) if is_day else value if is_whole else f"{value:f}"
                batch.append(f"{start}><v>{figure}</v></c>")
        height = f' ht="{min(HIGHEST, LINE * lines):g}" customHeight="1"' if lines > 1 else ""
        batch[start_of_row] = f'<row r="{number}"{height}>'
        batch.append("</row>")
        if number % CHUNK == 0:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)
