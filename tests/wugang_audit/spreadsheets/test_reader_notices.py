"""What a clerk sees in a sheet beside plain cells: what is hidden, merged, or headed by two rows."""

import datetime

import pytest
import workbooks
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sources.columns import COLUMNS
from wugang_audit.spreadsheets.reader import read_table

HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码", "乡镇"]
ROWS = [[f"1-{n}", f"{n}厂", "一般", "2669", "甲镇"] for n in range(1, 5)]


@pytest.fixture
def book():
    return workbooks.book(HEADER, *ROWS)


def taken(book):
    return read_table(workbooks.saved(book), COLUMNS)


def test_hidden_rows_are_read_and_listed(book):
    for number in (2, 4):
        book.active.row_dimensions[number].hidden = True
    table = taken(book)
    assert [row.number for row in table.rows] == [2, 3, 4, 5]
    assert table.notices == ["隐藏的行也读取了：第2、4行"]


def test_hidden_columns_are_read_and_counted(book):
    for letter in ("C", "E", "H"):
        book.active.column_dimensions[letter].hidden = True
    table = taken(book)
    assert {row.get("township") for row in table.rows} == {"甲镇"}
    assert table.notices == ["有 2 列是隐藏的，也读取了：C、E列"]


def test_a_hidden_sheet_is_read_with_a_notice(book):
    book.create_sheet("说明")
    book.active.sheet_state = "hidden"
    book.active.title = "名录"
    table = taken(book)
    assert (len(table.rows), table.notices) == (4, ["工作表“名录”是隐藏的，也读取了"])


def test_a_value_merged_over_several_rows_counts_for_each_of_them(book):
    book.active.merge_cells("E2:E4")
    book.active["E2"] = "乙镇"
    table = taken(book)
    assert [row.get("township") for row in table.rows] == ["乙镇", "乙镇", "乙镇", "甲镇"]
    assert (table.faults, table.notices) == ([], ["合并的单元格按其内容读入所含的每一行：E2:E4"])


def test_cells_merged_over_several_columns_are_one_fault_of_each_row(book):
    book.active.merge_cells("D3:E3")
    table = taken(book)
    assert [str(fault) for fault in table.faults] == [
        "第3行 D列 行业代码 “2669”：单元格 D3:E3 合并了几列；请取消合并，把每一格分别填写"
    ]


def test_cells_merged_outside_the_data_are_no_matter(book):
    book.active.insert_rows(1)
    book.active["A1"] = "某县名录"
    book.active.merge_cells("A1:E1")
    book.active["A7"] = "填表人：甲"
    book.active.merge_cells("A7:E7")
    table = taken(book)
    assert (table.faults, len(table.rows)) == ([], 4)
    assert table.notices == ["合计、填表人等不是数据的行已跳过：第7行"]


def two_rows(upper, lower, *rows):
    return taken(workbooks.book(["某县名录"], upper, lower, *rows))


def test_a_header_of_two_rows_is_read_under_its_upper_cells():
    table = two_rows(
        ["污染源编码", "单位名称", "监管类别", "行业代码", "排污许可", None, None, "联系人"],
        [None, None, None, None, "管理类别", "证编号", "有效期至", None],
        ["1-1", "一厂", "一般", "2669", "简化", None, "2028.7.1", "甲"],
    )
    assert table.faults == []
    assert [(row.number, row.get("permit_class"), row.get("contact")) for row in table.rows] == [
        (4, "simplified", "甲")
    ]
    assert table.rows[0].get("permit_expiry") == datetime.date(2028, 7, 1)
    assert table.letters["permit_number"] == "F"


def test_a_row_of_data_is_never_taken_for_the_second_row_of_a_header():
    table = two_rows(HEADER + ["心情"], ["1-1", "一厂", "一般", "2669", "甲镇", "备注"])
    assert [row.number for row in table.rows] == [3]
    assert table.headers["township"] == "乡镇"


def test_days_of_the_1904_epoch_are_read_right(book):
    book.epoch = CALENDAR_MAC_1904
    book.active["E1"] = "有效期至"
    for number in range(2, 6):
        book.active.cell(number, 5, datetime.datetime(2028, 7, 1))
    table = taken(book)
    assert {row.get("permit_expiry") for row in table.rows} == {datetime.date(2028, 7, 1)}


@pytest.mark.parametrize("text", ["=1+1", "+86", "-甲", "@甲"])
def test_text_that_begins_with_a_sign_is_kept(book, text):
    book.active["E2"] = text
    book.active["E2"].data_type = "s"
    assert taken(book).rows[0].get("township") == text


