"""The demonstration: one command sets everything up, a second run changes nothing, a real site is left alone."""

import datetime
from collections import Counter

import pytest
from demo_built import NOW, played  # noqa: F401 - the fixture
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from drawings.deadlines import late_for_publication
from drawings.demo import texts
from drawings.demo.busiest import busiest
from drawings.demo.play import QUARTERS, quarters
from drawings.models import (
    ChecklistVersion,
    Correction,
    Draw,
    DrawFile,
    Finding,
    Inspection,
    InspectionChecklist,
    LogEntry,
    Measure,
    Objection,
    Plan,
    PrivacyMark,
    Problem,
    QuarterReport,
    Reading,
    RecusalRequest,
    Redaction,
    Sampling,
    Substitution,
    TeamMember,
)
from drawings.models.inspection import Outcome
from drawings.states import DrawState, InspectionState
from enforcers.models import Officer
from sources.models import PermitCondition, PollutionSource
from wugang_audit import clock as site_clock
from wugang_audit.accounts import approvals
from wugang_audit.accounts.demo import accounts
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.imports import undo
from wugang_audit.imports.importer import importer_of
from wugang_audit.imports.models import ImportJob

TODAY = NOW.date()


@pytest.fixture
def demo(played, db, capsys):  # noqa: F811
    """Run it once more."""

    def run():
        with site_clock.at(NOW):
            call_command("demo", no_serve=True)
        return capsys.readouterr().out

    return run


def test_one_command_leaves_inspections_in_every_state_and_a_quarter_to_draw(demo, stranger):
    told = demo()
    assert (PollutionSource.objects.count(), Officer.objects.count()) == (282, 12)
    with_permit = PermitCondition.objects.values("source").distinct().count()
    assert (PermitCondition.objects.count(), with_permit) == (279, 42)
    assert set(Inspection.objects.values_list("state", flat=True)) == set(InspectionState)
    *drawn, draft = Draw.objects.order_by("pk")
    void = DrawState.VOID
    assert [draw.code for draw in drawn if draw.state == void] == ["2025Q3"]
    drawn = [draw for draw in drawn if draw.state != void]
    assert {draw.state for draw in drawn} == {DrawState.PUBLISHED}
    assert (draft.state, draft.code) == (DrawState.DRAFT, "2027Q1")
    # What the machine threw says so; dice that nobody threw would not.
    assert [draw.rests_on_system for draw in drawn] == [False] * 7 + [True]
    waiting = AccountRequest.objects.get()
    assert waiting.is_open and approvals.why_not(waiting, User.objects.get(username="head")) is None
    assert "http://127.0.0.1:8000/" in told and "wugang-demo-2026" in told
    assert stranger.get(f"/draws/{drawn[-1].code}/").status_code == 200


def test_a_second_run_redraws_nothing_and_loses_nothing(demo):
    PollutionSource.objects.filter(number="410481-0001").update(remarks="访客写的")
    tables = (
        PollutionSource,
        PermitCondition,
        Officer,
        User,
        AccountRequest,
        Draw,
        DrawFile,
        LogEntry,
        Inspection,
        AuditEntry,
        ImportJob,
        QuarterReport,
    )
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    demo()
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_database_with_real_accounts_is_left_alone(demo):
    User.objects.filter(username="organiser").update(username="zhangsan")
    before = AuditEntry.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match="正式的账号"):
        demo()
    assert (AuditEntry.objects.count(), User.objects.count()) == before


def test_its_registries_stand_in_the_list_of_imports_as_any(demo):
    jobs = ImportJob.objects.order_by("pk")
    assert [(job.registry, job.state, job.owner.username, bytes(job.content)) for job in jobs] == [
        (registry, "applied", "admin", b"") for registry in ("sources", "permits", "officers", "credit", "sources")
    ]  # fmt: skip
    for job in jobs:
        assert job.filename.startswith("演示")
        assert job.preview["new"] + job.preview["changed"] > 0
        obstacles = undo.examine(importer_of(job.registry), job).obstacles
        assert not any("历史记录与导入时的记载不符" in each or "没有改动" in each for each in obstacles)


