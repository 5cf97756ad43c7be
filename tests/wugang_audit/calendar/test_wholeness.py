"""Which years are whole: every one that was announced, and none that lacks a day."""

import pytest
from notices import NOTICES, read

from wugang_audit.calendar.wholeness import NamedDay, missing, too_many

NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "国庆节、中秋节")
BY_MONTH = {12: 0, 1: 0, 2: 1, 4: 2, 5: 3, 6: 4, 9: 5, 10: 5}


def named(day, is_workday):
    name = "春节" if day.month == 1 and day.day > 15 else NAMES[BY_MONTH[day.month]]
    return NamedDay(day, is_workday, "端午节" if (day.month, day.day) == (5, 31) else name)


@pytest.fixture(scope="module")
def days():
    found = {}
    for number in sorted(NOTICES, key=lambda number: NOTICES[number][1]):
        found |= {day: named(day, is_workday) for day, is_workday in read(number).items()}
    return found


@pytest.mark.parametrize("year", range(2019, 2027))
def test_each_announced_year_is_whole(days, year):
    assert missing(year, days.values()) == []
    # 2020 went on for two days that nobody made up for.
    assert too_many(year, days.values()) == (2 if year == 2020 else 0)
    assert too_many(year, days.values(), given=3) == 0


@pytest.mark.parametrize("year", [2019, 2021, 2022, 2023, 2024, 2025, 2026])
def test_without_any_of_its_working_days_off_a_year_is_not(days, year):
    """Whichever Monday to Friday is left out, the year is no longer whole."""
    off = [
        each
        for each in days.values()
        if each.day.year == year and not each.is_workday and each.day.weekday() < 5
    ]
    assert len(off) > 11
    for left_out in off:
        assert missing(year, [each for each in days.values() if each != left_out]), left_out


def test_it_says_which(days):
    rest = [each for each in days.values() if each.day.year == 2026 and not each.name.startswith("国庆")]
    assert missing(2026, rest) == ["10月1日", "10月2日", "10月3日", "中秋（还差 1 天）"]
    assert missing(2027, [])[:6] == ["1月1日", "5月1日", "5月2日", "10月1日", "10月2日", "10月3日"]
    assert "5月2日" not in missing(2024, [])


def test_a_fixed_day_that_is_worked_is_missing(days):
    turned = [each._replace(is_workday=True) if each.day.month == 10 else each for each in days.values()]
    assert missing(2026, turned)[:3] == ["10月1日", "10月2日", "10月3日"]


def test_a_make_up_day_that_is_not_there_is_a_hint_alone(days):
    rest = [each for each in days.values() if not each.is_workday]
    assert missing(2026, rest) == []
    assert too_many(2026, rest) == 6
    assert too_many(2026, rest, given=3) == 6
