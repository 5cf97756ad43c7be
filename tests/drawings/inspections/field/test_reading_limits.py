"""Readings as people type them, and limits as permits have them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings.inspections.field.limits import HIGH, LOW, BadReading, broken, is_over, read, same_unit
from drawings.inspections.field.plausible import impossible, rare
from drawings.models.finding_record import decimal_text

VALUES = st.decimals(min_value=0, max_value=99_999_999, places=3)


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("45.2", "mg/L", "45.2"),
        (" 45 ", "mg/L", "45"),
        ("0", "", "0"),
        ("45 mg/L", "mg/L", "45"),
        ("45mg/l", "mg/L", "45"),
        ("45毫克/升", "mg/L", "45"),
        ("３０．５", "mg/m³", "30.5"),
        ("30 mg/m3", "mg/m³", "30"),
        ("30毫克/立方米", "mg/m³", "30"),
        ("5 mg/Nm3", "mg/m³", "5"),
        ("5 mg/Nm³", "mg/m3", "5"),
        ("5mg/Nm³", "mg/Nm3", "5"),
        ("65 分贝", "dB(A)", "65"),
        ("25℃", "℃", "25"),
        ("7.2 无量纲", "", "7.2"),
        ("0.000001", "mg/L", "0.000001"),
        ("12345678", "个/L", "12345678"),
        ("500 个/L", "个/L", "500"),
    ],
)
def test_a_number_is_read_with_its_own_unit_or_without(typed, unit, value):
    assert read(typed, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("abc", "mg/L", "“abc”不是数"),
        ("没测", "mg/L", "不是数"),
        ("未检出", "mg/L", "没有检出、没有测的不填"),
        ("<0.5", "mg/L", "不能带“<”“>”"),
        ("＜０．０１", "mg/L", "低于检出限的不填"),
        ("小于 0.01", "mg/L", "低于检出限的不填"),
        ("-3", "mg/L", "不能是负数"),
        ("－3", "mg/L", "不能是负数"),
        ("−3", "", "不能是负数"),
        ("45,2", "mg/L", "小数点请用“.”"),
        ("45，2", "mg/L", "小数点请用“.”"),
        ("1,234.5", "mg/L", "千位不要分隔"),
        ("45 mg/m³", "mg/L", "单位应是 mg/L，您填的是 mg/m³"),
        ("45 g/L", "mg/L", "请换算成 mg/L"),
        ("5 g/Nm3", "mg/m³", "请换算成 mg/m³"),
        ("5 mg/m3", "mg/Nm³", "请换算成 mg/Nm³"),
        ("7.2 mg/L", "", "这一项没有单位"),
        ("45.2.1", "mg/L", "两个小数点"),
        ("45..2", "mg/L", "两个小数点"),
        ("45.", "mg/L", "小数点前后都要有数字"),
        (".5", "mg/L", "小数点前后都要有数字"),
        ("45 ~ 50", "mg/L", "写成了一个范围"),
        ("6-9", "", "写成了一个范围"),
        ("1 234", "mg/L", "数字中间有空格"),
        ("1e5", "mg/L", "1e5 写成 100000"),
        ("1.2E-3", "", "科学记数法"),
        ("1.2×10^5", "个/L", "科学记数法"),
        ("45；", "mg/L", "看不懂。请只填一个数"),
        ("123456789", "mg/L", "读数太长"),
        ("0.1234567", "mg/L", "读数太长"),
        ("٣", "mg/L", "不是数"),
    ],
)
def test_what_is_no_reading_is_refused_with_what_to_do(typed, unit, says):
    with pytest.raises(BadReading) as refused:
        read(typed, unit)
    told = str(refused.value).replace("m3", "m³")
    assert says in told


@pytest.mark.parametrize(
    ("value", "limit", "unit", "over"),
    [
        ("30", "30", "mg/L", False),
        ("30.01", "30", "mg/L", True),
        ("6", "6-9", "", False),
        ("9", "6-9", "", False),
        ("5.99", "6-9", "", True),
        ("9.01", "6～9", "", True),
        ("7", "6 — 9", "", False),
        ("0", "不得检出", "个/L", False),
        ("0.001", "不得检出", "个/L", True),
        ("50", "≤50", "mg/L", False),
        ("51", "不大于50", "mg/L", True),
        ("50", "<50", "mg/L", True),
        ("89", "≥90", "%", True),
        ("90", "≥90", "%", False),
        ("31", "30mg/L", "mg/L", True),
        ("30", "３０", "mg/L", False),
        ("31", "30mg/m³", "mg/L", None),
        ("31", "", "mg/L", None),
        ("31", "见附件", "mg/L", None),
        ("31", "30/50", "mg/L", None),
        ("60", "昼间65 夜间55", "dB(A)", None),
        ("1", "林格曼1级", "级", None),
        ("7", "9-6", "", None),
    ],
)
def test_a_reading_is_judged_only_where_the_limit_is_plain(value, limit, unit, over):
    assert is_over(Decimal(value), limit, unit) is over


@pytest.mark.parametrize(
    ("value", "limit", "words"),
    [
        ("5.99", "6-9", LOW), ("9.01", "6-9", HIGH), ("6", "6-9", ""), ("31", "30", HIGH), ("30", "30", ""),
        ("89", "≥90", LOW), ("90", "大于90", LOW), ("90", ">90", LOW), ("91", ">90", ""), ("90", "≥90", ""),
        ("50", "<50", HIGH), ("49", "<50", ""), ("51", "≤50", HIGH), ("1", "不得检出", HIGH), ("0", "不得检出", ""),
        ("7", "9-6", None), ("7", "见附件", None),
    ],
)  # fmt: skip
def test_it_is_said_on_which_side_a_reading_breaks_its_limit(value, limit, words):
    assert broken(Decimal(value), limit) == words


@pytest.mark.parametrize(
    ("value", "pollutant", "unit", "can_be", "is_rare"),
    [
        ("7", "pH", "", True, False), ("15", "pH值", "无量纲", False, False), ("14", "PH", "", True, True),
        ("0", "pH", "", True, True), ("300", "厂界噪声", "dB(A)", False, False), ("140", "昼间", "分贝", True, True),
        ("65", "昼间", "dB(A)", True, False), ("101", "生产负荷", "%", True, True), ("100", "去除率", "％", True, False),
        ("1500", "烟气温度", "℃", True, True), ("1500", "化学需氧量", "mg/L", True, False), ("15", "磷酸盐", "mg/L", True, False),
        ("15", "Phosphate", "mg/L", True, False), ("15", "ｐＨ 值", "", False, False), ("-0.1", "pH", "", False, False),
        ("-5", "水温", "℃", True, False), ("-300", "水温", "℃", False, False), ("1500", "色度", "度", True, False),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_apart_from_what_is_rare(value, pollutant, unit, can_be, is_rare):
    number = Decimal(value)
    assert (impossible(number, pollutant, unit) == "", rare(number, pollutant, unit) != "") == (
        can_be,
        is_rare,
    )


@given(VALUES, VALUES)
def test_a_reading_breaks_a_number_exactly_when_it_is_above_it(value, limit):
    assert is_over(value, decimal_text(limit)) is (value > limit)
    assert is_over(value, f"≤{decimal_text(limit)}") is (value > limit)
    assert is_over(value, f"≥{decimal_text(limit)}") is (value < limit)


@given(VALUES, VALUES, VALUES)
def test_a_reading_breaks_a_range_exactly_when_it_is_outside(value, one, other):
    low, high = sorted((one, other))
    assert is_over(value, f"{decimal_text(low)}-{decimal_text(high)}") is not (low <= value <= high)


@given(VALUES)
def test_what_is_written_is_read_again(value):
    assert read(decimal_text(value), "mg/L") == value


@given(st.text(max_size=40), st.sampled_from(["", "mg/L", "℃"]))
def test_any_text_is_read_or_refused_in_chinese(text, unit):
    try:
        assert read(text, unit) >= 0
    except BadReading as refused:
        assert str(refused)
    assert is_over(Decimal(1), text, unit) in (True, False, None)


def test_units_are_the_same_whatever_their_width_and_case():
    assert same_unit("mg/m³", "ＭＧ／Ｍ3")
    assert same_unit("μg/L", "µg/l")
    assert not same_unit("mg/L", "mg/m³")
