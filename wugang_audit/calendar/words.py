"""How a day and a moment are written for people. Files, addresses and fields of forms keep 2026-10-08."""

import datetime

from django.utils import timezone


def day_in_words(day: datetime.date) -> str:
    """Write a day as 2026年10月8日; of a moment, its day in the site's time zone."""
    if isinstance(day, datetime.datetime):
        day = timezone.localdate(day)
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime.datetime, timespec: str = "minutes") -> str:
    """Write a moment as 2026年10月8日 09:05, in the site's time zone.

    :param timespec: ``seconds`` for 09:05:30.
    """
    local = timezone.localtime(moment)
    return f"{day_in_words(local)} {local.time().isoformat(timespec)}"
