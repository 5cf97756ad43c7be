"""The site's one clock: every day and moment that pages show and tables keep is read here.

Tests and the demonstration stop it (`at`); no request can. What guards an account (lock-out, sessions, the age of a
password, one-time codes) asks Django for the real time instead: a stopped clock must never keep a lock shut or a session
open.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.utils import timezone

# Of one thread or task alone: what a test or a command stops, no other request sees.
_stopped: ContextVar[datetime.datetime | None] = ContextVar("stopped_clock", default=None)


def now() -> datetime.datetime:
    """Return the moment, with its time zone."""
    return _stopped.get() or timezone.now()


def local_now() -> datetime.datetime:
    """Return the moment in the site's time zone, as people and public files read it."""
    return timezone.localtime(now())


def today() -> datetime.date:
    """Return the day in the site's time zone."""
    return timezone.localdate(now())


def day_of(moment: datetime.datetime | None) -> datetime.date:
    """Return the day of a moment in the site's time zone: for lists, in a third of the time that Django's `localdate` takes.

    :param moment: with its time zone. None: as there, today; a row that somebody has altered may lack its moment.
    """
    return moment.astimezone(timezone.get_default_timezone()).date() if moment else today()


@contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Stop the clock at a moment for what runs inside, in this thread or task alone; may be nested.

    :raises ValueError: the moment has no time zone.
    """
    if timezone.is_naive(moment):
        raise ValueError("a moment needs a time zone")
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)


class _Stamped:
    """A field that fills itself from the site's clock; to migrations it is the field of Django, so none is needed."""

    defaults = {now: timezone.now, today: timezone.localdate}

    def deconstruct(self) -> tuple[str, str, list, dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        if "default" in options:
            options["default"] = self.defaults.get(options["default"], options["default"])
        return name, path, args, options


class MomentField(_Stamped, models.DateTimeField):
    """A moment, by ``auto_now``, ``auto_now_add`` or ``default=clock.now``."""

    def deconstruct(self) -> tuple[str, str, list, dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, options

    def pre_save(self, row: models.Model, add: bool) -> Any:
        if self.auto_now or (self.auto_now_add and add):
            setattr(row, self.attname, now())
        return getattr(row, self.attname)


class DayField(_Stamped, models.DateField):
    """A day, by ``default=clock.today``."""

    def deconstruct(self) -> tuple[str, str, list, dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.DateField", args, options
