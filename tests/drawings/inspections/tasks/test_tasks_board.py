"""The board counted again by plain loops, what a seal hides on it, and what it costs."""

import datetime
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from drawings.deadlines import publish_by
from drawings.inspections.tasks.board import Board, Counts, OfficerLine
from drawings.models import Draw, Inspection
from drawings.states import InspectionState
from drawings.statistics import evaluation
from enforcers.models import Officer

URL = "/inspections/board/"
TODAY = datetime.date(2026, 10, 8)


@pytest.fixture
def mixed(published_draw, due, put):
    """Inspections in every state: one late, one postponed, one that should be public."""
    due(published_draw, -2)
    rows = list(Inspection.objects.order_by("selection"))
    put(rows[0], state="submitted", publish_by=datetime.date(2026, 10, 7))
    long_ago = datetime.datetime(2026, 8, 20, 2, tzinfo=datetime.UTC)
    put(rows[1], state="returned", visited_at=long_ago)
    put(rows[2], state="published", publish_by=datetime.date(2026, 10, 1))
    put(rows[3], postponed_to=datetime.date(2026, 10, 8))
    put(rows[4], state="approved", publish_by=TODAY)
    return list(Inspection.objects.order_by("selection"))


def plain(rows):
    """The counts of these inspections, one by one."""
    found = dict.fromkeys(Counts.__annotations__, 0)
    for row in rows:
        due = row.postponed_to or row.selection.draw.visit_by
        found["load"] += 1
        found[row.state] += 1
        found["late"] += row.state == "draft" and due is not None and due < TODAY
        found["postponed"] += row.postponed_to is not None
        by = row.publish_by or row.visited_at and publish_by(timezone.localdate(row.visited_at)).day
        handed_in = row.state not in ("draft", "published")
        found["late_for_publication"] += handed_in and by is not None and by < TODAY
    return Counts(**found)


def test_every_number_is_that_of_a_plain_count(mixed, login, organiser, head):
    for person in (organiser, head):
        board = login(person).get(URL).context["board"]
        [line] = board.draws
        assert line.counts == plain(mixed)
        assert line.counts.late == sum(row.state == "draft" for row in mixed) - 1
        by_name = {each.name: each.counts for each in board.officers}
        assert by_name == {
            officer.name: plain([row for row in mixed if row.is_on_team(officer.user)])
            for officer in Officer.objects.all()
            if any(row.is_on_team(officer.user) for row in mixed)
        }
        assert not board.sealed


def test_board_and_own_figures_count_the_same(mixed, published_draw, login, organiser):
    """The organiser's line of an officer, and what the officer reads of himself, state by state."""
    columns = {column.code: place for place, column in enumerate(evaluation.COLUMNS)}
    lines = {each.name: each.counts for each in login(organiser).get(URL).context["board"].officers}
    for officer in Officer.objects.filter(name__in=lines):
        [work] = login(officer.user).get("/desk/statistics/own/").context["rows"]
        counts = lines[officer.name]
        assert {
            code: work.numbers[columns[code]] for code in ("tasks", "overdue", *InspectionState.values)
        } == {
            "tasks": counts.load,
            "overdue": counts.late,
            **{state: getattr(counts, state) for state in InspectionState.values},
        }
        assert counts.load == sum(getattr(counts, state) for state in InspectionState.values)
        assert counts.done == counts.submitted + counts.approved + counts.published


def test_the_bars_are_no_images(mixed, login, organiser):
    text = login(organiser).get(URL).content.decode()
    assert f'<progress value="3" max="{len(mixed)}" aria-label="已提交">3/{len(mixed)}</progress>' in text


def test_under_seal_an_officer_s_line_counts_what_was_handed_in_alone(mixed, login, organiser):
    Draw.objects.update(disclosure="sealed")
    page = login(organiser).get(URL)
    board = page.context["board"]
    assert board.draws[0].counts == plain(mixed)  # the whole draw: its size is public
    handed_in = [row for row in mixed if row.state != InspectionState.DRAFT]
    assert {each.name: each.counts for each in board.officers} == {
        officer.name: plain([row for row in handed_in if row.is_on_team(officer.user)])
        for officer in Officer.objects.all()
        if any(row.is_on_team(officer.user) for row in handed_in)
    }
    text = page.content.decode()
    assert "只计已经提交的" in text
    names = {word for row in mixed for word in (row.selection.name, row.selection.source.number)}
    assert [name for name in names if name in text] == []


