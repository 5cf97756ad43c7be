"""Cells that hold a whole period, and numbers of days."""

import datetime

import pytest

from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong
from wugang_audit.spreadsheets.periods import TwoDays, first_day, number_of_days

FIRST, LAST = datetime.date(2026, 9, 1), datetime.date(2026, 9, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-01至2026-09-05", "2026年9月1日至2026年9月5日", "2026.9.1-2026.9.5", "2026/9/1~2026/9/5", "2026年9月1日—5日", "2026.9.1至9.5",
        "自2026年9月1日起至2026年9月5日止", "2026-09-01 到 2026-09-05", "2026年9月1日——9月5日", "20260901至20260905",
        "2026.9.1-9.5", "2026.9.1-5", "2026/9/1-9/5", "2026年9月1日-9月5日", "2026年9月1日－5日", "2026．9．1-9．5",
    ],
)  # fmt: skip
def test_both_days_of_a_period_are_read(text):
    assert first_day(text) == TwoDays(FIRST, LAST)


@pytest.mark.parametrize("value", ["2026-09-01", "2026年9月1日", FIRST, datetime.datetime(2026, 9, 1), 46266])
def test_one_day_stays_one_day(value):
    assert first_day(value) == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-05至2026-09-01",
        "2026-09-01至",
        "2026-09至2026-10",
        "九月",
        "2026-09-01至明天",
        "2026.9.1至31.9",
        "2026.9.5-9.1",
        "2026.9.1-31.9",
        "2026-9-1-5",
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Wrong):
        first_day(text)


@pytest.mark.parametrize(("value", "days"), [(3, 3), ("3天", 3), ("3 个工作日", 3), ("共5日", 5), ("2.0", 2)])
def test_a_number_of_days(value, days):
    assert number_of_days(value) == days


@pytest.mark.parametrize("value", ["半天", 0.5, "0.5天"])
def test_a_part_of_a_day_counts_as_one(value):
    assert number_of_days(value) == Adjusted(1, "有不足一天的，按一天算")


@pytest.mark.parametrize("value", ["", "0", "-1", "几天", "99999", True])
def test_what_is_no_number_of_days_is_refused(value):
    with pytest.raises(Wrong):
        number_of_days(value)
