"""Steps in the order of their moments, the site's clock stopped at each."""

import datetime
import heapq
from collections.abc import Callable
from itertools import count

from django.utils import timezone

from wugang_audit import clock
from wugang_audit.calendar.queries import calendar
from wugang_audit.calendar.workdays import Calendar

Step = Callable[[], object]
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def moment(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """Return a moment of a day on the site's clock."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


class Timeline:
    """What is still to be done, and when: a step may add later ones."""

    def __init__(self, end: datetime.datetime):
        self.end, self._serial = end, count()
        self._steps: list[tuple[datetime.datetime, int, Step]] = []
        # Read once: nothing of the demonstration changes it.
        self.days: Calendar = calendar()

    def add(self, at: datetime.datetime, step: Step) -> None:
        """Have a step done at a moment; what would lie after the end is done never."""
        if at < self.end:
            heapq.heappush(self._steps, (at, next(self._serial), step))

    def run(self) -> None:
        """Do all steps, the earliest first: times in log and trail do not descend."""
        last = None
        while self._steps:
            at, _, step = heapq.heappop(self._steps)
            last = max(at, last or at)
            with clock.at(last):
                step()

    def workday(self, first: datetime.date, n: int) -> datetime.date:
        """Return the n-th working day after a day."""
        return self.days.after(first, n).day
