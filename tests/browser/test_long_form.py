"""The form of a large unit at the gate: folded, one thumb, always with the way to what is missing; and without scripts."""

import pytest
from conftest import BOTH, at_step, unfold
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from drawings.inspections import verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.report import Answer, Report
from drawings.inspections.field.sheet import sheet
from drawings.models import Finding, Inspection
from drawings.states import InspectionState
from sources.models import PermitCondition, PollutionSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("size", BOTH)
TALL = 7000  # px: what a page may be that is opened at a gate; unfolded it is three times that
FINGER = 44  # px


@pytest.fixture
def large(published_draw):
    """The inspection of a unit with water, air, dangerous waste, automatic monitoring, and three facilities."""
    call_command("load_checklists", verbosity=0)
    inspection = Inspection.objects.filter(selection__draw=published_draw).first()
    source = inspection.selection.source
    PollutionSource.objects.filter(pk=source.pk).update(
        media="water,air", permit_class="key", discharges_wastewater=True, discharges_waste_gas=True
    )
    for number in (1, 2, 3):
        PermitCondition.objects.create(
            source=source, code=f"{source.number}/{number}", outlet_kind="organised", outlet_code=f"DA00{number}",
            pollutant="颗粒物", limit="30", limit_unit="mg/m³", facility_code=f"TA00{number}", facility_name="布袋除尘器",
        )  # fmt: skip
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def officer(large):
    return large.selection.team.get(is_lead=True).officer.user


def address(page, inspection):
    return f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}"


def fill_points(inspection, officer, **more):
    """Keep a draft of a visit inside, with all points in order."""
    points = sheet(inspection).points
    answers = {point.pk: Answer("pass") for point in points}
    report = Report(answers=answers, arrival=Arrival(entry="entered"), **more)
    verbs.save_draft(inspection=inspection, actor=officer, version=inspection.version, report=report)
    return points


@WIDTHS
def test_the_form_of_a_large_unit_opens_short(large, officer, open_as, size, look):
    page = open_as(officer, size)
    page.goto(address(page, large))
    at_step(page, "检查项目")
    points = page.locator("[data-point]")
    assert points.count() > 45
    assert page.evaluate("document.documentElement.scrollHeight") < TALL
    expect(page.locator("[data-section][open]")).to_have_count(1)
    expect(points.first).to_be_visible()
    expect(points.last).to_be_hidden()
    for label in points.first.locator(".segmented label").all():
        assert label.bounding_box()["height"] >= FINGER
    verdicts = [label.bounding_box()["y"] for label in points.first.locator(".segmented label").all()]
    assert len(set(verdicts)) == 1  # one row
    assert all(
        each.bounding_box()["height"] >= FINGER for each in page.locator("[data-section] > summary").all()
    )
    expect(page.locator("[data-progress]")).to_be_in_viewport()
    look(page, "long-form")


@WIDTHS
def test_the_next_blank_field_is_one_touch_away(large, officer, open_as, size, look):
    page = open_as(officer, size)
    page.goto(address(page, large))
    onward = page.get_by_role("link", name="下一个没有填的")
    onward.click()
    expect(page.locator("[name=visited_at]")).to_be_focused()
    page.get_by_label("进入现场检查").check()
    first, second = page.locator("[data-section]").all()[:2]
    expect(second).not_to_have_attribute("open", "")
    at_step(page, "检查项目")
    first.get_by_role("button", name="空着的都符合").click()
    onward.click()
    blank = second.locator("[data-point]").first
    expect(second).to_have_attribute("open", "")
    expect(blank.locator("input[type=radio]").first).to_be_focused()
    expect(blank.locator(".segmented")).to_be_in_viewport(ratio=1)
    look(page, "long-form-next")
    blank.get_by_text("不符合", exact=True).click()
    expect(second.locator("[data-failed]")).to_have_text("1 项不符合")
    expect(blank.locator("textarea")).to_be_visible()


