"""A quarter's report as a workbook for the city and the province: figures, what they mean, problems that go upwards."""

import datetime
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from wugang_audit.spreadsheets import page_setup
from wugang_audit.spreadsheets.cell_writer import put, put_heading
from wugang_audit.spreadsheets.row_height import height_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINE = Side(style="thin", color="FF808080")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_GROUP = PatternFill("solid", start_color="FFF2F2F2", end_color="FFF2F2F2")
_PROBLEMS = (
    ("序号", 6, ""), ("单位", 26, "unit"), ("类别", 14, "stratum"), ("类型", 16, "kind"), ("提出日期", 13, "asked"),
    ("原因", 52, "reason"), ("处理", 12, "decision"), ("答复", 48, "answer"),
)  # fmt: skip
_NO_PROBLEMS = "本季度没有需要上报的困难和问题。"
_FIRST_WIDTHS = (22, 11)  # name and unit of a figure


def write(
    content: dict[str, Any], *, version: int, made_at: datetime.datetime, made_by: str, note: str
) -> bytes:
    """Write the workbook of a report.

    :param content: as `report.content` makes it.
    :param made_at: in the time zone of the site.
    """
    book = openpyxl.Workbook()
    book.properties.title, book.properties.creator = content["title"], content["bureau"]
    _figures(book.worksheets[0], content, version, made_at, made_by, note)
    _definitions(book.create_sheet(), content)
    _problems(book.create_sheet(), content)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _figures(
    sheet: Worksheet,
    content: dict[str, Any],
    version: int,
    made_at: datetime.datetime,
    made_by: str,
    note: str,
) -> None:
    columns = content["columns"]
    width = len(columns) + 2
    kind = "进度表" if content["kind"] == "interim" else "汇总表"
    _widths(sheet, [*_FIRST_WIDTHS, *(max(14, 2 * len(label) + 3) for label in columns)])
    _begin(sheet, kind, content["title"], width)
    _line(
        sheet,
        2,
        f"填报单位：{content['bureau']}　　抽签编号：{content['draw']}　　检查期限：{content['due']}",
        width,
    )
    _line(sheet, 3, f"编制日期：{made_at:%Y-%m-%d}　　编制人：{made_by}　　第 {version} 版", width)
    row = 4
    if content["kind"] == "interim":
        _line(sheet, row, "进度表：本季度的检查还没有结束，不作为上报的数据。", width, bold=True)
        row += 1
    if note:
        _line(sheet, row, f"说明：{note}", width)
        row += 1
    _headings(sheet, row, ["指标", "计量单位", *columns])
    sheet.freeze_panes = sheet.cell(row + 1, 3)
    page_setup.set_up(sheet, heading=row, grid=False)
    for group in content["groups"]:
        row += 1
        _line(sheet, row, group["name"], width, bold=True)
        for number in range(1, width + 1):
            sheet.cell(row, number).fill, sheet.cell(row, number).border = _GROUP, _GRID
        for figure in group["rows"]:
            row += 1
            _cells(sheet, row, [figure["name"], figure["unit"], *figure["numbers"]])
            sheet.cell(row, 2).alignment = Alignment(horizontal="center", vertical="top")
    if content["kind"] != "interim":
        _line(sheet, row + 2, "审核批准（签字）：　　　　　　　　　　　　　　　　单位（盖章）：", width)


def _definitions(sheet: Worksheet, content: dict[str, Any]) -> None:
    _widths(sheet, [14, 20, 11, 96])
    _begin(sheet, "指标说明", "指标说明", 4)
    _headings(sheet, 2, ["部分", "指标", "计量单位", "统计的是什么"])
    page_setup.set_up(sheet, heading=2, grid=False)
    rows = [(group["name"], figure) for group in content["groups"] for figure in group["rows"]]
    for row, (name, figure) in enumerate(rows, 3):
        _cells(sheet, row, [name, figure["name"], figure["unit"], figure["definition"]])


def _problems(sheet: Worksheet, content: dict[str, Any]) -> None:
    _widths(sheet, [width for _, width, _ in _PROBLEMS])
    _begin(sheet, "困难和问题", "需要上报的困难和问题", len(_PROBLEMS))
    _headings(sheet, 2, [label for label, _, _ in _PROBLEMS])
    page_setup.set_up(sheet, heading=2, grid=False)
    for number, problem in enumerate(content["problems"], 1):
        _cells(sheet, number + 2, [number, *(problem[key] for _, _, key in _PROBLEMS if key)])
    if not content["problems"]:
        _line(sheet, 3, _NO_PROBLEMS, len(_PROBLEMS))


def _begin(sheet: Worksheet, name: str, title: str, width: int) -> None:
    """Name the sheet and set its title."""
    sheet.title = name
    _line(sheet, 1, title, width, bold=True, size=16)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30


def _line(sheet: Worksheet, row: int, text: str, width: int, *, bold: bool = False, size: int = 11) -> None:
    """Set a text across the whole table."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    cell = sheet.cell(row, 1)
    cell.font, cell.alignment = Font(bold=bold, size=size), Alignment(vertical="top", wrap_text=True)
    put(cell, text)
    _grow(sheet, row, [(text, sum(_width(sheet, number) for number in range(1, width + 1)))])


def _headings(sheet: Worksheet, row: int, labels: Sequence[str]) -> None:
    for number, label in enumerate(labels, 1):
        cell = sheet.cell(row, number)
        put_heading(cell, label)
        cell.border = _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    _grow(sheet, row, [(label, _width(sheet, number)) for number, label in enumerate(labels, 1)])


def _cells(sheet: Worksheet, row: int, values: Sequence[str | int]) -> None:
    for number, value in enumerate(values, 1):
        cell = sheet.cell(row, number)
        put(cell, value)
        cell.border = _GRID
        cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    _grow(sheet, row, [(str(value), _width(sheet, number)) for number, value in enumerate(values, 1)])


def _grow(sheet: Worksheet, row: int, cells: Sequence[tuple[str, float]]) -> None:
    """Make the row as high as its texts; the widths of the columns stand before anything is written."""
    sheet.row_dimensions[row].height = height_of(cells)


def _width(sheet: Worksheet, column: int) -> float:
    return float(sheet.column_dimensions[get_column_letter(column)].width)


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