def test_under_seal_the_lines_do_not_depend_on_who_was_sent(published_draw, login, organiser):
    """Nothing is handed in: no officer has a line, whatever his load."""
    Draw.objects.update(disclosure="sealed")
    board = login(organiser).get(URL).context["board"]
    assert (board.officers, board.draws[0].counts.draft) == ([], Inspection.objects.count())


def test_the_quarter_narrows_it_and_a_finished_one_is_shown_when_asked_for(mixed, login, organiser):
    client = login(organiser)
    old = Draw.objects.create(code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser)
    assert [line.draw.code for line in client.get(URL).context["board"].draws] == ["2026Q4"]
    Inspection.objects.update(state="published")
    assert client.get(URL).context["board"].draws == []
    assert [line.draw.code for line in client.get(URL, {"quarter": "2026Q4"}).context["board"].draws] == [
        "2026Q4"
    ]
    assert client.get(URL, {"quarter": old.code}).context["board"].draws == []  # it drew nobody
    Inspection.objects.update(state="draft")
    assert [line.draw.code for line in client.get(URL, {"quarter": "1999Q9"}).context["board"].draws] == [
        "2026Q4"
    ]


def test_a_void_draw_is_on_no_board(mixed, login, organiser):
    Draw.objects.update(state="void")
    assert login(organiser).get(URL).context["board"].draws == []


def test_it_costs_as_many_queries_with_one_inspection_as_with_all(mixed, login, organiser):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    client = login(organiser)
    many = queries()
    Inspection.objects.exclude(pk=mixed[0].pk).delete()
    assert queries() == many


def test_the_list_marks_what_should_be_public_and_finds_it(published_draw, put, login, organiser):
    late, public = Inspection.objects.order_by("selection")[:2]
    put(late, state="approved", publish_by=datetime.date(2026, 10, 7))
    put(public, state="published", publish_by=datetime.date(2026, 10, 7))
    page = login(organiser).get(reverse("inspections:all"), {"late": "publish"})
    assert list(page.context["page_obj"]) == [late]
    page = login(organiser).get(reverse("inspections:all"))
    assert page.content.decode().count('<span class="tag tag--bad">已过期</span>') == 1
    assert "已逾期</span>" not in page.content.decode()
    put(public, state="draft", postponed_to=datetime.date(2026, 10, 7))
    page = login(organiser).get(reverse("inspections:all"))
    assert page.content.decode().count('<span class="tag tag--bad">已逾期</span>') == 1


@pytest.mark.parametrize(
    ("who", "leads", "title"),
    [("reviewer", "等我办的", "等我办的"), ("head", "等我办的", "等我办的"),
     ("organiser", "过了应公开日期的", "过了应公开日期的")],
)  # fmt: skip
def test_the_list_of_all_leads_to_the_one_that_awaits_the_person(
    who, leads, title, published_draw, login, request
):
    client, url = login(request.getfixturevalue(who)), reverse("inspections:waiting")
    assert f'href="{url}">{leads}</a>' in client.get(reverse("inspections:all")).content.decode()
    assert f"<h1>{title}</h1>" in client.get(url).content.decode()


def test_the_list_finds_visits_that_are_late(published_draw, mixed, login, organiser):
    found = login(organiser).get(reverse("inspections:all"), {"late": "visit"}).context["page_obj"]
    assert list(found) == [row for row in mixed if row.state == "draft" and row.postponed_to is None]


def test_what_waits_stands_open_and_the_rest_is_folded():
    none = Counts(3, 3, 0, 0, 0, 0, 0, 0, 0)
    calm = OfficerLine("甲", none, 0)
    waiting = [
        OfficerLine("乙", replace(none, late=1), 0),
        OfficerLine("丙", replace(none, returned=1), 0),
        OfficerLine("丁", replace(none, late_for_publication=1), 0),
        OfficerLine("戊", none, 1),
    ]
    board = Board([], [calm, *waiting], sealed=False)
    assert (board.calm, board.waiting) == ([calm], waiting)
