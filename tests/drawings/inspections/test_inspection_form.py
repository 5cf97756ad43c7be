"""The pages on which a report is entered, reviewed and confirmed: what they accept, refuse and keep."""

import dataclasses
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import said
from visit_cases import by_page, frozen, signed

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer, Report, stored
from drawings.models import ChecklistPoint, Inspection
from drawings.models.law import cited
from drawings.states import InspectionState


def page(name, inspection):
    return reverse(f"inspections:{name}", args=[inspection.pk])


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def test_a_draft_with_gaps_is_saved_and_the_form_stays_open(inspection, login, lead, fields):
    response = login(lead).post(
        page("edit", inspection), fields(inspection, Report(summary="刚到厂门口")), follow=True
    )
    assert response.redirect_chain == [(page("edit", inspection), 302)]
    assert said(response) == ["草稿已保存。"]
    row = latest(inspection)
    assert (row.state, row.summary, row.updated_by) == (InspectionState.DRAFT, "刚到厂门口", lead)


def test_the_browser_learns_which_of_its_copies_was_saved(inspection, login, lead, fields, full):
    client = login(lead)
    response = client.post(page("edit", inspection), fields(inspection, Report(), copy="17-&x"))
    assert response["Location"] == f"{page('edit', inspection)}?saved=17-%26x"
    response = by_page(client, inspection, fields(latest(inspection), full(), copy="18"))
    assert response["Location"] == f"{page('detail', inspection)}?saved=18"


def test_a_complete_report_is_submitted(today_is_worked, inspection, login, lead, fields, full, points):
    report = full(outcome="urged", answers={point.pk: Answer("fail", "台账缺页") for point in points})
    response = by_page(login(lead), inspection, fields(inspection, report), follow=True)
    assert said(response)[-1] == "已提交审核。"
    assert latest(inspection).state == InspectionState.SUBMITTED
    kept = stored(latest(inspection))
    assert kept == dataclasses.replace(report, arrival=kept.arrival)


def test_a_report_with_gaps_is_shown_again_as_it_was_typed(inspection, login, lead, fields, points):
    typed = Report(summary="只写了这一句", answers={points[0].pk: Answer("fail")})
    response = login(lead).post(page("submit", inspection), fields(inspection, typed))
    form = response.context["form"]
    missing = {f"verdict_{point.pk}" for point in points[1:]} | {
        "visited_at",
        "outcome",
        f"note_{points[0].pk}",
    }
    assert set(form.errors) == missing
    # Eight lines are listed, the rest by section, each with a link to its first field there.
    html = response.content.decode()
    assert f"有 {len(missing)} 处需要改正" in html
    assert f"另有 {len(missing) - 8} 处，见各小节：" in html
    lines = re.findall(r'<li><a href="#(id_\w+)">([^<]+)</a></li>', html)
    assert len(lines[:8]) == 8
    counts = [int(re.search(r"（(\d+) 处）$", text)[1]) for _, text in lines[8:]]
    assert sum(counts) == len(missing) - 8
    assert all(html.count(f'id="{anchor}"') == 1 for anchor, _ in lines)
    assert form["summary"].value() == "只写了这一句"
    assert latest(inspection).summary == ""


def test_no_version_no_save(inspection, login, lead, fields):
    response = login(lead).post(page("edit", inspection), fields(inspection, Report(summary="x"), version=""))
    assert list(response.context["form"].errors) == ["version"]
    assert latest(inspection).summary == ""


def test_the_lines_of_a_text_count_once_and_come_back_as_typed(inspection, login, lead, fields):
    text = "\r\n".join("一" * 9 for _ in range(200))
    login(lead).post(page("edit", inspection), fields(inspection, Report(), summary=text))
    assert latest(inspection).summary == text.replace("\r\n", "\n")


