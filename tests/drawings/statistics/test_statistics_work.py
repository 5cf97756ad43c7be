"""How the work went, by officer and by team: counted again in plain Python, and shown to whom it concerns."""

import datetime
from collections import defaultdict

import pytest
from django.utils import timezone

from drawings.models import Draw, Inspection, TeamMember
from drawings.states import InspectionState
from drawings.statistics import evaluation
from sources.models import PollutionSource

DUE = datetime.date(2026, 12, 31)


def plain(rows):
    today, numbers = timezone.localdate(), [0] * len(evaluation.COLUMNS)
    for row in rows:
        due, handed_in = row.postponed_to or DUE, row.state != "draft"
        visited = row.visited_at and timezone.localtime(row.visited_at).date()
        is_open = row.state == "draft"
        each = [
            1,
            is_open,
            is_open and due < today,
            row.state == "returned",
            row.state == "submitted",
            row.state == "approved",
            row.state == "published",
            bool(handed_in and visited and visited <= due),
            bool(handed_in and visited and visited > due),
            sum(move.state == "returned" for move in row.moves.all()),
            sum(found.verdict == "fail" for found in row.findings.all()) if handed_in else 0,
        ]
        numbers = [one + other for one, other in zip(numbers, each, strict=True)]
    return tuple(numbers)


def by_hand(draw, keep=lambda row: True):
    officers, teams = defaultdict(list), defaultdict(list)
    for row in Inspection.objects.filter(selection__draw=draw):
        if not keep(row):
            continue
        people = sorted(member.officer.name for member in row.selection.team.all())
        teams[frozenset(people)].append(row)
        for name in people:
            officers[name].append(row)
    return (
        {name: plain(rows) for name, rows in officers.items()},
        {names: plain(rows) for names, rows in teams.items()},
    )


def found(draw):
    result = evaluation.evaluate(draw)
    return (
        {row.name: row.numbers for row in result.officers},
        {frozenset(row.name.split("、")): row.numbers for row in result.teams},
    )


@pytest.mark.parametrize("seed", range(6))
def test_each_number_is_what_loops_over_the_tasks_count(seed, draw_of, filler, clock):
    draw = draw_of(4)
    filler(draw, seed).fill()
    assert found(draw) == by_hand(draw)
    clock.move(days=100)  # after the last day, before some of the postponed ones
    assert found(draw) == by_hand(draw)
    clock.move(days=30)
    assert found(draw) == by_hand(draw)
    assert sum(row.numbers[0] for row in evaluation.evaluate(draw).teams) == 6


def test_whoever_was_replaced_has_the_task_no_more(draw_of, filler, officers, clock, sql):
    draw = draw_of(4)
    filler(draw, 1).fill(InspectionState.SUBMITTED)
    gone = TeamMember.objects.filter(selection__draw=draw).first()
    before = {row.name: row.numbers[0] for row in evaluation.evaluate(draw).officers}
    steps_in = next(
        one for one in officers if one.pk not in gone.selection.team.values_list("officer", flat=True)
    )
    TeamMember.objects.create(
        selection=gone.selection, officer=steps_in, name=steps_in.name, is_lead=gone.is_lead, replaces=gone
    )
    after = {row.name: row.numbers[0] for row in evaluation.evaluate(draw).officers}
    assert after.get(steps_in.name, 0) == before.get(steps_in.name, 0) + 1
    assert after == {name: rows[0] for name, rows in by_hand(draw)[0].items()}


@pytest.mark.parametrize(("more_units", "tasks"), [(0, 6), (100, 31)])
def test_two_queries_whatever_the_number_of_units(
    more_units, tasks, draw_of, filler, source_of, django_assert_num_queries, clock
):
    PollutionSource.objects.bulk_create(source_of(serial) for serial in range(100, 100 + more_units))
    draw = draw_of(4)
    filler(draw).fill()
    with django_assert_num_queries(2):
        result = evaluation.evaluate(draw)
    assert sum(row.numbers[0] for row in result.teams) == tasks


def test_of_a_sealed_draw_nobody_reads_whose_the_open_tasks_are(sealed, filler, clock):
    for number, row in enumerate(Inspection.objects.order_by("pk")):
        state = InspectionState.SUBMITTED if number < 2 else InspectionState.DRAFT
        filler(sealed, number).task(row, state)
    assert found(sealed) == by_hand(sealed, lambda row: row.state != "draft")
    assert evaluation.evaluate(sealed).left_out == 4
    Draw.objects.filter(pk=sealed.pk).update(unsealed_at=timezone.now())
    opened = Draw.objects.get(pk=sealed.pk)
    assert found(opened) == by_hand(opened)
    assert evaluation.evaluate(opened).left_out == 0


def test_an_officer_reads_his_own_numbers_sealed_or_not_and_nobody_else_s(
    sealed, filler, login, officers, clock
):
    filler(sealed, 4).fill(InspectionState.DRAFT)
    Inspection.objects.filter(pk=Inspection.objects.first().pk).update(state=InspectionState.SUBMITTED)
    everybody, _ = by_hand(sealed)
    for officer in officers:
        page = login(officer.user).get("/desk/statistics/own/")
        rows = [(row.name, row.numbers) for row in page.context["rows"]]
        mine = everybody.get(officer.name)
        assert rows == ([("2026年第4季度抽查", mine)] if mine else [])
        text = page.content.decode().partition("<main")[2]
        assert not any(other.name in text for other in officers if other != officer)
        assert login(officer.user).get(f"/desk/statistics/{sealed.code}/work/").status_code == 403


def test_organiser_and_head_read_the_page_and_the_public_has_none(draw_of, filler, login, organiser, head, reviewer, stranger, clock):  # fmt: skip
    draw = draw_of(4)
    filler(draw, 2).fill()
    address = f"/desk/statistics/{draw.code}/work/"
    for user in (organiser, head):
        text = login(user).get(address).content.decode()
        assert all(row.name in text for row in evaluation.evaluate(draw).officers)
    assert login(reviewer).get(address).status_code == 403
    assert address not in login(reviewer).get(f"/desk/statistics/{draw.code}/").content.decode()
    assert stranger.get(address)["Location"].startswith("/accounts/login/")


def test_a_quarter_without_tasks_says_so(draw_of, login, officers, clock):
    page = login(officers[0].user).get("/desk/statistics/own/").content.decode()
    assert "还没有任务" in page
