"""Headings of lists of officers as bureaus write them."""

import pytest
import workbooks
from heading_cases import cases_of, seen_of

from enforcers.columns import COLUMNS
from wugang_audit.spreadsheets.reader import read_table

READ = {
    "name": ("钱大", "检查人员姓名 检查员 持证人 持证人姓名"),
    "certificate_number": ("16041777001", "证件号 证书编号 持证编号 环境执法证号 执法证编号（省） 执法证件名称及编号"),
    "certificate_expiry": ("2028-01-01", "有效期限 到期时间 有效期截止 证件到期日 截止日期 执法证有效期止 执法证有效期截止"),
    "department": ("一中队", "中队 所属中队 所属单位 单位/科室 执法机构 所属科室（中队）"),
    "post": ("科员", "职务/职级 职级 行政职务"),
    "specialities": ("化工", "业务专长"),
    "duty_state": ("在岗", "在岗情况 目前状态 是否在编在岗"),
    "phone": ("13900001111", "办公电话"),
}  # fmt: skip
columns = seen_of(COLUMNS)


@pytest.mark.parametrize(("heading", "cell", "attribute"), cases_of(READ))
def test_a_heading_in_the_usual_words_is_read(heading, cell, attribute):
    beside, held = ("性别", "男") if attribute == "name" else ("姓名", "钱大")
    *_, seen = columns([beside, heading], [held, cell])
    assert (seen.attribute, seen.guessed) == (attribute, False)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("执法证有效期起", "2023-05-06"), ("身份证号", "410481198001011200"), ("单位及职务", "某分局 大队长"), ("出生年月", "1980.01")],
)  # fmt: skip
def test_what_is_something_else_is_left(heading, cell):
    *_, seen = columns(["姓名", heading], ["钱大", cell])
    assert seen.attribute == ""


def test_the_title_of_a_list_of_one_column_is_no_header():
    table = read_table(workbooks.of_rows(["执法人员名单"], ["姓名"], ["钱大"], ["钱小"]), COLUMNS)
    assert (table.header_row, [row.get("name") for row in table.rows]) == (2, ["钱大", "钱小"])


def test_columns_without_a_known_heading_are_suggested_by_their_cells():
    seen = columns(
        ["甲", "乙", "丙", "丁"], *(["钱大", f"1604177700{n}", "一中队", "13900001111"] for n in range(2))
    )
    assert [each.attribute for each in seen] == ["name", "certificate_number", "department", "phone"]
    assert all(each.guessed for each in seen)


def test_places_and_firms_are_not_suggested_as_names_of_people():
    rows = ["乡 镇 名", "厂 名 称"], ["尚店镇", "甲化工厂"], ["枣林镇", "乙厂"]
    assert "name" not in [each.attribute for each in columns(*rows)]
