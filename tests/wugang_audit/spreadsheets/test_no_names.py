"""Texts in the column of names that are no names, and names that only look like it."""

import pytest

from enforcers.columns import COLUMNS as OFFICER_COLUMNS
from sources.columns import COLUMNS as SOURCE_COLUMNS
from wugang_audit.spreadsheets.no_names import is_closing, is_dividing, why_doubtful

NAME, DEPARTMENT = (
    next(each for each in OFFICER_COLUMNS if each.attribute == name) for name in ("name", "department")
)
UNIT_NAME, TOWNSHIP = (
    next(each for each in SOURCE_COLUMNS if each.attribute == name) for name in ("name", "township")
)


@pytest.mark.parametrize(
    "text",
    ["合计", "本页小计", "尚店镇合计", "全市总计", "总计：共4家", "合 计", "平均", "平均值", "（以下空白）", "以下空白", "一中队小计", "小计3家", "略",
     "带★的为重点排污单位", "标“*”号的企业是重点单位", "加▲者均为重点", "★表示重点排污单位", "★：重点", "★为重点单位"],
)  # fmt: skip
def test_sums_and_ends_of_lists_are_closing(text):
    assert is_closing(text)


@pytest.mark.parametrize(
    "text",
    [
        "合计仪表厂",
        "平均律琴行",
        "总计算机厂",
        "空白艺术馆",
        "甲厂",
        "略阳饭店",
        "王平均",
        "★系统设备厂",
        "★为民化工厂",
        "★甲厂",
        "打标机厂",
        "标*准件厂",
    ],
)
def test_names_that_begin_like_a_closing_word_are_not(text):
    assert not is_closing(text)
    assert not is_dividing(text)


@pytest.mark.parametrize(
    "text", ["以下为2026年新增", "以下是停产企业", "以上均为重点单位", "新增：", "2026年新增"]
)
def test_a_text_about_the_rows_below_divides(text):
    assert is_dividing(text)


@pytest.mark.parametrize(
    ("column", "text", "doubtful"),
    [
        (UNIT_NAME, "（环评：舞环审〔2019〕1号）", True), (TOWNSHIP, "尚店镇", True), (TOWNSHIP, "一、尚店镇", True), (DEPARTMENT, "执法一中队", True),
        (UNIT_NAME, "镇区合计数", True), (UNIT_NAME, "说明：以上属实", True),
        (UNIT_NAME, "（甲）厂", False), (UNIT_NAME, "合计仪表厂", False), (TOWNSHIP, "尚店镇卫生院", False), (DEPARTMENT, "王科", False),
        (NAME, "李站", False), (UNIT_NAME, "甲厂", False),
    ],
)  # fmt: skip
def test_what_is_hardly_a_name_is_doubtful(column, text, doubtful):
    assert bool(why_doubtful(text, column)) is doubtful