def test_seven_quarters_are_over_and_reported(demo):
    *past, now = Draw.objects.published().order_by("pk")
    assert [draw.code for draw in (*past, now)] == [
        "2025Q1", "2025Q2", "2025Q3-2", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"
    ]  # fmt: skip
    for draw in past:
        rows = Inspection.objects.filter(selection__draw=draw)
        assert set(rows.values_list("state", flat=True)) == {InspectionState.PUBLISHED}, draw.code
        quarter = (draw.year, draw.quarter)
        days = {
            draw.frozen_at,
            *rows.values_list("visited_at", flat=True),
            *rows.values_list("published_at", flat=True),
        }
        assert {(day.year, (day.month + 2) // 3) for day in map(timezone.localtime, days)} == {quarter}
        report = QuarterReport.objects.filter(year=draw.year, quarter=draw.quarter).order_by("version").last()
        assert report.approved_at is not None
    assert QuarterReport.objects.filter(version=2).count() == 1


def test_the_times_of_log_and_trail_do_not_descend(demo):
    assert not AuditEntry.objects.filter(clock_behind=True).exists()
    times = list(AuditEntry.objects.order_by("index").values_list("time", flat=True))
    assert times == sorted(times)
    assert (times[0].year, times[-1].year) == (2024, 2026)


def test_every_story_is_told(demo):
    rows = Inspection.objects.filter(selection__draw__in=Draw.objects.published())
    assert set(rows.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)
    assert {Measure.Kind(kind) for kind in Measure.objects.values_list("kind", flat=True)} == set(
        Measure.Kind
    )
    assert Measure.objects.filter(kind="order", due_on__isnull=False).exists()
    assert Reading.objects.filter(is_over=True).exists() and Reading.objects.filter(is_over=False).exists()
    assert set(Sampling.objects.values_list("is_over", flat=True)) == {True, False, None}
    returned = [row.moves.filter(state="returned").count() for row in rows.filter(state="published")]
    assert {0, 1, 2} == set(returned)
    assert rows.filter(corrections__isnull=False).exists() and PrivacyMark.objects.exists()
    decided = {(row.kind, row.decision) for row in Problem.objects.all()}
    assert decided == {
        ("postpone", "granted"), ("postpone", "refused"), ("postpone", ""), ("report", "answered"), ("report", "")
    }  # fmt: skip
    assert Problem.objects.filter(goes_up=True).exists()
    assert set(RecusalRequest.objects.values_list("decision", flat=True)) == {"granted", "refused", ""}
    assert {"closed", "leave", "recused"} == set(
        Substitution.objects.in_effect().values_list("reason", flat=True)
    )
    assert Substitution.objects.pending().exists()
    assert set(Redaction.objects.in_effect().values_list("text", flat=True)) == {"summary", "finding"}
    assert Redaction.objects.waiting().exists()


def test_a_draw_was_void_another_sealed_and_the_registry_has_changed_since(demo, stranger):
    """So that the public pages of each are seen."""
    void = Draw.objects.get(state="void")
    again = Draw.objects.get(year=void.year, quarter=void.quarter, state="published")
    assert void.drawn_at is None and again.code == f"{void.code}-2"
    assert "两名见证人" in stranger.get(f"/draws/{void.code}/").content.decode()
    sealed = Draw.objects.get(disclosure="sealed")
    visits = Inspection.objects.filter(selection__draw=sealed)
    assert sealed.unsealed_at > max(row.visited_at for row in visits)
    page = stranger.get(f"/draws/{sealed.code}/").content.decode()
    assert "这次抽签曾经" in page and "已于" in page
    struck_off = PollutionSource.objects.get(is_active=False)
    assert struck_off.selections.filter(inspection__outcome="closed").exists()
    assert "退出名录" in stranger.get(f"/units/{struck_off.number}/").content.decode()
    (renamed,) = PollutionSource.history.filter(history_change_reason__startswith=texts.RENAMED)
    assert "集团有限公司" in renamed.name
    page = stranger.get(f"/units/{renamed.number}/").content.decode()
    assert renamed.name in page and renamed.name.replace("集团", "") in page


def test_visits_are_on_time_late_overdue_and_due_tomorrow(demo):
    past = Inspection.objects.filter(state="published").with_due()
    late = [row for row in past if timezone.localdate(row.visited_at) > row.due]
    postponed = [row for row in past if row.postponed_to and timezone.localdate(row.visited_at) <= row.due]
    assert late and postponed and len(late) < past.count() / 4
    assert Inspection.objects.late(TODAY).exists()
    assert Inspection.objects.filter(late_for_publication(TODAY)).exists()
    open_ones = Inspection.objects.with_due().filter(state="draft")
    assert {TODAY + datetime.timedelta(days=1), TODAY + datetime.timedelta(days=8)} <= {
        row.due for row in open_ones
    }


def test_each_list_has_something_for_the_first_officer(demo):
    own = Inspection.objects.with_due().filter(
        selection__draw=Draw.objects.published().order_by("pk").last(),
        selection__team__officer__user=busiest()[0],
    )
    tomorrow = TODAY + datetime.timedelta(days=1)
    drafts = own.filter(state="draft")
    assert drafts.filter(due__lt=TODAY).exists() and drafts.filter(due=tomorrow).exists()
    assert drafts.filter(due__gt=tomorrow, postponed_to__isnull=False).exists()
    assert own.filter(state="returned").exists()


def test_the_officers_shown_are_those_with_the_most_tasks_as_they_were_drawn(demo):
    draw = Draw.objects.published().order_by("pk").last()
    drawn = Counter(
        member.officer.user
        for selection in draw.selections.all()
        for member in TeamMember.ever.filter(selection=selection, replaces=None)
    )
    assert [drawn[user] for user in busiest()] == sorted(drawn.values(), reverse=True)
    assert [each.username for each in accounts() if each.role == "officer"] == [
        user.username for user in busiest()[:2]
    ]


def test_the_command_names_each_account_and_what_there_is_to_see(demo):
    told = demo().split("\n")
    for account in accounts():
        (line,) = [line for line in told if line.split()[:1] == [account.username]]
        assert account.role.label in line and account.look in line


def test_the_plans_have_a_yearly_cap_that_the_dossier_counts_against(demo, login):
    assert set(Plan.objects.values_list("yearly_cap", flat=True)) == {2}
    first = busiest()[0]
    own = Inspection.objects.filter(selection__team__officer__user=first, state="draft")
    page = login(first).get(f"/inspections/{own.first().pk}/dossier/")
    assert "计划规定全年最多 2 次" in page.content.decode()


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (datetime.date(2026, 11, 27), (2026, 4)),
        (datetime.date(2027, 1, 1), (2026, 4)),
        (datetime.date(2027, 1, 28), (2026, 4)),
        (datetime.date(2027, 1, 29), (2027, 1)),
    ],
)
def test_a_quarter_counts_as_under_way_once_it_has_run_four_weeks(day, last):
    found = quarters(day)
    assert (len(found), found[-1]) == (QUARTERS, last)
    assert found == sorted(found)


