"""One after the other: who has waited longest comes first, and nobody is led to what he may not decide."""

import pytest
from django.urls import reverse
from pages import said

from drawings.inspections.review import queries
from drawings.models import Inspection
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User

WAITING = reverse("inspections:waiting")


def detail(row):
    return reverse("inspections:detail", args=[row.pk])


@pytest.fixture
def in_line(all_of_them, hand_in, clock):
    """Three reports, handed in one hour after the other, in an order that is not that of the list."""
    rows = [all_of_them[place] for place in (2, 0, 1)]
    for row in rows:
        clock.move(hours=1)
        hand_in(row)
    return rows


@pytest.fixture
def approved(in_line, step, clock):
    for row in reversed(in_line):
        clock.move(hours=1)
        step(Inspection.objects.get(pk=row.pk), "approved")
    return in_line[::-1]


@pytest.fixture
def with_role():
    def give(user, role):
        RoleGrant.objects.create(user=user, role=role)
        return User.objects.get(pk=user.pk)

    return give


@pytest.mark.parametrize(("decision", "state"), [("approve_next", "approved"), ("return_next", "returned")])
def test_the_reviewer_goes_on_to_the_one_that_has_waited_longest(decision, state, in_line, decide, reviewer):
    first, second, third = in_line
    answer = decide(reviewer, second, decision, comment="补充时间")
    assert (answer["Location"], Inspection.objects.get(pk=second.pk).state) == (detail(first), state)
    assert decide(reviewer, first, decision, comment="补充时间")["Location"] == detail(third)
    end = decide(reviewer, third, decision, comment="补充时间", follow=True)
    assert end.redirect_chain[-1][0] == WAITING
    assert said(end)[-1] == "没有等您审核的了。"


def test_a_return_with_notes_alone_goes_on_too(in_line, decide, reviewer):
    first, second, _ = in_line
    assert decide(reviewer, first, "return_next", note_on_summary="写明时间")["Location"] == detail(second)
    assert [note.text for note in first.review_notes.all()] == ["写明时间"]


def test_the_message_names_the_one_that_was_decided(in_line, decide, reviewer):
    answer = decide(reviewer, in_line[0], "approve_next", follow=True)
    assert said(answer) == [f"{in_line[0].selection.name}：审核已通过，等负责人确认公开。"]


def test_who_goes_on_is_never_led_to_a_visit_of_his_own(
    all_of_them, hand_in, clock, decide, with_role, outsider
):
    """An officer who also reviews, as an older database may hold it, is led past his own."""
    for row in all_of_them:
        clock.move(hours=1)
        hand_in(row)
    actor = with_role(outsider, Role.REVIEWER)
    others = [row for row in all_of_them if not row.took_part(actor)]
    assert 0 < len(others) < len(all_of_them)
    assert list(queries.to_review(actor)) == others
    for row, following in zip(others, [*map(detail, others[1:]), WAITING], strict=True):
        assert decide(actor, row, "approve_next")["Location"] == following


def test_the_head_goes_on_and_is_never_led_to_what_he_approved_or_took_part_in(
    approved, login, head, reviewer, with_role
):
    first, second, third = approved
    both = with_role(reviewer, Role.HEAD)
    assert list(queries.to_publish(both)) == []
    client = login(head)
    for row, following in ((first, detail(second)), (second, detail(third)), (third, WAITING)):
        values = {"version": Inspection.objects.get(pk=row.pk).version, "then": "next"}
        answer = client.post(reverse("inspections:publish", args=[row.pk]), values)
        assert answer["Location"] == following
    assert said(client.get(WAITING))[-1] == "没有等您确认公开的了。"
    assert Inspection.objects.disclosed().count() == 3


def test_what_is_due_first_is_confirmed_first(approved, head):
    first, second, third = approved
    Inspection.objects.filter(pk=third.pk).update(publish_by="2026-10-20")
    Inspection.objects.filter(pk=second.pk).update(publish_by="2026-10-22")
    assert list(queries.to_publish(head)) == [third, second, first]


def test_one_may_be_left_for_later(in_line, login, reviewer):
    first, second, third = in_line
    client = login(reviewer)
    for row, following in ((first, second), (second, third), (third, first)):
        found = client.get(detail(row)).context["queue"]
        assert (found.others, found.following) == (2, following.pk)


def test_the_last_one_offers_no_next(in_line, decide, login, reviewer):
    for row in in_line[:2]:
        decide(reviewer, row, "approve")
    page = login(reviewer).get(detail(in_line[2])).content.decode()
    assert "approve_next" not in page and 'value="approve"' in page


def test_the_page_of_what_waits_lists_the_oldest_first(in_line, login, reviewer, head, organiser, step):
    page = login(reviewer).get(WAITING)
    assert [each.inspection for each in page.context["to_review"]] == in_line
    assert page.context["to_publish"] == []
    step(Inspection.objects.get(pk=in_line[0].pk), "approved")
    page = login(head).get(WAITING)
    assert page.context["to_review"] == []
    assert [each.inspection for each in page.context["to_publish"]] == [in_line[0]]
    page = login(organiser).get(WAITING)
    assert (page.context["to_review"], page.context["to_publish"]) == ([], [])


def test_the_desk_leads_to_what_waits(in_line, login, reviewer):
    page = login(reviewer).get("/desk/")
    assert [(line.url, line.count) for line in page.context["todos"]] == [(WAITING, 3)]
