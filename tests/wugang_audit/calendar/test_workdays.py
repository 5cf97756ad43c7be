"""Working days against every day that the State Council announced for 2019 to 2026, and in years without a notice."""

import datetime
from datetime import date

import pytest
from notices import NOTICES, announced, read

from wugang_audit.calendar.workdays import Calendar, Due

ONE = datetime.timedelta(1)
YEARS = range(2019, 2027)


@pytest.fixture(scope="module")
def calendar():
    return Calendar(announced(), YEARS)


@pytest.fixture(scope="module")
def bare():
    """No notice at all."""
    return Calendar({}, ())


def days(first, last):
    return [first + ONE * n for n in range((last - first).days + 1)]


def test_the_reader_of_these_tests_finds_every_day_of_the_notices():
    """Counted by hand in the notices: days of holiday, and days that are worked for them."""
    counts = {
        number: (len(read(number)) - sum(read(number).values()), sum(read(number).values()))
        for number in NOTICES
    }
    assert counts == {
        "国办发明电〔2018〕15号": (21, 5), "国办发明电〔2019〕3号": (4, 2), "国办发明电〔2019〕16号": (27, 7),
        "国办发明电〔2020〕1号": (3, 0), "国办发明电〔2020〕27号": (31, 7), "国办发明电〔2021〕11号": (31, 7),
        "国办发明电〔2022〕16号": (27, 7), "国办发明电〔2023〕7号": (28, 8), "国办发明电〔2024〕12号": (28, 5),
        "国办发明电〔2025〕7号": (33, 6),
    }  # fmt: skip


@pytest.mark.parametrize("number", NOTICES)
def test_every_announced_day_is_as_the_notice_says(calendar, number):
    later = announced()
    for day, is_workday in read(number).items():
        assert calendar.is_workday(day) == later[day]
        # What a later notice of the same year changed: Labour Day 2019, and the Saturday that was to be worked in 2020.
        assert later[day] == is_workday or day == date(2020, 2, 1)
        assert not calendar.is_estimated(day)


def test_every_other_day_of_these_years_is_worked_from_monday_to_friday(calendar):
    named = announced()
    rest = [day for day in days(date(2019, 1, 1), date(2026, 12, 31)) if day not in named]
    assert len(rest) == 2922 - sum(day.year >= 2019 for day in named)
    assert all(calendar.is_workday(day) == (day.isoweekday() <= 5) for day in rest)


def test_the_extension_of_2020_and_the_labour_day_of_2019(calendar):
    worked = [day.day for day in days(date(2020, 1, 19), date(2020, 2, 7)) if calendar.is_workday(day)]
    assert worked == [19, 20, 21, 22, 23, 3, 4, 5, 6, 7]
    assert [day.day for day in days(date(2019, 4, 27), date(2019, 5, 6)) if calendar.is_workday(day)] == [
        28, 29, 30, 5, 6,
    ]  # fmt: skip


@pytest.mark.parametrize("year", YEARS)
def test_the_working_days_of_a_year_are_as_many_as_the_law_leaves(calendar, year):
    """Monday to Friday, less the 11 days of the law, 13 since 2025, less the two by which 2020 went on.

    A holiday on a week-end is made up for, so each takes one working day; what the notices move adds up to nothing.
    """
    all_of_them = days(date(year, 1, 1), date(year, 12, 31))
    weekdays = sum(day.isoweekday() <= 5 for day in all_of_them)
    law = (13 if year >= 2025 else 11) + (2 if year == 2020 else 0)
    assert sum(map(calendar.is_workday, all_of_them)) == weekdays - law


# --- the n-th day ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        # 20 working days from the eve of the National Day of 2026: 8, 9, 10 (a Saturday that is worked), 12 ...
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 9, 30), 20, date(2026, 11, 3)),
        # A period that begins on a holiday, on a Saturday that is worked, and on a plain Friday.
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 10, 10), 1, date(2026, 10, 12)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        (date(2018, 12, 28), 2, date(2019, 1, 2)),
    ],
)
def test_the_nth_working_day_after_a_day(calendar, day, n, expected):
    assert calendar.after(day, n).day == expected


def test_it_agrees_with_counting_on_fingers(calendar):
    """For every day of eight years: the n-th of the worked days that follow."""
    worked = [day for day in days(date(2019, 1, 1), date(2026, 12, 31)) if calendar.is_workday(day)]
    for day in days(date(2019, 1, 1), date(2026, 10, 31)):
        following = next(i for i, each in enumerate(worked) if each > day) if day < worked[-1] else None
        for n in (1, 5, 20):
            due = calendar.after(day, n)
            assert due == Due(worked[following + n - 1], False)
            assert calendar.count(day, due.day) == n
            assert calendar.count(due.day, day) == -n


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_has_a_day_at_least(calendar, n):
    with pytest.raises(ValueError, match="at least one"):
        calendar.after(date(2026, 1, 1), n)


