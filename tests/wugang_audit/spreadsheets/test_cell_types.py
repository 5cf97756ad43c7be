"""The kinds of columns: which forms of a value each reads, and what it refuses."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wugang_audit.spreadsheets import cell_types, coordinates
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong


@pytest.mark.parametrize(
    "value",
    [
        datetime.datetime(2028, 7, 1), "2028.7.1", "2028-7-1", "2028/7/1", "2028年7月1日", "20280701", 20280701,
        "２０２８．７．１", " 2028 - 07 - 01 ", 46935, "46935", 46935.0, "2028-07-01 00:00:00",
    ],
)  # fmt: skip
def test_a_day_is_read_in_all_its_usual_forms(value):
    assert cell_types.date(value) == datetime.date(2028, 7, 1)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2028年7月", "只有年月，缺少日"), ("2028.7", "只有年月，缺少日"), ("2028-02-30", "没有这一天"), ("20281301", "没有这一天"),
        ("00000", "不是能识别的日期"), ("明年", "不是能识别的日期"), ("长期", "不是日期"), (True, "不是日期"), (3, "不是能识别的日期"),
        (datetime.datetime(1900, 1, 1), "年份 1900 不合理"), ("9999-12-31", "年份 9999 不合理"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(value, problem):
    with pytest.raises(Wrong) as caught:
        cell_types.date(value)
    assert caught.value.problem == problem


@pytest.mark.parametrize("value", ["是", "√", "Y", "y", "1", 1, True, "有", "TRUE", "✓"])
def test_yes_is_read_in_all_its_forms(value):
    assert cell_types.flag(value) is True


@pytest.mark.parametrize("value", ["否", "×", "N", 0, False, "无", "0"])
def test_no_is_read_in_all_its_forms(value):
    assert cell_types.flag(value) is False


def test_maybe_is_neither():
    with pytest.raises(Wrong):
        cell_types.flag("也许")


@pytest.mark.parametrize(
    "value", [113.516842, "113.516842", "１１３．５１６８４２", "E113.516842°", "东经113.516842度"]
)
def test_degrees_are_read_to_six_places(value):
    assert coordinates.degrees(value) == Decimal("113.516842")


@pytest.mark.parametrize(
    "value",
    [
        "113°31′00.6″", "113度31分0.6秒", "113-31-0.6", "113 31 0.6", "E113°31.01′", "113°31'00.6\"E", "１１３°３１′００．６″",
        "113:31:0.6", "113º31’0.6’’", "东经113° 31′ 0.6″", "经度：113˚31′0.6″",
    ],
)  # fmt: skip
def test_degrees_minutes_and_seconds_become_decimals_with_a_note(value):
    note = "中的度分秒已换算成以度为单位的小数"
    assert coordinates.degrees(value) == Adjusted(Decimal("113.516833"), note)


@given(st.integers(1, 179), st.integers(0, 59), st.integers(0, 5999))
def test_every_way_to_write_degrees_minutes_and_seconds_comes_to_the_same(whole, minutes, hundredths):
    seconds = f"{hundredths / 100:.2f}"
    exact = (Decimal(whole) + Decimal(minutes) / 60 + Decimal(seconds) / 3600).quantize(Decimal("0.000001"))
    for form in ("{}°{}′{}″", "{}度{}分{}秒", "{}-{}-{}", "{} {} {}", "E{}°{}'{}\""):
        assert coordinates.degrees(form.format(whole, minutes, seconds)).value == exact


@pytest.mark.parametrize(
    "value",
    [
        "113.51,33.29",
        "113.51 33.29",
        "E113.51°，N33.29°",
        "113°30′36″/33°17′24″",
        "113.51E,33.29N",
        "(113.51, 33.29)",
        "（113.51，33.29）",
        "经度113.51 纬度33.29",
        "经度：113.51，纬度：33.29",
        "东经113°30′36″北纬33°17′24″",
        "[113.51,33.29]",
    ],
)
def test_two_coordinates_in_a_cell_are_both_read(value):
    assert coordinates.degrees(value) == (Decimal("113.51"), Decimal("33.29"))


@pytest.mark.parametrize(
    "value",
    [
        0,
        "0",
        "113°60′27″",
        "113°24.5′27″",
        "113 33.29",
        "113-31-61",
        "北",
        True,
        1130,
        "nan",
        datetime.datetime(2028, 1, 1),
    ],
)
def test_what_is_no_coordinate_is_refused(value):
    with pytest.raises(Wrong):
        coordinates.degrees(value)


def test_a_code_is_folded_with_a_notice_and_a_short_number_is_refused():
    rule = cell_types.code(cell_types.re.compile(r"[0-9A-Z-]+"), "错", "改", upper=True)
    assert rule("ab-1") == Adjusted("AB-1", "中的全角字符、空格或小写字母已改成规范写法")
    assert rule("ＡＢ－１").value == "AB-1"
    assert rule(16041048001).value == "16041048001"
    for lost in (7, 12345678.5, 9.141048101234568e17, True):
        with pytest.raises(Wrong):
            rule(lost)


@pytest.mark.parametrize(
    ("value", "read_as"),
    [(13800138000, "13800138000"), (13800138000.0, "13800138000"), ("0375－8123456", "0375-8123456")],
)
def test_a_telephone_number_may_be_a_number(value, read_as):
    assert cell_types.phone(40)(value) == read_as


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        ("1380013800", 10), (1380013800, 10), ("张三 1380013800", 10), ("13800138000、139001390001", 12),
        ("13800138000", 0), ("138 0013 8000", 0), ("0375-8123456", 0), ("0375-1381234567", 0), ("4001234567", 0), ("8123456", 0),
        ("13800138000/8123456", 0), ("8613800138000", 0),
    ],
)  # fmt: skip
def test_a_mobile_number_of_other_than_11_digits_is_kept_and_told(value, digits):
    read = cell_types.phone(40)(value)
    said = f"里的手机号有 {digits} 位，手机号是 11 位，请核对"
    assert read == (Adjusted(str(value), said) if digits else str(value))


@pytest.mark.parametrize(
    "text",
    [
        "2023-07-01至2028-06-30",
        "2023年7月1日至2028年6月30日止",
        "2023.7.1—2028.6.30",
        "2023/7/1～2028/6/30",
        "20230701到20280630",
        "自2023年7月1日起至2028年6月30日止",
        "2023.07.01-2028.06.30",
        "2023-07-01-2028-06-30",
        "2023年7月-2028年6月",
    ],
)
def test_of_a_period_the_last_day_counts_and_a_note_says_so(text):
    assert cell_types.last_day(text) == Adjusted(
        datetime.date(2028, 6, 30), "写的是起止日期，按截止的一天读取"
    )
    with pytest.raises(cell_types.Wrong):
        cell_types.last_day(text.replace("2023", "2O23"))
