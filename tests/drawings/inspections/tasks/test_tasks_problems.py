"""困难与问题: more time is asked for and granted or refused, problems are reported, what goes upwards is marked."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from drawings.inspections.tasks import problems, verbs
from drawings.models import Draw, Inspection, Problem
from drawings.states import Refused
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.audit.models import AuditEntry

DUE, WANTED = datetime.date(2026, 10, 20), datetime.date(2026, 11, 3)


@pytest.fixture
def reported(row, second):
    return verbs.report(inspection=row, reason="进厂道路被洪水冲断", actor=second)


def answered(problem, actor, decision, answer="", goes_up=False, **more):
    return verbs.answer(
        problem=problem, decision=decision, answer=answer, goes_up=goes_up, actor=actor, **more
    )


def also(user, role):
    RoleGrant.objects.create(user=user, role=role)
    return User.objects.get(pk=user.pk)


def test_a_granted_postponement_moves_the_due_day_and_no_version(row, asked, organiser):
    version = row.version
    answered(asked, organiser, "granted")
    row = Inspection.objects.get(pk=row.pk)
    assert (row.postponed_to, row.due_on, row.version) == (WANTED, WANTED, version)
    problem = Problem.objects.get()
    assert (problem.decision, problem.decided_by, problem.answer) == ("granted", organiser, "")


def test_another_day_may_be_granted_than_the_one_asked_for(row, asked, organiser):
    answered(asked, organiser, "granted", postpone_to=datetime.date(2026, 10, 27))
    assert Inspection.objects.get(pk=row.pk).due_on == datetime.date(2026, 10, 27)
    assert Problem.objects.get().postpone_to == WANTED  # what was asked stays as it was


def test_a_refused_postponement_changes_nothing_and_says_why(row, asked, organiser):
    with pytest.raises(Refused, match="写明答复"):
        answered(asked, organiser, "refused", "  ")
    answered(asked, organiser, "refused", "设备月底恢复生产")
    assert Inspection.objects.get(pk=row.pk).due_on == DUE
    assert Problem.objects.get().answer == "设备月底恢复生产"


def test_one_request_for_more_time_waits_at_a_time(row, asked, second, lead, organiser):
    with pytest.raises(Refused, match="已经申请延到 2026-11-03，正在等答复"):
        verbs.postpone(inspection=row, postpone_to=WANTED, reason="同上", actor=second)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database keeps it too
        Problem.objects.create(inspection=row, kind="postpone", asked_by=second, asked_at=timezone.now())
    answered(asked, organiser, "granted")
    later = WANTED + datetime.timedelta(days=3)
    verbs.postpone(inspection=row, postpone_to=later, reason="又停产", actor=second)
    assert Problem.objects.filter(decided_at=None).count() == 1


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-10-07", "已经过了"), ("2026-10-08", "请填它以后"), ("2026-10-20", "请填它以后"), ("2026-10-21", ""),
        ("2027-01-30", ""), ("2027-01-31", "最晚只能延到 2027-01-30"),
    ],
)  # fmt: skip
def test_a_day_lies_after_the_due_day_and_thirty_days_after_the_quarter_at_most(day, said, row, lead):
    day = datetime.date.fromisoformat(day)
    if said:
        with pytest.raises(Refused, match=said):
            verbs.postpone(inspection=row, postpone_to=day, reason="停产", actor=lead)
    else:
        assert verbs.postpone(inspection=row, postpone_to=day, reason="停产", actor=lead).postpone_to == day


def test_a_late_visit_is_postponed_from_today_on_and_a_hopeless_one_not_at_all(
    row, due, lead, settings, clock
):
    due(row.selection.draw, -2)
    row = Inspection.objects.get(pk=row.pk)
    fault = problems.fault_of_day(row, datetime.date(2026, 10, 7), timezone.localdate())
    assert fault == "这一天已经过了，请填今天或今天以后的日期。"
    assert problems.fault_of_day(row, datetime.date(2026, 10, 8), timezone.localdate()) == ""
    settings.POSTPONEMENT_DAYS = -100
    assert "改为报告困难" in problems.fault_of_day(row, WANTED, timezone.localdate())


def test_a_draw_with_a_day_after_its_quarter_counts_from_that_day(row, due):
    due(row.selection.draw, 100)  # 2027-01-16
    assert problems.last_day(Inspection.objects.get(pk=row.pk)) == datetime.date(2027, 2, 15)


def test_after_the_report_is_handed_in_nothing_is_postponed(row, asked, step, organiser, lead):
    step(row, "submitted")
    with pytest.raises(Refused, match="不用再延期"):
        verbs.postpone(inspection=row, postpone_to=WANTED, reason="停产", actor=lead)
    with pytest.raises(Refused, match="检查组已经提交"):
        answered(asked, organiser, "granted")
    answered(asked, organiser, "refused", "已经提交")
    assert Inspection.objects.get(pk=row.pk).postponed_to is None


def test_a_problem_is_answered_and_changes_no_task(row, reported, organiser):
    with pytest.raises(Refused, match="选择处理结果"):
        answered(reported, organiser, "granted", "好")
    with pytest.raises(Refused, match="写明答复"):
        answered(reported, organiser, "answered")
    answered(reported, organiser, "answered", "已联系乡镇修路", goes_up=True)
    with pytest.raises(
        Refused, match=f"{organiser.full_name}已在 2026-10-08 .* 答复：已答复。您的答复没有记下"
    ):
        answered(reported, organiser, "answered", "又一次")
    assert Inspection.objects.get(pk=row.pk).due_on == DUE
    assert list(Problem.objects.filter(goes_up=True)) == [reported]


def test_what_was_answered_is_put_on_the_list_and_taken_off_it(reported, organiser):
    with pytest.raises(Refused, match="请先答复"):
        verbs.mark(problem=reported, goes_up=True, actor=organiser)
    answered(reported, organiser, "answered", "已上报市局")
    for goes_up in (True, False):
        verbs.mark(problem=reported, goes_up=goes_up, actor=organiser)
        assert Problem.objects.get().goes_up == goes_up
        with pytest.raises(Refused, match="没有改动"):
            verbs.mark(problem=reported, goes_up=goes_up, actor=organiser)


def test_others_than_the_team_ask_nothing(row, outsider, organiser, reviewer):
    for actor in (outsider, organiser, reviewer):
        for verb, more in (
            (verbs.report, {}), (verbs.ask_recusal, {}), (verbs.postpone, {"postpone_to": WANTED}),
        ):  # fmt: skip
            with pytest.raises(PermissionDenied):
                verb(inspection=row, reason="停产", actor=actor, **more)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_answers(role, reported, person):
    actor = person("somebody", role)
    with pytest.raises(PermissionDenied):
        answered(reported, actor, "answered", "好")
    with pytest.raises(PermissionDenied):
        verbs.mark(problem=reported, goes_up=True, actor=actor)


def test_nobody_decides_on_what_he_asked_or_on_a_visit_that_he_has_a_part_in(
    asked, lead, second, row, organiser
):
    for actor in (lead, second):
        actor = also(actor, Role.ORGANISER)
        with pytest.raises(Refused, match="另一名组织者"):
            answered(asked, actor, "granted")
        assert list(problems.waiting_for(actor)) == []
    assert list(problems.waiting_for(organiser)) == [asked]


def test_who_asked_and_is_on_no_team_any_more_does_not_decide_either(asked, organiser):
    Problem.objects.update(asked_by=organiser)
    with pytest.raises(Refused, match="另一名组织者"):
        answered(asked, organiser, "granted")
    assert list(problems.waiting_for(organiser)) == []


def test_a_void_draw_is_asked_about_no_more(asked, row, lead, organiser):
    Draw.objects.update(state="void")
    for act in (
        lambda: verbs.report(inspection=row, reason="停产", actor=lead),
        lambda: answered(asked, organiser, "granted"),
    ):
        with pytest.raises(Refused, match="已作废"):
            act()
    assert list(problems.requests()) == []


def test_the_trail_tells_the_step_and_never_the_words(row, asked, reported, lead, organiser):
    answered(asked, organiser, "granted", "同意两周")
    answered(reported, organiser, "answered", "已联系乡镇")
    verbs.mark(problem=reported, goes_up=True, actor=organiser)
    verbs.ask_recusal(inspection=row, reason="姐姐在该单位任职", actor=lead)
    entries = AuditEntry.objects.order_by("-index")[:6][::-1]
    assert [(entry.action, entry.changes) for entry in entries] == [
        ("申请延期", {"problem": asked.pk}),
        ("报告困难或问题", {"problem": reported.pk}),
        (
            "答复困难与问题",
            {"problem": asked.pk, "decision": "granted", "goes_up": False, "until": "2026-11-03"},
        ),
        ("答复困难与问题", {"problem": reported.pk, "decision": "answered", "goes_up": False}),
        ("改动是否上报", {"problem": reported.pk, "goes_up": True}),
        ("申请回避", {"request": row.recusal_requests.get().pk}),
    ]
    assert {entry.target_key for entry in entries} == {f"drawings.inspection:{row.pk}"}


def test_under_seal_the_trail_names_the_draw_alone(row, lead):
    Draw.objects.update(disclosure="sealed")
    verbs.report(inspection=row, reason="道路不通", actor=lead)
    entry = AuditEntry.objects.latest("index")
    assert entry.target_key == f"drawings.draw:{row.selection.draw_id}"
    assert row.selection.name not in f"{entry.target}{entry.changes}"
