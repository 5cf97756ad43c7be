"""The on-site record frozen, shown and signed on the phone without a signal; sent when the signal is back, once."""

import re

import pytest
from conftest import arrive, at_step
from held_pages import visit
from playwright.sync_api import expect

from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import Report
from drawings.models import FirmSignature, Inspection, OnSiteRecord
from drawings.protocol import verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff56c7d1c20000000049454e44ae426082"
)


@pytest.fixture
def filled(form, live_server, release_anew):
    """The form of a visit, all of it that the record asks for filled in without a signal."""

    def fill(context):
        tasks = context.new_page()
        tasks.base = live_server.url
        visit(tasks)
        tasks.close()
        page = form(context, "")
        context.set_offline(True)
        arrive(page)
        at_step(page, "检查项目")
        for section in page.locator("[data-section]").all():
            if section.get_attribute("open") is None:
                section.locator("summary").first.click()
            section.get_by_role("button", name="空着的都符合").click()
        page.panel = page.locator("section[aria-labelledby=phone-record]")
        return page

    return fill


def freeze(page):
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()


def sign(page):
    page.panel.get_by_text("在手机上签字").click()
    page.panel.get_by_label("签字人姓名").fill("钱在场")
    pad = page.panel.locator(".signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 90, steps=5)
    page.mouse.up()
    page.panel.get_by_role("button", name="登记签字情况").click()
    expect(page.panel.locator("[data-signed]")).to_contain_text("钱在场")


def test_the_firm_signs_without_a_signal_what_is_frozen_afterwards(
    phone, filled, inspection, live_server, look
):
    context = phone()
    page = filled(context)
    freeze(page)
    expect(page.panel).to_contain_text("现场记录：已在这台手机上固定")
    digest = page.panel.locator(".digest").inner_text()
    look(page, "phone-record")
    sign(page)
    look(page, "phone-record-signed")
    assert not OnSiteRecord.objects.exists()
    context.close()
    context = phone()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{live_server.url}/inspections/{inspection.pk}/record/")
    expect(page.locator("#main")).to_contain_text("现场记录已在这台手机上固定")
    expect(page.locator("#main")).not_to_contain_text("还没有固定的现场记录")
    look(page, "record-waits-on-the-phone")
    page.get_by_role("link", name="看固定的现场记录").click()
    panel = page.locator("section[aria-labelledby=phone-record]")
    expect(panel.locator("[data-signed]")).to_contain_text("钱在场")
    expect(page.locator("form[data-draft]")).to_be_hidden()
    expect(page.get_by_role("button", name="放弃这台设备上的草稿")).to_be_hidden()
    context.set_offline(False)
    expect(page).to_have_url(re.compile("/record/"))
    expect(page.locator("img.signature")).to_be_visible()
    expect(page.locator("[data-outbox]")).to_have_count(0)
    [record], [signature] = OnSiteRecord.objects.all(), FirmSignature.objects.all()
    assert record.digest == digest == verify.digest(record.text) == signature.digest
    assert (signature.kind, signature.name, signature.record) == ("drawn", "钱在场", record)
    assert record.phone_time and signature.phone_time and record.phone_time <= signature.phone_time


def test_what_is_missing_is_told_before_anybody_signs(phone, filled, look):
    page = filled(phone())
    at_step(page, "到场")
    page.get_by_label("现场负责人姓名").fill("")
    freeze(page)
    expect(page.locator(".error-summary")).to_contain_text(
        "现场记录还没有固定，您填的都在下面：有 1 处需要改正"
    )
    expect(page.panel).to_be_hidden()
    look(page, "phone-record-missing")
    page.locator(".error-summary a").click()
    expect(page.get_by_label("现场负责人姓名")).to_be_focused()
    page.get_by_label("现场负责人姓名").fill("钱在场")
    freeze(page)
    expect(page.panel).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.panel.get_by_role("button", name="记错了，重新打开").click()
    expect(page.locator("form[data-draft]")).to_be_visible()
    expect(page.get_by_label("现场负责人姓名")).to_have_value("钱在场")
    expect(page.get_by_role("button", name="固定现场记录")).to_be_enabled()
    expect(page.bar).to_have_count(0)


def test_a_signature_on_a_text_that_changed_is_void_and_told(phone, filled, inspection, team):
    context = phone()
    page = filled(context)
    freeze(page)
    sign(page)
    theirs = Report(summary="", arrival=Arrival(remark="同组的人在另一台手机上写的。"))
    verbs.save_draft(inspection=inspection, actor=team[1], version=inspection.version, report=theirs)
    context.set_offline(False)
    expect(page.locator("[data-answer]")).to_contain_text("没有保存")
    expect(page.locator("[data-answer]")).to_contain_text("同组的人在另一台手机上写的。")
    expect(page.locator("[data-answer]")).to_contain_text("签字不算")
    expect(page.panel).to_be_hidden()
    expect(page.get_by_label("现场负责人姓名")).to_have_value("钱在场")
    assert not OnSiteRecord.objects.exists() and not FirmSignature.objects.exists()
    expect(page.bar).not_to_contain_text("当事人签字")
    # What was drawn on that text is on no other: the pad is empty, and so are its fields.
    context.set_offline(True)
    page.get_by_role("button", name="用选好的内容保存").click()
    expect(page.status).to_contain_text("有信号后自动保存")
    at_step(page, "现场情况和陈述")
    page.get_by_role("textbox", name="当事人陈述申辩").fill("签字以后加的一段。")
    freeze(page)
    expect(page.panel).to_contain_text("签字以后加的一段。")
    expect(page.panel.get_by_label("在手机上签字")).not_to_be_checked()
    page.panel.get_by_text("在手机上签字", exact=True).click()
    expect(page.panel.get_by_label("签字人姓名")).to_have_value("钱在场")  # who was met, not who signed
    page.panel.get_by_role("button", name="登记签字情况").click()
    expect(page.panel.locator("[data-wrong]")).to_contain_text("还没有签字")


def test_assessment_and_a_photo_go_with_the_record(phone, filled, inspection, team, look):
    context = phone()
    page = filled(context)
    at_step(page, "照片")
    expect(page.get_by_text("拍照", exact=True)).to_be_visible()
    page.locator("[data-photo-take] input").first.set_input_files(
        {"name": "IMG_1.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(page.locator(".shot")).to_contain_text("在手机上")
    freeze(page)
    expect(page.panel).to_contain_text("照片 ")
    sign(page)
    page.panel.get_by_role("button", name="填结论和公开的内容").click()
    page.locator("#at-outcome").get_by_text("未发现问题", exact=True).click()
    page.summary.fill("没有信号时写的公开内容。")
    look(page, "phone-record-assessment")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.status).to_contain_text("有信号后自动保存")
    context.set_offline(False)
    expect(page.bar).to_have_count(0)
    row = Inspection.objects.get(pk=inspection.pk)
    record = standing(row)
    [photo] = row.evidence.all()
    assert photo.digest in record.text and record.signature.digest == record.digest
    assert (row.outcome, row.summary) == ("clean", "没有信号时写的公开内容。")
    record_verbs.cosign(record=record, actor=team[1], digest=record.digest, verdict="confirm")
    page.goto(page.url)
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交审核。")).to_be_visible()
