"""A quarter's report: made by the organiser, approved by the head, and never changed again."""

import hashlib
import json
from urllib.parse import unquote

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from drawings import public_log
from drawings.models import (
    Correction,
    Draw,
    Inspection,
    LogKind,
    PrivacyMark,
    Problem,
    QuarterReport,
    finding_files,
)
from drawings.states import Refused
from drawings.statistics import verbs
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def made(done, organiser):
    return verbs.make(draw=done, kind="final", note="", actor=organiser)


def stored(report):
    return QuarterReport.objects.filter(pk=report.pk).values().get()


@pytest.fixture
def correct(organiser):
    """Publish a correction after the report was made."""

    def do():
        row = Inspection.objects.order_by("pk").first()
        Correction.objects.create(inspection=row, text="之后更正", by=organiser)
        *_, (_, published) = finding_files.corrections(row.selection.draw)
        public_log.append(LogKind.CORRECTION, row.log_subject, published.digest)

    return do


def number_of(report, code):
    rows = {row["code"]: row for group in report.figures["groups"] for row in group["rows"]}
    return rows[code]["numbers"][-1]


def test_the_organiser_makes_it_and_the_head_approves_it(done, login, organiser, head):
    page = login(organiser).get(f"/desk/statistics/{done.code}/")
    assert "编制汇总表</button>" in page.content.decode()
    answer = login(organiser).post(f"/desk/statistics/{done.code}/make/", {"kind": "final", "note": ""})
    report = QuarterReport.objects.get()
    assert answer["Location"] == f"/desk/statistics/reports/{report.pk}/"
    assert "2026年第4季度汇总表待批准" in login(head).get("/desk/").content.decode()
    client = login(head)
    page = client.get(f"/desk/statistics/reports/{report.pk}/").content.decode()
    assert "批准汇总表</button>" in page and report.digest in page
    client.post(f"/desk/statistics/reports/{report.pk}/approve/", {"digest": report.digest})
    report.refresh_from_db()
    assert (report.approved_by, report.made_by, report.version) == (head, organiser, 1)
    page = client.get(f"/desk/statistics/reports/{report.pk}/").content.decode()
    assert "已批准" in page and report.digest in page and "批准汇总表</button>" not in page
    assert "待批准" not in client.get("/desk/").content.decode()


def test_a_note_that_goes_to_the_city_holds_no_personal_data(done, login, organiser):
    told = {"kind": "final", "note": "负责人13812345678"}
    page = login(organiser).post(f"/desk/statistics/{done.code}/make/", told)
    (fault,) = page.context["form"].errors["note"]
    assert fault == "“13812345678”像手机号码。说明印在上报的表上，请删去个人信息。"
    assert not QuarterReport.objects.exists()


def test_a_number_in_what_goes_up_stops_the_report_until_it_is_marked(made, done, login, organiser, head):
    """An older site listed such problems with a warning: neither is the report approved, nor is another one made."""
    row = Problem.objects.filter(goes_up=True).first()
    Problem.objects.filter(pk=row.pk).update(reason="联系人13812345678不接")
    stop = "1 家的困难和问题里有像个人信息的内容"
    with pytest.raises(Refused, match=stop):
        verbs.approve(made=made, digest=made.digest, actor=head)
    with pytest.raises(Refused, match=stop):
        verbs.make(draw=done, kind="final", note="改了原因", actor=organiser)
    assert stop in login(organiser).get(f"/desk/statistics/{done.code}/").content.decode()
    PrivacyMark.objects.create(
        subject="problem", object_id=row.pk, field="reason", piece="13812345678",
        reason="企业公示的值班电话", by=organiser, at=timezone.now(),
    )  # fmt: skip
    again = verbs.make(draw=done, kind="final", note="改了原因", actor=organiser)
    assert "企业公示的值班电话" in login(head).get(f"/desk/statistics/reports/{again.pk}/").content.decode()
    verbs.approve(made=again, digest=again.digest, actor=head)


