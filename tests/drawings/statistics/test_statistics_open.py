"""A quarter that is still open: its report is refused with what is missing; an interim one says that it is one."""

import datetime
import io

import openpyxl
import pytest
from django.utils import timezone

from drawings.amendments import substitutes
from drawings.models import Draw, Inspection, Problem, QuarterReport
from drawings.models.lotteries import Issue
from drawings.states import InspectionState, Refused
from drawings.statistics import queries, report, verbs


def unfinished(draw):
    return {check.code: check for check in queries.quarter(draw).unfinished}


@pytest.fixture
def going_on(draw_of, filler, clock):
    draw = draw_of(4)
    filler(draw, 5).fill(InspectionState.SUBMITTED)
    clock.move(days=200)
    return Draw.objects.get(pk=draw.pk)


def test_tasks_without_published_result_are_listed(going_on, organiser):
    found = unfinished(going_on)
    assert set(found) == {"tasks"}
    assert found["tasks"].fault == "6 家的检查结果还没有公开"
    assert [one.pk for one in found["tasks"].concerned] == list(
        Inspection.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert {one.state for one in found["tasks"].concerned} == {"待审核"}
    with pytest.raises(Refused, match="这个季度还没有结束，不能编制汇总表：6 家的检查结果还没有公开。"):
        verbs.make(draw=going_on, kind="final", note="", actor=organiser)
    assert not QuarterReport.objects.exists()


@pytest.mark.parametrize(("moment", "is_over"), [("2026-12-30T23:59:00+08:00", False), ("2026-12-31T00:00:00+08:00", True)])  # fmt: skip
def test_the_last_due_day_counts_in_the_time_of_the_site(moment, is_over, done, clock):
    clock.moment = datetime.datetime.fromisoformat(moment)
    assert ("due" in unfinished(done)) == (not is_over)


def test_a_day_set_for_the_draw_ends_the_quarter_earlier(done, clock):
    clock.moment = datetime.datetime.fromisoformat("2026-11-20T12:00:00+08:00")
    assert unfinished(done)["due"].fault == "检查期限 2026-12-31 还没有到"
    done.visit_by = timezone.localdate()
    assert unfinished(done) == {}


def test_a_substitute_that_waits_keeps_the_quarter_open(done, organiser, clock):
    clock.moment = datetime.datetime.fromisoformat("2026-10-09T09:00:00+08:00")
    Inspection.objects.update(state=InspectionState.DRAFT)
    issue = Issue("26282", datetime.datetime.fromisoformat("2026-10-09T21:25:00+08:00"))
    member = done.selections.first().team.first()
    substitutes.declare_officer(
        draw=done, officer=member.officer.certificate_number, reason="ill", evidence="住院证明", away={},
        issue=issue, actor=organiser,
    )  # fmt: skip
    assert unfinished(done)["substitutes"].fault == "1 件替补申报还没有定"


def test_an_interim_report_says_that_it_is_one_and_cannot_be_approved(going_on, organiser, head, login):
    made = verbs.make(draw=going_on, kind="interim", note="", actor=organiser)
    assert made.figures["title"] == "2026年第4季度“双随机、一公开”抽查进度表"
    with pytest.raises(Refused, match="进度表不批准"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    page = login(head).get(f"/desk/statistics/reports/{made.pk}/").content.decode()
    assert "批准汇总表" not in page and "不批准、不上报" in page
    assert "待批准" not in login(head).get("/desk/").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(bytes(made.workbook))).worksheets[0]
    assert not any("审核批准" in str(row[0]) for row in sheet.iter_rows(values_only=True))


def test_a_quarter_that_is_over_has_no_interim_report(done, organiser):
    with pytest.raises(Refused, match="已经结束，请编制汇总表"):
        verbs.make(draw=done, kind="interim", note="", actor=organiser)


@pytest.fixture
def secret(sealed, filler, clock):
    """A sealed draw: two tasks handed in, four not; each of them postponed, with a draft and a problem to report."""
    for number, row in enumerate(Inspection.objects.order_by("pk")):
        filler(sealed, number).task(
            row, InspectionState.SUBMITTED if number < 2 else InspectionState.DRAFT, "ordered"
        )
    Inspection.objects.update(postponed_to=datetime.date(2027, 1, 15))
    Problem.objects.all().delete()
    for row in Inspection.objects.all():
        filler(sealed).problem(row)
    Problem.objects.update(goes_up=True)
    clock.move(days=100)
    return sealed


def test_a_sealed_draw_gives_no_name_and_no_state_of_an_open_task_away(
    secret, login, organiser, head, reviewer
):
    hidden = Inspection.objects.filter(state=InspectionState.DRAFT)
    assert len(hidden) == 4
    for user in (organiser, head, reviewer):
        client = login(user)
        pages = [client.get(f"/desk/statistics/{secret.code}/"), client.get("/desk/statistics/")]
        pages += [client.get(f"/desk/statistics/{secret.code}/work/")] if user != reviewer else []
        for page in pages:
            assert page.status_code == 200
            text = page.content.decode()
            for row in hidden:
                assert row.selection.name not in text and f"HIDDEN-{row.pk}" not in text
                assert f"/inspections/{row.pk}/" not in text
    found = queries.quarter(secret)
    assert (found.counts.of("postponed"), found.counts.of("unvisited")) == (2, 4)
    assert unfinished(secret)["tasks"].fault == (
        "6 家的检查结果还没有公开，其中 4 家还没有提交，密封期间不列名称"
    )
    assert len(unfinished(secret)["tasks"].concerned) == 2


@pytest.mark.parametrize(("days", "overdue"), [(-30, 0), (0, 4), (30, 4)])
def test_a_sealed_draw_tells_no_postponement_by_what_is_overdue(days, overdue, secret, clock):
    """After the draw's own day each open task counts: the difference would say how many were postponed."""
    clock.move(days=days)
    counts = queries.quarter(secret).counts
    assert (counts.of("overdue"), counts.of("unvisited")) == (overdue, 4)
    Inspection.objects.update(postponed_to=None)
    assert queries.quarter(secret).counts.of("overdue") == overdue


def test_the_kept_report_of_a_sealed_draw_names_only_what_was_handed_in(secret, organiser):
    made = verbs.make(draw=secret, kind="interim", note="", actor=organiser)
    assert len(made.figures["problems"]) == 2
    Draw.objects.filter(pk=secret.pk).update(unsealed_at=timezone.now(), unsealed_by=organiser)
    opened = Draw.objects.get(pk=secret.pk)
    after = report.content(opened, queries.quarter(opened).counts, "interim")
    assert len(after["problems"]) == 6
