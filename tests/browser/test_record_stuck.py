"""What stands in the way of a submission from a phone is said in words: a photo that was refused, a record that another froze."""

import pytest
from conftest import at_step
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from test_outbox_photos import as_file, draw
from visit_cases import closed, frozen, signed

from drawings.models import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_photo_that_was_refused_is_named_and_the_submission_goes_on_once_it_is_deleted(
    phone, form, inspection, team, look
):
    report = closed(timezone.now())
    signed(frozen(inspection, report, team[0]))
    context = phone()
    page = form(context, step=None)
    picture = draw(page, 300, 200, 90)
    context.route(
        "**/evidence/", lambda route: route.fulfill(status=422, json={"error": "这张照片读不出来，请重拍。"})
    )
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("拍照", exact=True)).to_be_visible()
    page.locator("#photos input[type=file]").first.set_input_files([as_file(picture, "大门.jpg")])
    expect(page.locator(".shot")).to_contain_text("这张照片读不出来")
    page.locator("#at-outcome").get_by_text("停产未查", exact=True).click()
    page.summary.fill("大门紧锁，已停产。")
    page.get_by_role("button", name="提交审核").click()
    expect(page.status).to_contain_text("还没有提交。有 1 张照片系统没有收（照片“大门.jpg”：这张照片读不出来")
    expect(page.bar).to_contain_text("照片“大门.jpg”（这张照片读不出来，请重拍。）")
    expect(page.bar).to_contain_text("提交（等照片：请打开这份检查，在“照片”里删去系统没有收的")
    expect(page.bar).not_to_contain_text("没有信号")
    look(page, "submission-stuck")
    assert Inspection.objects.get(pk=inspection.pk).state != "submitted"
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".shot").get_by_role("button", name="删除").click()
    page.wait_for_url(f"**{reverse('inspections:detail', args=[inspection.pk])}")
    assert Inspection.objects.get(pk=inspection.pk).state == "submitted"


def test_what_one_phone_holds_of_the_site_is_told_and_not_applied_once_the_other_has_frozen(
    phone, form, inspection, team, look
):
    page = form(phone(), "到场")
    page.locator("#at-entry").get_by_text("拒绝进入", exact=True).click()
    at_step(page, "现场情况和陈述")
    page.get_by_role("textbox", name="现场情况").fill("门卫不让进，\n等了一小时。")
    at_step(page, "结论")
    page.summary.fill("公开的话")
    expect(page.status).to_contain_text("还没有保存到系统")
    frozen(inspection, closed(timezone.now()), team[1])
    before = Inspection.objects.get(pk=inspection.pk)
    page.reload()
    late = page.locator("[data-late]")
    expect(late).to_contain_text("进入情况：拒绝进入（记录里：停产）")
    expect(late).to_contain_text("现场情况：门卫不让进")
    expect(late).to_contain_text("和记录不同的有 2 处")
    expect(page.summary).to_have_value("公开的话")
    look(page, "late-words")
    # Saved, reloaded, on the page of the record: it is still there, and the record is as it was.
    save = page.get_by_role("button", name="保存草稿")
    save.click()  # the freeze has changed the inspection: what is open is compared first
    expect(page.get_by_text("没有保存：您打开页面之后")).to_be_visible()
    expect(late).to_contain_text("等了一小时")
    save.click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    expect(late).to_contain_text("等了一小时")
    row = Inspection.objects.get(pk=inspection.pk)
    assert (row.summary, row.visit.entry) == ("公开的话", before.visit.entry)
    late.get_by_role("link", name="现场记录").click()
    expect(late).to_contain_text("等了一小时")
    look(page, "late-words-record")
    page.on("dialog", lambda dialog: dialog.accept())
    late.get_by_role("button").click()
    expect(late).to_have_count(0)
    expect(page.locator("[data-outbox]")).to_have_count(0)
