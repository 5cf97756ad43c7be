"""The blank workbook to fill in: drop-downs, notes on each header, a sheet of codes."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from . import cell_writer, page_setup
from .drop_downs import add_drop_down
from .reader import MAX_ROWS
from .table import Column


def template(columns: Sequence[Column], codes: Iterable[Sequence[object]] = ()) -> BinaryIO:
    """Write a blank workbook to fill in, with drop-downs, notes on each header and a sheet of codes."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "名录"
    page_setup.set_up(sheet, sum(map(cell_writer.width, columns)))
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number)
        cell_writer.put_heading(cell, f"{column.header} *" if column.required else column.header)
        note = f"{'必填。' if column.required else ''}{column.help}"
        if note:
            cell.comment = Comment(note, "填写说明", width=260, height=100)
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.number_format = (
            cell_writer.width(column),
            cell_writer.number_format(column),
        )
        add_drop_down(book, sheet, number, column)
    help_rows = [
        (column.header, "必填" if column.required else "选填", column.help, "、".join(column.aliases))
        for column in columns
    ]
    _sheet(book, "填写说明", [("列名", "是否必填", "填写要求", "也认得的叫法"), *help_rows,
                            (f"一个文件最多 {MAX_ROWS} 行。列的先后不限，不需要的选填列可以删去。",)])  # fmt: skip
    if codes := list(codes):
        _sheet(book, "代码表", codes)
    return _kept(book)


def _kept(book: openpyxl.Workbook) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response that sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet(book: openpyxl.Workbook, title: str, rows: Sequence[Sequence[object]]) -> None:
    sheet = book.create_sheet(title)
    page_setup.set_up(sheet)
    for number, row in enumerate(rows, 1):
        put = cell_writer.put_heading if number == 1 else cell_writer.put
        for position, value in enumerate(row, 1):
            put(sheet.cell(number, position), str(value))
    for letter in "ABCD":
        sheet.column_dimensions[letter].width = 14 if letter == "B" else 30
