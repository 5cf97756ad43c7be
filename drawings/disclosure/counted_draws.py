"""Which draws the public figures of a period count, their results, and the days that they are measured by."""

import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Q

from wugang_audit import clock

from .. import deadlines
from ..models import Draw as DrawRow
from ..models import PublishedResult
from ..models.published_results import PublishedResultQuerySet
from ..statistics.counted import due_day
from ..statistics.published import conditions, of_quarters
from .draws import public_draws
from .objects import Draw
from .periods import Period, counts, is_real, quarter_of


class CountedDraws:
    """The draws of a period that are counted, those that are not, and what is measured by their days.

    Why a sealed one tells nothing: see `public_figures`.
    """

    def __init__(self, period: Period, draws: tuple[Draw, ...] | None = None):
        self.period = period
        self.all_draws = public_draws() if draws is None else draws

    @cached_property
    def draws(self) -> tuple[Draw, ...]:
        """The draws of the period that are public in whatever way, the latest first; voids too."""
        return tuple(draw for draw in self.all_draws if self.period.holds(*quarter_of(draw)))

    @cached_property
    def open(self) -> tuple[Draw, ...]:
        """Those with units that everybody knows, and that count."""
        return tuple(draw for draw in self.draws if counts(draw))

    @property
    def sealed(self) -> int:
        """How many of its draws have sent their tasks and are sealed."""
        return sum(draw.is_closed for draw in self.draws)

    @property
    def practised(self) -> int:
        """How many of its draws have units that everybody knows, and are left out because they are no real ones."""
        return sum(draw.is_open and not is_real(draw) for draw in self.draws)

    @cached_property
    def results(self) -> PublishedResultQuerySet:
        """The published results of its open draws."""
        return of_quarters(PublishedResult.objects.order_by(), [quarter_of(draw) for draw in self.open])

    @cached_property
    def due_days(self) -> dict[tuple[int, int], datetime.date]:
        """The day by which the units of each open draw are to be visited, of those whose day has passed.

        Of these draws a unit is due whose own day, where it has one, has passed too.
        """
        codes = [draw.code for draw in self.open]
        known = DrawRow.objects.filter(code__in=codes).only("year", "quarter", "visit_by") if codes else ()
        days = {(row.year, row.quarter): due_day(row) for row in known}
        return {quarter: day for quarter, day in days.items() if day < clock.today()}

    @cached_property
    def public_by_now(self) -> frozenset[tuple[int, int]]:
        """The quarters of those of which every result of a visit in time should be public."""
        return frozenset(quarter for quarter, day in self.due_days.items() if day <= self.public_of)

    @property
    def over(self) -> datetime.date:
        """The last day that has passed."""
        return clock.today() - datetime.timedelta(days=1)

    @cached_property
    def public_of(self) -> datetime.date:
        """The last day whose visits should have a public result by today."""
        day = clock.today() - datetime.timedelta(days=settings.PUBLISH_WORKDAYS)
        while deadlines.publish_by(day).day >= clock.today():
            day -= datetime.timedelta(days=1)
        return day

    @cached_property
    def conditions(self) -> dict[str, Q]:
        return conditions(self.due_days, self.public_by_now, over=self.over, public_of=self.public_of)

    @cached_property
    def begins(self) -> datetime.date | None:
        """The day of the first draw that is counted: no visit is older; None where none was drawn."""
        days = [clock.day_of(draw.drawn_at) for draw in self.all_draws if counts(draw) and draw.drawn_at]
        return min(days, default=None)
