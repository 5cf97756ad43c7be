"""Reports that are handed in more than once, with notes on their points."""

import pytest
from django.urls import reverse
from visit_cases import send_in

from drawings.inspections import verbs
from drawings.inspections.review import queries
from drawings.models import Inspection


@pytest.fixture
def hand_in(full):
    """Hand in an inspection as its leader, with parts of the report replaced: ``hand_in(row, summary="改")``."""

    def do(row, **parts):
        row = Inspection.objects.get(pk=row.pk)
        leader = row.selection.team.get(is_lead=True).officer.user
        return send_in(inspection=row, actor=leader, version=row.version, report=full(**parts))

    return do


@pytest.fixture
def give_back(reviewer):
    """Return a report with notes: ``give_back(row, summary="写明时间")``."""

    def do(row, comment="", actor=reviewer, **notes):
        row = Inspection.objects.get(pk=row.pk)
        return verbs.send_back(inspection=row, actor=actor, version=row.version, comment=comment, notes=notes)

    return do


@pytest.fixture
def all_of_them(published_draw):
    """The inspections of the draw, in the order of the list."""
    return list(Inspection.objects.filter(selection__draw=published_draw).order_by("selection"))


@pytest.fixture
def decide(login):
    """Send the form of the decision: ``decide(reviewer, row, "approve_next")``."""

    def do(actor, row, decision, follow=False, **more):
        row = Inspection.objects.get(pk=row.pk)
        values = {"version": row.version, "decision": decision, "comment": ""} | more
        return login(actor).post(reverse("inspections:review", args=[row.pk]), values, follow=follow)

    return do


@pytest.fixture
def lies_before():
    """{field: kind of change} of what lies before the reviewer, without what stayed the same."""

    def read(row):
        found = queries.before_reviewer(Inspection.objects.get(pk=row.pk))
        return {point.change.field: point.kind for point in found.points if point.kind != "same"}

    return read
