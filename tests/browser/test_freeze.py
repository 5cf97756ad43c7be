"""The organiser freezes from what is proposed, on a phone: one page, one question, no scripts needed."""

import pytest
from conftest import PHONE
from playwright.sync_api import expect

from drawings.ceremony.preflight import changes, checks
from drawings.models import Draw
from drawings.states import DrawState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(draft, clock, open_as, organiser):
    page = open_as(organiser, PHONE)
    page.goto(f"{page.base}/ceremony/{draft.code}/")
    return page


def test_a_freeze_from_what_is_proposed(desk, look):
    look(desk, "draft")
    expect(desk.locator("[name=dice10_on]")).to_be_checked()
    expect(desk.locator("[name=ssq_on]")).to_be_checked()  # drawn that evening, a Thursday
    expect(desk.locator("[name=dice10_time]")).to_have_value("2026-10-08T09:10")
    expect(desk.locator("[name=ssq_time]")).to_have_value("2026-10-08T21:15")
    expect(desk.locator("[name=pl5_on]")).to_be_hidden()

    # No draw has named an issue yet: the number is asked for, beside its field.
    desk.get_by_role("button", name="冻结名单").click()
    expect(desk.locator("#id_ssq_label_error")).to_have_text("双色球：期号是 7 位数字，例如 2026112。")
    desk.locator("[name=ssq_label]").fill("2026112")
    desk.get_by_role("button", name="冻结名单").click()
    expect(desk.get_by_role("heading", name="冻结后不能改，确定吗？")).to_be_visible()
    expect(desk.get_by_text("entropy ssq 2026112 2026-10-08T21:15:00+08:00")).to_be_visible()
    look(desk, "question")
    assert Draw.objects.get().state == DrawState.DRAFT

    # Back with everything that was typed, and on again.
    desk.get_by_role("button", name="返回修改").click()
    expect(desk.locator("[name=ssq_label]")).to_have_value("2026112")
    desk.get_by_role("button", name="冻结名单").click()
    desk.get_by_role("button", name="确定冻结").click()
    expect(desk.get_by_text("名单已冻结")).to_be_visible()
    look(desk, "frozen")
    assert [str(each) for each in Draw.objects.get().entropy.all()] == ["dice10 20", "ssq 2026112"]


def test_another_source_is_unfolded_by_a_click_and_stays_open_with_its_error(desk, look):
    desk.get_by_text("其他随机来源").click()
    desk.locator("[name=pl5_on]").check()
    desk.get_by_role("button", name="冻结名单").click()
    expect(desk.locator("#id_pl5_label_error")).to_be_visible()
    look(desk, "other-sources")


def test_a_drawn_result_waits_folded(drawn_draw, open_as, organiser, look):
    page = open_as(organiser, PHONE)
    page.goto(f"{page.base}/ceremony/{drawn_draw.code}/")
    name = drawn_draw.selections.first().name
    expect(page.get_by_text(name)).to_be_hidden()
    look(page, "drawn")
    page.get_by_text("再点这里看").click()
    expect(page.get_by_text(name).first).to_be_visible()
    page.get_by_role("button", name="公布结果").click()
    look(page, "publish-question")
    page.get_by_role("button", name="确定公布").click()
    expect(page.get_by_text("结果已公布").first).to_be_visible()


def test_an_objection_on_a_phone(published_draw, item, registry, open_as, organiser, reviewer, head, look):
    from drawings.ceremony import verbs

    draw = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    registry[0].operating_state = "stopped"
    registry[0]._change_reason = "企业报告停产"
    registry[0].save()
    page = open_as(reviewer, PHONE)
    page.goto(f"{page.base}/ceremony/2026Q3/confirm/")
    look(page, "changes")
    page.locator("[name=reason]").fill("现场仍在生产，停产没有依据")
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_text("异议已记下")).to_be_visible()
    look(page, "objected")
    desk = open_as(organiser, PHONE)
    desk.goto(f"{desk.base}/ceremony/2026Q3/")
    expect(desk.get_by_text("现场仍在生产，停产没有依据")).to_be_visible()
    look(desk, "blocked-by-objection")
    seen = changes.compare(draw, checks.snapshot(draw)).fingerprint
    assert draw.objections.get().fingerprint == seen
    above = open_as(head, PHONE)
    above.goto(f"{above.base}/ceremony/2026Q3/confirm/")
    above.get_by_text("秦审核不在，或者异议不成立？").click()
    above.get_by_role("button", name="解除异议").click()
    expect(above.locator("[data-error-summary]")).to_be_focused()
    look(above, "lifting-without-a-reason")
    above.locator("[name=because]").fill("现场已核实，确已停产")
    above.get_by_role("button", name="解除异议").click()
    expect(above.get_by_text("异议已解除")).to_be_visible()
    above.get_by_text("以前的异议 1 条").click()
    expect(above.get_by_text("由严负责解除：现场已核实，确已停产")).to_be_visible()
    look(above, "lifted")