def test_what_is_typed_is_never_read_as_markup(inspection, login, lead, second, fields, points):
    script = "<script>alert(1)</script>"
    ChecklistPoint.objects.filter(pk=points[0].pk).update(guidance=script)
    report = Report(summary=script, answers={points[0].pk: Answer("fail", script)})
    client = login(lead)
    client.post(page("edit", inspection), fields(inspection, report))
    stale = fields(inspection, Report(summary="另一份", answers={points[0].pk: Answer("pass", "好")}))
    for response in (
        client.get(page("edit", inspection)),
        client.get(page("detail", inspection)),
        login(second).post(page("edit", inspection), stale),
    ):
        assert response.content.decode().count(script) == 0
        assert response.content.decode().count("&lt;script&gt;") >= 2


def test_the_later_of_two_saves_overwrites_nothing_unseen(inspection, login, lead, second, fields, points):
    mine = Report(summary="我的情况", outcome="urged", answers={points[0].pk: Answer("fail", "许可证过期")})
    theirs = Report(summary="他的情况", answers={points[1].pk: Answer("pass"), points[0].pk: Answer("fail")})
    seen = inspection.version
    login(second).post(page("edit", inspection), fields(inspection, theirs))
    client = login(lead)
    response = client.post(page("edit", inspection), fields(inspection, mine, version=seen))
    assert response.status_code == 409
    assert stored(latest(inspection)) == theirs
    assert f"{second.full_name}在 " in str(response.context["refusal"])
    assert [(d.label, d.theirs, d.mine) for d in response.context["differences"]] == [
        ("检查结论", "", "现场督促整改"),
        ("检查情况", "他的情况", "我的情况"),
        ("排污许可的说明", "", "许可证过期"),
        ("2. 环评和“三同时”", "符合", ""),
    ]
    # Pressing "save" once more keeps his own entries, and the other's where he had none.
    again = response.context["form"].data
    assert client.post(page("edit", inspection), again).status_code == 302
    assert stored(latest(inspection)) == Report(
        summary="我的情况",
        outcome="urged",
        answers={points[0].pk: Answer("fail", "许可证过期"), points[1].pk: Answer("pass")},
    )


def test_the_time_of_the_other_is_taken_over_too(inspection, login, lead, second, fields, full):
    seen, theirs = inspection.version, full(summary="", outcome="", answers={})
    login(second).post(page("edit", inspection), fields(inspection, theirs))
    client = login(lead)
    response = client.post(page("edit", inspection), fields(inspection, Report(summary="我的"), version=seen))
    client.post(page("edit", inspection), response.context["form"].data)
    assert stored(latest(inspection)) == dataclasses.replace(theirs, summary="我的")


def test_what_was_typed_stays_on_the_page_when_the_other_has_submitted(
    inspection, login, lead, second, fields, full
):
    seen = inspection.version
    by_page(login(second), inspection, fields(inspection, full()))
    response = login(lead).post(
        page("edit", inspection), fields(inspection, full(summary="我的"), version=seen)
    )
    html = response.content.decode()
    assert (response.status_code, response.context["form"]["summary"].value()) == (409, "我的")
    assert html.count("待审核") == 1
    assert html.count("保存草稿") == 0
    assert latest(inspection).summary == full().summary


@pytest.mark.parametrize("name", ["edit", "submit"])
def test_the_same_form_sent_twice_is_done_once(name, today_is_worked, inspection, login, lead, fields, full):
    client = login(lead)
    if name == "submit":
        signed(frozen(inspection, full(), lead))
    values = fields(latest(inspection), full())
    client.post(page(name, inspection), values)
    once = latest(inspection)
    response = client.post(page(name, inspection), values, follow=True)
    assert response.redirect_chain == [(page("detail", inspection), 302)]
    assert len(said(response)) == 2  # that it was done, and that the second click did nothing
    assert latest(inspection).version == once.version


def test_the_form_of_a_submitted_report_does_not_open(inspection, login, lead, step):
    step(inspection, "submitted")
    response = login(lead).get(page("edit", inspection), follow=True)
    assert response.redirect_chain == [(page("detail", inspection), 302)]
    assert said(response) == ["这份检查现在是“待审核”，不能再修改。"]


