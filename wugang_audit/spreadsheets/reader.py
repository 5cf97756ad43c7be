"""Reading a registry's workbook into typed rows and numbered faults, by the registry's one table of columns.

`read_table` never raises for what a clerk uploads: whatever is wrong comes back as `Fault`, each with its place, the
value as the clerk sees it, what is wrong and how to fix it. The rules of single cells are in `cell_types`, the guard
against hostile files in `xlsx.guard`.
"""

from collections.abc import Callable, Iterable, Mapping

from openpyxl.utils import get_column_letter

from . import detector, side_by_side, skipped_rows
from .cell_reader import KEEP, CellReader, is_blank, read_cell
from .cell_text import clean
from .cell_types import Adjusted, Wrong
from .column_notes import note_columns
from .corrections import BY_TITLE, Corrections
from .csv_file import CsvSheet
from .detector import ColumnMapping
from .errors import Unreadable
from .further_headers import FurtherHeaders
from .headers import HEADER_WITHIN, Header, lone_text, titles_above
from .lines import Book, Line, Sheet
from .marked_names import is_told
from .merged_cells import MergedCells
from .open_file import opened
from .row_numbers import numbered
from .table import Column, Fault, Row, Table
from .ticks import Ticks
from .titles import Titles
from .xlsx.parts import LAST_ROW

MAX_ROWS = 100_000  # rows with data
HIDDEN_ROWS = "隐藏的行也读取了"
NOT_WANTED = "按您的选择没有读取的行"
NO_HEADER = "（没有表头）"
NO_CONTENT = (
    "请打开文件看看是不是选错了；名单是贴上去的图片的，请改成一格一格的文字；名单在很下面的，请删去上面的空行"
)
REPORT_EVERY = 500  # rows
WIDER = 20  # columns that another table on the sheet may have more
BY_NAME = ColumnMapping()
Progress = Callable[[float], None] | None


def read_table(
    content: bytes, columns: Iterable[Column], choice: ColumnMapping = BY_NAME, progress: Progress = None
) -> Table:
    """Read the sheet that looks most like the registry, or the chosen one: at most `MAX_ROWS` rows with data.

    :param progress: is called now and then with the share of the sheet that has been read, 0 to 1.
    """
    table = Table()
    try:
        with opened(content) as book:
            _read_book(book, tuple(columns), choice, table, progress)
    except Unreadable as error:
        table.rows.clear()
        table.faults = unreadable(error).faults
    return table


def unreadable(error: Unreadable) -> Table:
    """Return what is read of a file that cannot be read: one fault."""
    return Table(faults=[Fault(error.problem, error.fix)])


# --- choosing the sheet --------------------------------------------------------------------------------------
def _read_book(
    book: Book, columns: tuple[Column, ...], choice: ColumnMapping, table: Table, progress: Progress
) -> None:
    chosen, everything = detector.find(book, columns, choice)
    sheet, header = chosen.sheet, chosen.header
    if not header.found and detector.is_empty(everything):
        raise Unreadable(f"文件里没有内容：前 {HEADER_WITHIN} 行一格也没有填", NO_CONTENT)
    table.header_texts = detector.headings(chosen)
    if not header.found:
        table.unmatched = bool(header.texts) or header.absent
        wanted = "、".join(column.header for column in columns if column.required)
        raise Unreadable(f"前 {HEADER_WITHIN} 行里没有找到表头", f"请保留表头一行，至少要有这些列：{wanted}")
    table.sheet, table.header_row = sheet.title, header.row
    table.rivals = detector.rivals(chosen, everything)
    for title in table.rivals:
        if title != sheet.title:
            table.note(f"工作表“{title}”也像名录，没有读取；只读了“{sheet.title}”")
    table.beside = [{name: get_column_letter(at) for name, at in places.items()} for places in header.beside]
    table.headings = detector.names_of(columns).keys()
    _map_columns(header, columns, choice, table)
    table.unmatched = bool(table.faults)
    if not table.faults:
        ticks = Ticks(header, columns, detector.vocabulary(columns, choice), table)
        constants = _constants(columns, choice.corrections, table)
        above = titles_above(sheet, header.titles_until)
        headers = side_by_side.headers_of(header)
        for number, (each, ends) in enumerate(zip(headers, side_by_side.ends_of(headers), strict=True)):
            titles = Titles(choice.corrections, columns, above, table)
            further = FurtherHeaders(columns, choice, header) if not number else None
            rows = _Rows(sheet, each, table, choice.corrections, constants, further, titles, ticks)
            rows.stand(number, *ends)
            _read_rows(sheet, table, rows, progress)
        if header.beside:
            table.note(side_by_side.notice(header.beside))
        if not table.rows and not table.faults:
            problem, fix = "表头下面没有数据行", "请填写后再上传"
            if skipped_rows.HEADING in table.notes:
                problem, fix = (
                    "名称一列里只有列名，这张表可能是横着写的，或者一格列名、一格内容",
                    "请改成第一行是列名、以后一行一家（横着写的，可在 Excel 里复制后“选择性粘贴→转置”）",
                )
            table.faults.append(Fault(problem, fix, table.sheet, header.row))


