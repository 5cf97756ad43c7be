"""The clerk's own workbook back, with every faulty cell coloured and a comment that says how to mend it.

Mended and uploaded again it goes through: layout, formulas and the order of the sheets stay. A sheet 错误清单 behind
them lists all faults. What is too large to hold as objects comes back as plain rows: the header and the faulty ones.
"""

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterable

import openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, range_boundaries

from . import csv_files, xlsx
from .headers import MAX_COLUMNS
from .sheets import LAST_ROW
from .workbooks import Fault

LIST = "错误清单"
MAX_CELLS = 400_000  # openpyxl holds about 0.5 KB for each
MAX_TAGS = 2_500_000
MAX_LISTED = 10_000  # faults in the list; the cells of all are coloured
MAX_COMMENTS = 5000  # each is a drawing; further cells are only coloured
_HEADINGS = ("行", "列", "内容", "错误", "怎么改")
_START = "错误："
_COLOUR = "FFFFC7CE"
_RED = PatternFill("solid", start_color=_COLOUR, end_color=_COLOUR)
_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?c[\s/>]")
_MERGED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:$]+)[\"']")
logger = logging.getLogger(__name__)


def marked(
    content: bytes, faults: Iterable[Fault], *, only_rows: set[int] | None = None, keep_above: int
) -> bytes:
    """Return the workbook with its faults marked, as .xlsx.

    :param only_rows: of the data, leave only these rows; row numbers in the list are then those of the result.
    :param keep_above: the row of the header: it and all above it always stay.
    :raises wugang_audit.xlsx.Unreadable: for what could not be read in the first place.
    """
    faults = list(faults)
    if not content.startswith(b"PK"):
        sheet = _csv_sheet(content, keep_above)
        if only_rows is None and content.count(sheet.delimiter.encode()) > MAX_CELLS:
            only_rows = {fault.row for fault in faults if fault.row}
        return _mark(_from_csv(sheet, only_rows, keep_above), faults, only_rows, keep_above)
    with xlsx.opened(content):  # the guard: sizes are checked before anything is parsed
        large = _is_large(content)
    if not large:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
                if only_rows is None:
                    return _mark(book, faults, None, keep_above)
                values = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
                return _mark(book, faults, only_rows, keep_above, values)
        except Exception:
            # Pictures, charts and names that openpyxl stumbles over: the rows still come back, without layout.
            logger.warning("a workbook could not be marked in its own layout", exc_info=True)
    return _plain(content, faults, only_rows, keep_above)


def _is_large(content: bytes) -> bool:
    """Say whether openpyxl would hold too much: tags of all parts, and cells, a merged range counting as all its cells."""
    tags = cells = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            name = member.filename.lower()
            if name.startswith("xl/media/") or not name.endswith((".xml", ".rels", ".vml")):
                continue
            tail = b""
            with archive.open(member) as stream:
                while chunk := stream.read(xlsx.MIB):
                    # Each piece is looked at whole but for what the next one begins again with.
                    chunk = tail + chunk
                    cut = chunk.rfind(b"<") if len(chunk) > 1 else len(chunk)
                    chunk, tail = chunk[:cut], chunk[cut:][:4096]
                    tags += chunk.count(b"<")
                    if "worksheets/" in name:
                        cells += len(_CELL.findall(chunk))
                    for ref in _MERGED.findall(chunk):
                        if None not in (bounds := range_boundaries(ref.decode())):
                            cells += (bounds[2] - bounds[0] + 1) * (bounds[3] - bounds[1] + 1)
                    if tags > MAX_TAGS or cells > MAX_CELLS:
                        return True
    return False


def _csv_sheet(content: bytes, header: int) -> csv_files.CsvSheet:
    """Return the file parted as its header asks for: by what gives it the most columns."""
    if (book := csv_files.book_of(content)) is None:
        raise xlsx.Unreadable("这不是 Excel 工作簿，也不是 CSV 文件", "请上传 .xlsx 工作簿")

    def columns(sheet) -> int:
        lines = sheet.lines(header, header, MAX_COLUMNS)
        return max((sum(value is not None for value in line.values) for line in lines), default=0)

    return max(book.worksheets, key=columns)


def _from_csv(sheet: csv_files.CsvSheet, only_rows: set[int] | None, keep_above: int) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in sheet.lines(1, LAST_ROW, MAX_COLUMNS):
        if only_rows is not None and line.number > keep_above and line.number not in only_rows:
            continue
        for position, value in enumerate(line.values, 1):
            if value is not None:
                cell = book.active.cell(line.number, position)
                cell.number_format = "@"
                _put(cell, value)
    return book


