"""The pages of requests: who opens them, what their forms say, what is listed, and what a seal hides."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import said

from drawings.inspections.tasks import verbs
from drawings.inspections.tasks.problems import KEEP_OUT
from drawings.models import Draw, Inspection, PrivacyMark, Problem, RecusalRequest
from drawings.states import Refused

WANTED = datetime.date(2026, 11, 3)
ASKS = ("postpone", "report_problem", "recuse")


@pytest.fixture
def row(clock, inspection, due, published_draw):
    due(published_draw, 12)
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def asked(row, lead, second):
    """A request for more time by one officer, and a problem that the other reports."""
    return (
        verbs.postpone(inspection=row, postpone_to=WANTED, reason="单位停产检修", actor=lead),
        verbs.report(inspection=row, reason="进厂道路被冲断", actor=second),
    )


def page_of(name, row):
    return reverse(f"inspections:{name}", args=[row.pk])


@pytest.mark.parametrize("name", ASKS)
def test_a_request_is_for_the_team_alone(name, row, lead, outsider, organiser, login, stranger):
    url = page_of(name, row)
    assert login(lead).get(url).status_code == 200
    assert login(outsider).get(url).status_code == 404
    assert login(outsider).post(url, {"reason": "停产", "postpone_to": "2026-11-03"}).status_code == 404
    assert login(organiser).get(url).status_code == 403
    assert stranger.get(url).status_code == 302
    assert not Problem.objects.exists() and not RecusalRequest.objects.exists()


@pytest.mark.parametrize(
    ("name", "sent", "errors"),
    [
        ("postpone", {"reason": ""}, {"postpone_to", "reason"}),
        ("postpone", {"postpone_to": "2026-10-20", "reason": "停产"}, {"postpone_to"}),
        ("postpone", {"postpone_to": "2027-02-01", "reason": "停产"}, {"postpone_to"}),
        ("postpone", {"postpone_to": "明天", "reason": "停产"}, {"postpone_to"}),
        ("postpone", {"postpone_to": "2026-11-03", "reason": "字" * 501}, {"reason"}),
        ("report_problem", {"reason": " \r\n "}, {"reason"}),
        ("recuse", {"reason": ""}, {"reason"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(name, sent, errors, row, lead, login):
    page = login(lead).post(page_of(name, row), sent)
    assert (page.status_code, set(page.context["form"].errors)) == (200, errors)
    assert page.content.decode().count("data-error-summary") == 1
    assert not Problem.objects.exists() and not RecusalRequest.objects.exists()


def test_an_officer_asks_and_reads_the_answer_in_the_dossier(row, lead, second, organiser, login):
    mine, url = login(lead), page_of("dossier", row)
    assert (
        mine.post(page_of("postpone", row), {"postpone_to": "2026-11-03", "reason": "停产检修"})["Location"]
        == url
    )
    assert mine.post(page_of("report_problem", row), {"reason": "道路不通"})["Location"] == url
    assert mine.post(page_of("recuse", row), {"reason": "姐姐任会计"})["Location"] == url
    page = mine.get(url).content.decode()
    assert page_of("postpone", row) not in page  # one at a time
    assert "申请延到 2026-11-03，待答复" in page and "申请延期到 2026-11-03" in page
    assert f'href="{page_of("recuse", row)}"' not in page
    problem = Problem.objects.get(kind="postpone")
    answer = {"decision": "granted", "postpone_to": "2026-11-02", "answer": "同意延一周多"}
    assert (
        login(organiser).post(f"/inspections/problems/{problem.pk}/", answer)["Location"]
        == "/inspections/problems/"
    )
    page = (
        login(second).get(url).content.decode()
    )  # the partner reads it too, but not why the other is recused
    assert all(word in page for word in ("道路不通", "同意延一周多", "2026-11-02", "（延期）"))
    assert "姐姐任会计" not in page
    assert "姐姐任会计" in mine.get(url).content.decode()


def test_a_request_to_be_recused_that_waits_is_shown_in_place_of_the_form(row, lead, second, login):
    mine, url = login(lead), page_of("recuse", row)
    mine.post(url, {"reason": "姐姐任会计"})
    page = mine.get(url).content.decode()
    asked = RecusalRequest.objects.get()
    assert f"{timezone.localtime(asked.asked_at):%Y年%-m月%-d日 %H:%M}" in page
    assert all(word in page for word in ("姐姐任会计", "待答复", "由抽查组织者决定"))
    assert "<textarea" not in page
    assert "姐姐任会计" not in login(second).get(url).content.decode()
    for sent in ({"reason": "再说一遍"}, {"reason": ""}):
        page = mine.post(url, sent).content.decode()
        assert page.count("您的回避申请已经在等答复，不用再申请。这一次没有提交。") == 1
        assert page.count("<title>错误：") == 1
        assert sent["reason"] in page
    assert RecusalRequest.objects.get() == asked


def test_a_refused_request_can_be_made_again(row, lead, login):
    verbs.ask_recusal(inspection=row, reason="姐姐任会计", actor=lead)
    RecusalRequest.objects.update(decision="refused", decided_at=timezone.now(), decided_by=lead)
    assert "<textarea" in login(lead).get(page_of("recuse", row)).content.decode()
    verbs.ask_recusal(inspection=row, reason="有新的情况", actor=lead)


def test_who_has_handed_in_reads_that_it_is_too_late(row, lead, login, step):
    step(row, "submitted")
    page = login(lead).get(page_of("recuse", row)).content.decode()
    assert "现在不能申请回避" in page and "<textarea" not in page


def test_the_organiser_s_form_says_what_is_wrong_at_its_field(asked, login, organiser):
    postponement, problem = asked
    client = login(organiser)
    for one, sent, errors in (
        (postponement, {"answer": ""}, {"decision"}),
        (postponement, {"decision": "answered"}, {"decision"}),
        (postponement, {"decision": "refused"}, {"answer"}),
        (postponement, {"decision": "granted", "postpone_to": "2026-10-01"}, {"postpone_to"}),
        (problem, {"decision": "answered", "answer": ""}, {"answer"}),
    ):
        page = client.post(f"/inspections/problems/{one.pk}/", sent)
        assert set(page.context["form"].errors) == errors, sent
    assert not Problem.objects.filter(decided_at__isnull=False).exists()


def test_a_holiday_is_only_hinted_at(row, lead, organiser, login):
    """1 November 2026 is a Sunday."""
    sent = {"postpone_to": "2026-11-01", "reason": "停产检修"}
    page = login(lead).post(page_of("postpone", row), sent, follow=True)
    assert "2026年11月1日（星期日）不是工作日" in page.content.decode()
    problem = Problem.objects.get()
    assert "不是工作日" in login(organiser).get(f"/inspections/problems/{problem.pk}/").content.decode()


def test_the_head_reads_and_does_not_answer(asked, login, head):
    client, url = login(head), f"/inspections/problems/{asked[1].pk}/"
    assert 'name="answer"' not in client.get(url).content.decode()
    assert client.post(url, {"decision": "answered", "answer": "好"}).status_code == 403
    assert client.post(f"{url}mark/", {"goes_up": "yes"}).status_code == 403


def listed(client, **query):
    return [line.problem for line in client.get("/inspections/problems/", query).context["lines"]]


def test_what_waits_stands_first_and_the_filter_finds_what_goes_upwards(asked, row, lead, login, organiser):
    postponement, problem = asked
    client = login(organiser)
    third = verbs.report(inspection=row, reason="监测站没有人手", actor=lead)
    assert listed(client) == [postponement, problem, third]
    sent = {"decision": "answered", "answer": "报市局", "goes_up": "on"}
    client.post(f"/inspections/problems/{problem.pk}/", sent)
    assert listed(client) == [postponement, third, problem]
    assert listed(client, up="yes") == [problem]
    assert listed(client, up="yes", quarter="2026Q4") == [problem]
    assert listed(client, state="waiting") == [postponement, third]
    assert listed(client, state="decided") == [problem]
    assert listed(client, kind="postpone") == [postponement]
    assert listed(client, kind="x", state="' or 1", quarter="1999Q9", up="?") == [
        postponement,
        third,
        problem,
    ]
    client.post(f"/inspections/problems/{problem.pk}/mark/", {"goes_up": "no"})
    assert listed(client, up="yes") == []


def test_under_seal_neither_list_nor_page_names_the_unit_until_it_is_handed_in(
    asked, row, step, login, organiser, head
):
    Draw.objects.update(disclosure="sealed")
    name, number = row.selection.name, row.selection.source.number
    urls = ["/inspections/problems/", *(f"/inspections/problems/{one.pk}/" for one in asked)]
    for person in (organiser, head):
        for url in urls:
            page = login(person).get(url).content.decode()
            assert "密封中" in page
            assert [word for word in (name, number, f"/inspections/{row.pk}/") if word in page] == [], url
    step(Inspection.objects.get(pk=row.pk), "submitted")
    assert name in login(organiser).get(urls[0]).content.decode()


def test_nothing_of_it_is_public(asked, row, organiser, login, stranger, step):
    login(organiser).post(
        f"/inspections/problems/{asked[1].pk}/", {"decision": "answered", "answer": "报市局", "goes_up": "on"}
    )
    step(row, "submitted", "approved", "published")
    for url in (
        "/",
        "/results/",
        f"/draws/{row.selection.draw.code}/",
        f"/units/{row.selection.source.number}/",
    ):
        page = stranger.get(url).content.decode()
        assert [word for word in ("停产检修", "冲断", "报市局", "延期") if word in page] == [], url


def test_the_same_problem_is_not_reported_twice_while_it_waits(row, lead, second, organiser, login):
    client, url = login(lead), page_of("report_problem", row)
    client.post(url, {"reason": "进厂道路被冲断"})
    page = client.post(url, {"reason": " 进厂道路被冲断 "})
    assert page.context["form"].errors["reason"][0].startswith("同样的内容您已经报告过，正在等答复")
    with pytest.raises(Refused, match="已经报告过"):
        verbs.report(inspection=row, reason="进厂道路被冲断", actor=lead)
    first = Problem.objects.get()
    verbs.report(inspection=row, reason="进厂道路被冲断", actor=second)
    verbs.report(inspection=row, reason="监测站没有人手", actor=lead)
    verbs.answer(problem=first, decision="answered", answer="已联系", goes_up=False, actor=organiser)
    verbs.report(inspection=row, reason="进厂道路被冲断", actor=lead)
    assert Problem.objects.count() == 4


@pytest.mark.parametrize(
    "sent",
    [
        {
            "decision": "granted",
            "postpone_to": "2026-11-03",
        },  # the new day by now: no fault of the field is told
        {"decision": "refused", "answer": "月底恢复生产"},
        {"decision": "refused", "answer": ""},
    ],
)
def test_the_second_organiser_reads_who_decided_what_and_finds_no_form(
    sent, asked, row, organiser, organiser2, login
):
    postponement, _ = asked
    verbs.answer(problem=postponement, decision="granted", answer="", goes_up=False, actor=organiser)
    page = login(organiser2).post(f"/inspections/problems/{postponement.pk}/", sent)
    text = page.content.decode()
    at = f"{timezone.localtime(Problem.objects.get(pk=postponement.pk).decided_at):%Y-%m-%d %H:%M}"
    assert text.count(f"{organiser.full_name}已在 {at} 答复：同意。您的答复没有记下。") == 1
    assert text.count("data-error-summary") == 1
    assert "<textarea" not in text and 'name="decision"' not in text
    assert "现在的期限 " not in text and "这次检查现在的期限</dt>" in text
    assert sent.get("answer", "") in text


def test_where_nothing_can_be_postponed_the_page_says_which_it_is(row, lead, second, login, step):
    client, url = login(second), page_of("postpone", row)
    asked = verbs.postpone(inspection=row, postpone_to=WANTED, reason="停产", actor=lead)
    assert f"{lead.full_name}已经申请延到 2026-11-03，正在等答复" in client.get(url).content.decode()
    verbs.withdraw(request=asked, actor=lead)
    latest = step(row, "submitted")
    assert "这次检查已经提交过，不用再延期。" in client.get(url).content.decode()
    step(latest, "approved", "published")
    text = client.get(url).content.decode()
    assert "检查结果已经公开，不用再延期。" in text and "正在等答复" not in text


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize(("disclosure", "warned"), [("open", False), ("sealed", True)])
def test_only_under_seal_the_form_asks_not_to_name_the_unit(name, disclosure, warned, row, lead, login):
    Draw.objects.update(disclosure=disclosure)
    text = login(lead).get(page_of(name, row)).content.decode()
    assert ("不要写单位名称" in text) == warned


def test_a_telephone_number_in_a_problem_is_taken_with_a_hint_and_does_not_go_up(row, lead, organiser, login):
    hint = "原因里的“13812345678”像手机号码"
    client = login(lead)
    page = client.post(page_of("report_problem", row), {"reason": "联系人13812345678不接"}, follow=True)
    assert "已报告，请等组织者答复。" in said(page)
    assert [hint in message for message in said(page)] == [False, True]
    page = client.post(page_of("report_problem", row), {"reason": "道路不通"}, follow=True)
    assert said(page) == ["已报告，请等组织者答复。"]
    problem, desk = Problem.objects.order_by("pk")[0], login(organiser)
    url = f"/inspections/problems/{problem.pk}/"
    assert hint in desk.get(url).content.decode()
    answer = {"decision": "answered", "answer": "打13912345678", "goes_up": "on"}
    errors = desk.post(url, answer).context["form"].errors
    assert errors == {
        "reason_not_personal": [f"“13812345678”像手机号码。{KEEP_OUT}"],
        "answer": [f"“13912345678”像手机号码。{KEEP_OUT}"],
    }
    assert said(desk.post(url, answer | {"goes_up": ""}, follow=True)) == ["已答复，检查组在任务里看得到。"]
    stopped = desk.post(f"{url}mark/", {"goes_up": "yes"})
    assert set(stopped.context["marking"].errors) == {"reason_not_personal", "answer_not_personal"}
    with pytest.raises(Refused, match=f"{hint}.*上报的材料里不能有个人信息"):
        verbs.mark(problem=problem, goes_up=True, actor=organiser)
    assert not Problem.objects.filter(goes_up=True).exists() and not PrivacyMark.objects.exists()
    reasons = {
        "goes_up": "yes",
        "reason_not_personal": "企业公示的值班电话",
        "reason_not_personal_for": '["13812345678"]',
        "answer_not_personal": "本局公布的监督电话",
        "answer_not_personal_for": '["13912345678"]',
    }
    assert said(desk.post(f"{url}mark/", reasons, follow=True)) == ["已列入本季度上报。"]
    assert list(PrivacyMark.objects.values_list("subject", "object_id", "field", "reason")) == [
        ("problem", problem.pk, "reason", "企业公示的值班电话"),
        ("problem", problem.pk, "answer", "本局公布的监督电话"),
    ]
    assert "企业公示的值班电话" in desk.get(url).content.decode()


def test_without_a_button_nothing_is_listed_or_taken_off(asked, row, lead, organiser, login):
    problem = asked[1]
    verbs.answer(problem=problem, decision="answered", answer="报市局", goes_up=True, actor=organiser)
    page = login(organiser).post(f"/inspections/problems/{problem.pk}/mark/", {}, follow=True)
    assert said(page) == ["没有收到您的决定，什么都没有改动。请用页面上的按钮再选一次。"]
    problem.refresh_from_db()
    assert problem.goes_up
