"""What of the tasks stands on the desk and goes by mail: what is late, due today, due tomorrow, and asked."""

import datetime

import pytest
from django.utils import timezone

from drawings.ceremony import verbs as ceremony
from drawings.inspections.review.queries import overdue
from drawings.inspections.tasks import verbs
from drawings.inspections.tasks.queries import due_lines
from drawings.models import Draw, Inspection
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.staff.desk import todos_of

TODAY = datetime.date(2026, 10, 8)


def told(user, day=TODAY):
    return [(line.label, line.count, line.tone) for line in due_lines(user, day)]


def test_an_officer_reads_what_is_late_due_today_and_due_tomorrow(published_draw, busy, due, put):
    user, rows = busy
    due(published_draw, 30)
    assert told(user) == []
    for row, days in zip(rows, (-1, 0, 1, 2), strict=False):
        put(row, postponed_to=TODAY + datetime.timedelta(days=days))
    assert told(user) == [("检查已逾期", 1, "bad"), ("检查今天到期", 1, "warn"), ("检查明天到期", 1, "warn")]
    assert told(user, TODAY - datetime.timedelta(days=2)) == [("检查明天到期", 1, "warn")]
    put(rows[0], state="submitted")
    assert told(user)[0] == ("检查今天到期", 1, "warn")


def test_the_desk_says_it_in_red(published_draw, busy, due, login):
    due(published_draw, -1)
    page = login(busy[0]).get("/desk/").content.decode()
    assert f'<span class="tag tag--bad">{len(busy[1])} 项</span>' in page


@pytest.fixture
def changed_registry(published_draw, item, organiser):
    """A second draft after a change in the registry: somebody, an officer too, is to read what changed."""
    draw = ceremony.start(year=2026, quarter=3, item=item, actor=organiser)
    source = PollutionSource.objects.order_by("pk").last()
    source.is_active = False
    source.save()
    return draw


def test_the_desk_begins_with_what_is_late_then_due_then_returned(
    published_draw, busy, due, put, changed_registry, login
):
    user, rows = busy
    due(published_draw, 30)
    for row, days in zip(rows, (-1, 0, 1), strict=False):
        put(row, postponed_to=TODAY + datetime.timedelta(days=days))
    put(rows[3], state="returned")
    labels = [line.label for line in login(user).get("/desk/").context["todos"]]
    due_first = ["检查已逾期", "检查今天到期", "检查明天到期", "检查被退回，请补充"]
    assert labels[:4] == due_first
    assert "请核对名录的" in labels[4]
    assert labels[5:] == ["检查任务待填报"]


def test_what_is_late_comes_before_the_steps_of_a_draw(
    published_draw, due, put, changed_registry, organiser, head
):
    due(published_draw, -1)
    first, *others = todos_of(organiser)
    assert (first.label, first.tone) == ("检查已逾期", "bad")
    assert [line.label for line in others if changed_registry.title in line.label]
    unpublished = Inspection.objects.order_by("selection").first()
    put(unpublished, state="approved", publish_by=TODAY - datetime.timedelta(days=1))
    assert [line.tone for line in todos_of(head)][:2] == ["bad", "info"]
    assert "请核对名录的" in todos_of(head)[1].label


def test_the_organiser_reads_the_number_of_all_late_ones_sealed_or_not(
    published_draw, due, put, organiser, login
):
    due(published_draw, -1)
    rows = list(Inspection.objects.all())
    seen = timezone.make_aware(datetime.datetime(2026, 8, 3, 10))
    put(rows[0], state="submitted", visited_at=seen, publish_by=TODAY - datetime.timedelta(days=1))
    for disclosure in ("open", "sealed"):
        Draw.objects.update(disclosure=disclosure)
        assert told(organiser) == [
            ("检查已逾期", len(rows) - 1, "bad"), ("检查结果过了应公开日期", 1, "bad"),
        ]  # fmt: skip
        text = login(organiser).get("/desk/").content.decode()
        assert not any(row.selection.name in text for row in rows)


def test_reviewer_and_head_read_what_is_past_its_day_once_and_where_it_stands(
    published_draw, clock, put, step, reviewer, head
):
    rows = list(Inspection.objects.order_by("selection")[:3])
    late = {
        "publish_by": TODAY - datetime.timedelta(days=1),
        "visited_at": timezone.make_aware(datetime.datetime(2026, 8, 3, 10)),
    }
    step(rows[0], "submitted")
    step(rows[1], "submitted", "approved")
    step(rows[2], "submitted")
    for row in rows[:2]:
        put(row, **late)
    put(rows[2], publish_by=TODAY)
    assert told(reviewer) == [("待审核的检查结果过了应公开日期", 1, "bad")]
    assert told(head) == [("检查结果过了应公开日期", 2, "bad")]
    # The desk has no second line for the same, and leads to the list that counts the same.
    lines = [line for line in todos_of(head) if "公开日期" in line.label]
    assert [(line.count, line.url) for line in lines] == [(2, "/inspections/waiting/")]
    assert len(overdue(head)) == 2
    own = User.objects.get(pk=rows[0].selection.team.first().officer.user_id)
    RoleGrant.objects.create(user=own, role=Role.REVIEWER)
    assert "待审核的检查结果过了应公开日期" not in [label for label, _, _ in told(own)]


def test_what_is_asked_waits_for_the_organisers_who_may_answer(
    inspection, clock, lead, organiser, organiser2
):
    verbs.report(inspection=inspection, reason="道路不通", actor=lead)

    def waiting(user):
        return [(line.count, line.url) for line in todos_of(user) if line.label == "困难与问题待答复"]

    assert waiting(organiser) == waiting(organiser2) == [(1, "/inspections/problems/?state=waiting")]
    problem = inspection.problems.get()
    verbs.answer(problem=problem, decision="answered", answer="已联系", goes_up=False, actor=organiser)
    assert waiting(organiser) == []


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SECURITY, Role.AUDITOR])
def test_others_are_told_nothing(role, published_draw, due, person):
    due(published_draw, -1)
    assert told(person("somebody", role)) == []
    assert timezone.localdate() == TODAY
