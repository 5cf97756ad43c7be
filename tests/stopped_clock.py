"""The time of the tests that are about time: it stands still until they move it."""

import datetime

import pytest
from django.utils import timezone


class Clock:
    """The time of the test: it stands still until it is moved."""

    def __init__(self, moment):
        self.moment = moment

    def __call__(self):
        return self.moment

    def move(self, **delta):
        self.moment += datetime.timedelta(**delta)


@pytest.fixture
def clock(monkeypatch):
    """Stop the clock at 9 o'clock on 8 October 2026, Shanghai time."""
    clock = Clock(datetime.datetime(2026, 10, 8, 1, 0, tzinfo=datetime.UTC))
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(autouse=True)
def stopped_clock_first(request):
    """A test that stops the clock does so before anything is recorded: entries of today would stand before its own."""
    if "clock" in request.fixturenames:
        request.getfixturevalue("clock")
