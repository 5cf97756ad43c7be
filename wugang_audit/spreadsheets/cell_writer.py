"""Cells as all our workbooks write them: text that never becomes a formula, headings, and the look of a column."""

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from . import cell_types, coordinates
from .formulas import begins_like_a_formula
from .lines import CellValue
from .periods import first_day
from .table import Column
from .xlsx.text import text_of

DAY = "yyyy-mm-dd"
_FORMATS: dict[cell_types.Rule, str] = {
    cell_types.date: DAY,
    cell_types.last_day: DAY,
    first_day: DAY,
    cell_types.last_day_if_any: DAY,
    coordinates.degrees: "0.000000",
}
AnyCell = Cell | MergedCell  # what openpyxl gives for a place; nothing is put into the second kind
_HEADING = PatternFill("solid", start_color="FFDCE6F1", end_color="FFDCE6F1")


def put(cell: AnyCell, value: CellValue | None) -> None:
    """Set a value; text never becomes a formula."""
    if isinstance(value, str):
        value = text_of(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if begins_like_a_formula(value) and isinstance(cell, Cell):
            cell.quotePrefix = True  # it stays text when somebody edits it


def put_heading(cell: AnyCell, text: str) -> None:
    """Set the text of a heading, with its look."""
    cell.font, cell.fill = Font(bold=True), _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    put(cell, text)


def number_format(column: Column) -> str:
    """Return the number format of a column's cells: text, but for days and coordinates."""
    return _FORMATS.get(column.rule, "@")


def width(column: Column) -> int:
    """Return the width of a column, in characters."""
    return column.width or max(2 * len(column.header) + 4, 26 if "name" in column.attribute else 14)


def style_number(
    sheet: Worksheet, number_format: str, fill: PatternFill | None = None, *, wraps: bool | None = None
) -> int:
    """Return the number under which the sheet's workbook keeps a style, for cells that are written as XML.

    :param wraps: whether a long text goes on in a further line; None: nothing is said of where it stands.
    """
    cell = Cell(sheet, row=1, column=1)
    cell.number_format = number_format
    if wraps is not None:
        # A day would stand at the right edge, and run into the text of the next column.
        horizontal = "left" if number_format == DAY else None
        cell.alignment = Alignment(horizontal=horizontal, wrap_text=wraps or None, vertical="top")
    if fill is not None:
        cell.fill = fill
    return cell.style_id
