"""The calendars of the lotteries: when the next one is drawn, and which issue that will be.

The number of an issue runs within the year and starts again at 1 with its first drawing. Lotteries pause around the Spring
Festival, on days that are announced each year: what is worked out here is a proposal, to be compared with the lottery's
own announcement.
"""

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

CHINA = datetime.timezone(datetime.timedelta(hours=8))  # no summer time
EVERY_DAY = frozenset(range(7))
ONE_DAY = datetime.timedelta(days=1)


class Calendar(NamedTuple):
    """When a lottery is drawn, how it numbers its issues, and who announces both."""

    weekdays: frozenset[int]  # Monday is 0
    at: datetime.time
    year_digits: int  # of the year at the beginning of an issue; three digits of the running number follow
    days: str  # the weekdays in words
    announced_by: str

    @property
    def words(self) -> str:
        return f"{self.days} {self.at:%H:%M} 开奖"


SPORTS, WELFARE = "中国体彩网 www.lottery.gov.cn", "中国福彩网 www.cwl.gov.cn"
CALENDARS = {
    "pl5": Calendar(EVERY_DAY, datetime.time(21, 25), 2, "每日", SPORTS),
    "fc3d": Calendar(EVERY_DAY, datetime.time(21, 15), 4, "每日", WELFARE),
    "ssq": Calendar(frozenset({1, 3, 6}), datetime.time(21, 15), 4, "每周二、四、日", WELFARE),
}


class Issue(NamedTuple):
    """An issue and when it is drawn. The label is empty where nothing tells the number."""

    label: str
    time: datetime.datetime


def next_issue(
    source: str, last_label: str, last_time: datetime.datetime | None, now: datetime.datetime
) -> Issue:
    """Return the first issue that is drawn after `now`, counted on from the last one that is known.

    :param source: a lottery of `CALENDARS`.
    :param last_label: an earlier issue (or a later one: then it is counted back); empty where none is known.
    :param last_time: when that one was drawn, aware; None where none is known.
    :param now: aware; the issue is drawn strictly after it.
    """
    calendar = CALENDARS[source]
    time = next(moment for moment in _drawings(calendar, now.astimezone(CHINA).date()) if moment > now)
    number = _number(calendar, last_label, last_time, time)
    year = f"{time.year:04d}"[-calendar.year_digits :]
    return Issue(f"{year}{number:03d}" if number else "", time)


def _drawings(calendar: Calendar, day: datetime.date) -> Iterator[datetime.datetime]:
    """Yield when the lottery is drawn, from a day on."""
    while True:
        if day.weekday() in calendar.weekdays:
            yield datetime.datetime.combine(day, calendar.at, CHINA)
        day += ONE_DAY


def _number(calendar: Calendar, label: str, last: datetime.datetime | None, time: datetime.datetime) -> int:
    """Return the running number of the issue drawn at `time`, or 0 where the last one does not tell it."""
    if last is None or not re.fullmatch(rf"[0-9]{{{calendar.year_digits + 3}}}", label):
        return 0
    known, wanted = last.astimezone(CHINA).date(), time.date()
    if label[:-3] != f"{known.year:04d}"[-calendar.year_digits :]:
        return 0  # the number of one year and the day of another: one of the two is not right
    if wanted.year < known.year:
        return 0  # how many drawings that year had, nobody knows
    if wanted.year > known.year:
        number = _count(calendar, datetime.date(wanted.year, 1, 1), wanted + ONE_DAY)
    elif wanted >= known:
        number = int(label[-3:]) + _count(calendar, known + ONE_DAY, wanted + ONE_DAY)
    else:
        number = int(label[-3:]) - _count(calendar, wanted + ONE_DAY, known + ONE_DAY)
    return number if 0 < number < 1000 else 0


def _count(calendar: Calendar, start: datetime.date, end: datetime.date) -> int:
    """Return how many days of drawing there are from `start` to the day before `end`."""
    weeks, rest = divmod((end - start).days, 7)
    days = (start.weekday() + offset for offset in range(rest))
    return weeks * len(calendar.weekdays) + sum(day % 7 in calendar.weekdays for day in days)
