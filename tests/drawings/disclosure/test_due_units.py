"""What was to be done by a day that has passed: who is counted, what they come to, and the units behind each number."""

import csv
import datetime
import io

import pytest

from drawings import deadlines
from drawings.amendments import substitutes
from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import SELECTIONS_LINKED, Counted
from drawings.models import Draw, Inspection, Plan, Selection
from drawings.models.draw import UNIT_WITHDRAWN
from drawings.models.published_results import empty
from drawings.states import InspectionState

DAY = datetime.timedelta(days=1)
LAST = datetime.date(2026, 11, 20)  # of the visits


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def on_day(clock):
    """Let it be ten o'clock of a day."""

    def go(day):
        clock.moment = datetime.datetime(day.year, day.month, day.day, 2, tzinfo=datetime.UTC)

    return go


@pytest.fixture
def tasks(draw_in, report):
    """Six tasks or more, by registry number: the first two visited in time, the third too late, all others not published."""
    draw = draw_in("published")
    Draw.objects.update(visit_by=LAST)
    rows = list(Inspection.objects.filter(selection__draw=draw).order_by("selection__source__number"))
    for row, late in zip(rows, (-2, 0, 1), strict=False):
        visited = datetime.datetime.combine(LAST + late * DAY, datetime.time(4), tzinfo=datetime.UTC)
        by = deadlines.publish_by(visited.date()).day
        report(row, visited_at=visited, published_at=visited + 2 * DAY, publish_by=by)
    return rows


def total(period="2026Q4"):
    counts = Counted(Period.read(period)).deadlines().total.counts
    return {code: counts.get(code, 0) for code in ("due", "in_time", "unpublished", "due_public", "prompt")}


def test_before_the_day_nothing_is_due_however_many_results_are_published(tasks, on_day):
    on_day(LAST)
    assert set(total().values()) == {0}


def test_units_without_a_published_result_are_in_the_denominator(tasks, on_day, stranger):
    on_day(LAST + DAY)
    drawn = len(tasks)
    assert total() == {"due": drawn, "in_time": 2, "unpublished": drawn - 3, "due_public": 0, "prompt": 0}
    assert total("2026") == total()
    on_day(deadlines.publish_by(LAST).day)
    assert total()["due_public"] == 0
    on_day(deadlines.publish_by(LAST).day + DAY)
    assert (total()["due_public"], total()["prompt"]) == (drawn, 3)
    page = stranger.get("/statistics/2026Q4/").content.decode()
    assert f"到期未公开 {drawn - 3} 家次" in page and "100%" not in page
    Inspection.objects.filter(pk=tasks[0].pk).update(publish_by=datetime.date(2026, 10, 12))
    assert total()["prompt"] == 2


