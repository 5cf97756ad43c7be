"""The calendars of the lotteries: which issue comes next, and when it is drawn, worked out from an issue that the site knows.

It is a proposal and no more: the lotteries pause at the Spring Festival and on the first days of October, as they announce
each year, and the numbers go on where they stood. Whoever names an issue looks at what the lottery itself says.
"""

import datetime
import math
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import F, Q

from ..states import DrawState
from .entropy import SSQ, EntropySource
from .substitutions import Substitution

CHINA = ZoneInfo("Asia/Shanghai")
DAILY = frozenset(range(7))
# The days of a year on which a lottery may pause: some ten at the Spring Festival, four in October, and some to spare.
PAUSES = 25


class Calendar(NamedTuple):
    """On which days of the week (Monday 0) a lottery is drawn, and when; its issue numbers begin with the year."""

    weekdays: frozenset[int]
    time: datetime.time
    year_digits: int


CALENDARS = {
    "pl5": Calendar(DAILY, datetime.time(21, 25), 2),
    "fc3d": Calendar(DAILY, datetime.time(21, 15), 4),
    SSQ: Calendar(frozenset({1, 3, 6}), datetime.time(21, 15), 4),
}


def calendar_of(source: str) -> Calendar:
    """Return a lottery's calendar, with the time that the settings give where the lottery has moved it.

    :raises ValueError: the setting is not a time of day; `check_times` says so before the site starts.
    """
    usual = CALENDARS[source]
    moved = settings.LOTTERY_TIMES.get(source)
    return usual._replace(time=datetime.time.fromisoformat(moved)) if moved else usual


@register()
def check_times(**_: object) -> list[CheckMessage]:
    """Check the setting ``LOTTERY_TIMES``: sources that are lotteries, times as 21:25."""
    faults = []
    for source, time in settings.LOTTERY_TIMES.items():
        if source not in CALENDARS:
            faults.append(f"LOTTERY_TIMES：没有 {source} 这种彩票，只有 {'、'.join(CALENDARS)}。")
        elif not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", time):
            faults.append(f"LOTTERY_TIMES：{source} 的开奖时间“{time}”看不懂，请写成 21:25 这样。")
    return [Error(fault, id="drawings.E001") for fault in faults]


class Issue(NamedTuple):
    """An issue of a lottery and when it is drawn; the label is empty where the number is not known."""

    label: str
    known_at: datetime.datetime


def drawings_after(source: str, moment: datetime.datetime) -> Iterator[datetime.datetime]:
    """Yield when a lottery is drawn from then on by its weekly calendar, the moment itself left out."""
    calendar, day = calendar_of(source), moment.astimezone(CHINA).date()
    while True:
        at = datetime.datetime.combine(day, calendar.time, CHINA)
        if day.weekday() in calendar.weekdays and at > moment:
            yield at
        day += datetime.timedelta(days=1)


def is_drawing(source: str, at: datetime.datetime) -> bool:
    """Say whether a lottery is drawn at this very moment by its weekly calendar."""
    return next(drawings_after(source, at - datetime.timedelta(seconds=1))) == at


def possible_numbers(source: str, at: datetime.datetime) -> range:
    """Return the running numbers that an issue drawn then can have: the drawings of the year so far, less the pauses."""
    most = _count(source, datetime.datetime(at.astimezone(CHINA).year, 1, 1, tzinfo=CHINA), at)
    paused = math.ceil(PAUSES * len(CALENDARS[source].weekdays) / 7)
    return range(max(1, most - paused), most + 1)


def year_of(source: str, at: datetime.datetime) -> str:
    """Return how the number of an issue that is drawn then begins."""
    return str(at.astimezone(CHINA).year)[-CALENDARS[source].year_digits :]


def next_issue(source: str, after: datetime.datetime, known: Issue | None = None) -> Issue:
    """Work out the first issue that is drawn after a moment.

    :param known: an issue with its time; the running number is counted from there, from 001 with each new year.
    """
    at = next(drawings_after(source, after))
    if known is None or not _fits(source, known):
        return Issue("", at)
    number = int(known.label[CALENDARS[source].year_digits :])
    number += (
        _count(source, known.known_at, at) if at > known.known_at else -_count(source, at, known.known_at)
    )
    same_year = year_of(source, at) == year_of(source, known.known_at)
    if at > known.known_at and not same_year:
        first = datetime.datetime(at.astimezone(CHINA).year, 1, 1, tzinfo=CHINA)
        number = _count(source, first, at)
    elif not same_year:
        return Issue("", at)
    if not 0 < number < 1000:
        return Issue("", at)
    return Issue(f"{year_of(source, at)}{number:03d}", at)


def _fits(source: str, issue: Issue) -> bool:
    """Say whether a label has the lottery's form and begins with the year in which it was drawn; else it tells nothing."""
    digits = CALENDARS[source].year_digits + 3
    return re.fullmatch(rf"[0-9]{{{digits}}}", issue.label) is not None and issue.label[:-3] == year_of(
        source, issue.known_at
    )


def _count(source: str, since: datetime.datetime, until: datetime.datetime) -> int:
    """Count the drawings after ``since`` up to ``until``, that one included."""
    return sum(1 for _ in takewhile(lambda at: at <= until, drawings_after(source, since)))


def known_issues(source: str, label: str = "") -> list[Issue]:
    """Return the issues that draws and substitutes of this site have named, ascending in time.

    What a mistyped number would leave behind is left out: issues of a void draw without a value, and issues that were
    never drawn.

    :param label: an issue that is given even so, if it was named: its number may not come back under another time.
    """
    standing = ~Q(draw__state=DrawState.VOID, value="") | Q(label=label)
    named = EntropySource.objects.filter(standing, source=source)
    drawn = Q(issue__in=["", F("label")]) | Q(label=label)
    confirmed = Substitution.objects.confirmed().filter(standing, drawn, source=source)
    rows = (*named.values_list("label", "known_at"), *confirmed.values_list("label", "known_at"))
    return sorted({Issue(*row) for row in rows}, key=lambda issue: issue[::-1])


def accepted_values(source: str, label: str) -> set[str]:
    """Return the values that draws and substitutes of this site have accepted for an issue: more than one is a lie."""
    drawn = EntropySource.objects.filter(source=source, label=label).exclude(value="")
    later = Substitution.objects.filter(source=source, issue=label).exclude(value="")
    return {*drawn.values_list("value", flat=True), *later.values_list("value", flat=True)}


def nearest(known: list[Issue], moment: datetime.datetime) -> Issue | None:
    """Return the last issue that is drawn up to a moment; else the first one after it."""
    earlier = [issue for issue in known if issue.known_at <= moment]
    return earlier[-1] if earlier else known[0] if known else None


def propose(source: str, after: datetime.datetime) -> Issue | None:
    """Propose the next issue of a lottery after a moment; None for a source that has no calendar here."""
    if source not in CALENDARS:
        return None
    return next_issue(source, after, nearest(known_issues(source), after))