def _map_columns(header: Header, columns: tuple[Column, ...], choice: ColumnMapping, table: Table) -> None:
    for column in columns:
        positions = header.found.get(column.attribute, [])
        letters = [get_column_letter(position) for position in positions]
        if len(positions) > 1:
            text = header.texts.get(positions[1], "")
            table.faults.append(
                Fault(
                    f"有 {len(positions)} 列都是“{column.header}”（{'、'.join(f'{each}列' for each in letters)}）",
                    "请只留一列，删去其余的", table.sheet, header.row, letters[1], text, text,
                )
            )  # fmt: skip
        elif positions:
            table.columns[column.attribute] = column
            table.letters[column.attribute] = letters[0]
            table.headers[column.attribute] = header.texts.get(positions[0]) or column.header
        elif column.required and column.attribute not in choice.corrections.constants:
            others = "、".join(list(header.unknown.values())[:12])
            hint = f"（表头行中不认识的列：{others}）" if others and not table.faults else ""
            where = "没有表头，还没有指定" if header.absent else f"表头（第{header.row}行）缺少"
            table.faults.append(
                Fault(
                    f"{where}必填的列“{column.header}”",
                    f"请确认选对了文件，加上这一列，或把表头改成“{column.header}”{hint}",
                    table.sheet,
                )
            )
    table.elsewhere = {
        column.attribute: said
        for column in columns
        if column.told_in in table.columns and column.attribute not in table.columns
        if (said := choice.corrections.said_of(column.attribute))
    }
    note_columns(header, columns, choice, table)


def _constants(columns: tuple[Column, ...], corrections: Corrections, table: Table) -> dict[str, object]:
    """Return {attribute: value} of the columns that are the same for the whole file, and tell the clerk."""
    values: dict[str, object] = {}
    known = {column.attribute: column for column in columns}
    for attribute, text in corrections.constants.items():
        column = known.get(attribute)
        if column is None or attribute in table.columns:
            continue
        table.columns[attribute], table.headers[attribute] = column, column.header
        if text == BY_TITLE or is_told(text, column, table):
            continue
        if said := corrections.of(0, attribute, text):
            text = said.becomes
        try:
            value = read_cell(text, column)
        except Wrong as wrong:
            table.faults.append(
                Fault(f"整个文件的“{column.header}”{wrong.problem}", wrong.fix, table.sheet, value=text)
            )
            continue
        value = value.value if isinstance(value, Adjusted) else value
        if value is KEEP:
            continue
        values[attribute] = value
        table.note(f"按您的选择，整个文件的“{column.header}”都是“{text}”")
    return values