def test_a_leading_apostrophe_is_no_part_of_a_code(book):
    book.active["A2"] = "'0071"
    book.active["D2"] = "'0313"
    row = taken(book).rows[0]
    assert (row.get("number"), row.get("industry_code")) == ("0071", "0313")


def test_a_number_that_lost_its_leading_zeros_is_refused(book):
    book.active["A2"] = 7
    book.active["D2"] = 313
    faults = taken(book).sorted_faults()
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [(2, "A", "7"), (2, "D", "313")]


def test_a_sheet_whose_tags_have_a_prefix_is_read_the_same(book):
    book.active.row_dimensions[2].hidden = True
    book.active.merge_cells("E2:E3")
    parts = workbooks.parts_of(workbooks.saved(book))
    sheet = parts[workbooks.SHEET].replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
    parts[workbooks.SHEET] = sheet.replace(b"xmlns=", b"xmlns:x=")
    table = read_table(workbooks.packed(parts), COLUMNS)
    assert (table.faults, len(table.rows)) == ([], 4)
    assert table.notices == ["隐藏的行也读取了：第2行", "合并的单元格按其内容读入所含的每一行：E2:E3"]


def left_out(*rows, merged=(), after=1):
    """Read the sound rows with other rows between them, behind so many of the sound ones."""
    book = workbooks.book(HEADER, *ROWS[:after], *rows, *ROWS[after:])
    for ranges in merged:
        book.active.merge_cells(ranges)
    table = taken(book)
    assert len(table.rows) + len(table.faults) >= len(ROWS)
    return table.faults, table.notices


@pytest.mark.parametrize(
    "row",
    [
        [1, 2, 3, 4, 5],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["甲", "乙", 1, 2, 3],
        ["甲", "乙", "丙", "丁", "戊"],
    ],
)
def test_the_numbers_of_the_columns_under_a_header_are_no_data(row):
    assert left_out(row, after=0) == ([], ["表头下面的栏号已跳过：第2行"])
    assert len(left_out(row)[0]) > 0


def test_a_header_that_is_printed_again_is_no_data():
    assert left_out(HEADER, HEADER) == ([], ["重复的表头已跳过：第3、4行"])


@pytest.mark.parametrize(
    ("row", "merged"),
    [
        (["一、重点排污单位（42 家）"], []),
        ([None, "（二）一般排污单位"], []),
        (["甲镇", None, None, None, None], ["A3:E3"]),
        (["（以下空白）"], []),
        (["本表共 4 家，截至 2026 年 9 月"], []),
        ([None, None, None, None, "某镇"], []),
    ],
)
def test_a_heading_between_the_rows_is_no_data(row, merged):
    assert left_out(row, merged=merged) == ([], ["只有一个标题的行已跳过：第3行"])


def test_a_row_with_more_than_a_heading_is_data():
    assert [fault.column for fault in left_out(["一、厂", "一、厂"])[0]] == ["A"]  # "一、厂" is no number
    assert len(left_out(["甲镇", None, None, "2669", None], merged=["A3:C3"])[0]) > 0


def test_a_choice_dragged_down_beyond_the_list_is_no_data_and_anything_typed_is():
    dragged = [None, None, "一般", None, None]
    assert left_out(dragged, dragged, after=4) == (
        [],
        ["只填了选项（如类别、是否）而没有别的内容的行已跳过：第6、7行"],
    )
    assert [fault.column for fault in left_out([None, None, "一般", None, "甲镇"])[0]] == ["B"]


def test_a_unit_of_which_only_the_name_is_there_is_read_and_says_no_more(book):
    book.active.append([None, "五厂", None, None, None])
    table = taken(book)
    assert (table.rows[-1].values, table.faults) == ({"name": "五厂", "township": ""}, [])


@pytest.mark.parametrize("own", [[None, None, None, None, "五厂的镇"], [None, None, "重点", None, None]])
def test_a_row_under_merged_cells_holds_more_than_its_own(book, own):
    book.active.append(own)
    for letter in "ABCDE":
        if own["ABCDE".index(letter)] is None:
            book.active.merge_cells(f"{letter}5:{letter}6")
    table = taken(book)
    assert [row.number for row in table.rows] == [2, 3, 4, 5, 6]
    assert (table.rows[-1].get("name"), table.faults) == ("4厂", [])
