"""Headers as real lists have them: with remarks in brackets, or none at all; and the titles that a list may have."""

import re

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.detector import ColumnMapping, look
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "单位名称", cell_types.name(20), ("单位",), required=True, looks_like=re.compile("(?:厂|公司)$")),
    Column("industry", "行业", cell_types.text(20), ("行业（大类）",)),
    Column("phone", "电话", cell_types.text(20)),
)  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "行业\n［固定污染源排污许可分类管理名录（2017年版）］",
        "行业（代码或名称）",
        "行业【必填】",
        "行 业〔大类〕",
        "行业(GB/T 4754)",
    ],
)
def test_a_header_is_known_without_the_remarks_in_its_brackets(header):
    table = read_table(workbooks.of_rows(["单位名称", header], ["一厂", "水泥"]), COLUMNS)
    assert [row.values for row in table.rows] == [{"name": "一厂", "industry": "水泥"}]


def test_a_header_of_which_nothing_is_left_or_that_means_something_else_stays_unknown():
    table = read_table(
        workbooks.of_rows(["单位名称", "（行业）", "所属（行业）"], ["一厂", "x", "y"]), COLUMNS
    )
    assert list(table.columns) == ["name"]


def seen(*rows, **choice):
    layout = look(workbooks.of_rows(*rows), COLUMNS, ColumnMapping(**choice))
    return [(each.letter, each.attribute, each.guessed) for each in layout.columns], layout.titles


def test_a_column_without_a_header_is_suggested_by_what_its_cells_hold():
    columns, _ = seen(
        [None, "行业", "电话"], ["一厂", "水泥厂", "1"], ["二公司", "砖", "2"], ["三", "砖", "3"]
    )
    assert columns == [("A", "name", True), ("B", "industry", False), ("C", "phone", False)]


def test_the_column_that_fits_best_is_suggested_and_none_if_none_fits():
    columns, _ = seen(["甲", "乙", "电话"], ["一厂", "东厂", "1"], ["东边", "二公司", "2"])
    assert [name for _, name, _ in columns] == ["", "name", "phone"]
    columns, _ = seen(["甲", "乙", "电话"], ["一", "东", "1"])
    assert [name for _, name, _ in columns] == ["", "", "phone"]


def test_nothing_is_suggested_where_a_header_names_the_column_or_the_clerk_chose():
    columns, _ = seen(["单位名称", "备注"], ["一", "二厂"])
    assert columns == [("A", "name", False), ("B", "", False)]
    columns, _ = seen(["甲", "电话"], ["一厂", "1"], sheet="Sheet", header_row=1, columns={2: "phone"})
    assert columns == [("A", "", False), ("B", "phone", False)]


def test_a_suggestion_is_not_read_before_the_clerk_agrees():
    table = read_table(workbooks.of_rows([None, "行业", "电话"], ["一厂", "砖", "1"]), COLUMNS)
    assert (table.unmatched, table.rows) == (True, [])


def test_the_titles_above_and_within_the_list_and_of_its_sheet_are_told():
    _, titles = seen(["重点名录"], ["单位名称", "电话"], ["一厂", "1"], [None, "二、一般"], ["二厂", "2"])
    assert titles == ("重点名录", "二、一般", "Sheet")
