"""When a report is complete, and which times and outcomes contradict the rest of it."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from drawings.inspections.field.permit_rows import PermitRows
from drawings.inspections.field.report import Answer, Fault, Report, Stage, faults

HOUR = datetime.timedelta(hours=1)
# Written by hand from the list of outcomes: with these nobody went through the gate.
NOT_ENTERED = ["closed", "untraced", "refused"]
ENTERED = ["clean", "urged", "ordered", "case", "police"]


@pytest.fixture
def find(points):
    """Return the names of the fields that are at fault."""

    def check(report, *, complete=True, published_at=None):
        published_at = published_at or timezone.now() - HOUR
        found = faults(
            report,
            points=points,
            permit=PermitRows([], []),
            published_at=published_at,
            stage=Stage.REPORT if complete else Stage.DRAFT,
        )
        assert all(isinstance(fault, Fault) and fault.message for fault in found)
        return [fault.field for fault in found]

    return check


def test_a_complete_report_has_no_fault(find, full):
    assert find(full()) == []


def test_a_draft_may_be_empty(find):
    assert find(Report(), complete=False) == []


def test_an_empty_report_lacks_everything(find, points):
    verdicts = [f"verdict_{point.pk}" for point in points]
    assert find(Report()) == ["visited_at", *verdicts, "outcome", "summary"]


@pytest.mark.parametrize("part", ["visited_at", "outcome", "summary"])
def test_each_part_is_demanded(part, find, full):
    blank = None if part == "visited_at" else ""
    assert find(full(**{part: blank})) == [part]


@pytest.mark.parametrize("outcome", ENTERED)
def test_each_point_is_demanded_once_somebody_went_in(outcome, find, full, points):
    answers = {point.pk: Answer("pass") for point in points[1:]}
    assert find(full(outcome=outcome, answers=answers)) == [f"verdict_{points[0].pk}"]


@pytest.mark.parametrize("outcome", NOT_ENTERED)
def test_whoever_did_not_go_in_has_found_nothing_in_order(outcome, find, full, points):
    seen = {point.pk: Answer("absent") for point in points}
    assert find(full(outcome=outcome, answers=seen)) == []
    assert find(full(outcome=outcome, answers=seen | {points[0].pk: Answer("pass")})) == ["outcome"]
    assert find(full(outcome=outcome, answers={points[0].pk: Answer("fail", "墙外堆着废料")})) == []


@pytest.mark.parametrize(
    ("outcome", "found"), [("closed", ["outcome"]), ("untraced", ["outcome"]), ("refused", [])]
)
def test_nothing_was_measured_where_nobody_was_there(outcome, found, find, full):
    assert find(full(outcome=outcome, answers={}, readings={("DW001", "化学需氧量"): Decimal(1)})) == found


@pytest.mark.parametrize("outcome", NOT_ENTERED)
def test_the_checklist_may_stay_empty_when_nobody_went_in_but_not_the_summary(outcome, find, full):
    assert find(full(outcome=outcome, answers={})) == []
    assert find(full(outcome=outcome, answers={}, summary="")) == ["summary"]


@pytest.mark.parametrize("outcome", ["urged", *NOT_ENTERED])
def test_a_point_that_fails_needs_a_note(outcome, find, full, points):
    answers = {point.pk: Answer("pass") for point in points if outcome not in NOT_ENTERED}
    failed = points[3].pk
    assert find(full(outcome=outcome, answers=answers | {failed: Answer("fail")})) == [f"note_{failed}"]
    assert find(full(outcome=outcome, answers=answers | {failed: Answer("fail", "标志牌破损")})) == []


def test_a_point_that_fails_contradicts_an_outcome_without_problems(find, full, points):
    answers = {point.pk: Answer("pass") for point in points} | {points[3].pk: Answer("fail", "标志牌破损")}
    report = full(outcome="clean", answers=answers)
    assert find(report) == ["outcome"]
    assert find(report, complete=False) == []


@pytest.mark.parametrize("outcome", ["urged", "ordered", "case", "police"])
def test_a_measure_rests_on_something_that_was_found(outcome, find, full, points):
    passed = {point.pk: Answer("pass") for point in points} | {points[0].pk: Answer("absent")}
    assert find(full(outcome=outcome, answers=passed)) == ["outcome"]
    assert find(full(outcome=outcome, answers=passed), complete=False) == []
    assert find(full(outcome=outcome, answers=passed | {points[3].pk: Answer("fail", "破损")})) == []


def test_a_case_against_who_did_not_let_anybody_in_rests_on_that(find, full):
    assert find(full(outcome="refused", measures={"case": None})) == []


def test_what_is_due_is_due_after_the_visit_and_within_a_year(find, full, clock):
    visit = timezone.localdate()
    for days, wrong in ((-1, True), (0, True), (1, False), (365, False), (366, True)):
        day = visit + datetime.timedelta(days=days)
        found = find(full(outcome="ordered", measures={"order": day}), complete=False)
        assert found == (["due_order"] if wrong else []), days


@pytest.mark.parametrize("complete", [True, False])
def test_a_visit_is_neither_in_the_future_nor_before_the_publication(complete, find, full):
    now = timezone.now()
    assert find(full(visited_at=now + HOUR), complete=complete) == ["visited_at"]
    assert find(full(visited_at=now - HOUR), complete=complete, published_at=now) == ["visited_at"]


def test_a_visit_in_the_very_minute_of_the_publication_counts(find, full, clock):
    clock.move(seconds=50)
    minute = clock.moment.replace(second=0)
    assert find(full(visited_at=minute), published_at=clock.moment) == []
    assert find(full(visited_at=minute - datetime.timedelta(minutes=1)), published_at=clock.moment) == [
        "visited_at"
    ]
