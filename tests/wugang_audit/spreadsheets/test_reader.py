"""How a workbook is read: finding the header, and what beside the data is left out."""

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column(
        "code",
        "编码",
        cell_types.code(cell_types.re.compile(r"[0-9A-Za-z-]+"), "不是编码", "请改正"),
        ("代码",),
        required=True,
    ),
    Column("name", "名称（全称）", cell_types.name(20), ("企业名称",), required=True),
    Column("kinds", "种类", cell_types.choices_of({"a": "甲 一", "b": "乙 二"}), listing=True),
    Column("day", "日期", cell_types.date, blank=None),
)


def places(table):
    return [(fault.row, fault.column) for fault in table.sorted_faults()]


def test_titles_above_the_header_are_skipped_and_row_numbers_are_those_of_the_sheet():
    table = read_table(
        workbooks.of_rows(["某某名录"], ["填报日期:2026.9.28"], ["编码", "名称(全称)"], ["1-1", "一厂"]),
        COLUMNS,
    )
    assert table.faults == []
    assert [(row.number, row.values) for row in table.rows] == [(4, {"code": "1-1", "name": "一厂"})]


@pytest.mark.parametrize(
    "header",
    [
        "名称（全称）",
        "名称(全称)",
        " 名称\n(全称) *",
        "＊名 称（全称）",
        "企业名称 *",
        "企业\n名称：",
        "企业名称（必填）",
    ],
)
def test_a_header_is_known_by_its_synonyms_whatever_its_spaces_width_and_stars(header):
    table = read_table(workbooks.of_rows([header, "代　码"], ["一厂", "1-1"]), COLUMNS)
    assert table.faults == []
    assert table.rows[0].values == {"code": "1-1", "name": "一厂"}


def test_a_missing_required_column_is_named():
    table = read_table(workbooks.of_rows(["编码", "种类", "别的"], ["1-1", "甲", "x"]), COLUMNS)
    assert [fault.problem for fault in table.faults] == ["表头（第1行）缺少必填的列“名称（全称）”"]
    assert "别的" in table.faults[0].fix
    assert table.rows == []


def test_two_columns_of_one_name_are_a_fault():
    table = read_table(
        workbooks.of_rows(["编码", "名称（全称）", "企业名称"], ["1-1", "一厂", "二厂"]), COLUMNS
    )
    assert [(fault.row, fault.column) for fault in table.faults] == [(1, "C")]


def test_unknown_columns_are_listed_and_a_serial_number_is_not():
    table = read_table(
        workbooks.of_rows(["序号", "编码", "企业名称", "心情"], [1, "1-1", "一厂", "好"]), COLUMNS
    )
    assert table.notices == ["没有认出来的列没有读取：D列“心情”"]


def test_blank_rows_and_closing_rows_are_left_out():
    table = read_table(
        workbooks.of_rows(
            ["序号", "编码", "企业名称"],
            [1, "1-1", "一厂"],
            [None, None, "\u3000"],
            [2, None, None],
            ["合计", None, "2家"],
            ["填表人：张三", None, None, "审核人：李四"],
        ),
        COLUMNS,
    )
    assert [row.number for row in table.rows] == [2]
    assert table.faults == []
    assert table.notices == ["合计、填表人等不是数据的行已跳过：第5行"]


def test_a_unit_whose_name_begins_like_a_closing_row_is_still_read():
    table = read_table(
        workbooks.of_rows(["企业名称", "编码"], ["合计仪表厂", "1-1"], ["二厂", "1-2"]), COLUMNS
    )
    assert [row.get("name") for row in table.rows] == ["合计仪表厂", "二厂"]


def test_a_workbook_without_data_rows_says_so():
    table = read_table(workbooks.of_rows(["编码", "企业名称"]), COLUMNS)
    assert [fault.problem for fault in table.faults] == ["表头下面没有数据行"]


def test_the_sheet_that_looks_like_the_registry_is_read_and_another_is_mentioned():
    lists = {title: [["编码", "企业名称"], ["1-1", title + "厂"]] for title in ("一", "二")}
    table = read_table(workbooks.of_sheets(Sheet=[["说明", "编码"]], **lists), COLUMNS)
    assert (table.sheet, [row.get("name") for row in table.rows]) == ("一", ["一厂"])
    assert table.notices == ["工作表“二”也像名录，没有读取；只读了“一”"]


