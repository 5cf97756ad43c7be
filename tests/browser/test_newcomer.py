"""What somebody wants who has never seen the site: each task in few clicks. Typing is no click; pressing Enter is one."""

import re

import openpyxl
import pytest
from conftest import DESKTOP, PHONE
from django.utils import timezone
from playwright.sync_api import expect
from visit_cases import send_in

from drawings.inspections.field.report import Answer, Report
from drawings.inspections.verbs import approve, publish
from drawings.models import ChecklistPoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def result(inspection, reviewer, head):
    """A published result."""
    points = list(ChecklistPoint.objects.all())
    answers = {point.pk: Answer("pass") for point in points}
    report = Report(timezone.now().replace(second=0, microsecond=0), "clean", "设施运行正常。", answers)
    lead = inspection.selection.team.get(is_lead=True).officer.user
    send_in(inspection=inspection, actor=lead, version=inspection.version, report=report)
    for step, actor in ((approve, reviewer), (publish, head)):
        inspection.refresh_from_db()
        step(inspection=inspection, actor=actor, version=inspection.version)
    return inspection


class Newcomer:
    """Somebody at the home page, whose clicks are counted."""

    def __init__(self, page):
        self.page, self.clicks = page, 0
        page.goto(f"{page.base}/")

    def click(self, what):
        self.clicks += 1
        what.click()

    def link(self, name, exact=False):
        self.click(self.page.get_by_role("link", name=name, exact=exact).first)

    def menu(self, name):
        self.click(self.page.get_by_label("主导航").get_by_role("link", name=name))


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def newcomer(request, result, open_as):
    return Newcomer(open_as(None, request.param))


def test_a_unit_its_last_visit_and_who_was_there(newcomer, result):
    page, unit = newcomer.page, result.selection.source
    page.get_by_role("combobox", name=re.compile("^查单位")).fill(unit.name[2:6])
    newcomer.click(page.get_by_role("option").filter(has_text=unit.name).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(unit.name)
    visit = page.locator(f"[id='{result.selection.draw.code}']")
    expect(visit).to_contain_text("设施运行正常。")
    for member in result.selection.team.all():
        expect(visit).to_contain_text(member.officer.name)
    assert newcomer.clicks <= 1


def test_a_draw_is_recomputed(newcomer, result):
    page = newcomer.page
    newcomer.menu("抽签公开")
    newcomer.link(re.compile("2026年第4季度"))
    newcomer.click(page.get_by_role("button", name="验证本次抽签"))
    expect(page.locator("[data-verify-verdict] h3")).to_have_text(re.compile("^✓ 验证通过"))
    assert newcomer.clicks <= 4


def test_all_results_of_the_year_as_a_workbook(newcomer, result, tmp_path):
    page = newcomer.page
    newcomer.menu("检查结果")
    newcomer.link("按季度、年度下载")
    with page.expect_download() as coming:
        newcomer.link("2026.xlsx", exact=True)
    path = tmp_path / "2026.xlsx"
    coming.value.save_as(path)
    rows = list(openpyxl.load_workbook(path).worksheets[0].values)
    assert result.selection.source.number in rows[-1]
    assert newcomer.clicks <= 3


def test_the_share_of_problems_by_township_with_its_definition(newcomer, result):
    page = newcomer.page
    newcomer.menu("统计")
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年统计")
    part = page.locator("section", has=page.get_by_role("heading", name="各乡镇（街道）", exact=True))
    row = part.get_by_role("row").filter(has_text=result.selection.source.township)
    expect(row).to_contain_text("1 家里 0 家")
    newcomer.click(part.locator("summary", has_text="怎样算的"))
    expect(part.get_by_text("发现问题", exact=False).last).to_be_visible()
    with page.expect_download():
        newcomer.click(part.get_by_role("link", name=re.compile("下载 CSV")))
    assert newcomer.clicks <= 3


def test_an_objection_and_its_receipt(newcomer, result):
    page = newcomer.page
    page.get_by_role("combobox", name=re.compile("^查单位")).fill(result.selection.source.number)
    newcomer.click(page.get_by_role("option").first)
    newcomer.link("我有异议")
    page.get_by_label(re.compile("^内容")).fill("检查情况写的是 3 号炉，我们只有 1 号和 2 号炉，请更正。")
    page.get_by_label("姓名").fill("某代表")
    page.get_by_label("电话").fill("13800001234")
    newcomer.click(page.get_by_role("button", name="提交"))
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，请记下这两样")
    number, secret = page.locator("#number").inner_text(), page.locator("#secret").inner_text()
    newcomer.link("/say/follow/")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(secret)
    newcomer.click(page.get_by_role("button", name="查询"))
    expect(page.get_by_text("我们只有 1 号和 2 号炉")).to_be_visible()
    assert newcomer.clicks <= 5
