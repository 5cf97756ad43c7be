"""The State Council's sentences on the holidays of a year, read into days: nobody types 39 of them one by one.

What is read is what notices have written since 2018: ``二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。``
A sentence that names a day and is written otherwise is not guessed at; it is reported as it stands.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .wholeness import NamedDay
from .workdays import ONE

WEEKDAYS = "一二三四五六日"
LONGEST = 31  # days of one holiday: beyond it a month was mistyped
_ALIKE = str.maketrans("０１２３４５６７８９():,；;～~—-", "0123456789（）：，。。至至至至")
_DATE = r"(?:[0-9]{4}年)?(?:[0-9]{1,2}月)?[0-9]{1,2}日(?:（[^（）]*）)?"
_PARTS = re.compile(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:（([^（）]*)）)?")
_SPAN = rf"{_DATE}(?:[至到]{_DATE})?"
_FREE = re.compile(
    rf"({_SPAN}(?:[、和]{_SPAN})*)放假(?:调休)?(?:，?共?([0-9]{{1,2}})天)?(?:，(?:与周末连休|不调休))*"
)
_WORKED = re.compile(rf"({_DATE}(?:[、和，]{_DATE})*)(?:正常)?上班")
# One notice so far (国办发明电〔2020〕1号). It names the new end alone: the holiday that goes on must be known.
_EXTENDED = re.compile(
    rf"(?:将|决定)?延长(?:([0-9]{{4}})年)?([^0-9（），]{{1,20}}?)假期至({_DATE})(?:，({_DATE})起正常上班)?"
)
_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|[0-9]{1,2}[.、])")
# Sentences that name a day and give none: advice, and the date below the notice.
_ASIDE = re.compile(r"鼓励.*|(?:国务院办公厅)?[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")
_BY_DAY = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节"}


class _Wrong(Exception):
    """Why a sentence cannot be, in Chinese."""


@dataclass(frozen=True)
class Parsed:
    """What was read: each day once, in the order of the text, and in Chinese what was not understood, with the sentence."""

    days: tuple[NamedDay, ...]
    faults: tuple[str, ...]


def parse(text: str, year: int, known: Iterable[NamedDay] = ()) -> Parsed:
    """Read the sentences of a notice.

    :param year: of the days that are written without one. Where weekdays are written beside the days, they are held
        against it.
    :param known: the days of the year's other notices, of which this one may prolong a holiday.
    """
    known = list(known)
    found: dict[datetime.date, NamedDay] = {}
    faults, name = [], ""
    for sentence in re.split(r"[。\n]", text.translate(_ALIKE)):
        sentence = re.sub(r"\s", "", sentence)
        heading, colon, body = sentence.rpartition("：")
        if colon or _NUMBER.match(body):
            # A heading holds for the sentences after it, up to the next one.
            name = _NUMBER.sub("", heading.rpartition("：")[2])
            body = _NUMBER.sub("", body)
        if not re.search(r"[0-9]日", sentence) or _ASIDE.fullmatch(body):
            continue
        try:
            extended = _EXTENDED.fullmatch(body)
            for named in _prolonged(extended, year, known) if extended else _read(body, name, year):
                name = named.name
                if found.setdefault(named.day, named).is_workday != named.is_workday:
                    raise _Wrong(f"{named.day.month}月{named.day.day}日又放假又上班")
        except _Wrong as wrong:
            faults.append(f"“{sentence[:80]}”：{wrong}。")
    return Parsed(tuple(found.values()), tuple(faults))


def _read(body: str, name: str, year: int) -> list[NamedDay]:
    if match := _WORKED.fullmatch(body):
        days = _dates(match[1], year)
    elif match := _FREE.fullmatch(body):
        days = [day for span in re.split(r"[、和](?![^（]*）)", match[1]) for day in _span(span, year)]
        if match[2] and int(match[2]) != len(days):
            raise _Wrong(f"写的是共{match[2]}天，按日期是{len(days)}天")
    else:
        raise _Wrong("没有读懂这一句")
    name = name or _BY_DAY.get((days[0].month, days[0].day), "")
    if not name or len(name) > 20 or re.search("[0-9]", name):
        raise _Wrong("没有写是哪个节日，应像“二、春节：”")
    return [NamedDay(day, match.re is _WORKED, name) for day in days]


def _prolonged(match: re.Match[str], year: int, known: list[NamedDay]) -> list[NamedDay]:
    """Return the days by which a holiday goes on: those after its last known one, to the new end."""
    of_year, name, until, resumed = match.groups()
    if of_year and int(of_year) != year:
        raise _Wrong(f"写的是{of_year}年，这份通知的年度是{year}年")
    [last] = _dates(until, year)
    before = [
        named.day for named in known if name in named.name and not named.is_workday and named.day < last
    ]
    if not before:
        raise _Wrong(f"还没有登记{year}年{name}原来的放假日子，不知道从哪一天起延长：请先登记原来的通知")
    first = max(before) + ONE
    if (last - first).days >= LONGEST:
        raise _Wrong(f"从{first:%Y-%m-%d}到{last:%Y-%m-%d}不像一个假期")
    if resumed and _dates(resumed, year) != [last + ONE]:
        raise _Wrong("上班的日子不是假期结束的下一天")
    return [NamedDay(first + ONE * n, False, name) for n in range((last - first).days + 1)]


def _span(text: str, year: int) -> list[datetime.date]:
    first, *rest = _dates(text, year)
    last = rest[0] if rest else first
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST:
        raise _Wrong(f"从{first:%Y-%m-%d}到{last:%Y-%m-%d}不像一个假期")
    return [first + ONE * n for n in range(length)]


def _dates(text: str, year: int) -> list[datetime.date]:
    """Return the days that a text names; one without month is of the month before it."""
    found: list[datetime.date] = []
    for match in _PARTS.finditer(text):
        in_year, in_month, number, aside = match.groups()
        before = found[-1] if found else None
        month = int(in_month or (before.month if before else 0))
        of_year = int(in_year or (before.year if before and not in_month else year))
        try:
            day = datetime.date(of_year, month, int(number))
        except ValueError:
            raise _Wrong(f"没有{match[0]}这一天") from None
        weekday = re.search(r"(?:周|星期)([一二三四五六日天])$", aside or "")
        if weekday and weekday[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
            raise _Wrong(f"{day:%Y-%m-%d}是星期{WEEKDAYS[day.weekday()]}，和写的不一致：请核对年度和日期")
        found.append(day)
    return found
