"""Which sheet, header row and columns are read: found by name, remembered, or said by hand."""

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.detector import ColumnMapping, look
from wugang_audit.spreadsheets.errors import Unreadable
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("number", "编码", cell_types.text(20), ("编号",), required=True),
    Column("name", "名称", cell_types.text(20), ("厂名称",), required=True),
    Column("remarks", "备注", cell_types.text(20)),
)


book = workbooks.of_sheets


def values(table):
    assert table.faults == []
    return [tuple(row.values.values()) for row in table.rows]


LIST = [["编码", "名称"], ["1", "甲厂"]]
OTHER = [["编码", "名称", "备注"], ["2", "乙厂", "二"]]


def test_several_sheets_that_could_be_the_list_are_rivals_and_the_fullest_is_read():
    table = read_table(book(一月=LIST, 二月=OTHER, 说明=[["填表说明"]]), COLUMNS)
    assert (table.rivals, table.sheet, values(table)) == (["一月", "二月"], "二月", [("2", "乙厂", "二")])
    assert "工作表“一月”也像名录，没有读取；只读了“二月”" in table.notices


def test_a_sheet_with_a_header_and_nothing_below_is_no_rival_and_not_read():
    table = read_table(book(模板=[["编码", "名称", "备注"]], 一月=LIST), COLUMNS)
    assert (table.rivals, table.sheet, values(table)) == ([], "一月", [("1", "甲厂")])


def test_a_list_of_unknown_headers_is_a_rival_and_what_is_too_narrow_or_our_own_is_none():
    this_year = [["一览"], ["厂号", "厂子", "电话"], ["1", "甲厂", "1"]]
    assert read_table(book(去年=LIST, 今年=this_year), COLUMNS).rivals == ["去年", "今年"]
    narrow, ours = [["说明"], ["请逐行填写"]], [["列名", "要求"], ["编码", "必填"]]
    assert read_table(book(去年=LIST, 说明=narrow, 填写说明=ours), COLUMNS).rivals == []
    headless = [["厂号", "厂子"]]
    assert read_table(book(去年=LIST, 空表=headless), COLUMNS).rivals == []


def test_the_chosen_sheet_is_read_and_the_others_are_told():
    table = read_table(book(一月=LIST, 二月=OTHER), COLUMNS, ColumnMapping(sheet="一月"))
    told = ["工作表“二月”也像名录，没有读取；只读了“一月”"]
    assert (values(table), table.rivals, table.notices) == ([("1", "甲厂")], ["一月", "二月"], told)


def test_a_sheet_that_is_no_longer_there_is_said():
    table = read_table(book(一月=LIST), COLUMNS, ColumnMapping(sheet="三月"))
    assert [str(fault) for fault in table.faults] == ["工作簿里没有工作表“三月”；请重新选择工作表"]


STRANGE = [["污染源一览"], ["厂号", "厂子", "其它"], ["1", "甲厂", "x"], ["2", "乙厂", "y"]]


def test_columns_that_cannot_be_told_make_the_table_unmatched():
    table = read_table(book(表=STRANGE), COLUMNS)
    assert (table.unmatched, table.rows, len(table.faults)) == (True, [], 1)


def test_what_is_said_by_hand_goes_before_every_name():
    choice = ColumnMapping("表", 2, {1: "number", 2: "name", 3: "remarks"})
    assert values(read_table(book(表=STRANGE), COLUMNS, choice)) == [("1", "甲厂", "x"), ("2", "乙厂", "y")]
    swapped = ColumnMapping("一月", 1, {1: "name", 2: "number"})
    assert values(read_table(book(一月=LIST), COLUMNS, swapped)) == [("甲厂", "1")]


def test_a_fault_of_a_column_chosen_by_hand_names_the_clerks_own_header():
    rows = [*STRANGE, ["", "丙厂", ""]]
    table = read_table(book(表=rows), COLUMNS, ColumnMapping("表", 2, {1: "number", 2: "name", 3: ""}))
    assert [str(fault) for fault in table.faults] == ["第5行 A列 厂号 （空）：必填，但没有内容；请填写编码"]
    assert table.notices == ["没有选作任何一列、没有读取的：C列“其它”"]


