"""A unit's page under a seal: in every state of a draw, a drawn and an undrawn twin differ in nothing but their names."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from test_disclosure_hat_leaks import ENDS, sealed_draw, twins  # noqa: F401
from test_disclosure_sealed import neutral, unnumbered

from drawings.ceremony import verbs
from drawings.disclosure.unit_page import unit_page
from sources.models import PollutionSource

SEALED = ("sealed-drawn", "sealed-published")


def page(stranger, unit):
    stranger.get(f"/units/{unit.number}/")  # what follows from a frozen file is read once in a process
    with CaptureQueriesContext(connection) as captured:
        answer = stranger.get(f"/units/{unit.number}/")
    return answer.status_code, unnumbered(neutral(answer.content.decode(), unit)), len(captured)


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize("is_active", [True, False])
def test_twins_read_alike_while_the_seal_stands(sealed_draw, organiser, stranger, is_published, is_active):  # noqa: F811
    draw = sealed_draw(3, is_published)
    if not is_published:
        verbs.draw_from_system(draw=draw, actor=organiser)
    units = twins(draw)
    PollutionSource.objects.filter(pk__in=[unit.pk for unit in units]).update(is_active=is_active)
    assert page(stranger, units[0]) == page(stranger, units[1])


@pytest.mark.parametrize("state", SEALED)
def test_a_sealed_draw_has_no_row_on_any_units_page(draw_in, state, stranger):
    draw = draw_in(state)
    for unit in PollutionSource.objects.all():
        shown = unit_page(unit.number)
        assert (shown.draws.rows, shown.draws.in_hat, shown.events) == ((), (), ())
        assert draw.code not in stranger.get(f"/units/{unit.number}/").content.decode()


def test_a_draw_under_the_seal_of_another_tells_neither_odds_nor_who_stood_in_its_hat(sealed_draw, stranger):  # noqa: F811
    """Who was drawn before goes last or not at all: the odds of a later draw would tell whom the sealed one took."""
    first, second = sealed_draw(3), sealed_draw(4)
    units = twins(first)
    assert page(stranger, units[0]) == page(stranger, units[1])
    for unit in PollutionSource.objects.all():
        assert unit_page(unit.number).draws.rows == (), second.code


def test_once_the_seals_have_fallen_the_odds_are_there(sealed_draw, clock):  # noqa: F811
    draws = sealed_draw(3), sealed_draw(4)
    clock.moment = datetime.datetime.combine(ENDS, datetime.time(), datetime.UTC)
    for unit in PollutionSource.objects.filter(category="general", industry_code="0313"):
        rows = {row.draw.code: row for row in unit_page(unit.number).draws.rows}
        assert set(rows) == {draw.code for draw in draws}
        assert all(row.odds for row in rows.values())
