"""An officer's day on a phone: what is late, the way, the partner's number, a request, its answer; the organiser's board."""

import datetime

import pytest
from conftest import BOTH
from playwright.sync_api import expect

from drawings.models import Draw, Inspection, TeamMember
from sources.models import PollutionSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = datetime.date(2026, 10, 8)


@pytest.fixture
def tasks(clock, published_draw):
    """The tasks of the first unit's lead: all due in two weeks, the first one late."""
    Draw.objects.update(visit_by=TODAY + datetime.timedelta(days=14))
    PollutionSource.objects.update(longitude="113.512345", latitude="33.301234", address="工业路1号")
    lead = TeamMember.objects.get(selection=published_draw.selections.first(), is_lead=True)
    rows = list(Inspection.objects.filter(selection__team__officer=lead.officer).order_by("selection"))
    Inspection.objects.filter(pk=rows[0].pk).update(postponed_to=TODAY - datetime.timedelta(days=2))
    return lead, rows


@pytest.mark.parametrize("viewport", BOTH)
def test_an_officer_s_day(viewport, tasks, open_as, look, organiser):
    lead, rows = tasks
    page = open_as(lead.officer.user, viewport)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_role("link", name="检查已逾期").click()
    expect(page.get_by_role("heading", level=2).nth(1)).to_have_text("已逾期（1）")
    card = page.locator("article").first
    expect(card).to_contain_text("已逾期 2 天")
    assert card.get_by_role("link", name="高德地图").get_attribute("href").startswith("https://uri.amap.com/")
    partner = rows[0].selection.team.exclude(officer=lead.officer).get().officer
    expect(card.get_by_role("link", name=partner.phone)).to_have_attribute("href", f"tel:{partner.phone}")
    look(page, "officer-home")
    page.get_by_role("link", name="打印清单").click()
    expect(page.locator("tbody tr")).to_have_count(len(rows))
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    assert page.locator("nav").count() == 0
    look(page, "officer-print")
    page.get_by_role("link", name="返回我的任务").click()
    page.locator("article").first.get_by_role("link", name="行前档案").click()
    look(page, "officer-dossier")
    page.get_by_role("link", name="申请延期").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("延期到").fill("2026-10-16")
    page.get_by_label("原因").fill("单位停产检修")
    look(page, "officer-postpone")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("申请延到 2026-10-16，待答复")).to_be_visible()
    page.get_by_role("link", name="申请回避").click()
    look(page, "officer-recuse")
    assert all(url.startswith(page.base) for url in fetched)  # a map is a link, and nothing of it is loaded

    desk = open_as(organiser, viewport)
    desk.get_by_role("link", name="困难与问题待答复").click()
    look(desk, "organiser-problems")
    desk.locator("tbody th a").click()
    desk.get_by_label("同意", exact=True).check()
    desk.get_by_label("需要上报").check()
    look(desk, "organiser-problem")
    desk.get_by_role("button", name="答复").click()
    expect(desk.get_by_text("已答复，检查组在任务里看得到").first).to_be_visible()
    desk.goto(f"{desk.base}/inspections/board/")
    expect(desk.locator("progress").first).to_be_visible()
    look(desk, "organiser-board")

    page.goto(f"{page.base}/inspections/")
    expect(page.get_by_text("2026-10-16")).to_be_visible()
    expect(page.get_by_text("已逾期（1）")).to_have_count(0)