def _put(cell: Cell, value: object) -> None:
    """Set a value; text never becomes a formula."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _by_cell(faults: list[Fault]) -> dict[tuple[str, int, int], list[Fault]]:
    found: dict[tuple[str, int, int], list[Fault]] = {}
    for fault in faults:
        if fault.row and fault.column:
            place = (fault.sheet, fault.row, column_index_from_string(fault.column))
            found.setdefault(place, []).append(fault)
    return found


def _colour(cell: Cell, faults: list[Fault], *, comment: bool) -> None:
    cell.fill = _RED
    if comment:
        text = "\n".join(f"{_START}{fault.what}\n怎么改：{fault.cure}" for fault in faults)
        if cell.comment is not None:
            text += f"\n原批注：{cell.comment.text}"
        cell.comment = Comment(text, "导入核对", width=320, height=min(90 + len(text), 400))


# --- in the clerk's own layout --------------------------------------------------------------------------------
def _mark(book, faults: list[Fault], only_rows: set[int] | None, keep_above: int, values=None) -> bytes:
    _unmark(book)
    places = _by_cell(faults)
    for number, ((title, row, column), found) in enumerate(places.items()):
        sheet = book[title] if title in book.sheetnames else book.worksheets[0]
        _colour(_anchor(sheet, row, column), found, comment=number < MAX_COMMENTS)
    moved = None
    if only_rows is not None:
        title = next((fault.sheet for fault in faults if fault.sheet in book.sheetnames), None)
        sheet = book[title] if title else book.worksheets[0]
        moved = _leave_only(sheet, only_rows, keep_above, values[sheet.title] if values else None)
    sheet = book.create_sheet(LIST)
    for position, width in zip("ABCDE", (8, 8, 30, 46, 60), strict=True):
        sheet.column_dimensions[position].width = width
    for number, line in enumerate(_lines(faults, moved), 1):
        for position, value in enumerate(line, 1):
            cell = sheet.cell(number, position)
            _put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _unmark(book) -> None:
    """Take away the marks of an earlier round, so that what was mended is no longer red."""
    for sheet in list(book.worksheets):
        if sheet.title == LIST and tuple(cell.value for cell in sheet[1])[:5] == _HEADINGS:
            book.remove(sheet)
            continue
        for cell in sheet._cells.values():
            if getattr(cell, "comment", None) is None or not cell.comment.text.startswith(_START):
                continue
            _, _, own = cell.comment.text.partition("\n原批注：")
            cell.comment = Comment(own, "") if own else None
            if cell.fill.start_color.rgb == _COLOUR:
                cell.fill = PatternFill()


def _anchor(sheet, row: int, column: int) -> Cell:
    """Return the cell; of a merged one that which is seen."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in sheet.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _leave_only(sheet, rows: set[int], keep_above: int, values) -> dict[int, int]:
    """Take out the other rows below the header and close the gaps; return where each row went.

    Formulas would then point elsewhere, so each becomes the result that the file holds; without one it stays.
    """
    for merged in [each for each in sheet.merged_cells.ranges if each.max_row > keep_above]:
        shown = sheet.cell(merged.min_row, merged.min_col)
        sheet.unmerge_cells(merged.coord)
        for row in range(merged.min_row + 1, merged.max_row + 1):
            cell = sheet.cell(row, merged.min_col)
            cell.value, cell._style = shown.value, shown._style
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
            if result is not None:
                _put(cell, result)
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


def _lines(faults: list[Fault], moved: dict[int, int] | None) -> Iterable[tuple]:
    yield _HEADINGS
    for fault in faults[:MAX_LISTED]:
        row = fault.row if moved is None or fault.row is None else moved.get(fault.row, "")
        column = f"{fault.column} {fault.header}".strip()
        yield row or "", column, fault.value or ("（空）" if fault.column else ""), fault.what, fault.cure
    if len(faults) > MAX_LISTED:
        yield "", "", "", f"另有 {len(faults) - MAX_LISTED} 处没有列在这里", "请看工作表中标红的单元格"


# --- plain rows, for what is too large ------------------------------------------------------------------------
def _plain(content: bytes, faults: list[Fault], only_rows: set[int] | None, keep_above: int) -> bytes:
    places = _by_cell(faults)
    furthest: dict[int, int] = {}
    for _, row, column in places:
        furthest[row] = max(column, furthest.get(row, 0))
    wanted = {fault.row for fault in faults if fault.row} if only_rows is None else only_rows
    result = openpyxl.Workbook(write_only=True)
    moved: dict[int, int] = {}
    comments = 0
    with xlsx.opened(content) as book:
        everything = xlsx.sheets(book)
        title = next((fault.sheet for fault in faults if fault.sheet), "")
        source = next((each for each in everything if each.title == title), everything[0])
        sheet = result.create_sheet(source.title)
        for line in source.lines(1, max([keep_above, *wanted]), MAX_COLUMNS):
            if line.number > keep_above and line.number not in wanted:
                continue
            moved[line.number] = len(moved) + 1
            values = line.values
            for at, formula in (line.uncomputed or {}).items():
                if at < MAX_COLUMNS:
                    values[at] = formula
            width = max((at for at, value in enumerate(values, 1) if value is not None), default=0)
            cells = []
            for position in range(1, max(width, furthest.get(line.number, 0)) + 1):
                cell = WriteOnlyCell(sheet)
                value = values[position - 1]
                _put(cell, value)
                if isinstance(value, str):
                    cell.number_format = "@"
                if found := places.get((source.title, line.number, position)):
                    _colour(cell, found, comment=comments < MAX_COMMENTS)
                    comments += 1
                cells.append(cell)
            sheet.append(cells)
    listed = result.create_sheet(LIST)
    for line in _lines(faults, moved):
        cells = [WriteOnlyCell(listed) for _ in line]
        for cell, value in zip(cells, line, strict=True):
            _put(cell, value)
        listed.append(cells)
    buffer = io.BytesIO()
    result.save(buffer)
    return buffer.getvalue()