def test_every_visit_names_checklists_that_were_in_use_then(demo):
    used = InspectionChecklist.objects.filter(inspection__visited_at__isnull=False)
    assert used.exists()
    assert not used.filter(version__published_at__gt=F("inspection__visited_at")).exists()


def test_one_checklist_was_replaced_and_one_draft_is_open(demo, login):
    """Visits of older quarters keep the version of their day, those under way have the new one."""
    old, new = ChecklistVersion.objects.filter(checklist__code="general").order_by("number")
    assert (old.published_at < new.published_at, new.points.count() - old.points.count()) == (True, 1)
    *past, now = Draw.objects.published().order_by("pk")
    used = InspectionChecklist.objects.filter(version__checklist__code="general")
    of = used.values_list("version", flat=True)
    assert set(of.filter(inspection__selection__draw__in=past)) == {old.pk}
    assert set(of.filter(inspection__selection__draw=now)) == {new.pk}
    assert Finding.objects.filter(point__version=new, point__code="electricity").exclude(verdict="").exists()
    draft = ChecklistVersion.objects.get(published_at=None)
    earlier = draft.checklist.versions.in_use().get()
    changed = set(draft.points.values_list("guidance", flat=True)) - set(
        earlier.points.values_list("guidance", flat=True)
    )
    assert (draft.checklist.code, draft.number, len(changed)) == ("waste-gas", 2, 1)
    page = login(User.objects.get(username="admin")).get(f"/checklists/{old.checklist_id}/").content.decode()
    assert "已有新版" in page and "在用" in page


