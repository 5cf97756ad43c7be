"""What cannot be sent from a phone any more is deleted there on purpose, and then nobody is kept from signing out."""

import pytest
from conftest import at_step
from held_pages import sign_out
from playwright.sync_api import expect
from test_outbox import save_without_signal
from test_outbox_photos import as_file, draw

from drawings.models import Evidence, Inspection
from drawings.states import InspectionState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEFT = """import("/static/drawings/field/store.mjs").then(async ({ all }) => {
  const names = ["drafts", "outbox", "photos", "files"];
  return (await Promise.all(names.map(all))).map((rows) => rows.length);
})"""


def test_what_is_refused_for_ever_is_deleted_after_a_question_and_frees_the_sign_out(
    phone, form, inspection, live_server, look
):
    context = phone()
    page = form(context, "照片")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("从相册选")).to_be_visible()
    context.set_offline(True)
    pictures = [as_file(draw(page, 2400, 1000, shade), f"IMG_{shade}.jpg") for shade in (10, 90)]
    page.locator("#photos input[multiple]").set_input_files(pictures)
    expect(page.locator(".shot", has_text="在手机上")).to_have_count(2)
    at_step(page, "结论")
    save_without_signal(page, "写好时任务已经不在了")
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.APPROVED)
    context.set_offline(False)
    expect(page.bar).to_contain_text("照片 2 张（")
    expect(page.bar).to_contain_text("和系统里的内容不同")
    page.goto(f"{live_server.url}/desk/")
    sign_out(page)
    note = page.get_by_role("alert").filter(has_text="还没有退出")
    name = inspection.selection.shown_name
    expect(note).to_contain_text("已经不在您的任务里")
    expect(note).to_contain_text("2 张照片")
    look(page, "sign-out-unsendable")
    # One thing at a time: first a photo of two, then all the rest of the visit.
    note.get_by_text("逐张看").click()
    note.get_by_role("button", name="1 张照片").first.click()
    expect(note).to_contain_text("1 张照片")
    assert page.evaluate(LEFT) == [1, 1, 1, 1]
    note.get_by_role("button", name="全部从手机上删掉").click()
    expect(page.get_by_role("alert").filter(has_text="可以退出")).to_be_visible()
    assert page.evaluate(LEFT) == [0, 0, 0, 0]
    assert asked[0].startswith(f"从手机上删掉“{name}”的1 张照片（")
    assert asked[1] == (
        f"从手机上删掉“{name}”的填写的内容、没有发出的“保存”、1 张照片？还没有发送到系统，删掉以后找不回来。"
    )
    page.get_by_role("button", name="退出登录").and_(page.locator("[data-unsent] *")).click()
    page.wait_for_url(f"{live_server.url}/")
    assert not Evidence.objects.exists()


def test_the_bar_deletes_what_belongs_to_a_form_that_opens_no_more(
    phone, form, inspection, live_server, look
):
    context = phone()
    page = form(context)
    page.summary.fill("没有发出去")
    expect(page.status).to_contain_text("还没有保存到系统")
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.PUBLISHED)
    page.goto(f"{live_server.url}/desk/")
    bar = page.locator("[data-outbox]")
    look(page, "bar-with-more")
    bar.get_by_role("button", name="删除、移交").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("已经不在您的任务里")
    look(page, "unsent-panel")
    page.once("dialog", lambda dialog: dialog.dismiss())
    panel.get_by_role("button", name="从手机上删掉").click()
    expect(panel).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="从手机上删掉").click()
    expect(panel).to_have_count(0)
    expect(bar).to_have_count(0)
    assert page.evaluate(LEFT) == [0, 0, 0, 0]
