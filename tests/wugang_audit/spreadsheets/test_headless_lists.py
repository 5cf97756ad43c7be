"""Lists without a header: their first row is data, and no unit is lost to it."""

import re

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.detector import ColumnMapping, look
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.recognition import Recognition, holds
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "单位名称", cell_types.name(20), required=True, looks_like=re.compile("(?:厂|公司)$")),
    Column("phone", "电话", cell_types.text(20), recognition=Recognition(typical=holds(r"^1\d{10}$"))),
    Column("remarks", "备注", cell_types.text(20)),
)
ROWS = [[1, "一厂", "13900000001"], [2, "二公司", "13900000002"], [3, "三厂", "13900000003"]]


def seen(*rows, **choice):
    return look(workbooks.of_rows(*rows), COLUMNS, ColumnMapping(**choice))


def read(*rows, **columns):
    chosen = {int(at.removeprefix("c")): name for at, name in columns.items()}
    table = read_table(workbooks.of_rows(*rows), COLUMNS, ColumnMapping("Sheet", 0, chosen))
    assert table.faults == []
    return [(row.number, row.get("name")) for row in table.rows]


def test_a_first_row_like_the_rows_below_is_data_and_its_columns_are_suggested():
    layout = seen(*ROWS)
    assert (layout.header_row, [(each.text, each.attribute) for each in layout.columns]) == (
        0,
        [("", ""), ("", "name"), ("", "phone")],
    )
    assert layout.columns[1].samples == ("一厂", "二公司", "三厂")
    assert read(*ROWS, c1="", c2="name", c3="phone") == [(1, "一厂"), (2, "二公司"), (3, "三厂")]


def test_a_list_of_names_alone_loses_none():
    rows = [["一厂"], ["二公司"], ["三厂"]]
    assert seen(*rows).header_row == 0
    assert read(*rows, c1="name") == [(1, "一厂"), (2, "二公司"), (3, "三厂")]
    assert seen(["一厂"]).header_row == 0


def test_a_title_above_such_a_list_is_told_and_not_read():
    layout = seen(["名录一览"], *ROWS)
    assert (layout.header_row, layout.titles) == (0, ("名录一览", "Sheet"))
    assert read(["名录一览"], *ROWS, c2="name") == [(2, "一厂"), (3, "二公司"), (4, "三厂")]


def test_a_square_of_names_is_read_column_by_column():
    rows = [["全体名单"], ["一厂", "二厂", "三厂"], ["四厂", "五厂", None]]
    assert [each.attribute for each in seen(*rows).columns] == ["name", "name", "name"]
    names = [name for _, name in read(*rows, c1="name", c2="name", c3="name")]
    assert names == ["一厂", "四厂", "二厂", "五厂", "三厂"]
    old_and_new = [["一厂", "二厂"], ["四厂", "五厂"]]
    assert [each.attribute for each in seen(*old_and_new).columns] == ["name", ""]


def test_unknown_headings_above_such_rows_stay_a_header():
    layout = seen(["号", "厂子", "号码"], *ROWS)
    assert (layout.header_row, [each.attribute for each in layout.columns]) == (1, ["", "name", "phone"])


def test_a_first_row_that_is_like_the_others_in_part_only_stays_a_header():
    assert seen(["号", "某某厂", "联系"], *ROWS).header_row == 1


def test_the_clerk_may_say_that_there_is_none():
    layout = seen(["单位名称", "电话"], *(row[1:] for row in ROWS), sheet="Sheet", header_row=0)
    assert (layout.header_row, layout.columns[0].samples[0]) == (0, "单位名称")


def test_what_is_lacking_is_said_without_a_row_of_the_header():
    table = read_table(workbooks.of_rows(*ROWS), COLUMNS, ColumnMapping("Sheet", 0, {3: "phone"}))
    assert [fault.problem for fault in table.faults] == ["没有表头，还没有指定必填的列“单位名称”"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_without_a_header_is_split_by_its_own_delimiter(delimiter):
    text = "\r\n".join(delimiter.join(map(str, row)) for row in ROWS)
    layout = look(text.encode(), COLUMNS, ColumnMapping())
    assert (layout.header_row, [each.attribute for each in layout.columns]) == (0, ["", "name", "phone"])
    choice = ColumnMapping(layout.sheet, 0, {2: "name"})
    table = read_table(text.encode(), COLUMNS, choice)
    assert len(table.rows) == 3 and "表头是：（没有表头）" in table.notices[0]
