"""The arithmetic of working days (工作日), on a table of the days that the State Council's notices move.

A period begins on the day after the one that it counts from, and one whose last day is a holiday ends on the next working
day (民法典 201, 203; 行政处罚法 85: 二日、三日、五日、七日 of that law are working days). In a year without a whole notice the
week-ends count, the fixed holidays of 全国年节及纪念日放假办法 and the days that were entered so far; days that the moon decides are left out, for nobody knows yet how
they will be moved. A result says whether it rests on such a year.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

ONE = datetime.timedelta(days=1)
# (month, day) -> the first year in which the law gave it: Labour Day has two days since 国务院令第795号.
FIXED = {(1, 1): 0, (5, 1): 0, (5, 2): 2025, (10, 1): 0, (10, 2): 0, (10, 3): 0}


@dataclass(frozen=True)
class Due:
    """A day that was worked out, and whether a year without a notice had a part in it."""

    day: datetime.date
    is_estimated: bool


class Calendar:
    """Which days are worked.

    :param special_days: day -> whether it is worked, of every day that a notice names.
    :param announced_years: years whose notice is whole in the table.
    :param tentative: special days of notices that are not: they count, and remain an estimate.
    """

    def __init__(
        self,
        special_days: Mapping[datetime.date, bool],
        announced_years: Collection[int],
        tentative: Collection[datetime.date] = (),
    ):
        self._special, self._announced = dict(special_days), frozenset(announced_years)
        self._certain = self._special.keys() - set(tentative)

    def is_workday(self, day: datetime.date) -> bool:
        if day in self._special:
            return self._special[day]
        if day.weekday() >= 5:
            return False
        since = FIXED.get((day.month, day.day))
        return since is None or day.year in self._announced or day.year < since

    def is_estimated(self, first: datetime.date, last: datetime.date | None = None) -> bool:
        """Say whether no notice is there yet for a day, or for some day from the first to the last.

        A day that a whole notice of the year before or after names is certain, whatever the rest of its year is.
        """
        last = last or first
        years = set(range(first.year, last.year + 1)) - self._announced
        if not years:
            return False
        return any(day.year in years and day not in self._certain for day in _days(first, last))

    def after(self, day: datetime.date, n: int) -> Due:
        """Return the n-th working day after a day; the day itself does not count.

        :raises ValueError: n is below 1.
        """
        if n < 1:
            raise ValueError("a period has at least one working day")
        found = day
        while n:
            found += ONE
            n -= self.is_workday(found)
        return Due(found, self.is_estimated(day + ONE, found))

    def on_or_after(self, day: datetime.date) -> Due:
        """Return where a period ends whose last day this is: that day, or the next working day (民法典 203)."""
        found = day
        while not self.is_workday(found):
            found += ONE
        return Due(found, self.is_estimated(day, found))

    def last_until(self, day: datetime.date) -> Due:
        """Return the last working day that is not after a day."""
        found = day
        while not self.is_workday(found):
            found -= ONE
        return Due(found, self.is_estimated(found, day))

    def last_of_quarter(self, year: int, quarter: int) -> Due:
        """Return the last working day of a quarter.

        :raises ValueError: the quarter is none of 1 to 4.
        """
        if quarter not in (1, 2, 3, 4):
            raise ValueError("a quarter is 1, 2, 3 or 4")
        return self.last_until(datetime.date(year, quarter * 3, 31 if quarter in (1, 4) else 30))

    def as_set(self, day: datetime.date) -> Due:
        """Return a day that somebody set: it rests on a count only where it is the last working day of its quarter, as proposed."""
        return Due(day, self.last_of_quarter(day.year, (day.month + 2) // 3) == Due(day, True))

    def count(self, a: datetime.date, b: datetime.date) -> int:
        """Return how many working days come after a, up to b and with it: 0 on the day itself, below 0 where b is past.

        So ``count(day, after(day, n).day) == n``.
        """
        if b < a:
            return -self.count(b, a)
        return sum(map(self.is_workday, _days(a + ONE, b))) if b > a else 0


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    return (first + ONE * n for n in range((last - first).days + 1))