# --- reading the rows ---------------------------------------------------------------------------------------
class _Rows:
    """Reads the rows below a header, one after the other, into a table."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        table: Table,
        corrections: Corrections,
        constants: Mapping[str, object],
        further: FurtherHeaders | None,
        titles: Titles,
        ticks: Ticks,
    ):
        self.header, self.table, self.further, self.titles = header, table, further, titles
        self.ticks = ticks
        self.corrections, self.constants = corrections, constants
        places = {name: header.found[name][0] - 1 for name in table.columns if name in header.found}
        self.merged = MergedCells(sheet.merges(), header.row, places)
        self.reader = CellReader(table, sheet.from_1904, corrections)
        self.last = max(header.texts, default=0)
        self._look_at(places)
        self.computed = 0
        self.number, self.start = 0, 0
        self.end: int | None = None

    def stand(self, number: int, start: int, end: int | None) -> None:
        """Say which of the tables side by side this is, and from where to where it goes."""
        self.number, self.start, self.end = number, start, end

    def _look_at(self, places: dict[str, int]) -> None:
        """Read the columns at these positions, from 0."""
        self.places = self.merged.places = places
        self.inside = {place: attribute for attribute, place in places.items()}
        self.width = max(self.last, *places.values(), self.ticks.last, 0) + 1

    def read(self, line: Line) -> Row | None:
        """Return the row of data that a line is; None if it is something else."""
        number = numbered(line.number, self.number)
        uncomputed = line.uncomputed or {}
        self.computed += 0 if self.number else line.formulas - len(uncomputed)
        self.merged.start_row(line.number, line.values)
        if self.further and (places := self.further.at(line, self.places, self.table)) is not None:
            self.last = max(self.last, *(place + 1 for place in places.values()))
            self._look_at(places)
            return None
        values = side_by_side.window(line.values[: self.width], self.start, self.end)
        formulas = {self.inside[at]: formula for at, formula in uncomputed.items() if at in self.inside}
        cells = {attribute: values[at] for attribute, at in self.places.items()}
        cells |= formulas
        cells |= self.ticks.cells(values)
        if all(map(is_blank, cells.values())):
            if title := lone_text(line.values[: self.width]):
                if not self.number:
                    self.table.note(skipped_rows.SECTION, Row(number))
                self.titles.enter(title)
            return None
        wide, under = self.merged.is_wide(line.number), self.merged.is_under(line.number)
        title = lone_text(values)
        wide = wide or bool(title and self.titles.is_one(title))
        if why := skipped_rows.reason_to_skip(values, cells, self.table, wide=wide, under=under):
            if why == skipped_rows.SECTION:
                self.titles.enter(title)
            self.table.note(why, Row(number))
            return None
        if number in self.corrections.left_out:
            self.table.note(NOT_WANTED, Row(number))
            return None
        return self._typed(Row(number, cells=cells), line, formulas)

    def _typed(self, row: Row, line: Line, formulas: dict[str, str]) -> Row:
        row.separate = row.number in self.corrections.separate
        for ranges, over in self.merged.fill(line.number, row.cells):
            row.wrong.update(over)
            self.table.fault(row, over[0], f"单元格 {ranges} 合并了几列", "请取消合并，把每一格分别填写")
        if line.extra_cells:
            _refuse_split_record(self.table, row, line.extra_cells, self.last)
        else:
            self.reader.fill(row, formulas)
            row.values |= self.constants
            self.titles.fill(row)
        if line.hidden:
            self.table.note(HIDDEN_ROWS, row)
        return row


def _read_rows(sheet: Sheet, table: Table, rows: _Rows, progress: Progress) -> None:
    if isinstance(sheet, CsvSheet):
        table.note(sheet.notice(list(rows.header.texts.values()) or [NO_HEADER]))
    # A field too many tells of a comma in a record of a CSV file; another table of a workbook may be wider than the first.
    width = rows.width if isinstance(sheet, CsvSheet) else rows.width + WIDER
    for line in sheet.lines(rows.header.row + 1, LAST_ROW, width):
        if (row := rows.read(line)) is None:
            continue
        if len(table.rows) == MAX_ROWS:
            raise Unreadable(f"数据超过 {MAX_ROWS} 行", "请分成几个文件导入")
        table.rows.append(row)
        if progress and len(table.rows) % REPORT_EVERY == 0:
            progress(sheet.share)
    _note_unusual(sheet, rows.places, rows.merged, rows.computed, table)


def _refuse_split_record(table: Table, row: Row, extra: list[str], last: int) -> None:
    # Nobody knows where the comma was. The cells are not judged, so that the clerk does not correct the wrong place.
    row.wrong.update(table.columns)
    row.cells.clear()
    problem = f"这一行比表头多 {len(extra)} 格，后面的内容可能都错位了"
    fix = "多半是内容里有分隔用的逗号：请把它改成顿号，或给那一格加上英文双引号"
    letter, value = get_column_letter(last + 1), clean(extra[0])[:60]
    table.faults.append(Fault(problem, fix, table.sheet, row.number, letter, "", value))


def _note_unusual(
    sheet: Sheet, places: Mapping[str, int], merged: MergedCells, computed: int, table: Table
) -> None:
    if computed:
        table.note(f"有 {computed} 个单元格是公式，按其算好的结果读取")
    hidden = [table.letters[each] for each, place in places.items() if place + 1 in sheet.hidden_columns]
    if hidden:
        table.note(f"有 {len(hidden)} 列是隐藏的，也读取了：{'、'.join(hidden)}列")
    if sheet.hidden:
        table.note(f"工作表“{sheet.title}”是隐藏的，也读取了")
    if merged.filled:
        listed = "、".join(list(merged.filled)[:10])
        more = f"等 {len(merged.filled)} 处" if len(merged.filled) > 10 else ""
        table.note(f"合并的单元格按其内容读入所含的每一行：{listed}{more}")
