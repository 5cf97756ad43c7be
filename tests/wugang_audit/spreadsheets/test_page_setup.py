"""Our workbooks print: on A4 across, no wider than can be read, their heading and page numbers on each page."""

import io

import openpyxl
import pytest

from enforcers.importer import OfficerImporter
from sources.importer import SourceImporter
from wugang_audit.audit.export import COLUMNS as TRAIL
from wugang_audit.spreadsheets import cell_types, cell_writer, export
from wugang_audit.spreadsheets.page_setup import READABLE
from wugang_audit.spreadsheets.row_height import HIGHEST, LINE, lines_of, most_lines
from wugang_audit.spreadsheets.table import Column
from wugang_audit.spreadsheets.template import template


def exported(columns, rows=(), notes=None):
    content = b"".join(export.export(columns, rows, notes=notes))
    return openpyxl.load_workbook(io.BytesIO(content))


def assert_prints(sheet, pages):
    setup = sheet.page_setup
    assert (setup.orientation, str(setup.paperSize)) == ("landscape", "9")
    assert (setup.fitToWidth, setup.fitToHeight) == (
        pages,
        0,
    ) and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1" and sheet.freeze_panes == "A2"
    assert sheet.print_title_cols == ("$A:$B" if pages > 1 else None)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.print_options.gridLines


@pytest.mark.parametrize(
    ("columns", "pages"),
    [(TRAIL, 1), (OfficerImporter().written_columns, 1), (SourceImporter().written_columns, 3)],
)
def test_a_registry_prints_as_many_pages_wide_as_can_be_read(columns, pages):
    assert (pages - 1) * READABLE < sum(map(cell_writer.width, columns)) <= pages * READABLE
    for book in (exported(columns), openpyxl.load_workbook(template(columns))):
        assert_prints(book.worksheets[0], pages)
        assert book.defined_names == {} or "_xlnm.Print_Titles" not in book.defined_names


def test_the_sheets_beside_print_too():
    notes = export.Notes("说明", [("使用", "字" * 200), ("甲", "乙")])
    sheet = exported(TRAIL, notes=notes)["说明"]
    assert_prints(sheet, 1)
    assert sheet.row_dimensions[1].height > 4 * LINE and sheet.row_dimensions[2].height == LINE
    book = openpyxl.load_workbook(template(SourceImporter().written_columns, [("代码", "名称"), ("1", "甲")]))
    for each in book.worksheets[1:]:
        assert_prints(each, 1)


def test_a_long_text_goes_on_in_a_further_line_of_a_row_that_is_high_enough():
    columns = (Column("a", "编码", cell_types.text(50)), Column("b", "内容", cell_types.text(9000), width=20))
    rows = [("1", "短"), ("2", "字" * 30), ("3", "一\n二\n三"), ("4", "字" * 5000), ("5" * 40, "短")]
    sheet = exported(columns, rows).worksheets[0]
    heights = [sheet.row_dimensions[row].height for row in range(2, 7)]
    assert heights[0] is heights[4] is None
    assert heights[1] >= 4 * LINE and heights[2] == 3 * LINE and heights[3] == HIGHEST
    assert sheet["B2"].alignment.wrap_text and not sheet["A2"].alignment.wrap_text
    assert sheet["A2"].alignment.vertical == sheet["B2"].alignment.vertical == "top"
    assert sheet.column_dimensions["B"].width == 20


def test_a_heading_that_is_wider_than_its_column_is_seen_whole():
    sheet = exported((Column("a", "很长很长的列名", cell_types.text(50), width=6),)).worksheets[0]
    assert sheet.row_dimensions[1].height >= 4 * LINE


@pytest.mark.parametrize("text", ["", "甲", "甲乙丙" * 9, "a" * 70, "一\n\n二", "\n", "𠮷" * 20, "甲a" * 33])
@pytest.mark.parametrize("width", [6, 12, 34])
def test_by_its_length_alone_a_chinese_text_has_no_fewer_lines(text, width):
    assert lines_of(text, width) <= most_lines(text, width)
