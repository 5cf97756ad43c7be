"""Which quarter a day lies in, and which one came before."""

import datetime

from drawings.models.quarters import QUARTERS, quarter_before, quarter_code, quarter_of, quarter_title


def test_the_first_and_last_day_of_each_quarter():
    days = {1: ((1, 1), (3, 31)), 2: ((4, 1), (6, 30)), 3: ((7, 1), (9, 30)), 4: ((10, 1), (12, 31))}
    for quarter, ends in days.items():
        assert {quarter_of(datetime.date(2026, *day)) for day in ends} == {(2026, quarter)}


def test_before_the_first_quarter_comes_the_last_of_the_year_before():
    assert [quarter_before(2026, quarter) for quarter in (1, 2, 3, 4)] == [
        (2025, 4), (2026, 1), (2026, 2), (2026, 3),
    ]  # fmt: skip


def test_a_quarter_has_one_code_and_one_title():
    assert [quarter_code(2026, quarter) for quarter in QUARTERS] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert quarter_title(2026, 4) == "2026年第4季度"
