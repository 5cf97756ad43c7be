"""What cannot be sent from one phone goes into a file, and from another device of the same officer to the server, once."""

import re

import pytest
from conftest import PHONE, at_step
from django.urls import reverse
from held_pages import sign_out, until
from playwright.sync_api import expect
from test_outbox import save_without_signal
from test_outbox_photos import as_file, draw
from test_unsent import LEFT

from drawings.models import Evidence, Inspection
from wugang_audit.audit.models import AuditEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECEIVE = "/inspections/handover/"
TOLD = "Object.keys(localStorage).some((name) => name.startsWith('field:handover-key:'))"


@pytest.fixture
def handed_over(phone, form, inspection, live_server, look, tmp_path):
    """A save, a draft on top of it and two photos were made without a signal, and lie in a file; the phone was emptied and signed
    out."""
    context = phone()
    tasks = context.new_page()
    tasks.goto(f"{live_server.url}/inspections/")
    until(tasks, TOLD)
    page = form(context, "照片")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("从相册选")).to_be_visible()
    context.set_offline(True)
    pictures = [as_file(draw(page, 2400, 1000, shade), f"IMG_{shade}.jpg") for shade in (10, 90)]
    page.locator("#photos input[multiple]").set_input_files(pictures)
    expect(page.locator(".shot", has_text="在手机上")).to_have_count(2)
    at_step(page, "结论")
    save_without_signal(page, "断网时写的")
    page.summary.fill("断网时写的，又加了一句")
    expect(page.status).to_contain_text("内容存在这台设备上")
    page.bar.get_by_role("button", name="删除、移交").click()
    panel = page.get_by_role("dialog")
    with page.expect_download() as saved:
        panel.get_by_role("button", name="移交：存成加密文件").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    expect(panel).to_contain_text("1 家单位：1 份填写的内容、1 个等着发送的步骤、2 张照片")
    look(page, "handed-over")
    assert page.evaluate(LEFT) == [1, 1, 2, 2]
    panel.get_by_role("button", name="文件已存好：删去这台设备上的内容").click()
    expect(panel).to_have_count(0)
    assert page.evaluate(LEFT) == [0, 0, 0, 0]
    context.close()
    assert not Evidence.objects.exists() and not Inspection.objects.get(pk=inspection.pk).summary
    return file


def bring(page, file):
    page.goto(f"{page.base}{RECEIVE}")
    page.get_by_label("移交文件").set_input_files(file)
    return page.locator("[data-handover-said]")


def test_everything_arrives_once_through_another_device(handed_over, open_as, team, inspection, look):
    content = handed_over.read_bytes()
    assert (
        content.startswith(b"wugang-handover/1\n") and inspection.selection.shown_name.encode() not in content
    )
    page = open_as(team[0], PHONE)
    page.goto(f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}")
    at_step(page, "结论")
    page.locator("#at-summary textarea").fill("在这一台上写的")
    expect(page.locator("[data-draft-status]")).to_contain_text("还没有保存到系统")
    said = bring(page, handed_over)
    expect(said.get_by_label("留这台设备上的")).to_be_checked()  # it is the newer one
    look(page, "handover-two-drafts")
    said.get_by_label("用文件里的").check()
    expect(said).to_contain_text("还没有放进来")
    said.get_by_text("看填写的内容").last.click()
    expect(said).to_contain_text("断网时写的")
    look(page, "handover-listed")
    assert page.evaluate(LEFT) == [1, 0, 0, 0]  # nothing is here before it is pressed
    said.get_by_role("button", name="放进这台设备").click()
    expect(said).to_contain_text("已放进这台设备：4 项。")
    look(page, "handover-taken-in")
    bar = page.locator("[data-outbox]")
    expect(bar).to_contain_text("：原图 2 张、填写的内容")
    kept = Inspection.objects.get(pk=inspection.pk)
    assert kept.summary == "断网时写的" and Evidence.objects.filter(inspection=inspection).count() == 2
    # The same file a second time: nothing that has arrived is there twice.
    said = bring(page, handed_over)
    expect(said).to_contain_text("已经在这台设备上放进来过")
    said.get_by_role("button", name="再放一次").click()
    expect(said).to_contain_text("另有 3 项这台设备上已经有")
    expect(bar).to_contain_text("：原图 2 张、填写的内容")
    page.goto(f"{page.base}{reverse('inspections:edit', args=[inspection.pk])}")
    at_step(page, "结论")
    expect(page.locator("#at-summary textarea")).to_have_value("断网时写的，又加了一句")
    page.get_by_role("button", name="保存草稿").click()
    # By the page, or by the outbox where something of before is still on its way.
    expect(page.get_by_text(re.compile("^(草稿已保存|已保存到系统)。"))).to_be_visible()
    assert Inspection.objects.get(pk=inspection.pk).summary == "断网时写的，又加了一句"
    assert AuditEntry.objects.filter(action="保存检查草稿").count() == 2
    assert Evidence.objects.count() == 2
    # Its originals are handed over once more, and then nobody is kept from signing out.
    sign_out(page)
    note = page.locator("[data-unsent]")
    expect(note).to_contain_text("2 张原图（副本已经发送）")
    look(page, "sign-out-hand-over")
    with page.expect_download():
        note.get_by_role("button", name="移交：存成加密文件").click()
    page.once("dialog", lambda dialog: dialog.accept())
    note.get_by_role("button", name="删去这台设备上的内容并退出").click()
    page.wait_for_url(f"{page.base}/")


def test_a_stranger_a_broken_file_and_one_that_is_none_are_told_in_words(
    handed_over, open_as, team, look, tmp_path
):
    stranger = open_as(team[1], PHONE)
    said = bring(stranger, handed_over)
    expect(said).to_contain_text("这个文件不是用您的账号存的")
    look(stranger, "handover-foreign")
    content = handed_over.read_bytes()
    damaged = bytearray(content)
    damaged[-20_000] ^= 1
    wrong = {
        "cut.wgho": (content[:-1], "文件不完整：应有"),
        "damaged.wgho": (bytes(damaged), "文件的内容坏了或被改过，什么都没有放进来"),
        "empty.wgho": (b"", "这个文件是空的"),
        "photo.jpg": (b"\xff\xd8\xff\xe0", "这不是移交文件"),
        "later.wgho": (content.replace(b"handover/1", b"handover/2", 1), "别的版本的系统存的"),
        "head.wgho": (content.replace(b'"contents":"1', b'"contents":"9', 1), "文件的内容坏了或被改过"),
    }
    page = open_as(team[0], PHONE)
    for name, (inside, words) in wrong.items():
        (tmp_path / name).write_bytes(inside)
        expect(bring(page, tmp_path / name)).to_contain_text(words)
    assert stranger.evaluate(LEFT) == page.evaluate(LEFT) == [0, 0, 0, 0]