def test_a_formula_without_a_result_is_a_fault_and_shows_the_formula():
    table = read_table(workbooks.of_rows(["编码", "企业名称"], ["1-1", "=cmd|'/c calc'!A1"]), COLUMNS)
    assert places(table) == [(2, "B")]
    assert table.faults[0].value == "=cmd|'/c calc'!A1"
    assert "公式" in table.faults[0].problem


def with_cached(sheet_cell: str) -> bytes:
    """A workbook whose B2 is the given XML."""
    parts = workbooks.parts_of(workbooks.of_rows(["编码", "企业名称", "种类"], ["1-1", "=X()", "甲"]))
    sheet = parts[workbooks.SHEET]
    start = sheet.index(b'<c r="B2"')
    end = sheet.index(b"</c>", start) + len(b"</c>")
    return workbooks.packed(parts | {workbooks.SHEET: sheet[:start] + sheet_cell.encode() + sheet[end:]})


def test_the_result_of_a_formula_is_read_with_a_notice():
    table = read_table(with_cached('<c r="B2" t="str"><f>A1&amp;"厂"</f><v>算厂</v></c>'), COLUMNS)
    assert [row.get("name") for row in table.rows] == ["算厂"]
    assert table.notices == ["有 1 个单元格是公式，按其算好的结果读取"]


def test_a_formula_that_came_out_blank_is_a_blank_cell():
    table = read_table(with_cached('<c r="B2" t="str"><f>IF(A1="","","")</f><v></v></c>'), COLUMNS)
    assert [(fault.column, fault.problem) for fault in table.faults] == [("B", "必填，但没有内容")]


def test_text_that_begins_with_a_sign_is_kept_as_text():
    book = workbooks.book(["编码", "企业名称"], ["1-1", "x"])
    book.active["B2"].value = "@甲厂"
    book.active["A2"].value = "1-1"
    cell = book.active.cell(3, 2, "=乙厂")
    cell.data_type = "s"
    book.active["A3"].value = "1-2"
    table = read_table(workbooks.saved(book), COLUMNS)
    assert [row.get("name") for row in table.rows] == ["@甲厂", "=乙厂"]


@pytest.mark.parametrize("value", ["#NAME?", "#REF!", "#DIV/0!"])
def test_an_error_value_is_a_fault(value):
    table = read_table(workbooks.of_rows(["编码", "企业名称", "种类"], ["1-1", "一厂", value]), COLUMNS)
    assert places(table) == [(2, "C")]
    assert value in table.faults[0].problem


def test_the_line_of_a_fault_names_place_header_value_and_fix():
    table = read_table(workbooks.of_rows(["编码", "企业名称", "种类"], ["1-1", "一厂", "丙"]), COLUMNS)
    line = "第2行 C列 种类 “丙”：有不认识的写法：丙；请从以下选填，多个用顿号分开：甲、乙"
    assert [str(fault) for fault in table.faults] == [line]


@pytest.mark.parametrize(
    "value", ["甲、乙", "乙;甲", "乙；甲", "一，二", "甲/乙", "甲 乙", "甲\n乙", "甲、甲、乙"]
)
def test_several_words_in_one_cell_are_parted_in_every_usual_way(value):
    table = read_table(workbooks.of_rows(["编码", "企业名称", "种类"], ["1-1", "一厂", value]), COLUMNS)
    assert table.rows[0].get("kinds") == "a,b"


@pytest.mark.parametrize("value", ["无", "/", "-", "——", "  ", "\u3000"])
def test_words_for_nothing_are_blank(value):
    table = read_table(
        workbooks.of_rows(["编码", "企业名称", "种类", "日期"], ["1-1", "一厂", value, value]), COLUMNS
    )
    assert (table.rows[0].get("kinds"), table.rows[0].get("day", 0)) == ("", None)


def test_of_very_many_faults_one_of_each_row_is_listed_and_the_others_are_counted(monkeypatch):
    monkeypatch.setattr("wugang_audit.spreadsheets.table.MAX_FAULTS", 3)
    rows = [[f"1-{n}", "……", "丙", "明年"] for n in range(3)]
    table = read_table(workbooks.of_rows(["编码", "企业名称", "种类", "日期"], *rows), COLUMNS)
    assert places(table) == [(2, "B"), (2, "C"), (2, "D"), (3, "B"), (4, "B"), (None, "")]
    assert str(table.sorted_faults()[-1]) == (
        "错误太多，另有 4 处没有列出（每行至少列出一处）；请先核对是不是选错了列；改正已列出的再上传，会接着列出其余的"
    )
    assert [row.wrong for row in table.rows] == [{"name", "kinds", "day"}] * 3
