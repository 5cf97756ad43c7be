"""Which quarter a day lies in, and which one came before."""

import datetime

from drawings.models.quarters import quarter_before, quarter_of


def test_the_first_and_last_day_of_each_quarter():
    days = {1: ((1, 1), (3, 31)), 2: ((4, 1), (6, 30)), 3: ((7, 1), (9, 30)), 4: ((10, 1), (12, 31))}
    for quarter, ends in days.items():
        assert {quarter_of(datetime.date(2026, *day)) for day in ends} == {(2026, quarter)}


def test_before_the_first_quarter_comes_the_last_of_the_year_before():
    assert [quarter_before(2026, quarter) for quarter in (1, 2, 3, 4)] == [
        (2025, 4), (2026, 1), (2026, 2), (2026, 3),
    ]  # fmt: skip
