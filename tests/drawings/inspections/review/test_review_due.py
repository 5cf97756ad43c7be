"""Until when a result is to be public: set with the approval, shown before it, red once it is past."""

import datetime

import pytest
from django.urls import reverse

from drawings.inspections.review import queries
from drawings.models import Draw, Inspection
from wugang_audit.staff.desk import todos_of

WAITING = reverse("inspections:waiting")
LATE = '<span class="tag tag--bad">已过期</span>'


@pytest.fixture
def submitted(inspection, hand_in):
    """Visited on Thursday, 8 October 2026."""
    return hand_in(inspection)


def late(user):
    return [(each.inspection, each.publish_by.day) for each in queries.overdue(user)]


def test_the_day_is_shown_before_the_approval_and_set_with_it(submitted, step, login, reviewer):
    [waits] = queries.with_due_days(queries.to_review(reviewer))
    row = step(submitted, "approved")
    assert row.publish_by == waits.publish_by.day > datetime.date(2026, 10, 8) + datetime.timedelta(20)
    assert queries.with_due_days([row])[0].publish_by == waits.publish_by


@pytest.mark.parametrize("state", ["submitted", "returned", "approved"])
def test_what_is_past_its_day_is_red_for_organiser_and_head(
    state, submitted, step, login, clock, organiser, head, reviewer, lead
):
    row = step(submitted, state) if state != "submitted" else submitted
    due = queries.with_due_days([row])[0].publish_by.day
    clock.moment = datetime.datetime.combine(due, datetime.time(12), tzinfo=datetime.UTC)
    assert (late(organiser), late(head)) == ([], [])  # on the day itself it is not late yet
    clock.move(days=1)
    assert late(organiser) == late(head) == [(row, due)]
    for person in (organiser, head):
        assert LATE in login(person).get(WAITING).content.decode()
    assert (late(reviewer), late(lead)) == ([], [])


def test_what_is_public_is_not_late_and_the_oldest_visit_comes_first(all_of_them, hand_in, step, clock, head):
    first, second, third = all_of_them[:3]
    for row in (second, third, first):
        hand_in(row)
        clock.move(days=1)
    step(Inspection.objects.get(pk=third.pk), "approved", "published")
    clock.move(days=60)
    assert [row for row, _ in late(head)] == [second, first]


def test_the_desk_of_organiser_and_head_says_how_many_are_late(
    submitted, step, clock, organiser, head, reviewer
):
    step(submitted, "approved")
    clock.move(days=60)
    for person, count in ((organiser, [1]), (head, [1]), (reviewer, [])):
        found = [line.count for line in todos_of(person) if line.label == "检查结果过了应公开日期"]
        assert found == count


def test_of_a_sealed_draw_nobody_reads_more_than_was_handed_in(submitted, all_of_them, clock, organiser):
    draw = submitted.selection.draw
    type(draw).objects.filter(pk=draw.pk).update(disclosure="sealed")
    Inspection.objects.filter(pk=all_of_them[1].pk).update(visited_at=clock())
    clock.move(days=60)
    assert [row for row, _ in late(organiser)] == [submitted]


@pytest.mark.parametrize(
    ("days", "postponed", "said"),
    [(0, False, None), (1, False, "逾期 1 个工作日"), (5, False, "逾期 4 个工作日"), (5, True, None)],
)
def test_a_late_visit_is_marked_for_reviewer_and_head(
    clock, submitted, step, login, reviewer, head, days, postponed, said
):
    """Visited on Thursday, 8 October; the Saturday and the Sunday before are not worked."""
    visited = datetime.date(2026, 10, 8)
    Draw.objects.update(visit_by=visited - datetime.timedelta(days))
    Inspection.objects.filter(pk=submitted.pk).update(postponed_to=visited if postponed else None)
    detail = reverse("inspections:detail", args=[submitted.pk])
    everything = reverse("inspections:publish_all", args=[Draw.objects.get().pk])
    for person, pages in ((reviewer, (WAITING, detail)), (head, (WAITING, detail, everything))):
        if person == head:
            step(Inspection.objects.get(pk=submitted.pk), "approved")
        for page in pages:
            html = login(person).get(page).content.decode()
            assert (f">{said}</span>" in html) if said else ("逾期" not in html), page