def test_whoever_logs_in_again_in_the_middle_of_a_step_lands_on_its_page(
    inspection, login, lead, reviewer, head
):
    assert login(lead).get(page("submit", inspection))["Location"] == page("edit", inspection)
    assert login(reviewer).get(page("review", inspection))["Location"] == page("detail", inspection)
    assert login(head).get(page("publish", inspection))["Location"] == page("detail", inspection)


def test_the_reviewer_returns_with_a_reason_and_the_officer_reads_it(inspection, login, reviewer, lead, step):
    submitted, client = step(inspection, "submitted"), login(reviewer)
    values = {"version": submitted.version, "decision": "return", "comment": ""}
    response = client.post(page("review", inspection), values)
    assert response.context["form"].errors == {
        "comment": ["退回时请写明要补充或改正什么：写在这里，或写在有问题的栏目下面。"]
    }
    assert latest(inspection).state == InspectionState.SUBMITTED
    response = client.post(page("review", inspection), values | {"comment": "缺少照片编号"}, follow=True)
    assert said(response) == ["已退回检查组，附上了您的意见。"]
    for name in ("detail", "edit"):
        assert login(lead).get(page(name, inspection)).content.decode().count("缺少照片编号") >= 1


def test_the_reviewer_approves_and_the_head_confirms(inspection, login, reviewer, head, step):
    submitted = step(inspection, "submitted")
    values = {"version": submitted.version, "decision": "approve", "comment": ""}
    assert said(login(reviewer).post(page("review", inspection), values, follow=True)) == [
        "审核已通过，等负责人确认公开。"
    ]
    again = login(reviewer).post(page("review", inspection), values, follow=True).content.decode()
    assert f"这份检查已经由{reviewer.full_name}在 " in again and " 审核通过，没有再办一次。" in again
    client, values = login(head), {"version": latest(inspection).version}
    assert said(client.post(page("publish", inspection), values, follow=True)) == ["检查结果已向社会公开。"]
    (second_click,) = said(client.post(page("publish", inspection), values, follow=True))
    assert second_click.startswith(f"这份检查已经由{head.full_name}在 ")
    assert second_click.endswith(" 确认公开，没有再办一次。")
    assert latest(inspection).state == InspectionState.PUBLISHED


def test_the_head_confirms_what_the_page_showed_him(published_draw, login, head, step):
    rows = [step(row, "submitted", "approved") for row in Inspection.objects.all()[:3]]
    client, url = login(head), reverse("inspections:publish_all", args=[published_draw.pk])
    seen = re.findall(r'name="seen" value="([^"]+)"', client.get(url).content.decode())
    assert seen == [f"{row.pk}@{row.version}" for row in rows]
    verbs.send_back(inspection=rows[2], actor=head, version=rows[2].version, comment="再核对")
    response = client.post(url, {"seen": [*seen, "x@y", "@"]}, follow=True)
    assert said(response) == [
        "已确认公开 2 家单位的检查结果。",
        "另有 1 家没有公开：刚刚有了变动，或者内容写不成公开的记载。请点单位名称查看。",
    ]
    response = client.post(url, {"seen": seen}, follow=True)
    assert said(response) == ["没有可以确认公开的检查结果，可能已经确认过，或刚被退回。"]


def test_the_detail_page_warns_of_a_permit_that_runs_out(inspection, login, lead):
    source, client, today = inspection.selection.source, login(lead), timezone.localdate()

    def warning(days):
        source.permit_expiry = today + timezone.timedelta(days=days)
        source.save()
        return client.get(page("detail", inspection)).context["permit_warning"]

    assert [bool(warning(days)) for days in (-1, 0, 59, 60, 400)] == [True, True, True, False, False]
    assert warning(-1).startswith("许可证已于")
    assert warning(0).startswith("许可证还有 0 天到期")
    assert "许可证还有 59 天到期，已过申请延续的期限" in warning(59)


def test_the_detail_page_names_the_item_and_its_legal_basis(inspection, login, lead):
    html = login(lead).get(page("detail", inspection)).content.decode()
    assert html.count(f"<dd>{inspection.item.subject}</dd>") == 1
    law = "、".join(cited(inspection.item.bases.all(), timezone.localdate()))
    assert html.count(f"<dt>依据</dt><dd>{law}<br>") == 1
