"""What is said at each photo: its caption, until the server has it; why it was refused, and the way out."""

import uuid

import pytest
from conftest import at_step
from django.utils import timezone
from playwright.sync_api import expect
from test_outbox_photos import as_file, draw
from visit_cases import closed, frozen

from drawings.inspections.evidence import queries, verbs
from drawings.models import Evidence, Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(phone, form):
    page = form(phone(), "照片")
    page.on("dialog", lambda dialog: dialog.accept())
    page.shots = page.locator(".shot")
    expect(page.get_by_text("从相册选")).to_be_visible()
    return page


def add(page, *size):
    page.locator("#photos input[multiple]").set_input_files([as_file(draw(page, *size))])
    return page.shots.last


def captions():
    return list(Evidence.objects.order_by("pk").values_list("caption", flat=True))


def said(page, shot, text):
    """Type a caption, and wait until the server has it."""
    with page.expect_response(lambda answer: answer.url.endswith("/caption/")) as answer:
        shot.get_by_label("照片说明").fill(text)
        shot.get_by_label("照片说明").blur()
    return answer.value.status


def test_a_caption_typed_while_and_after_the_photo_goes_is_sent_and_the_last_one_counts(
    page, inspection, look
):
    held = []

    def lose(route):
        if held:
            return route.continue_()
        held.append(route)  # its answer will be lost

    page.route("**/evidence/", lose)
    shot = add(page, 2400, 1000, 10)
    while not held:
        page.wait_for_timeout(50)
    assert held[0].fetch().status == 201
    shot.get_by_label("照片说明").fill("总排口")
    # Between the photo and its caption the bar has nothing to say for a moment: the answer to the caption is waited for.
    with page.expect_response(lambda answer: answer.url.endswith("/caption/")):
        held[0].abort()
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(shot).to_contain_text("已发送副本")
    expect(page.bar).not_to_contain_text("照片说明")
    assert captions() == ["总排口"]

    assert said(page, shot, " 总排口  有泡沫 ") == 200
    assert captions() == ["总排口 有泡沫"]
    page.get_by_role("button", name="发送 1 张原图").click()
    expect(shot).to_contain_text("原图已发送")
    page.context.set_offline(True)
    shot.get_by_label("照片说明").fill("总排口没有泡沫")
    expect(shot).to_contain_text("说明改了，还没有发送")
    expect(page.bar).to_contain_text("照片说明")
    page.reload()  # the worker's copy, or the browser's own page: what was typed is in the store
    page.context.set_offline(False)
    page.goto(f"{page.url}")
    at_step(page, "照片")
    expect(page.bar).to_have_count(0)
    assert captions() == ["总排口没有泡沫"]

    shot = add(page, 2400, 1000, 20)
    expect(shot).to_contain_text("已发送副本")
    frozen(Inspection.objects.get(pk=inspection.pk), closed(timezone.now()))
    assert said(page, shot, "太晚了") == 409
    expect(shot).to_contain_text("说明没有改成“太晚了”：现场记录已经固定")
    expect(page.bar).to_contain_text("照片说明（现场记录已经固定")
    look(page, "caption-refused")
    shot.get_by_role("button", name="不改说明了").click()
    expect(shot.get_by_label("照片说明")).to_have_value("")
    expect(page.bar).not_to_contain_text("照片说明")
    assert captions() == ["总排口没有泡沫", ""]


def test_a_refused_photo_says_what_to_do_and_one_that_was_deleted_on_its_way_is_told(page, monkeypatch, look):
    monkeypatch.setattr(queries, "PER_VISIT", 0)
    shot = add(page, 300, 200, 30)
    expect(shot).to_contain_text(
        "系统没有收：IMG_1.jpg：这次检查已经有 0 份，满了。请先移除用不上的，再添加。"
    )
    expect(page.bar).to_contain_text("照片“IMG_1.jpg”（这次检查已经有 0 份，满了。请先移除用不上的，再添加。")
    look(page, "photo-refused")
    monkeypatch.setattr(queries, "PER_VISIT", 60)
    shot.get_by_role("button", name="再发一次").click()
    expect(shot).to_contain_text("原图已发送")
    expect(page.shots).to_have_count(1)
    expect(page.bar).to_have_count(0)

    held = []
    page.route("**/evidence/", lambda route: held.append(route))
    shot = add(page, 300, 200, 40)
    while not held:
        page.wait_for_timeout(50)
    shot.get_by_role("button", name="删除").click()
    expect(page.shots).to_have_count(1)
    held[0].continue_()
    expect(page.locator("[data-photo-said]")).to_contain_text("刚才删掉的照片已经发出去了，在系统里")
    expect(page.bar).to_have_count(0)
    assert Evidence.objects.count() == 2


def test_photos_of_the_colleague_count_and_the_words_of_one_that_is_there_are_taken_over(
    phone, form, inspection, team
):
    now = timezone.now()
    about = {"inspection": inspection, "kind": "photo", "taken_at": now, "received_at": now, "by": team[1]}
    Evidence.objects.bulk_create(
        Evidence(key=uuid.uuid4(), digest=f"{number:064x}", original_size=1, **about) for number in range(58)
    )
    page = form(phone(), "照片")
    page.shots = page.locator(".shot")
    expect(page.get_by_text("从相册选")).to_be_visible()
    sent = verbs.Sent(key=uuid.uuid4(), content=draw(page, 300, 200, 50), caption="同事写的")
    verbs.add(inspection=inspection, actor=team[1], sent=sent)
    shot = add(page, 300, 200, 50)
    expect(shot).to_contain_text("同一张照片系统里已经有了")
    expect(shot.get_by_label("照片说明")).to_have_value("同事写的")
    expect(add(page, 300, 200, 60)).to_contain_text("原图已发送")
    page.context.set_offline(True)
    add(page, 300, 200, 70)
    expect(page.locator("[data-photo-said]")).to_contain_text("连同同事添加的已经有 60 份")
    expect(page.shots).to_have_count(2)
