"""Whether the days that were entered for a year are all that its notice must name.

A notice is typed in day by day, and half of one is worse than none: the days that are still missing would count as
working days, and nothing would say so. What each notice names follows from 全国年节及纪念日放假办法: its fixed days, 春节, 清明,
端午, 中秋, and in sum as many working days off as the law gives, for a holiday on a week-end is made up for.
"""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from .workdays import FIXED

# 除夕 is a holiday and Labour Day has two days since 国务院令第795号.
SINCE_795 = 2025
MOVABLE = {
    "春节": (3, 4),
    "清明": (1, 1),
    "端午": (1, 1),
    "中秋": (1, 1),
}  # name -> days before that, and since
IN_ALL = (11, 13)


class NamedDay(NamedTuple):
    """A day as a notice names it."""

    day: datetime.date
    is_workday: bool
    name: str


def missing(year: int, days: Iterable[NamedDay]) -> list[str]:
    """Say in Chinese what the days of a year still lack; empty where its notice is whole.

    Without the days of the moon nobody knows the year; without a day of any name the sum tells that some are missing.
    """
    own = {named.day: named for named in days if named.day.year == year}
    free = [named for named in own.values() if not named.is_workday]
    found = []
    for (month, number), since in FIXED.items():
        day = own.get(datetime.date(year, month, number))
        if since <= year and (day is None or day.is_workday):
            found.append(f"{month}月{number}日")
    for name, least in MOVABLE.items():
        lacks = least[year >= SINCE_795] - sum(name in named.name for named in free)
        if lacks > 0:
            found.append(f"{name}（还差 {lacks} 天）")
    if not found and (lacks := IN_ALL[year >= SINCE_795] - _taken_off(own.values())) > 0:
        found.append(f"放假的工作日（减去调休上班的，比法定的还少 {lacks} 天）")
    return found


def too_many(year: int, days: Iterable[NamedDay], given: int = 0) -> int:
    """Return how many working days more than the law gives are off: as many make-up days may not have been entered.

    :param given: days by which the State Council prolonged a holiday. So many may be off beyond the law (two in 2020: a
        Friday, and a Saturday that was to be worked).
    """
    own = {named.day: named for named in days if named.day.year == year}
    more = _taken_off(own.values()) - IN_ALL[year >= SINCE_795]
    return more if more > given else 0


def _taken_off(days: Iterable[NamedDay]) -> int:
    """Return by how many working days a year is shorter than its Mondays to Fridays."""
    return sum(-1 if named.is_workday else named.day.weekday() < 5 for named in days)
