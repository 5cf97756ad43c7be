"""The review in a real browser: notes at a point, the way back to the officers, and what changed when it comes again."""

import re

import pytest
from conftest import BOTH
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from visit_cases import send_in

from drawings.inspections.field.report import Answer, Report
from drawings.models import ChecklistPoint, Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def handed_in(published_draw):
    """The reports of three visits, handed in one after the other."""
    rows = list(Inspection.objects.filter(selection__draw=published_draw)[:3])
    answers = {point.pk: Answer("pass") for point in ChecklistPoint.objects.all()}
    for row in rows:
        report = Report(timezone.now().replace(second=0, microsecond=0), "clean", "设施运行正常。", answers)
        actor = row.selection.team.get(is_lead=True).officer.user
        send_in(inspection=row, actor=actor, version=row.version, report=report)
    return rows


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", BOTH)
def test_a_note_goes_to_its_field_and_comes_back_with_what_changed(
    viewport, handed_in, open_as, reviewer, head, look
):
    first, second, third = handed_in
    page = open_as(reviewer, viewport)
    page.goto(f"{page.base}{reverse('inspections:waiting')}")
    look(page, "review-waiting")
    page.get_by_role("link", name="从最早的一份开始").click()
    point = page.locator("#point-summary")
    expect(point.locator("textarea")).to_be_hidden()
    point.get_by_text("写意见").click()
    point.locator("textarea").fill("请写明到场的时间。")
    look(page, "review-first-round")
    page.get_by_role("button", name="审核通过").click()
    expect(page.locator(".error-summary")).to_be_in_viewport()
    expect(point.locator("textarea")).to_have_value("请写明到场的时间。")
    page.get_by_role("button", name="退回，看下一份").click()
    expect(page).to_have_url(re.compile(reverse("inspections:detail", args=[second.pk])))
    expect(page.get_by_text("已退回检查组")).to_be_visible()

    officer = open_as(first.selection.team.get(is_lead=True).officer.user, viewport)
    officer.goto(f"{officer.base}{reverse('inspections:edit', args=[first.pk])}")
    officer.get_by_role("link", name="检查情况", exact=True).click()
    expect(officer.locator("#told-summary")).to_be_in_viewport()
    look(officer, "review-told")
    officer.locator("#at-summary textarea").fill("上午九点到场，设施运行正常。")
    officer.get_by_role("button", name="提交审核").click()
    expect(officer.get_by_text("待审核").first).to_be_visible()

    page.get_by_role("button", name="通过，看下一份").click()
    expect(page).to_have_url(re.compile(reverse("inspections:detail", args=[third.pk])))
    page.get_by_role("button", name="通过，看下一份").click()
    expect(page).to_have_url(re.compile(reverse("inspections:detail", args=[first.pk])))
    expect(page.locator("#point-summary ins")).to_have_text("上午九点到场，")
    expect(page.locator("#point-summary")).to_contain_text("请写明到场的时间。")
    expect(page.locator("#point-visited_at")).to_be_hidden()  # folded: it did not change
    look(page, "review-second-round")
    page.get_by_role("button", name="审核通过").click()
    expect(page.locator(".messages")).to_contain_text("审核已通过")

    chief = open_as(head, viewport)
    chief.goto(f"{chief.base}{reverse('inspections:waiting')}")
    chief.get_by_role("link", name=re.compile("一并确认")).click()
    look(chief, "review-bulk")
    chief.get_by_role("button", name="确认公开打勾的单位").click()
    expect(chief.locator(".error-summary")).to_be_in_viewport()
    chief.get_by_role("checkbox", name=re.compile(first.selection.name)).check()
    chief.get_by_role("button", name="确认公开打勾的单位").click()
    expect(chief.locator(".messages")).to_contain_text("已确认公开 1 家")
    chief.goto(f"{chief.base}{reverse('inspections:waiting')}")
    chief.get_by_role("link", name="从最早的一份开始").click()
    expect(chief.locator("#point-visited_at")).to_be_visible()  # the head reads all of it
    chief.get_by_role("button", name="确认公开，看下一份").click()
    chief.get_by_role("button", name="确认公开", exact=True).click()
    expect(chief.locator(".messages")).to_contain_text("已向社会公开")
    for each in (page, officer, chief):
        fits(each)
    assert Inspection.objects.disclosed().count() == 3
