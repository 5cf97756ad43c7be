"""Somebody outside objects to a result in a real Chromium, follows the receipt, and reads the answer beside the result."""

import re

import pytest
from conftest import DESKTOP, PHONE
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from visit_cases import send_in

from drawings.inspections.field.report import Answer, Report
from drawings.inspections.verbs import approve, publish
from drawings.models import ChecklistPoint, Objection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "检查情况写的是 3 号炉，我们只有 1 号和 2 号炉，请更正。"


@pytest.fixture
def result(inspection, reviewer, head):
    """A published result: handed in, reviewed and published through the verbs."""
    answers = {point.pk: Answer("pass") for point in ChecklistPoint.objects.all()}
    report = Report(timezone.now().replace(second=0, microsecond=0), "clean", "设施运行正常。", answers)
    lead = inspection.selection.team.get(is_lead=True).officer.user
    send_in(inspection=inspection, actor=lead, version=inspection.version, report=report)
    for step, actor in ((approve, reviewer), (publish, head)):
        inspection.refresh_from_db()
        step(inspection=inspection, actor=actor, version=inspection.version)
    return inspection


def form_about(page, result):
    """From the unit's page to the form, as somebody of the firm goes."""
    page.goto(f"{page.base}/units/{result.selection.source.number}/")
    page.get_by_role("link", name="我有异议").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("异议和纠错")
    return page


def fill_in(page):
    page.get_by_label(re.compile("^内容")).fill(TEXT)
    page.get_by_label("姓名").fill("某代表")
    page.get_by_label("电话").fill("13800001234")


def receipt_of(page):
    """Number and secret, as they are written down from the page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，请记下这两样")
    return page.locator("#number").inner_text(), page.locator("#secret").inner_text()


def follow(page, number, secret):
    page.goto(f"{page.base}/say/follow/")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(secret)
    page.get_by_role("button", name="查询").click()
    return page


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_an_objection_its_receipt_its_answer(viewport, result, open_as, reviewer, head, look):
    page = form_about(open_as(None, viewport), result)
    look(page, "say")
    page.get_by_role("button", name="提交").click()
    wrong = page.get_by_label(re.compile("^内容"))
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".error-summary")).to_be_in_viewport()
    look(page, "say-without-words")
    fill_in(page)
    page.get_by_role(
        "button", name="提交"
    ).click()  # the browser has done its work, or does it now: no waiting
    number, secret = receipt_of(page)
    look(page, "say-receipt")
    follow(page, number, "x" * len(secret))
    expect(page.locator(".error-summary")).to_contain_text("没有查到")
    look(page, "say-not-found")
    expect(follow(page, number, secret).get_by_text(TEXT)).to_be_visible()
    look(page, "say-followed")

    row = Objection.objects.get()
    staff = open_as(reviewer, viewport)
    staff.goto(f"{staff.base}{reverse('inspections:objections')}")
    look(staff, "objections")
    staff.get_by_role("link", name=row.unit.name).click()
    look(staff, "objection")
    staff.get_by_text("公开：公众在单位页面").click()
    staff.get_by_label(re.compile("^公开的异议内容")).fill("该单位认为炉号有误。")
    staff.get_by_label(re.compile("^答复")).fill("已核实，结果另行更正。")
    staff.get_by_role("button", name="提交答复，请负责人确认").click()
    decides = open_as(head, viewport)
    decides.goto(f"{decides.base}{reverse('inspections:objection', args=[row.pk])}")
    look(decides, "objection-to-confirm")
    decides.get_by_role("button", name="确认答复").click()

    expect(follow(page, number, secret).get_by_text("已核实，结果另行更正。")).to_be_visible()
    look(page, "say-answered")
    page.get_by_role("link", name="这家单位的页面").click()
    expect(page.get_by_text("该单位认为炉号有误。")).to_be_in_viewport()
    look(page, "unit-with-answer")


def test_without_scripts_it_takes_half_a_minute(result, chromium, live_server, clock):
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.base = live_server.url
    form_about(page, result)
    fill_in(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".error-summary")).to_contain_text("请稍等一会儿再点“提交”")
    expect(page.get_by_label(re.compile("^内容"))).to_have_value(TEXT)
    clock.move(seconds=31)
    page.get_by_role("button", name="提交").click()
    receipt_of(page)
    context.close()
