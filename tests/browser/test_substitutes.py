"""An illness and a closed unit under fresh numbers, from the declaration to its effect, on a phone; then a citizen checks it."""

import pytest
from conftest import PHONE
from playwright.sync_api import expect

from drawings.models import Inspection, Substitution, TeamMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
URL = "/ceremony/2026Q4/substitutes/"


@pytest.fixture
def draw(clock, officers, make_officer, published_draw):
    """Nine o'clock in the morning; 丁 is there besides, to step in for somebody."""
    return published_draw


@pytest.fixture
def officers(officers, make_officer):
    return [*officers, make_officer(4, "丁", "chemical-pharma")]


def name_the_issue(desk):
    desk.locator("[name=label]").fill("26281")
    desk.locator("[name=known_at]").fill("2026-10-08T21:25")


def confirm_from_the_desk(page):
    page.goto(f"{page.base}/desk/")
    page.get_by_role("link", name="请确认替补申报").click()
    page.get_by_role("button", name="确认属实").click()
    expect(page.get_by_text("已确认，已记入公开日志").first).to_be_visible()


def test_an_ill_officer_and_a_closed_unit_from_declaration_to_effect(
    draw, open_as, look, clock, organiser, reviewer, head
):
    ill = TeamMember.objects.get(selection=draw.selections.first(), is_lead=True)
    closed = draw.selections.filter(stratum="general").exclude(team__officer=ill.officer).first()
    closed = closed or draw.selections.last()
    Inspection.objects.filter(selection=closed).update(outcome="closed", state="submitted")
    partner = TeamMember.objects.get(selection=draw.selections.first(), is_lead=False)

    desk = open_as(organiser, PHONE)
    desk.goto(f"{desk.base}{URL}")
    desk.get_by_role("link", name="执法人员不能去").click()
    desk.locator("[name=officer]").select_option(ill.officer.certificate_number)
    desk.locator("[name=reason][value=ill]").check()
    desk.locator("[name=evidence]").fill("住院证明 2026-118 号")
    name_the_issue(desk)
    look(desk, "declare-officer")
    desk.get_by_role("button", name="提交申报").click()
    expect(desk.get_by_text("已申报，请另一个人确认").first).to_be_visible()
    second = open_as(reviewer, PHONE)
    second.goto(f"{second.base}{URL}")
    look(second, "decide-officer")
    confirm_from_the_desk(second)

    desk.goto(f"{desk.base}{URL}unit/")
    desk.locator(f"[name=unit][value='{closed.pk}']").check()
    desk.locator("[name=evidence]").fill("厂门上锁，设备已拆除")
    name_the_issue(desk)
    look(desk, "declare-unit")
    desk.get_by_role("button", name="提交申报").click()
    confirm_from_the_desk(open_as(head, PHONE))
    desk.goto(f"{desk.base}{URL}")
    look(desk, "both-wait")
    public = open_as(None, PHONE)
    public.goto(f"{public.base}/draws/2026Q4/")
    look(public, "public-waiting")

    officer = open_as(partner.officer.user, PHONE)
    officer.goto(f"{officer.base}/inspections/{draw.selections.first().inspection.pk}/edit/")
    expect(officer.get_by_text("替补还没有定").first).to_be_visible()
    look(officer, "report-waits")

    clock.moment = Substitution.objects.first().known_at
    for person, button in ((organiser, "录入第一次"), (reviewer, "录入第二次并确认")):
        page = open_as(person, PHONE)
        page.goto(f"{page.base}/desk/")
        page.get_by_role("link", name="替补号码").first.click()
        page.locator("[name=value]").fill("31415")
        look(page, f"value-{person.username}")
        page.get_by_role("button", name=button).click()
    expect(page.get_by_text("替补已算出").first).to_be_visible()
    look(page, "in-effect")
    assert Substitution.objects.in_effect().count() == 2
    assert Inspection.objects.filter(selection__replaces=closed).exists()
    assert not TeamMember.objects.filter(officer=ill.officer, selection=ill.selection).exists()

    for viewport, name in ((PHONE, "phone"), ({"width": 1280, "height": 900}, "wide")):
        public = open_as(None, viewport)
        public.goto(f"{public.base}/draws/2026Q4/")
        expect(public.locator("#substitutions")).to_contain_text("排列5 第 26281 期：3 1 4 1 5")
        look(public, f"public-{name}")
    public.get_by_role("button", name="验证本次抽签").click()
    expect(public.locator("[data-verify-verdict]")).to_contain_text("2 次替补也重新算过")
    look(public, "public-verified")
    assert public.locator("[data-verify-lines] .is-bad").count() == 0
    assert (
        Substitution.objects.get(serial=2).outcome
        in public.request.get(f"{public.base}/draws/2026Q4/substitutes.tsv").text()
    )
