"""What the cells of a workbook of permit conditions may hold: limits, tons, outlets, facilities."""

import datetime
from decimal import Decimal

import pytest
from permit_workbooks import SOUND, found, told, workbook

from sources.models import PermitCondition
from sources.permit_columns import COLUMNS, limit, outlet_kind_of, tons
from sources.permit_importer import import_file
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong


@pytest.fixture
def unit(make_source):
    return make_source(1)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(20.0, "20"), (0.1, "0.1"), (30, "30"), ("20.50", "20.5"), ("6-9", "6-9"), ("6～9", "6-9"), ("6.0—9.0", "6-9"),
     ("20mg/Nm3", "20 mg/Nm³"), ("/mg/Nm3", ""), ("6-9（无量纲）", "6-9 无量纲"), ("500 MPN/L", "500 MPN/L"), ("60dB(A)", "60 dB(A)"),
     ("≤ 30", "≤30"), ("<=1", "≤1"), ("不得检出", "不得检出")],
)  # fmt: skip
def test_a_limit_is_kept_as_it_is_printed(value, kept):
    read = limit(value)
    assert (read.value if isinstance(read, Adjusted) else read) == kept


@pytest.mark.parametrize(
    ("value", "problem"),
    [(datetime.datetime(2026, 6, 9), "被 Excel 当成了日期"), ("30mg", "带有数字以外的文字"), ("6月9日", "带有数字以外的文字"),
     ("见附件", "不是数字"), ("9-6", "范围的下限不小于上限"), ("9" * 21, "数字太长"), (-5, "不是数字"), (True, "不是限值")],
)  # fmt: skip
def test_what_is_no_limit_is_refused_and_says_why(value, problem):
    with pytest.raises(Wrong) as caught:
        limit(value)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("attribute", "value", "problem"),
    [
        ("pollutant", "联系１３８１２３４５６７８", "里有手机号码"), ("pollutant", "颗粒物豫D12345", "里有车牌号"),
        ("outlet_code", "一三八一二三四五六七八", "里有手机号码，而这一列是公开的"),
        ("limit", "13812345678", "里有电话或身份证号码，而这一列是公开的"),
        ("limit", 13812345678.0, "里有电话或身份证号码，而这一列是公开的"),
        ("limit_unit", "张三13812345678", "里有电话或身份证号码，而这一列是公开的"),
        ("limit_unit", "a@example.com", "里有电子邮箱，而这一列是公开的"),
        ("facility_name", "除尘器，张三138.1234.5678", "里有手机号码，而这一列是公开的"),
    ],
)  # fmt: skip
def test_what_becomes_public_of_a_permit_holds_no_personal_data(attribute, value, problem):
    [rule] = [column.rule for column in COLUMNS if column.attribute == attribute]
    with pytest.raises(Wrong) as caught:
        rule(value)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("value", "kept"),
    [(1.25, "1.25"), ("1,200.5", "1200.5"), ("0.5 t/a", "0.5"), ("3吨/年", "3"), (0.1 + 0.2, "0.3")],
)
def test_tons_are_read_in_the_usual_spellings(value, kept):
    assert tons(value) == Decimal(kept)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("12kg/a", "单位不是吨"),
        ("约 3", "不是数字"),
        (-1, "不是数字"),
        ("0.0000001", "小数超过 6 位"),
        (99999999.9999999, "大得不合理"),
    ],
)
def test_what_is_no_figure_of_tons_is_refused(value, problem):
    with pytest.raises(Wrong) as caught:
        tons(value)
    assert caught.value.problem == problem


def test_a_date_that_excel_made_of_a_range_is_named_with_its_fix(unit):
    assert told({"许可浓度限值": datetime.date(2026, 6, 9), "污染物": "pH值"}) == [
        "第2行 D列 许可浓度限值 “2026-06-09”：被 Excel 当成了日期；请先把单元格设为“文本”格式，再按许可证填写，如 6-9"
    ]


