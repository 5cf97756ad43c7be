"""Writing a registry's workbooks by its one table of columns: the export, which imports again as unchanged, and the
blank template. Text is always written as text, never as a formula, whatever it begins with.
"""

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import openpyxl
from django.db.models import QuerySet
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from . import cells
from .workbooks import MAX_ROWS, Column

CHUNK = 1000
_FORMATS = {cells.date: "yyyy-mm-dd", cells.degrees: "0.000000"}
_HEAD = PatternFill("solid", start_color="FFDCE6F1", end_color="FFDCE6F1")
_LONGEST = 32_767  # characters that a cell takes
_FILLED = 2000  # rows of the template that have drop-downs


class Exported:
    """What an importer adds so that its registry can be written too."""

    columns: Sequence[Column]

    def exported(self, queryset: QuerySet) -> Iterable[Sequence]:
        """Yield the values of each object, in the order of the columns; no query per row."""
        return queryset.values_list(*(column.attribute for column in self.columns)).iterator(chunk_size=CHUNK)

    def codes(self) -> Iterable[Sequence]:
        """Return the sheet of codes for the template, its heading first."""
        return ()


def _header(column: Column) -> str:
    return f"{column.header} *" if column.required else column.header


def _width(column: Column) -> int:
    return max(2 * len(column.header) + 4, 26 if "name" in column.attribute else 14)


def _text(value: object) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST]


def _put_text(cell: Cell, text: object) -> Cell:
    # The setter would take text that begins with = for a formula.
    cell.value = _text(text)
    cell.data_type = "s"
    return cell


def _head(cell: Cell, text: str) -> Cell:
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return _put_text(cell, text)


def export(columns: Sequence[Column], rows: Iterable[Sequence]) -> tuple[BinaryIO, int]:
    """Write the rows to a temporary file, in memory that does not grow with them; return it and their number.

    :param rows: typed values as the import reads them, in the order of the columns.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名录")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    sheet.append([_head(WriteOnlyCell(sheet), column.header) for column in columns])
    # A row is written as it is appended: the same cells serve for the next.
    line = [WriteOnlyCell(sheet) for _ in columns]
    for cell, column in zip(line, columns, strict=True):
        cell.number_format = _FORMATS.get(column.rule, "@")
    spell = [getattr(column.rule, "write", None) for column in columns]
    count = 0
    for values in rows:
        count += 1
        for cell, write, value in zip(line, spell, values, strict=True):
            if write is not None and value is not None:
                value = write(value)
            if isinstance(value, str):
                cell.value = None
                if value:
                    _put_text(cell, value)
            else:
                cell.value = value
        sheet.append(line)
    return _kept(book), count


def template(columns: Sequence[Column], codes: Iterable[Sequence] = ()) -> BinaryIO:
    """Write a blank workbook to fill in, with drop-downs, notes on each header and a sheet of codes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名录"
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        cell = _head(sheet.cell(1, number), _header(column))
        note = f"{'必填。' if column.required else ''}{column.help}"
        if note:
            cell.comment = Comment(note, "填写说明", width=260, height=100)
        dimension = sheet.column_dimensions[letter]
        dimension.width, dimension.number_format = _width(column), _FORMATS.get(column.rule, "@")
        if allowed := getattr(column.rule, "allowed", ()):
            choice = DataValidation("list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
            choice.errorTitle, choice.error = "不在选项中", f"请从下拉列表中选择：{'、'.join(allowed)}"
            choice.add(f"{letter}2:{letter}{_FILLED}")
            sheet.add_data_validation(choice)
    help_rows = [
        (column.header, "必填" if column.required else "选填", column.help, "、".join(column.aliases))
        for column in columns
    ]
    _sheet(book, "填写说明", [("列名", "是否必填", "填写要求", "也认得的叫法"), *help_rows,
                            (f"一个文件最多 {MAX_ROWS} 行。列的先后不限，不需要的选填列可以删去。",)])  # fmt: skip
    if codes := list(codes):
        _sheet(book, "代码表", codes)
    return _kept(book)


def _kept(book) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response that sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet(book, title: str, rows: Sequence[Sequence]) -> None:
    sheet = book.create_sheet(title)
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row, 1):
            (_head if number == 1 else _put_text)(sheet.cell(number, position), value)
    for letter in "ABCD":
        sheet.column_dimensions[letter].width = 14 if letter == "B" else 30