def test_each_step_stands_in_the_trail_with_the_digest(made, done, head, organiser):
    verbs.approve(made=made, digest=made.digest, actor=head)
    entries = AuditEntry.objects.filter(target_key=f"drawings.quarterreport:{made.pk}").order_by("index")
    assert [(entry.action, entry.actor, entry.changes) for entry in entries] == [
        (
            "编制季度汇总表",
            organiser,
            {
                "version": 1,
                "digest": made.digest,
                "figures": QuarterReport.figures_digest(QuarterReport.objects.get().figures),
            },
        ),
        ("批准季度汇总表", head, {"version": 1, "digest": made.digest}),
    ]


def test_the_workbook_comes_as_it_was_kept_with_its_name_and_type(made, login, organiser, reviewer, head):
    for user in (organiser, reviewer, head):
        answer = login(user).get(f"/desk/statistics/reports/{made.pk}/download/")
        assert answer.content == bytes(made.workbook)
        assert hashlib.sha256(answer.content).hexdigest() == made.digest
        assert answer["Content-Type"] == ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        disposition = unquote(answer["Content-Disposition"])
        assert disposition == "attachment; filename*=utf-8''2026年第4季度汇总表-第1版.xlsx"


def test_an_approved_report_stays_when_something_is_corrected_later(
    made, done, head, organiser, correct, login
):
    verbs.approve(made=made, digest=made.digest, actor=head)
    before = stored(made)
    correct()
    with pytest.raises(Refused, match="请写明这一版为什么重新编制"):
        verbs.make(draw=done, kind="final", note=" ", actor=organiser)
    second = verbs.make(draw=done, kind="final", note="补一条更正", actor=organiser)
    assert stored(made) == before
    assert second.version == 2 and second.note == "补一条更正"
    assert number_of(second, "corrections") == number_of(made, "corrections") + 1
    verbs.approve(made=second, digest=second.digest, actor=head)
    assert stored(made) == before
    for report in (made, second):  # both can be downloaded for ever
        answer = login(head).get(f"/desk/statistics/reports/{report.pk}/download/")
        assert hashlib.sha256(answer.content).hexdigest() == report.digest
    page = login(head).get(f"/desk/statistics/reports/{made.pk}/").content.decode()
    assert "已批准" in page and made.digest in page and f"/desk/statistics/reports/{second.pk}/" in page


def test_the_same_figures_make_no_second_version(made, done, organiser):
    with pytest.raises(Refused, match="和第 1 版完全一样"):
        verbs.make(draw=done, kind="final", note="再来一次", actor=organiser)
    assert QuarterReport.objects.count() == 1