def test_one_of_two_columns_of_one_name_can_be_chosen():
    twice = [["编码", "名称", "名称"], ["1", "旧名", "新名"]]
    assert read_table(book(表=twice), COLUMNS).unmatched is True
    assert values(
        read_table(book(表=twice), COLUMNS, ColumnMapping("表", 1, {1: "number", 2: "", 3: "name"}))
    ) == [("1", "新名")]


def test_a_column_without_a_header_can_be_chosen():
    rows = [["编码", "", "备注"], ["1", "甲厂", "x"]]
    assert look(book(表=rows), COLUMNS, ColumnMapping()).columns[1].samples == ("甲厂",)
    table = read_table(book(表=rows), COLUMNS, ColumnMapping("表", 1, {1: "number", 2: "name", 3: ""}))
    assert (values(table), table.headers["name"]) == ([("1", "甲厂")], "名称")


def test_remembered_headers_are_read_so_and_the_clerk_is_told():
    choice = ColumnMapping(synonyms={"厂号": "number", "厂子": "name"})
    table = read_table(book(表=STRANGE), COLUMNS, choice)
    assert values(table) == [("1", "甲厂"), ("2", "乙厂")]
    assert "按以前的选择，列“厂号”当作“编码”、“厂子”当作“名称”读取" in table.notices


def test_a_header_remembered_as_left_out_is_not_read_though_its_name_is_known():
    rows = [["编码", "名称", "备注"], ["1", "甲厂", "机密"]]
    assert values(read_table(book(表=rows), COLUMNS, ColumnMapping(synonyms={"备注": ""}))) == [("1", "甲厂")]


def test_the_layout_shows_each_column_with_its_samples_and_what_it_is_read_as():
    seen = look(
        book(表=[["编码", "厂子", "备注"], ["1", "甲厂", None], ["2", "甲厂", None]]),
        COLUMNS,
        ColumnMapping(),
    )
    assert (seen.sheet, seen.header_row) == ("表", 1)
    assert [(each.letter, each.text, each.attribute, each.samples) for each in seen.columns] == [
        ("A", "编码", "number", ("1", "2")),
        ("B", "厂子", "", ("甲厂",)),
        ("C", "备注", "remarks", ()),
    ]


def test_where_no_name_is_known_the_row_with_the_most_texts_is_offered_as_the_header():
    seen = look(book(表=STRANGE), COLUMNS, ColumnMapping())
    assert (seen.header_row, [each.text for each in seen.columns]) == (2, ["厂号", "厂子", "其它"])


def test_another_row_can_be_the_header_also_the_lower_of_two():
    rows = [["编码", "基本情况", None], [None, "名称", "备注"], ["1", "甲厂", "x"]]
    seen = look(book(表=rows), COLUMNS, ColumnMapping("表", 2))
    assert [each.attribute for each in seen.columns] == ["number", "name", "remarks"]


@pytest.mark.parametrize(("codec", "name"), [("gb18030", "GB18030"), ("utf-8-sig", "UTF-8（带 BOM）")])
def test_a_csv_file_shows_its_encoding_its_separator_and_samples(codec, name):
    seen = look("编码;名称\r\n1;甲厂\r\n".encode(codec), COLUMNS, ColumnMapping())
    assert (seen.encoding, seen.sheet, seen.columns[1].samples) == (name, "CSV（分号分隔）", ("甲厂",))


def test_the_columns_of_a_csv_file_can_be_said_by_hand():
    choice = ColumnMapping("CSV（逗号分隔）", 1, {1: "number", 2: "name"})
    assert values(read_table("厂号,厂子\n1,甲厂\n".encode(), COLUMNS, choice)) == [("1", "甲厂")]


def test_what_is_no_workbook_cannot_be_looked_at():
    with pytest.raises(Unreadable):
        look(b"\x89PNG\r\n", COLUMNS, ColumnMapping())
