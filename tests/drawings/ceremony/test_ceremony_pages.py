"""The organiser's pages, clicked through as a person would."""

import datetime

import pytest
from pages import said

from drawings.ceremony import draw_page
from drawings.models import Draw, InspectionItem, LogEntry, Plan, VoidRequest
from drawings.states import DrawState


def test_the_whole_draw_on_system_randomness(desk, draft, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    page = desk.get("/ceremony/2026Q4/")
    seen = page.context["flight"].snapshot.fingerprint
    page = desk.post(
        "/ceremony/2026Q4/freeze/", {"seen": seen, "system_on": "on", "sure": "yes"}, follow=True
    )
    assert said(page) == ["名单已冻结，承诺值已在公开页面公布。"]
    page = desk.post(
        "/ceremony/2026Q4/freeze/", {"seen": seen, "system_on": "on", "sure": "yes"}, follow=True
    )
    assert "刚刚操作过" in said(page)[0]
    page = desk.post("/ceremony/2026Q4/system/", follow=True)
    assert said(page) == ["系统随机数已产生，结果已算出。"]
    page = desk.post("/ceremony/2026Q4/publish/", {"sure": "yes"}, follow=True)
    assert said(page) == ["结果已公布，任务已下达给执法人员。"]
    page = desk.post("/ceremony/2026Q4/publish/", {"sure": "yes"}, follow=True)
    assert "刚刚操作过" in said(page)[0]
    kinds = LogEntry.objects.of_draw("2026Q4").values_list("kind", flat=True)
    assert list(kinds) == ["commit", "entropy", "result", "publish"]


def test_dice_are_typed_by_two_people_in_the_browser(desk, login, draft, reviewer, clock):
    seen = desk.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint
    dice = {"dice10_on": "on", "dice10_label": "20", "dice10_time": "2026-10-08T09:05"}
    desk.post("/ceremony/2026Q4/freeze/", {"seen": seen, "sure": "yes"} | dice)
    assert desk.get("/ceremony/2026Q4/").context["too_early"]
    clock.move(minutes=5)
    page = desk.post("/ceremony/2026Q4/entry/", {"value": "47193 05826 04719 3058"}, follow=True)
    assert "应为 20 次" in said(page)[0]
    page = desk.post("/ceremony/2026Q4/entry/", {"value": "47193 05826 04719 30582"}, follow=True)
    assert "请另一个人" in said(page)[0]
    second = login(reviewer)
    assert [line.url for line in second.get("/desk/").context["todos"]] == ["/ceremony/2026Q4/entry/"]
    page = second.post("/ceremony/2026Q4/entry/", {"value": "47193058260471930581"}, follow=True)
    assert "不一致" in said(page)[0]
    for client in (second, desk):
        page = client.post("/ceremony/2026Q4/entry/", {"value": "47193058260471930582"}, follow=True)
    assert "两次录入一致" in said(page)[0]
    assert Draw.objects.get().state == DrawState.DRAWN
    assert second.get("/ceremony/2026Q4/entry/")["Location"] == "/desk/"


def test_a_freeze_with_wrong_sources_keeps_what_was_typed(desk, draft, clock):
    seen = desk.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint
    wrong = {"dice10_on": "on", "dice10_label": "5", "dice10_time": "2026-10-08T10:00"}
    page = desk.post("/ceremony/2026Q4/freeze/", {"seen": seen} | wrong)
    form = page.context["sources_form"]
    assert (page.status_code, form["dice10_label"].value()) == (200, "5")
    assert "至少要 64 比特" in str(form.errors)
    assert Draw.objects.get().state == DrawState.DRAFT


def test_a_registry_changed_meanwhile_shows_the_new_figures(desk, draft, registry, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    seen = desk.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint
    registry[0].exempt_reason = "已关闭"
    registry[0].save()
    page = desk.post("/ceremony/2026Q4/freeze/", {"seen": seen, "system_on": "on", "sure": "yes"})
    assert "有变动" in said(page)[0]
    assert page.context["flight"].quotas[0].base == 4
    fresh = page.context["flight"].snapshot.fingerprint
    desk.post("/ceremony/2026Q4/freeze/", {"seen": fresh, "system_on": "on", "sure": "yes"})
    assert Draw.objects.get().state == DrawState.FROZEN


def test_without_a_plan_the_page_says_what_to_do_and_offers_no_freeze(desk, draft, plan):
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    page = desk.get("/ceremony/2026Q4/")
    assert page.context["flight"].blocks == ["2026 年的抽查计划还没有公布：请先在“抽查计划”里编制并公布。"]
    assert "冻结名单</button>" not in page.content.decode()


def test_the_head_reads_and_does_not_act(login, head, draft):
    client = login(head)
    page = client.get("/ceremony/2026Q4/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().split("<main", 1)[1]
    assert client.post("/ceremony/", {"year": 2026, "quarter": 3, "item": 1}).status_code == 200
    assert Draw.objects.count() == 1


def test_a_void_asks_for_a_reason_and_a_second_organiser_and_stays_visible(
    desk, frozen_draw, login, organiser2
):
    page = desk.post("/ceremony/2026Q4/void/", {"reason": "dice-late", "evidence": "错"})
    assert set(page.context["form"].errors) == {"reason", "evidence"}  # no dice stand in this draw's commit
    told = {"reason": "registry", "evidence": "见证人发现名单有误"}
    page = desk.post("/ceremony/2026Q4/void/", told, follow=True)
    assert said(page) == ["作废申请已提交，请另一名组织者确认。"]
    decision = {"request": VoidRequest.objects.get().pk, "decision": "confirm"}
    page = desk.post("/ceremony/2026Q4/void/decide/", decision, follow=True)
    assert said(page) == ["这份申请是您提出的，须由另一名组织者确认或驳回。"]
    page = login(organiser2).post("/ceremony/2026Q4/void/decide/", decision, follow=True)
    assert said(page) == ["本次抽签已作废，原因已公开。可以重新建立一次。"]
    assert Draw.objects.get().state == DrawState.VOID
    item = InspectionItem.objects.get()
    page = desk.post("/ceremony/", {"year": 2026, "quarter": 4, "item": item.pk}, follow=True)
    assert page.redirect_chain[-1][0] == "/ceremony/2026Q4-2/"


def test_the_desk_tells_the_organiser_what_comes_next(login, organiser, draft, clock):
    def todos():
        return [line.label for line in login(organiser).get("/desk/").context["todos"]]

    assert todos() == ["2026年第4季度抽查：核对后冻结名单"]
    clock.moment = datetime.datetime(2027, 1, 3, tzinfo=datetime.UTC)
    assert todos() == [
        "2027 年抽查计划还没有公布",
        "2027 年第 1 季度还没有抽签",
        "2026年第4季度抽查：核对后冻结名单",
    ]


@pytest.mark.parametrize("path", ["freeze", "system", "publish"])
def test_a_step_is_never_taken_by_a_link(desk, draft, path):
    response = desk.get(f"/ceremony/2026Q4/{path}/")
    assert (response.status_code, response["Location"]) == (302, "/ceremony/2026Q4/")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_second_draw_of_a_quarter_is_refused_at_the_form(desk, draft):
    page = desk.post("/ceremony/", {"year": draft.year, "quarter": draft.quarter, "item": draft.item_id})
    assert f"{draft.year} 年第 {draft.quarter} 季度已经有一次抽签" in page.content.decode()
    assert Draw.objects.count() == 1


def test_an_unknown_draw_is_not_found(desk, db):
    assert desk.get("/ceremony/1999Q9/").status_code == 404


@pytest.mark.parametrize("stage", ["drawn_draw", "published_draw"])
def test_a_long_result_is_shown_page_by_page_with_the_count_of_all(stage, request, desk, monkeypatch):
    monkeypatch.setattr(draw_page, "UNITS_PAGE", 2)
    draw = request.getfixturevalue(stage)
    numbers = list(draw.selections.values_list("source__number", flat=True))
    assert len(numbers) > 2
    pages = -(-len(numbers) // 2)
    seen = []
    for number in range(1, pages + 1):
        page = desk.get("/ceremony/2026Q4/", {"page": number})
        shown = [row.source.number for row in page.context["page_obj"]]
        text = page.content.decode()
        assert len(shown) <= 2 and all(each in text for each in shown)
        assert f"抽取结果（{len(numbers)} 家" in text and f"第 {number} 页，共 {pages} 页" in text
        seen += shown
    assert seen == numbers
    assert desk.get("/ceremony/2026Q4/?page=no").status_code == 200


def test_a_result_that_is_folded_stays_open_while_it_is_leafed_through(drawn_draw, desk, monkeypatch):
    monkeypatch.setattr(draw_page, "UNITS_PAGE", 2)
    first, second = (desk.get("/ceremony/2026Q4/", {"page": n}).content.decode() for n in (1, 2))
    summary = "<summary>结果已经算出：当众展示完了，再点这里看</summary>"
    assert f"<details>{summary}" in first and f"<details open>{summary}" in second
