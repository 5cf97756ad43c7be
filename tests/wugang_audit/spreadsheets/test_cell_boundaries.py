"""The values on each side of a boundary: how many digits a code needs, and where days are counted from."""

import datetime

import pytest

from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import counted_from_1900
from wugang_audit.spreadsheets.cell_types import EXACT_DIGITS, Adjusted, Wrong

CODE = cell_types.code(cell_types.re.compile(r"[0-9]+"), "错", "改", digits_from=8)


@pytest.mark.parametrize("number", [10_000_000, 10.0**14, int("1" * EXACT_DIGITS)])
def test_a_number_of_just_enough_digits_is_the_code(number):
    assert CODE(number) == Adjusted(
        str(int(number)), "是数字格式，已按文本读取；编码以 0 开头的，请改为文本格式后重填"
    )


@pytest.mark.parametrize("number", [9_999_999, int("1" * (EXACT_DIGITS + 1)), 12345678.5])
def test_one_digit_less_or_more_than_excel_keeps_is_refused(number):
    with pytest.raises(Wrong, match="可能已丢失"):
        CODE(number)


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (45473, datetime.date(2028, 7, 1)), ("45473", datetime.date(2028, 7, 1)), (45473.0, datetime.date(2028, 7, 1)),
        (44895, datetime.date(2026, 12, 1)), (44954, datetime.date(2027, 1, 29)),
    ],
)  # fmt: skip
def test_a_serial_number_counted_from_1904_is_the_day_that_excel_shows(serial, day):
    """Excel shows serial 0 of such a workbook as 1 January 1904."""
    assert datetime.date(1904, 1, 1) + datetime.timedelta(days=int(serial)) == day
    assert cell_types.date(counted_from_1900(serial)) == day


@pytest.mark.parametrize("value", ["2028-07-01", "长期", None, True])
def test_what_is_no_serial_number_stays_as_it_is(value):
    assert counted_from_1900(value) is value
