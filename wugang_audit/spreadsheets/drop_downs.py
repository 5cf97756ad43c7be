"""The drop-downs of columns of choices, as far down as an import reads."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .cell_types import allowed_by
from .cell_writer import put, put_heading
from .reader import MAX_ROWS
from .table import Column

SHEET = "选项"  # for the choices that Excel cannot take as a list
_LISTED = 255  # characters that a drop-down's list takes, its quotation marks counted
_MESSAGE = 225  # characters that its error message takes


def add_drop_down(book: Workbook, sheet: Worksheet, number: int, column: Column) -> None:
    """Give a column of choices its drop-down; another column stays as it is.

    :param number: of the column in the sheet, from 1.
    """
    if not (allowed := allowed_by(column.rule)):
        return
    choice = DataValidation("list", formula1=_options(book, column, allowed), allow_blank=True)
    message = f"请从下拉列表中选择：{'、'.join(allowed)}"
    choice.errorTitle = "不在选项中"
    choice.error = message if len(message) <= _MESSAGE else "请从下拉列表中选择。"
    letter = get_column_letter(number)
    choice.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    sheet.add_data_validation(choice)


def _options(book: Workbook, column: Column, allowed: Sequence[str]) -> str:
    """Return what a drop-down offers: the words themselves, or the cells that hold them if Excel cannot take the words."""
    listed = f'"{",".join(allowed)}"'
    if len(listed) <= _LISTED and not any(char in word for word in allowed for char in ',"'):
        return listed
    if SHEET not in book.sheetnames:
        book.create_sheet(SHEET)
    sheet = book[SHEET]
    number = 1 if sheet.cell(1, 1).value is None else sheet.max_column + 1
    letter = get_column_letter(number)
    put_heading(sheet.cell(1, number), column.header)
    for row, word in enumerate(allowed, 2):
        put(sheet.cell(row, number), word)
    sheet.column_dimensions[letter].width = 26
    return f"'{SHEET}'!${letter}$2:${letter}${len(allowed) + 1}"
