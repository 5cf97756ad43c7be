"""The days on which the work is due: the visit, and the publication of what was found.

They are counted on the site's calendar; the settings say how long (`PUBLISH_WORKDAYS`, `SUBSTITUTE_WORKDAYS`,
`OBJECTION_WORKDAYS`).
"""

import datetime
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils import timezone

from wugang_audit.calendar.models import said
from wugang_audit.calendar.queries import calendar
from wugang_audit.calendar.workdays import Due

from .models import Draw
from .models.quarters import last_day_of, quarter_of
from .states import HANDED_IN, InspectionState


class Standing(StrEnum):
    """How a task stands on a day, in the words of desk, lists and mails."""

    OVERDUE = "检查已逾期"
    TODAY = "检查今天到期"
    TOMORROW = "检查明天到期"
    UNPUBLISHED = "检查结果过了应公开日期"


def standing_of_visit(due_on: datetime.date, today: datetime.date) -> Standing | None:
    """Say how a visit that is still to be made stands; None where it has more time."""
    if due_on < today:
        return Standing.OVERDUE
    return {0: Standing.TODAY, 1: Standing.TOMORROW}.get((due_on - today).days)


def visit_by_default(draw: Draw, known_on: datetime.date) -> Due:
    """Return the last working day of the draw's quarter.

    A draw whose numbers are known only after that day has until the end of the quarter in which they are.

    :param known_on: the day on which the last source of randomness becomes known.
    """
    days = calendar()
    year, quarter = max((draw.year, draw.quarter), quarter_of(known_on))
    found = days.last_of_quarter(year, quarter)
    while found.day < known_on:
        year, quarter = quarter_of(last_day_of(year, quarter) + datetime.timedelta(days=1))
        found = days.last_of_quarter(year, quarter)
    return found


def why_not_visit_by(draw: Draw, day: datetime.date, known_on: datetime.date) -> str:
    """Say in Chinese why visits cannot be due on a day; empty where they can. A holiday is no reason (`holiday_hint`)."""
    if day < known_on:
        return f"检查期限早于最后一个随机数揭晓的日期（{known_on}）：那时还没有任务。请往后填。"
    last = last_day_of(*quarter_of(visit_by_default(draw, known_on).day))
    if day > last:
        return f"检查期限不能晚于 {last}：一次抽签的检查在本季度内完成。"
    return ""


def substitute_by(
    draw: Draw, due_on: datetime.date | None, took_effect_on: datetime.date
) -> datetime.date | None:
    """Return until when a place that a substitution filled is visited; None where the day that it has is late enough.

    Nobody is late for a visit that he was sent to yesterday: so many working days are left to him at least.

    :param due_on: the day until which the visit was to be made so far.
    """
    day = calendar().after(took_effect_on, settings.SUBSTITUTE_WORKDAYS).day
    return day if day > (due_on or last_day_of(draw.year, draw.quarter)) else None


def publish_by(visited_on: datetime.date) -> Due:
    """Return until when the result of a visit is published (环办执法〔2021〕18号: 20 working days)."""
    return calendar().after(visited_on, settings.PUBLISH_WORKDAYS)


def answer_by(received_on: datetime.date) -> Due:
    """Return until when an objection or a correction from outside is answered (`OBJECTION_WORKDAYS`)."""
    return calendar().after(received_on, settings.OBJECTION_WORKDAYS)


def first_visit_in_time(today: datetime.date) -> datetime.date:
    """Return the earliest day of a visit whose result is not overdue today: later visits are due later."""
    days = calendar()
    # As many working days are never fewer days: from here on it only goes back.
    day = today - datetime.timedelta(days=settings.PUBLISH_WORKDAYS)
    while days.after(day - datetime.timedelta(days=1), settings.PUBLISH_WORKDAYS).day >= today:
        day -= datetime.timedelta(days=1)
    return day


def late_for_publication(today: datetime.date, prefix: str = "") -> models.Q:
    """Return which inspections should have been public before today and are not.

    By the day that the approval set; before it, by the day that follows from the visit. A report that was never handed in
    is a visit that is late, and no publication.

    :param prefix: the path to the inspection, such as ``selection__inspection__``.
    """
    states = [state for state in HANDED_IN if state != InspectionState.PUBLISHED]
    start = datetime.datetime.combine(first_visit_in_time(today), datetime.time.min)
    by_visit = {"publish_by__isnull": True, "visited_at__lt": timezone.make_aware(start)}
    handed_in = models.Q(**{f"{prefix}state__in": states})
    by_day = models.Q(**{f"{prefix}publish_by__lt": today})
    return handed_in & (by_day | models.Q(**{f"{prefix}{name}": value for name, value in by_visit.items()}))


def due(day: datetime.date | None) -> Due | None:
    """Return a stored day that was counted, with the mark that it falls in a year without a notice."""
    return Due(day, calendar().is_estimated(day)) if day else None


def visit_by(day: datetime.date | None) -> Due | None:
    """Return the day by which a draw's units are to be visited, as it was set at the freeze."""
    return calendar().as_set(day) if day else None


def holiday_hint(day: datetime.date) -> str:
    """Say that a day is no working day; empty for one that is. A hint alone: visits on a holiday are allowed."""
    if calendar().is_workday(day):
        return ""
    return f"{said(day)}不是工作日{'（暂估）' if calendar().is_estimated(day) else ''}，请核对日期。"
