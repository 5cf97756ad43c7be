"""The self-check allows for a second that passes between two lines of a verb: the machine's clock does not wait."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from redaction_cases import SUMMARY, fill, hide, target, witnessed

from drawings.ceremony import verbs
from drawings.models import Plan


@pytest.fixture
def substitutes_by():
    """At once, from the draw's own numbers."""
    return Plan.Substitutes.SEED


def test_a_site_whose_clock_moves_on_within_each_step_is_sound(
    frozen_draw, organiser, reviewer, head, monkeypatch, clock
):
    def ticking():
        clock.moment += datetime.timedelta(milliseconds=700)
        return clock.moment

    monkeypatch.setattr(timezone, "now", ticking)
    witnessed(frozen_draw, organiser)
    draw = verbs.publish(draw=verbs.draw_from_system(draw=frozen_draw, actor=organiser), actor=organiser)
    fill(draw, monkeypatch, organiser, reviewer, head)
    hide(draw, target(draw, SUMMARY), reviewer, head)
    call_command("verify_log")
