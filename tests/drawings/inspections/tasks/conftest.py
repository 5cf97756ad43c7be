"""An officer with many tasks, and days until which they are due."""

import datetime

import pytest

from drawings.inspections.tasks import verbs
from drawings.models import Draw, Inspection

TODAY = datetime.date(2026, 10, 8)  # the day of the stopped clock
WANTED = datetime.date(2026, 11, 3)  # until when more time is asked for


@pytest.fixture
def due(clock):
    """Set the day until which a draw's visits are due, in days from today: ``due(draw, -3)``."""

    def do(draw, days):
        day = TODAY + datetime.timedelta(days=days)
        Draw.objects.filter(pk=draw.pk).update(visit_by=day)
        return day

    return do


@pytest.fixture
def row(clock, inspection, due, published_draw):
    """An inspection that is due on 20 October; it is the 8th."""
    due(published_draw, 12)
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def asked(row, lead):
    """A request for more time that nobody has decided on."""
    return verbs.postpone(inspection=row, postpone_to=WANTED, reason="单位停产检修", actor=lead)


@pytest.fixture
def busy(published_draw):
    """The officer with the most tasks, and these in the order in which they were drawn."""
    rows = list(Inspection.objects.filter(selection__draw=published_draw).order_by("selection"))
    teams = [member.officer for row in rows for member in row.selection.team.all()]
    officer = max(set(teams), key=teams.count)
    return officer.user, [row for row in rows if row.is_on_team(officer.user)]


@pytest.fixture
def put(db):
    """Write fields of an inspection: ``put(row, state="submitted")``."""

    def do(row, **fields):
        Inspection.objects.filter(pk=row.pk).update(**fields)

    return do
