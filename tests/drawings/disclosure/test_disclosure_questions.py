"""Leak walks with query strings: whatever is asked, a page tells no more than the state of the draw allows."""

import pytest
from attack_cases import DICE, LOTTERY, THROWS

from drawings.models import Inspection
from drawings.states import InspectionState
from sources.models import PollutionSource

# The states in which nobody may learn which units were drawn.
HIDING = ("frozen", "drawn", "sealed-frozen", "sealed-drawn", "sealed-published", "sealed-void-frozen")


@pytest.fixture
def waiting(draft, freeze, enter, clock):
    """A draw on dice and a lottery of which the dice alone are known."""
    draw = freeze(draft, DICE, LOTTERY)
    clock.move(hours=1)
    enter(draw, THROWS)
    return draw


def questions(source):
    """The searches that ask for one unit, by its number, its name, a part of it, under every filter."""
    for asked in (source.number, source.name, source.name[2:5]):
        yield f"/units/?q={asked}"
        yield f"/results/?q={asked}"
        yield f"/results/?q={asked}&quarter=2026Q4&category={source.category}"
    yield f"/results/?quarter=2026Q4&category={source.category}"
    yield "/results/?quarter=2026Q4"
    yield f"/?q={source.number}"
    yield f"/draws/2026Q4/?q={source.number}"
    yield f"/units/{source.number}/?q={source.number}&draw=2026Q4"


def told(stranger, source):
    """Say which of the questions tell that the unit was drawn; no answer holds a mark of what must stay inside."""
    found = []
    for url in questions(source):
        answer = stranger.get(url)
        assert answer.status_code in (200, 404), url
        assert b"HIDDEN" not in answer.content, url
        if url.startswith("/units/") and b"2026Q4" in answer.content.replace(b"draw=2026Q4", b""):
            page = (answer.context or {}).get("page")  # that it was in the hat is public
            if page is None or page.shown_draws or page.results:
                found.append(url)
    return found


def some(draw):
    """Return a drawn unit of each class, and one that was not drawn."""
    drawn = {row.stratum: row.source for row in draw.selections.select_related("source")}
    return [*drawn.values(), PollutionSource.objects.exclude(selections__draw=draw).first()]


def force(draw, report, state):
    for inspection in Inspection.objects.filter(selection__draw=draw):
        report(inspection, state=state, summary="HIDDEN-summary")


@pytest.mark.parametrize("state", HIDING)
def test_no_question_tells_which_units_were_drawn(draw_in, report, stranger, state):
    draw = draw_in(state)
    force(draw, report, InspectionState.APPROVED)  # handed in is not published
    assert [url for source in some(draw) for url in told(stranger, source)] == []


def test_no_question_tells_a_result_that_somebody_forced_before_a_draw_is_published(
    draw_in, report, stranger
):
    draw = draw_in("drawn")
    force(draw, report, InspectionState.PUBLISHED)
    assert [url for source in some(draw) for url in told(stranger, source)] == []


def test_no_question_tells_a_result_that_somebody_forced_in_a_void_draw(draw_in, report, stranger):
    """That the unit was drawn is on the void's own list; nothing of a visit is on any page, and `HIDDEN` is a mark of one."""
    draw = draw_in("void-published")
    force(draw, report, InspectionState.PUBLISHED)
    for source in some(draw):
        told(stranger, source)
        assert stranger.get(f"/units/{source.number}/").context["page"].results == ()


@pytest.mark.parametrize("state", ["draft", "waiting"])
def test_before_there_is_a_result_no_question_tells_of_one(request, draw_in, stranger, state):
    draw = draw_in("draft") if state == "draft" else request.getfixturevalue("waiting")
    assert [url for source in some(draw) for url in told(stranger, source)] == []


@pytest.mark.parametrize("state", ["published", "sealed-lifted"])
def test_once_all_is_open_the_search_tells_it(draw_in, stranger, state):
    """The walk itself would see a leak."""
    draw = draw_in(state)
    assert told(stranger, draw.selections.first().source)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_on_the_day_on_which_the_seal_ends_the_search_and_the_pages_open_together(
    draw_in, stranger, clock, days
):
    draw = draw_in("sealed-published")
    clock.move(days=84 + days)  # 31 December is the day
    source = draw.selections.first().source
    number, name = stranger.get(f"/units/?q={source.number}"), stranger.get(f"/units/{source.number}/")
    assert [b"2026Q4" in page.content for page in (number, name)] == [days >= 0] * 2
    assert stranger.get("/draws/2026Q4/result.tsv").status_code == (200 if days >= 0 else 404)