@WIDTHS
def test_after_the_last_blank_field_comes_the_first_again(large, officer, open_as, size):
    fill_points(large, officer)
    page = open_as(officer, size)
    page.goto(address(page, large))
    onward = page.get_by_role("link", name="下一个没有填的")
    summary = page.locator("#at-summary textarea")
    at_step(page, "结论")
    summary.click()
    onward.click()
    expect(page.locator("[name=visited_at]")).to_be_focused()
    onward.click()
    expect(page.locator("[data-facilities]")).to_have_attribute("open", "")
    expect(page.locator("[data-facilities] input").first).to_be_focused()


@WIDTHS
def test_who_was_not_let_in_has_no_points_to_fill_in(large, officer, open_as, size):
    page = open_as(officer, size)
    page.goto(address(page, large))
    at_step(page, "结论")
    page.locator("#at-outcome").get_by_text("停产未查", exact=True).click()
    expect(page.locator("[data-progress]")).to_have_text("已填 1/4")
    expect(page.locator("[data-section] [data-count]").first).to_have_text("不用填")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    expect(page.locator("[data-progress]")).to_have_text("已填 1/4")
    expect(page.locator("[data-section][open]")).to_have_count(0)


@WIDTHS
def test_an_error_in_a_folded_part_is_open_and_in_view(large, officer, open_as, size, look):
    points = fill_points(large, officer)
    Finding.objects.filter(point=points[-1]).update(verdict="fail")
    page = open_as(officer, size)
    page.goto(address(page, large))
    last = page.locator("[data-section]").last
    expect(last).not_to_have_attribute("open", "")
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.locator("[name=visited_at]")).to_be_visible()  # the step with the first of what is missing
    at_step(page, "检查项目")
    expect(last.locator("summary").first).to_contain_text("有 1 处要改")
    note = last.locator("[data-point]").last.locator("textarea")
    expect(note).to_be_visible()  # open before anybody touches anything
    expect(page.locator("[data-section][open]")).to_have_count(1)
    at_step(page, "照片")
    summary.get_by_role("link", name="不符合，请写明发现了什么").click()
    expect(note).to_be_focused()
    expect(note).to_be_in_viewport()
    look(page, "long-form-error")
    # Folded again by hand, it opens once more from the list.
    last.locator("summary").first.click()
    summary.get_by_role("link", name="不符合，请写明发现了什么").click()
    expect(note).to_be_focused()


@WIDTHS
def test_many_errors_are_listed_by_section(large, officer, open_as, size, look):
    page = open_as(officer, size)
    page.goto(address(page, large))
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    summary = page.locator("[data-error-summary]")
    expect(summary.get_by_text("处，见各小节：")).to_be_visible()
    assert summary.bounding_box()["height"] < size["height"] * 1.5
    summary.get_by_role("link", name="治理设施运行情况（3 处）").click()
    expect(page.locator("[data-facilities] input").first).to_be_focused()
    expect(page.locator("[data-facilities] .error").first).to_be_in_viewport()
    look(page, "long-form-errors")


@WIDTHS
def test_without_scripts_all_of_it_works(large, officer, chromium, live_server, login, size):
    client = login(officer)
    context = chromium.new_context(viewport=size, java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.base = live_server.url
    page.goto(address(page, large))
    section = page.locator("[data-section]").nth(1)
    unfold(section)
    point = section.locator("[data-point]").first
    point.get_by_text("不符合", exact=True).click()
    unfold(point.locator("[data-note-of]"))
    point.locator("textarea").fill("标志牌破损")
    page.get_by_role("link", name="下一个没有填的").click()
    expect(page.locator("[name=visited_at]")).to_be_in_viewport()
    page.get_by_role("button", name="保存草稿").last.click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert Finding.objects.get(inspection=large).note == "标志牌破损"
    expect(page.locator("[data-section]").nth(1).locator("[data-failed]")).to_have_text("1 项不符合")
    page.get_by_role("button", name="固定现场记录").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="治理设施运行情况（3 处）").click()
    expect(page.locator("[data-facilities] .segmented").first).to_be_in_viewport()
    assert Inspection.objects.get(pk=large.pk).state == InspectionState.DRAFT
    context.close()