def test_outlets_and_facilities_are_numbered_as_the_standard_says(unit):
    assert [text.split("；")[0] for text in told({"排放口编号": "DA1", "治理设施编号": "TA01"})] == [
        "第2行 B列 排放口编号 “DA1”：不是 HJ 608-2017 的排放口编号",
        "第2行 F列 治理设施编号 “TA01”：不是治理设施编号：TA01",
    ]


def test_the_kind_comes_from_the_number_where_it_is_not_told(unit, admin):
    rows = [{"排放口编号": code} for code in ("DA001", "DW001", "YS001", "MF0001", "TS001")]
    import_file(workbook(*rows), "许可.xlsx", admin)
    kinds = dict(PermitCondition.objects.values_list("outlet_code", "outlet_kind"))
    assert kinds == {
        "DA001": "organised",
        "DW001": "water",
        "YS001": "water",
        "MF0001": "fugitive",
        "TS001": "waste",
    }


def test_a_kind_that_does_not_fit_the_number_is_refused(unit):
    assert told({"排放口类型": "废水"}) == [
        "第2行 F列 排放口类型 “废水”：与排放口编号 DA001 不符；DA 开头的是有组织废气；请核对编号和类型，改正写错的一个"
    ]


def test_a_place_without_a_number_needs_its_kind(unit):
    assert told({"排放口编号": "厂界"}) == [
        "第2行 B列 排放口编号 “厂界”：“厂界”看不出是哪一类排放口；"
        "请加上“排放口类型”一列，填有组织废气、无组织废气、废水、噪声、固体废物之一"
    ]
    assert told({"排放口编号": "厂界", "排放口类型": None}) == [
        "第2行 F列 排放口类型 （空）：没有填，从“厂界”也看不出；"
        "请填排放口类型：有组织废气、无组织废气、废水、噪声、固体废物"
    ]
    assert outlet_kind_of("厂界", "noise") == "noise"


def test_what_looks_incomplete_is_noted_and_comes_in(unit):
    done = found(
        {"浓度单位": None, "排放口名称": "烟囱"},
        {"污染物": "二氧化硫", "许可浓度限值": None, "年许可排放量": None, "排放口名称": "排气筒"},
        {"污染物": "pH值", "浓度单位": None, "排放口编号": "DW001"},
    )
    assert (done.new, done.notices) == (3, [
        "填了浓度限值，没有填浓度单位：第2行",
        "浓度限值和年许可排放量都没有填：第3行",
        "虚构1号化工厂 DA001 在各行的排放口名称不同，请核对：第2、3行",
    ])  # fmt: skip


def test_a_table_of_the_national_platform_holds_limit_and_unit_in_one_cell(unit, admin):
    platform = {
        "单位名称": unit.name, "排放口编号": "DA001", "污染物种类": "颗粒物", "许可排放小时浓度限值": "20mg/Nm3", "许可年排放量限值（t/a）": "/",
    }  # fmt: skip
    import_file(
        workbook({}, {"污染物种类": "氨", "许可排放小时浓度限值": "/mg/Nm3"}, base=platform),
        "公开端.xlsx",
        admin,
    )
    rows = PermitCondition.objects.order_by("pk").values_list("limit", "limit_unit", "annual_limit")
    assert list(rows) == [("20", "mg/Nm³", None), ("", "", None)]


def test_two_different_units_of_a_limit_are_refused(unit):
    assert told({"许可浓度限值": "20 mg/L"}) == [
        "第2行 D列 许可浓度限值 “20 mg/L”：限值里的单位是 mg/L，“浓度单位”填的是 mg/m³；请按许可证核对，改正写错的一个"
    ]
    assert told({"许可浓度限值": "20 mg/m3"}) == []


def test_a_workbook_without_units_leaves_the_units_as_they_are(unit, admin):
    import_file(workbook({}), "许可.xlsx", admin)
    bare = {name: value for name, value in SOUND.items() if name != "浓度单位"}
    assert [(c.label, c.new) for c in found({"许可浓度限值": "5"}, base=bare).differences[0].changes] == [
        ("许可浓度限值", "5")
    ]
