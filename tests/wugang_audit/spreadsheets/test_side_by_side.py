"""Two tables side by side: the second is read as further rows, and its places are said as they are on the sheet."""

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.detector import ColumnMapping, look
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.row_numbers import numbered, row_label, row_of, table_of
from wugang_audit.spreadsheets.side_by_side import tables_beside
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "单位名称", cell_types.name(20), ("企业名称",), required=True),
    Column("town", "乡镇", cell_types.text(10)),
    Column("phone", "电话", cell_types.phone(20)),
)
HEADER = ["序号", "单位名称", "乡镇", "电话"]
TWO = [
    ["散乱污企业名单"],
    [*HEADER, None, *HEADER],
    [1, "一厂", "甲镇", "13900000001", None, 3, "三厂", "丙镇", "13900000003"],
    [2, "二厂", "乙镇", "13900000002", None, 4, "四厂", "丁镇", "x"],
    [5, "五厂", None, None, None, None, None, None, None],
]


def read(*rows, **choice):
    return read_table(workbooks.of_rows(*rows), COLUMNS, ColumnMapping(**choice))


def test_the_second_table_is_read_as_rows_below_the_first():
    table = read(*TWO)
    assert [row.get("name") for row in table.rows] == ["一厂", "二厂", "五厂", "三厂", "四厂"]
    assert [row.get("town") for row in table.rows] == ["甲镇", "乙镇", "", "丙镇", "丁镇"]
    assert "左右并排有 2 张表：右边的（G列至I列）接在左边的下面读取，行号后面标“右”" in table.notices


def test_a_fault_is_said_with_the_row_and_the_column_of_the_sheet():
    (fault,) = read(*TWO).faults
    assert str(fault).startswith("第4（右）行 I列 电话 “x”")
    assert (row_of(fault.row), table_of(fault.row)) == (4, 1)


def test_rows_of_each_table_have_numbers_of_their_own():
    numbers = [row.number for row in read(*TWO).rows]
    assert len(set(numbers)) == len(numbers)
    assert [row_label(number) for number in numbers] == ["3", "4", "5", "3（右）", "4（右）"]
    assert row_of(numbered(1_048_576, 5)) == 1_048_576


def test_three_tables_and_repeated_headers_within():
    head = ["单位名称", "电话"]
    rows = [
        head * 3,
        ["一厂", "13900000001", "二厂", "13900000002", "三厂", "13900000003"],
        head * 3,
        ["四厂", None, "五厂", None, "六厂", None],
    ]
    table = read(*rows)
    assert [row.get("name") for row in table.rows] == ["一厂", "四厂", "二厂", "五厂", "三厂", "六厂"]


@pytest.mark.parametrize(
    "header",
    [["单位名称", "电话", "电话"], ["单位名称", "企业名称"], ["单位名称", "乡镇", "单位名称", "电话"], ["单位名称", "单位名称", "电话", "电话"]],
)  # fmt: skip
def test_other_columns_that_stand_twice_are_still_asked_about(header):
    table = read(header, ["一厂"] * len(header))
    assert table.unmatched and "列都是" in table.faults[0].problem


def test_by_hand_both_tables_are_read_too():
    layout = look(workbooks.of_rows(*TWO), COLUMNS, ColumnMapping())
    columns = {each.position: each.attribute for each in layout.columns}
    assert list(columns.values()) == ["", "name", "town", "phone", "", "name", "town", "phone"]
    table = read(*TWO, sheet=layout.sheet, header_row=layout.header_row, columns=columns)
    assert [row.get("name") for row in table.rows] == ["一厂", "二厂", "五厂", "三厂", "四厂"]


def test_tables_are_only_side_by_side_if_one_ends_before_the_next_begins():
    assert tables_beside({"name": [1, 3], "phone": [2, 4]}, {}, ["name"]) != []
    assert tables_beside({"name": [1, 2], "phone": [3, 4]}, {}, ["name"]) == []
    assert tables_beside({"name": [1], "phone": [2]}, {}, ["name"]) == []