def test_every_unit_whose_own_page_says_that_its_day_is_over_is_behind_the_number_and_no_other(
    tasks, on_day, stranger
):
    """A visit that was postponed is due on its later day, for the figure as for the page."""
    postponed = tasks[3]
    Inspection.objects.filter(pk=postponed.pk).update(postponed_to=LAST + 30 * DAY)
    for day, waiting in ((LAST + DAY, tasks[4:]), (LAST + 30 * DAY, tasks[4:]), (LAST + 31 * DAY, tasks[3:])):
        on_day(day)
        page = stranger.get("/statistics/2026Q4/rows/unpublished/")
        shown = {unit.number: unit for unit in page.context["units"]}
        assert set(shown) == {task.selection.source.number for task in waiting}
        assert total()["unpublished"] == len(waiting) and total()["due"] == len(waiting) + 3
        for task in tasks[3:]:
            number = task.selection.source.number
            own = stranger.get(f"/units/{number}/").content.decode()
            assert ("尚未说明原因" in own) == (number in shown), (day, number)
    assert shown[postponed.selection.source.number].because == "延期"
    assert "2026年12月20日</time>（延期）" in page.content.decode()
    answer = stranger.get("/statistics/2026Q4/rows/due.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    [own] = [line[6:] for line in lines if line[3] == postponed.selection.source.number]
    assert own == ["2026-12-20", "延期"] and {tuple(line[6:]) for line in lines[1:]} == {
        ("2026-11-20", ""),
        ("2026-12-20", "延期"),
    }


def test_a_visit_by_its_postponed_day_is_in_time_once_that_day_is_over(tasks, on_day):
    """The third was visited a day after the draw's last: late by that, in time by its own."""
    own = LAST + 10 * DAY
    Inspection.objects.filter(pk=tasks[2].pk).update(postponed_to=own)
    on_day(own)
    assert (total()["due"], total()["in_time"]) == (len(tasks) - 1, 2)
    on_day(own + DAY)
    assert (total()["due"], total()["in_time"]) == (len(tasks), 3)
    on_day(deadlines.publish_by(LAST).day + DAY)
    assert (total()["due_public"], total()["prompt"]) == (len(tasks) - 1, 2)
    on_day(deadlines.publish_by(own).day + DAY)
    assert (total()["due_public"], total()["prompt"]) == (len(tasks), 3)


def test_a_substitute_is_due_on_the_day_that_it_was_given(tasks, on_day):
    Inspection.objects.filter(pk=tasks[4].pk).update(substitute_by=LAST + 5 * DAY)
    on_day(LAST + 5 * DAY)
    assert total()["unpublished"] == len(tasks) - 4
    on_day(LAST + 6 * DAY)
    assert total()["unpublished"] == len(tasks) - 3


def test_who_is_replaced_is_not_due_and_the_substitute_is(
    tasks, on_day, report, organiser, organiser2, stranger
):
    gone = tasks[-1].selection
    report(tasks[-1], InspectionState.APPROVED, outcome="closed")
    row = substitutes.declare_unit(selection=gone, evidence="现场已停产", away={}, actor=organiser)
    row = substitutes.confirm(substitution=row, actor=organiser2)
    assert row.effective_at
    on_day(LAST + DAY)
    assert total()["due"] == len(tasks) - 1 + (row.unit is not None)
    numbers = {unit.number for unit in stranger.get("/statistics/2026/rows/due/").context["units"]}
    assert gone.source.number not in numbers
    assert row.unit is None or row.unit.source.number in numbers


def test_what_the_law_hid_is_neither_due_nor_in_time(tasks, on_day, stranger):
    on_day(LAST + DAY)
    empty(tasks[0])
    assert (total()["due"], total()["in_time"], total()["unpublished"]) == (len(tasks) - 1, 1, len(tasks) - 3)
    numbers = {unit.number for unit in stranger.get("/statistics/2026/rows/due/").context["units"]}
    assert tasks[0].selection.source.number not in numbers


@pytest.mark.parametrize("figure", sorted(SELECTIONS_LINKED))
def test_page_and_file_have_the_same_units_with_their_names(tasks, on_day, stranger, figure):
    on_day(deadlines.publish_by(LAST).day + DAY)
    Selection.objects.filter(pk=tasks[4].selection_id).update(name="")
    page = stranger.get(f"/statistics/2026Q4/rows/{figure}/")
    units = page.context["units"]
    answer = stranger.get(f"/statistics/2026Q4/rows/{figure}.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))[1:]
    assert [(unit.number, unit.name) for unit in units] == [(line[3], line[4]) for line in lines]
    assert len(units) >= 3 and UNIT_WITHDRAWN in "".join(unit.name for unit in units)
    assert all(f'href="/units/{unit.number}/"' in page.content.decode() for unit in units)
    group = tasks[-1].selection
    narrowed = stranger.get(f"/statistics/2026Q4/rows/{figure}/?category={group.stratum}").context["units"]
    assert [unit for unit in units if unit.label == group.get_stratum_display()] == list(narrowed) != []


def test_the_units_behind_what_should_be_public_are_there_from_the_day_of_the_number(tasks, on_day, stranger):
    def listed():
        page = stranger.get("/statistics/2026Q4/rows/due_public/")
        return len(page.context["units"]), total()["due_public"]

    on_day(deadlines.publish_by(LAST).day)
    assert listed() == (0, 0)
    on_day(deadlines.publish_by(LAST).day + DAY)
    assert listed() == (len(tasks), len(tasks))


def test_a_sealed_draw_whose_day_has_passed_has_nothing_due(draw_in, report, on_day, stranger):
    draw = draw_in("sealed-published")
    Draw.objects.update(visit_by=LAST)
    report(Inspection.objects.filter(selection__draw=draw).first())
    on_day(LAST + DAY)
    counted = Counted(Period.read("2026Q4"))
    assert counted.deadlines().lines == () and counted.due_days == {}
    for figure in SELECTIONS_LINKED:
        assert stranger.get(f"/statistics/2026/rows/{figure}/").context["units"] == ()
        assert len(b"".join(stranger.get(f"/statistics/2026/rows/{figure}.csv")).splitlines()) == 1
