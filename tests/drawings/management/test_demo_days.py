"""The demonstration on a day that is hard for it: the quarter has just begun, the visits of the one before still run."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from drawings.models import Draw, Inspection
from drawings.states import InspectionState
from wugang_audit import clock


@pytest.mark.long  # the demonstration is built once for the tests of it; here it is built on another day
@pytest.mark.django_db
def test_on_the_last_day_of_grace_visits_are_overdue_and_due_tomorrow(settings):
    """Postponed further than POSTPONEMENT_DAYS after its quarter no visit can be."""
    settings.ALLOW_SYSTEM_ENTROPY = settings.ALLOW_SYSTEM_ENTROPY  # what the command sets is taken back
    now = timezone.make_aware(datetime.datetime(2027, 1, 28, 23, 50))
    with clock.at(now):
        call_command("demo", no_serve=True)
    *_, draw, draft = Draw.objects.order_by("pk")
    assert (draw.code, draft.code) == ("2026Q4", "2027Q1")
    rows = Inspection.objects.filter(selection__draw=draw)
    assert set(rows.values_list("state", flat=True)) == set(InspectionState)
    assert rows.late(now.date()).exists()
    due = set(rows.filter(state="draft").exclude(postponed_to=None).values_list("postponed_to", flat=True))
    assert due == {datetime.date(2027, 1, 29), datetime.date(2027, 1, 30)}