def test_what_has_changed_since_it_was_made_is_not_approved(made, head, correct):
    was = number_of(made, "corrections")
    correct()
    with pytest.raises(Refused, match=f"更正（合计）：{was} → {was + 1}"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    made.refresh_from_db()
    assert made.approved_at is None


def test_only_the_newest_version_is_approved_and_waits_on_the_desk(
    made, done, organiser, head, correct, login
):
    correct()
    second = verbs.make(draw=done, kind="final", note="补一条更正", actor=organiser)
    with pytest.raises(Refused, match="已经有更新的版本"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    desk = login(head).get("/desk/").content.decode()
    assert (
        f"/desk/statistics/reports/{second.pk}/" in desk
        and f"/desk/statistics/reports/{made.pk}/" not in desk
    )
    page = login(head).get(f"/desk/statistics/reports/{made.pk}/").content.decode()
    assert "已经有更新的版本，这一版没有批准" in page


def test_a_report_is_approved_once(made, head):
    verbs.approve(made=made, digest=made.digest, actor=head)
    before = stored(made)
    with pytest.raises(Refused, match="已经批准过了"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    assert stored(made) == before


def test_the_head_approves_what_he_had_before_him(made, head, login):
    page = login(head).post(f"/desk/statistics/reports/{made.pk}/approve/", {"digest": "0" * 64}, follow=True)
    assert "工作簿和编制时的指纹不一致" in page.content.decode()
    made.refresh_from_db()
    assert made.approved_at is None


def test_a_workbook_that_was_exchanged_is_neither_approved_nor_sent(made, head, login, forge):
    forge(QuarterReport, made.pk, workbook=b"PK other")
    with pytest.raises(Refused, match="工作簿和编制时的指纹不一致"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    page = login(head).get(f"/desk/statistics/reports/{made.pk}/download/", follow=True)
    assert page.redirect_chain == [(f"/desk/statistics/reports/{made.pk}/", 302)]
    assert "工作簿和编制时的指纹不一致，没有发出" in page.content.decode()


def test_who_may_make_and_approve(made, done, organiser, reviewer, head, officers, person, forge):
    for user in (reviewer, head, officers[0].user):
        with pytest.raises(PermissionDenied):
            verbs.make(draw=done, kind="final", note="再编", actor=user)
    both = person("both", Role.HEAD)
    forge(QuarterReport, made.pk, made_by=both)
    for user in (organiser, reviewer, both):
        with pytest.raises(PermissionDenied):
            verbs.approve(made=made, digest=made.digest, actor=user)


def test_a_void_draw_has_neither_figures_nor_an_approval(made, done, head, organiser, login):
    Draw.objects.filter(pk=done.pk).update(state="void")
    assert login(organiser).get(f"/desk/statistics/{done.code}/").status_code == 404
    with pytest.raises(Refused, match="没有已公布的抽签"):
        verbs.make(draw=done, kind="final", note="再编", actor=organiser)
    with pytest.raises(Refused, match="已经作废"):
        verbs.approve(made=made, digest=made.digest, actor=head)
    page = login(head).get(f"/desk/statistics/reports/{made.pk}/")
    assert page.status_code == 200  # what was kept stays


@pytest.mark.parametrize("code", ["2026Q1", "2026Q4-2"])
def test_a_quarter_without_a_published_draw_is_not_there(code, done, login, organiser):
    assert login(organiser).get(f"/desk/statistics/{code}/").status_code == 404


def test_a_draw_that_is_not_published_has_no_figures(drawn_draw, login, organiser):
    assert login(organiser).get(f"/desk/statistics/{drawn_draw.code}/").status_code == 404
    assert drawn_draw.code not in login(organiser).get("/desk/statistics/").content.decode()


def test_a_kind_that_does_not_exist_and_a_note_that_is_too_long_are_said_at_the_form(done, login, organiser):
    page = login(organiser).post(f"/desk/statistics/{done.code}/make/", {"kind": "other", "note": "长" * 201})
    assert page.status_code == 200 and set(page.context["form"].errors) == {"kind", "note"}
    assert not QuarterReport.objects.exists()


def test_a_refusal_stands_at_the_form_with_what_was_typed(made, done, login, organiser):
    page = login(organiser).post(f"/desk/statistics/{done.code}/make/", {"kind": "final", "note": "没有变化"})
    text = page.content.decode()
    assert "和第 1 版完全一样" in text and 'value="没有变化"' in text


def test_an_approved_report_says_which_later_one_replaced_it(made, done, head, organiser, correct, login):
    verbs.approve(made=made, digest=made.digest, actor=head)
    correct()
    second = verbs.make(draw=done, kind="final", note="补一条更正", actor=organiser)
    said = "已批准，已由第 2 版代替"
    addresses = [
        "/desk/statistics/",
        f"/desk/statistics/{done.code}/",
        f"/desk/statistics/reports/{made.pk}/",
    ]
    client = login(head)
    assert not any(said in client.get(address).content.decode() for address in addresses)
    verbs.approve(made=second, digest=second.digest, actor=head)
    link = f'<a href="/desk/statistics/reports/{second.pk}/">第 2 版</a>'
    for address in (addresses[0], addresses[2]):
        page = client.get(address).content.decode()
        assert said in page and link in page
    page = client.get(f"/desk/statistics/reports/{second.pk}/").content.decode()
    assert '<h1>2026年第4季度汇总表（第2版） <span class="tag tag--ok">已批准</span>' in page


def test_figures_that_were_changed_in_the_table_stand_under_a_warning(made, head, login, forge):
    verbs.approve(made=made, digest=made.digest, actor=head)
    address, said = f"/desk/statistics/reports/{made.pk}/", "数据和编制时的审计记录不一致"
    assert said not in login(head).get(address).content.decode()
    changed = json.loads(json.dumps(made.figures))
    changed["groups"][0]["rows"][0]["numbers"][-1] += 1
    forge(QuarterReport, made.pk, figures=changed)
    assert said in login(head).get(address).content.decode()
