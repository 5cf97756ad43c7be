"""How pages show a day, a moment, and a day on which something is due."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html

from .models import said
from .queries import calendar
from .words import day_in_words, moment_in_words
from .workdays import ONE, Due

register = template.Library()

ESTIMATED = "暂估"
WHY = "那一年的放假安排还没有公布，或没有登记齐，只算了周末、固定节日和已登记的日子。"


@register.filter
def day(value: datetime.date | str | None) -> str:
    """Write a day, or that of a moment, as 2026年10月8日; empty where there is none. In an attribute or a text: `plain_day`.

    :param value: may be as a file has it, 2026-10-08; a text that is no day stays as it is.
    """
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            return value
    iso = (timezone.localdate(value) if isinstance(value, datetime.datetime) else value).isoformat()
    return format_html('<time class="moment" datetime="{}">{}</time>', iso, day_in_words(value))


@register.filter
def moment(value: datetime.datetime | None, timespec: str = "minutes") -> str:
    """Write a moment as 2026年10月8日 09:05; empty where there is none. In an attribute or a text: `plain_moment`."""
    if not value:
        return ""
    iso, words = timezone.localtime(value).isoformat(), moment_in_words(value, timespec)
    return format_html('<time class="moment" datetime="{}">{}</time>', iso, words)


@register.filter
def to_the_second(value: datetime.datetime | None) -> str:
    """Write a moment as `moment` does, but 09:05:30: where the order of two in a minute matters."""
    return moment(value, "seconds")


@register.filter
def plain_day(value: datetime.date | None) -> str:
    """Write a day as `day` does, without its element."""
    return day_in_words(value) if value else ""


@register.filter
def plain_moment(value: datetime.datetime | None) -> str:
    """Write a moment as `moment` does, without its element."""
    return moment_in_words(value) if value else ""


@register.filter
def due(value: Due | datetime.date | None) -> str:
    """Write a day as 2026-12-31, with 暂估 behind it where it rests on a year without a notice; — where there is none.

    :param value: a day that was worked out, or one that is stored: then the day itself is asked for.
    """
    if value is None or value == "":
        return "—"
    if not isinstance(value, Due):
        value = Due(value, calendar().is_estimated(value))
    return _shown(value, value.day.isoformat())


@register.filter
def due_in_words(value: Due | datetime.date | None) -> str:
    """Write a day as `due` does, but 2026年12月31日: for the pages that say every day so."""
    if value is None or value == "":
        return "—"
    if not isinstance(value, Due):
        value = Due(value, calendar().is_estimated(value))
    return _shown(value, day_in_words(value.day))


def _shown(value: Due, words: str) -> str:
    shown = format_html('<time class="nowrap" datetime="{}">{}</time>', value.day.isoformat(), words)
    if not value.is_estimated:
        return shown
    return format_html('{} <abbr class="tag tag--muted" title="{}">{}</abbr>', shown, WHY, ESTIMATED)


@register.filter
def set_day(day: datetime.date | None) -> str:
    """Write a day that somebody set, such as the one by which a visit is due: see `Calendar.as_set`."""
    return due(calendar().as_set(day) if day else None)


@register.filter
def late_after(done: datetime.datetime | datetime.date | None, due_on: datetime.date | None) -> str:
    """Mark what was done after the day on which it was due, with the working days between; empty for what was in time.

    It can be late by none, on the holiday that follows the day.
    """
    if not done or not due_on:
        return ""
    day = timezone.localdate(done) if isinstance(done, datetime.datetime) else done
    if day <= due_on:
        return ""
    days = calendar()
    late, estimated = days.count(due_on, day), days.is_estimated(due_on + ONE, day)
    return format_html(
        ' <span class="tag tag--bad nowrap" title="期限 {}{}">逾期{}</span>',
        due_on.isoformat(),
        f"，工作日{ESTIMATED}：{WHY}" if estimated else "",
        f" {late} 个工作日" if late else "",
    )


@register.filter
def unworked(day: datetime.date | None) -> str:
    """Mark a day on which people are sent out although it is no working day; empty for any other."""
    if not day or calendar().is_workday(day):
        return ""
    return format_html(
        ' <span class="tag tag--warn" title="{}不是工作日，请核对日期。">不是工作日</span>', said(day)
    )
