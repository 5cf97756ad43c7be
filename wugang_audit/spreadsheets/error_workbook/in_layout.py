"""Giving back the clerk's own workbook, with every faulty cell coloured and a comment that says how to fix it.

Corrected and uploaded again it goes through: layout, formulas and the order of the sheets stay. A sheet 错误清单 behind
them lists all faults. What is too large to hold as objects comes back by `as_rows`: the header and the faulty rows.
"""

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterable

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from ..cell_writer import AnyCell, put
from ..conversion.convert import as_xlsx
from ..lines import CellValue
from ..open_file import opened
from ..table import Fault
from ..xlsx.guard import MIB
from ..xlsx.strict import is_strict, transitional
from .annotations import COLOUR, HEADINGS, LIST, MAX_COMMENTS, OWN, START, by_cell, list_rows, mark
from .as_rows import marked_rows

MAX_CELLS = 240_000  # openpyxl holds about 0.5 KB for each
MAX_TAGS = 2_500_000
MAX_SIZE = 24 * MIB  # of all parts: parsing a long text takes some eight times its size
_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?c[\s/>]")
_MERGED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:$]+)[\"']")
logger = logging.getLogger(__name__)


def marked(
    content: bytes, faults: Iterable[Fault], *, only_rows: set[int] | None = None, keep_above: int
) -> bytes:
    """Return the workbook with its faults marked, as .xlsx.

    :param only_rows: of the data, leave only these rows; row numbers in the list are then those of the result.
    :param keep_above: the row of the header: it and all above it always stay.
    :raises Unreadable: if the file cannot be read at all.
    """
    faults = list(faults)
    content = as_xlsx(content)
    if not content.startswith(b"PK"):
        return marked_rows(content, faults, only_rows, keep_above)
    with opened(content):  # the guard: sizes are checked before anything is parsed
        large = _is_large(content)
    if not large:
        if is_strict(content):
            content = transitional(content)  # openpyxl knows no other names
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
                if only_rows is None:
                    return _mark(book, faults, None, keep_above)
                values = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
                return _mark(book, faults, only_rows, keep_above, values)
        except Exception:
            # openpyxl fails on some pictures, charts and names: the rows still come back, without layout.
            logger.warning("a workbook could not be marked in its own layout")
            logger.debug("why it could not", exc_info=True)
    return marked_rows(content, faults, only_rows, keep_above)


def _is_large(content: bytes) -> bool:
    """Say whether openpyxl would hold too much: tags of all parts, and cells, a merged range counting as all its cells."""
    tags = cells = size = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            name = member.filename.lower()
            if name.startswith("xl/media/") or not name.endswith((".xml", ".rels", ".vml")):
                continue
            size += member.file_size
            tail = b""
            with archive.open(member) as stream:
                while chunk := stream.read(MIB):
                    # A tag may be cut in two at the end of a piece: its beginning is looked at with the next piece.
                    chunk = tail + chunk
                    cut = chunk.rfind(b"<") if len(chunk) > 1 else len(chunk)
                    chunk, tail = chunk[:cut], chunk[cut:][:4096]
                    tags += chunk.count(b"<")
                    if "worksheets/" in name:
                        cells += len(_CELL.findall(chunk))
                    for ref in _MERGED.findall(chunk):
                        left, top, right, bottom = range_boundaries(ref.decode())
                        if left is not None and top is not None and right is not None and bottom is not None:
                            cells += (right - left + 1) * (bottom - top + 1)
                    if tags > MAX_TAGS or cells > MAX_CELLS or size > MAX_SIZE:
                        return True
    return False


# --- in the clerk's own layout --------------------------------------------------------------------------------
def _mark(
    book: Workbook,
    faults: list[Fault],
    only_rows: set[int] | None,
    keep_above: int,
    values: Workbook | None = None,
) -> bytes:
    _unmark(book)
    places = by_cell(faults)
    for number, ((title, row, column), found) in enumerate(places.items()):
        sheet = book[title] if title in book.sheetnames else book.worksheets[0]
        mark(_anchor(sheet, row, column), found, comment=number < MAX_COMMENTS)
    moved = None
    if only_rows is not None:
        named = next((fault.sheet for fault in faults if fault.sheet in book.sheetnames), None)
        sheet = book[named] if named else book.worksheets[0]
        moved = _keep_only(sheet, only_rows, keep_above, values[sheet.title] if values else None)
    sheet = book.create_sheet(LIST)
    for letter, width in zip("ABCDE", (8, 8, 30, 46, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for number, line in enumerate(list_rows(faults, moved), 1):
        for position, value in enumerate(line, 1):
            cell = sheet.cell(number, position)
            put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _unmark(book: Workbook) -> None:
    """Take away the marks of an earlier round, so that what was corrected is no longer red."""
    for sheet in list(book.worksheets):
        if sheet.title == LIST and tuple(cell.value for cell in sheet[1])[:5] == HEADINGS:
            book.remove(sheet)
            continue
        for cell in sheet._cells.values():
            if cell.comment is None or not cell.comment.text.startswith(START):
                continue
            _, _, own = cell.comment.text.partition(OWN)
            cell.comment = Comment(own, "") if own else None
            if cell.fill.start_color.rgb == COLOUR:
                cell.fill = PatternFill()


def _anchor(sheet: Worksheet, row: int, column: int) -> AnyCell:
    """Return the cell at a place; inside a merged range, its first cell, which is the one that is seen."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in sheet.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _keep_only(sheet: Worksheet, rows: set[int], keep_above: int, values: Worksheet | None) -> dict[int, int]:
    """Take out the other rows below the header and close the gaps; return where each row went.

    Formulas would then point elsewhere, so each becomes the result that the file holds; without one it stays.
    """
    for merged in [each for each in sheet.merged_cells.ranges if each.max_row > keep_above]:
        shown = sheet.cell(merged.min_row, merged.min_col)
        sheet.unmerge_cells(merged.coord)
        for row in range(merged.min_row + 1, merged.max_row + 1):
            cell = sheet.cell(row, merged.min_col)
            cell.value = shown.value
            cell._style = shown._style  # type: ignore[union-attr]  # openpyxl's own way of copying, without a stub
    kept = sorted(row for row in rows if row > keep_above)
    moved = {row: row for row in range(1, keep_above + 1)} | {
        row: number for number, row in enumerate(kept, keep_above + 1)
    }
    cells, sheet._cells = sheet._cells, {}
    for (row, column), cell in sorted(cells.items()):
        if row not in moved:
            continue
        if cell.data_type == "f" and values is not None and row > keep_above:
            result = values.cell(row, column).value
            if isinstance(result, CellValue):
                put(cell, result)
        if row > keep_above:
            cell.row = moved[row]
        sheet._cells[moved[row], column] = cell
    heights = {moved[row]: each.height for row, each in sheet.row_dimensions.items() if row in moved}
    sheet.row_dimensions.clear()
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    sheet.auto_filter.ref = None
    for name in list(sheet.tables):
        del sheet.tables[name]
    return moved
