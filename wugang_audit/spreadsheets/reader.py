"""Reading a registry's workbook into typed rows and numbered faults, by the registry's one table of columns.

`read_table` never raises for what a clerk uploads: whatever is wrong comes back as `Fault`, each with its place, the
value as the clerk sees it, what is wrong and how to fix it. The rules of single cells are in `cell_types`, the guard
against hostile files in `xlsx.guard`.
"""

from collections.abc import Callable, Iterable, Mapping

from openpyxl.utils import get_column_letter

from . import detector, skipped_rows
from .cell_reader import CellReader, is_blank
from .cell_text import clean
from .csv_file import CsvSheet
from .detector import ColumnMapping
from .errors import Unreadable
from .headers import HEADER_WITHIN, Header
from .lines import Book, Sheet
from .merged_cells import MergedCells
from .open_file import opened
from .table import Column, Fault, Row, Table
from .xlsx.worksheet import LAST_ROW

MAX_ROWS = 100_000  # rows with data
HIDDEN_ROWS = "隐藏的行也读取了"
REPORT_EVERY = 500  # rows
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
    if len(header.found) < 2:
        table.unmatched = len(header.texts) > 1
        wanted = "、".join(column.header for column in columns if column.required)
        raise Unreadable(f"前 {HEADER_WITHIN} 行里没有找到表头", f"请保留表头一行，至少要有这些列：{wanted}")
    table.sheet, table.header_row = sheet.title, header.row
    if not choice.sheet:
        table.rivals = detector.rivals(chosen, everything, sum(column.required for column in columns))
        for title in table.rivals:
            if title != sheet.title:
                table.note(f"工作表“{title}”也像名录，没有读取；只读了“{sheet.title}”")
    _map_columns(header, columns, choice, table)
    table.unmatched = bool(table.faults)
    if not table.faults:
        _read_rows(sheet, header, table, progress)


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
        elif column.required:
            others = "、".join(list(header.unknown.values())[:12])
            hint = f"（表头行中不认识的列：{others}）" if others and not table.faults else ""
            table.faults.append(
                Fault(
                    f"表头（第{header.row}行）缺少必填的列“{column.header}”",
                    f"请确认选对了文件，加上这一列，或把表头改成“{column.header}”{hint}",
                    table.sheet,
                )
            )
    _note_columns(header, choice, table)


def _note_columns(header: Header, choice: ColumnMapping, table: Table) -> None:
    by_hand = {at: text for at, text in header.left_out.items() if text}
    for notice, those in (("不认识的列没有读取", header.unknown), ("按您的选择没有读取", by_hand)):
        if those:
            listed = "、".join(f"{get_column_letter(at)}列“{text}”" for at, text in list(those.items())[:20])
            table.note(f"{notice}：{listed}")
    remembered = [
        f"“{table.headers[attribute]}”当作“{column.header}”"
        for attribute, column in table.columns.items()
        if choice.synonyms.get(header.keys.get(header.found[attribute][0], "")) == attribute
    ]
    if remembered and not choice.columns:
        table.note(f"按以前的选择，列{'、'.join(remembered)}读取")


# --- reading the rows ---------------------------------------------------------------------------------------
def _read_rows(sheet: Sheet, header: Header, table: Table, progress: Progress) -> None:
    places = {attribute: header.found[attribute][0] - 1 for attribute in table.columns}
    inside = {place: attribute for attribute, place in places.items()}
    merged = MergedCells(sheet.merges(), header.row, places)
    reader = CellReader(table, sheet.from_1904)
    if isinstance(sheet, CsvSheet):
        table.note(sheet.notice(list(header.texts.values())))
    computed = 0
    for line in sheet.lines(header.row + 1, LAST_ROW, max(inside) + 1):
        number, values = line.number, line.values
        uncomputed = line.uncomputed or {}
        computed += line.formulas - len(uncomputed)
        merged.start_row(number, values)
        formulas = {inside[at]: formula for at, formula in uncomputed.items() if at in inside}
        cells = {attribute: values[at] for attribute, at in places.items()} | formulas
        if all(map(is_blank, cells.values())):
            continue
        wide, under = merged.is_wide(number), merged.is_under(number)
        if left_out := skipped_rows.reason_to_skip(values, cells, table, wide=wide, under=under):
            table.note(left_out, Row(number))
            continue
        if len(table.rows) == MAX_ROWS:
            raise Unreadable(f"数据超过 {MAX_ROWS} 行", "请分成几个文件导入")
        row = Row(number, cells=cells)
        for ranges, over in merged.fill(number, cells):
            row.wrong.update(over)
            table.fault(row, over[0], f"单元格 {ranges} 合并了几列", "请取消合并，把每一格分别填写")
        if line.extra_cells:
            _refuse_split_record(table, row, line.extra_cells, max(header.texts))
        else:
            reader.fill(row, formulas)
        table.rows.append(row)
        if progress and len(table.rows) % REPORT_EVERY == 0:
            progress(sheet.share)
        if line.hidden:
            table.note(HIDDEN_ROWS, row)
    _note_unusual(sheet, places, merged, computed, table)
    if not table.rows and not table.faults:
        table.faults.append(Fault("表头下面没有数据行", "请填写后再上传", table.sheet, header.row))


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
