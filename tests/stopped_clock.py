"""A clock that a test stops and moves."""

import datetime


class Clock:
    """The time of the test: it stands still until it is moved."""

    def __init__(self, moment):
        self.moment = moment

    def __call__(self):
        return self.moment

    def move(self, **delta):
        self.moment += datetime.timedelta(**delta)

    def __repr__(self):
        return f"stopped at {self.moment}"
