"""A published draw with officers to spare, its substitutes on fresh numbers or on its seed, and the steps of a declaration."""

import pytest
from amendment_cases import NUMBERS, TONIGHT, report

from drawings.amendments import standing, substitutes
from drawings.models import Draw, Plan


@pytest.fixture
def more_officers(make_officer, officers):
    """丁 and 戊 are on duty too, so that somebody is left to step in."""
    return [*officers, make_officer(4, "丁", "chemical-pharma"), make_officer(5, "戊", "livestock")]


@pytest.fixture
def draw(clock, more_officers, published_draw):
    """Substitutes come from the next issue of 排列5, as the plan says unless it says otherwise; it is nine o'clock."""
    return published_draw


@pytest.fixture
def seed_draw(clock, plan, request):
    """Substitutes come from the draw's own numbers."""
    Plan.objects.filter(pk=plan.pk).update(substitutes="seed")
    return request.getfixturevalue("draw")


@pytest.fixture(params=["fresh", "seed"])
def either(request):
    """The draw under fresh numbers, and once more under its seed."""
    return request.getfixturevalue("draw" if request.param == "fresh" else "seed_draw")


@pytest.fixture
def issue_of():
    """The issue that a declaration of this draw names: the given one under fresh numbers, none under its seed."""
    return lambda draw, issue=TONIGHT: issue if standing.source_of(draw) else None


@pytest.fixture
def declare(organiser, issue_of):
    """Declare that an officer cannot go: ``declare(draw, "16041048001")``."""

    def do(draw, officer, reason="ill", evidence="住院证明 2026-118 号", away=None, issue=TONIGHT, **more):
        return substitutes.declare_officer(
            draw=draw, officer=officer, reason=reason, evidence=evidence, away=away or {},
            issue=issue_of(draw, issue), actor=organiser, **more,
        )  # fmt: skip

    return do


@pytest.fixture
def closed(organiser, issue_of):
    """Declare that a unit was found closed, after its officers have reported so."""

    def do(selection, away=None, issue=TONIGHT):
        report(selection)
        return substitutes.declare_unit(
            selection=selection, evidence="厂门上锁，已拆除设备", away=away or {},
            issue=issue_of(Draw.objects.get(pk=selection.draw_id), issue), actor=organiser,
        )  # fmt: skip

    return do


@pytest.fixture
def type_numbers(organiser, organiser2):
    """Type the value of the issue that is waited for, as two people do."""

    def do(draw, value=NUMBERS, issue="", people=(organiser, organiser2)):
        for actor in people:
            row = substitutes.enter_value(draw=draw, value=value, issue=issue, actor=actor)
        return row

    return do


@pytest.fixture
def take_effect(head, type_numbers, clock):
    """Confirm a declaration; under fresh numbers wait for its issue and type the value. Returns it as it stands then."""

    def do(row, value=NUMBERS, actor=head):
        row = substitutes.confirm(substitution=row, actor=actor)
        if row.source:
            clock.moment = max(clock.moment, row.known_at)
            type_numbers(row.draw, value)
        row.refresh_from_db()
        return row

    return do
