"""Cells that say that nothing is known, and cells that say what the row above says."""

import pytest
import workbooks

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Column

COLUMNS = (
    Column("name", "名称", cell_types.name(60), required=True),
    Column("code", "代码", cell_types.text(20), keeps=True, unknown=frozenset(("办理中",))),
    Column("town", "乡镇", cell_types.text(20)),
    Column("state", "状态", cell_types.choice({"on": "在产", "off": "停产", "": "未知"}), blank="on"),
)


def read(*rows):
    return read_table(workbooks.of_rows(["名称", "代码", "乡镇", "状态"], *rows), COLUMNS)


@pytest.mark.parametrize(
    "word", ["不详", "未知", "待核实", "待定", "待查", "NULL", "null", "N/A", "#N/A", " 不 详 ", "不明"]
)
def test_a_word_for_not_known_is_as_good_as_empty_and_told(word):
    table = read(["甲厂", None, word, None], ["乙厂", None, "尹集镇", None], ["丙厂", None, word, None])
    assert (table.faults, [row.get("town") for row in table.rows]) == ([], ["", "尹集镇", ""])
    assert table.notices == ["C列“乡镇”里的“不详”“待定”一类当作空着：第2、4行"]


def test_where_an_empty_cell_says_nothing_such_a_word_says_nothing():
    table = read(["甲厂", "不详", None, None], ["乙厂", "办理中", None, None])
    assert ["code" in row.values for row in table.rows] == [False, False]
    assert table.notices == ["B列“代码”里的“不详”“待定”一类当作空着：第2、3行"]


def test_what_an_empty_cell_means_is_told_and_a_word_of_the_column_stays_one():
    table = read(["甲厂", None, None, "不详"], ["乙厂", None, None, "未知"])
    assert [row.get("state") for row in table.rows] == ["on", ""]
    assert table.notices == ["D列“状态”里的“不详”“待定”一类当作空着，按“在产”读取：第2行"]


@pytest.mark.parametrize("word", ["不详", "同上", "〃"])
def test_no_name_is_unknown_or_the_same_as_above(word):
    table = read(["甲厂", None, None, None], [word, "1", None, None])
    assert [(fault.row, fault.header) for fault in table.faults] == [(3, "名称")]


@pytest.mark.parametrize("word", ["同上", "同前", "〃", '"', "″", " 同 上 "])
def test_the_same_as_above_is_read_from_the_row_above_again_and_again(word):
    table = read(["甲厂", "1", "尹集镇", "停产"], ["乙厂", None, word, word], ["丙厂", None, word, None])
    assert [(row.get("town"), row.get("state")) for row in table.rows] == [
        ("尹集镇", "off"),
        ("尹集镇", "off"),
        ("尹集镇", "on"),
    ]
    assert table.notices == [
        "C列“乡镇”里的“同上”按上一行读取：第3、4行",
        "D列“状态”里的“同上”按上一行读取：第3行",
    ]


def test_the_same_as_above_below_nothing_is_a_fault():
    table = read(["甲厂", None, "同上", None])
    assert [fault.problem for fault in table.faults] == ["写的是“同上”，上一行却没有内容可以照抄"]