def test_who_is_away_is_so_for_one_visit_and_no_evidence_tells_an_illness(demo):
    """He goes to his other units of the same draw: so he cannot be ill."""
    away = Substitution.objects.filter(kind="officer").exclude(reason="recused")
    assert away and {row.evidence for row in away} == {texts.TRAINING_EVIDENCE}
    assert not any(word in texts.TRAINING_EVIDENCE for word in ("病", "手术", "诊断", "住院"))


def test_an_objection_quotes_its_finding_and_a_name_with_a_township_stands_there(demo):
    said = Objection.objects.select_related("inspection").get(kind="objection")
    words = said.text.partition("“")[2].partition("”")[0]
    assert words and words in said.inspection.summary
    towns = set(PollutionSource.objects.exclude(township="").values_list("township", flat=True))
    for unit in PollutionSource.objects.all():
        assert {town for town in towns if town in unit.name} <= {unit.township}, unit.name


def test_what_is_written_of_a_unit_fits_what_it_does(demo):
    rows = Inspection.objects.exclude(summary="").select_related("selection__source")
    told = [(row.selection.source.industry_code, row.summary) for row in rows]
    for of, words in {
        ("03",): ("厂房", "厂区", "车间", "工段", "生产线", "窑", "加油", "医疗"),
        ("841",): ("厂房", "厂区", "车间", "工段", "生产线", "窑", "加油", "畜", "粪"),
        ("5265",): ("厂房", "厂区", "车间", "工段", "生产线", "窑", "喷淋", "畜", "粪", "医疗"),
    }.items():
        own = [summary for code, summary in told if code.startswith(of)]
        assert own and not [said for said in own if any(word in said for word in words)]
    kilns = [code for code, summary in told if "窑" in summary]
    assert all(code.startswith(texts.KILN) for code in kilns)


def test_a_correction_corrects_what_was_written(demo):
    corrections = Correction.objects.select_related("inspection")
    assert len(corrections) > 3
    for row in corrections:
        was, right = (part.split("”")[0] for part in row.text.split("“")[1:])
        assert was in row.inspection.summary and right not in row.inspection.summary


def test_a_sample_is_of_what_was_over_and_of_a_facility_that_stood_still(demo):
    for row in Sampling.objects.select_related("inspection"):
        over = row.inspection.readings.get(is_over=True)
        assert (row.outlet, row.pollutants) == (over.outlet, over.pollutant)
        assert row.result == "" or row.pollutants in row.result
        assert f"{over.outlet}的{over.pollutant}现场读数超过许可限值" in row.inspection.summary
        stood = [each.name for each in row.inspection.facilities.all() if not each.is_running]
        assert all(name in row.inspection.summary for name in stood)
