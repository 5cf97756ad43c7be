"""The calendar as the table stands, read once for a request."""

from collections import Counter
from dataclasses import dataclass, field

from ..access.origin import once_a_request
from .models import SpecialDay
from .wholeness import NamedDay, missing, too_many
from .workdays import Calendar


@dataclass(frozen=True)
class Table:
    """What was read: the calendar, and the days of each year that some notice is about."""

    calendar: Calendar
    days: dict[int, list[NamedDay]] = field(default_factory=dict)
    # By year: days by which a notice prolonged a holiday.
    given: Counter[int] = field(default_factory=Counter)

    def missing(self, year: int) -> list[str]:
        """Say what the days of a year still lack; empty where its notice is whole."""
        return missing(year, self.days.get(year, ()))

    def too_many(self, year: int) -> int:
        """Return how many working days more than the law gives are off in a year."""
        return too_many(year, self.days.get(year, ()), self.given[year])


def calendar() -> Calendar:
    """Return the calendar, by one query. Outside of a request each call reads anew: a command passes it on.

    A year is announced once its notice is whole (`wholeness`): one without its days, or half of one, leaves the year an
    estimate, and so are the days that were entered of it.
    """
    return table().calendar


def table_now() -> Table:
    """Return it as it stands now: for who has just changed it."""
    columns = ("day", "is_workday", "name", "notice__year", "notice__title")
    rows = list(SpecialDay.objects.order_by().values_list(*columns))
    days: dict[int, list[NamedDay]] = {}
    for day, is_workday, name, *_ in rows:
        days.setdefault(day.year, []).append(NamedDay(day, is_workday, name))
    announced = {year for year, named in days.items() if not missing(year, named)}
    tentative = {day for day, _, _, year, _ in rows if year not in announced}
    given = Counter(day.year for day, is_workday, _, _, title in rows if "延长" in title and not is_workday)
    return Table(
        Calendar({day: is_workday for day, is_workday, *_ in rows}, announced, tentative), days, given
    )


def days_of_others(year: int, notice: int | None) -> list[NamedDay]:
    """Return the days that the notices of a year name, but for one of them."""
    rows = SpecialDay.objects.filter(notice__year=year).exclude(notice=notice)
    return [NamedDay(*row) for row in rows.order_by("day").values_list("day", "is_workday", "name")]


def lost_by(notice: int | None, days: list[NamedDay], latest: int) -> dict[int, list[str]]:
    """Return {year: what it would lack} for years that are whole now and would not be any more.

    :param days: what the notice would name.
    :param latest: later years are not looked at.
    """
    now = table_now()
    others = SpecialDay.objects.exclude(notice=notice).values_list("day", "is_workday", "name")
    after = [*(NamedDay(*row) for row in others), *days]
    whole = [year for year in now.days if year <= latest and not now.missing(year)]
    return {year: lacks for year in whole if (lacks := missing(year, after))}


table = once_a_request(table_now)