def test_the_days_between(calendar):
    assert calendar.count(date(2026, 10, 1), date(2026, 10, 1)) == 0
    assert calendar.count(date(2026, 9, 30), date(2026, 10, 7)) == 0
    assert calendar.count(date(2026, 9, 30), date(2026, 10, 12)) == 4
    assert calendar.count(date(2026, 10, 12), date(2026, 9, 30)) == -4


# --- the last day ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 10, 4), date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 11, 29), date(2026, 11, 27), date(2026, 11, 30)),
    ],
)
def test_a_last_day_on_a_holiday_moves(calendar, day, before, after):
    assert (calendar.last_until(day).day, calendar.on_or_after(day).day) == (before, after)


@pytest.mark.parametrize(
    ("year", "lasts"),
    [
        (2019, "03-29 06-28 09-30 12-31"), (2020, "03-31 06-30 09-30 12-31"), (2021, "03-31 06-30 09-30 12-31"),
        (2022, "03-31 06-30 09-30 12-30"), (2023, "03-31 06-30 09-28 12-29"), (2024, "03-29 06-28 09-30 12-31"),
        (2025, "03-31 06-30 09-30 12-31"), (2026, "03-31 06-30 09-30 12-31"),
    ],
)  # fmt: skip
def test_the_last_working_day_of_each_quarter(calendar, year, lasts):
    found = [calendar.last_of_quarter(year, quarter) for quarter in (1, 2, 3, 4)]
    assert " ".join(f"{due.day:%m-%d}" for due in found) == lasts
    assert not any(due.is_estimated for due in found)


@pytest.mark.parametrize("quarter", [0, 5])
def test_there_are_four_quarters(calendar, quarter):
    with pytest.raises(ValueError, match="quarter"):
        calendar.last_of_quarter(2026, quarter)


# --- years without a notice --------------------------------------------------------------------------------------
def test_a_year_without_notice_counts_week_ends_and_fixed_days(calendar):
    free = [day for day in days(date(2027, 1, 1), date(2027, 12, 31)) if not calendar.is_workday(day)]
    fixed = [day for day in free if day.isoweekday() <= 5]
    assert fixed == [date(2027, 1, 1), date(2027, 10, 1)]
    assert len(free) == 104 + 2
    # 1 and 2 May 2027 are a week-end; in 2028 they are not, and the second was no holiday before 2025.
    assert not calendar.is_workday(date(2028, 5, 2))
    assert calendar.is_workday(date(2017, 5, 2))
    assert not calendar.is_workday(date(2017, 5, 1))


def test_in_an_announced_year_the_table_alone_counts():
    """A fixed day that the table leaves out is not made up by the arithmetic."""
    assert Calendar({}, {2026}).is_workday(date(2026, 10, 1))


def test_what_rests_on_such_a_year_says_so(calendar, bare):
    assert calendar.after(date(2026, 12, 30), 1) == Due(date(2026, 12, 31), False)
    assert calendar.after(date(2026, 12, 31), 1) == Due(date(2027, 1, 4), True)
    assert calendar.last_of_quarter(2027, 1) == Due(date(2027, 3, 31), True)
    assert calendar.on_or_after(date(2027, 1, 2)) == Due(date(2027, 1, 4), True)
    assert calendar.last_until(date(2027, 1, 1)) == Due(date(2026, 12, 31), True)
    assert bare.is_estimated(date(2026, 5, 1))
    assert calendar.is_estimated(date(2026, 12, 1), date(2027, 1, 4))
    assert not calendar.is_estimated(date(2019, 1, 1), date(2026, 12, 31))


def test_a_day_that_was_set_is_an_estimate_only_where_it_is_the_one_proposed(calendar, bare):
    assert bare.as_set(date(2027, 12, 31)) == Due(date(2027, 12, 31), True)
    assert bare.as_set(date(2027, 12, 30)) == Due(date(2027, 12, 30), False)
    assert calendar.as_set(date(2026, 12, 31)) == Due(date(2026, 12, 31), False)


def test_a_period_that_ends_in_an_announced_year_may_have_begun_in_another():
    late = Calendar({}, {2027})
    assert late.after(date(2026, 12, 30), 2) == Due(date(2027, 1, 1), True)
    assert late.after(date(2026, 12, 31), 1) == Due(date(2027, 1, 1), False)


def test_days_that_a_notice_names_are_certain_in_whatever_year_they_lie(calendar):
    assert calendar.last_of_quarter(2018, 4) == Due(date(2018, 12, 29), False)
    assert calendar.is_estimated(date(2018, 12, 28))


def test_no_year_is_too_far(bare):
    assert bare.last_of_quarter(9999, 4).day == date(9999, 12, 31)
    assert bare.last_of_quarter(2, 1).is_estimated
