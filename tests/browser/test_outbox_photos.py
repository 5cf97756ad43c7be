"""Photos that are taken without a signal: on the phone at once, their copy sent before the report, the original on request."""

import base64
import hashlib

import pytest
from conftest import at_step
from django.urls import reverse
from playwright.sync_api import expect

from drawings.inspections.field.record import standing
from drawings.models import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAW = """async ([width, height, shade]) => {
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
  context.fillStyle = `rgb(${shade}, 90, 60)`;
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg" });
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""
SIZE_OF = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { width, height } = await createImageBitmap(new Blob([bytes]));
  return [width, height];
}"""


def draw(page, *size):
    return base64.b64decode(page.evaluate(DRAW, size))


def as_file(content, name="IMG_1.jpg", kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_photo_taken_offline_arrives_with_its_digest_before_the_report(
    received, phone, form, inspection, look
):
    context = phone()
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 33.3, "longitude": 113.5})
    page = form(context, "照片")
    picture = draw(page, 3000, 1500, 200)
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("拍照", exact=True)).to_be_visible()
    at_step(page, "到场")
    page.locator("#at-visited_at").get_by_role("button", name="填入现在的时间").click()
    page.locator("#at-entry").get_by_text("停产", exact=True).click()
    at_step(page, "现场情况和陈述")
    page.get_by_role("textbox", name="现场情况").fill("大门紧锁，拍了一张")
    at_step(page, "照片")
    context.set_offline(True)
    camera, gallery = page.locator("#photos input[type=file]").all()
    page.locator("#photo-point").select_option(index=1)
    camera.set_input_files([as_file(picture)])
    photo = page.locator(".photo")
    expect(photo).to_contain_text("在手机上")
    expect(photo.locator("img")).to_be_visible()
    gallery.set_input_files([as_file(b"", "empty.jpg"), as_file(b"%PDF", "a.pdf", "application/pdf")])
    expect(page.locator("[data-photo-said]")).to_contain_text("“empty.jpg”是空的")
    expect(page.locator("[data-photo-said]")).to_contain_text("“a.pdf”不是照片")
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page.status).to_contain_text("有信号后自动固定")
    expect(page.bar).to_contain_text("照片 1 张")
    look(page, "outbox-photos")
    context.close()

    page = form(phone(), step=None)  # killed, and opened with a signal
    page.wait_for_url(f"**{reverse('inspections:record', args=[inspection.pk])}")  # frozen
    [(what, fields, content)] = received
    assert (what, fields["digest"]) == ("copy", hashlib.sha256(picture).hexdigest())
    assert fields["original_size"] == str(len(picture))
    assert fields["point"] != ""
    assert (fields["latitude"], fields["longitude"]) == ("33.3", "113.5")
    assert fields["taken_at"].endswith("+08:00")
    assert page.evaluate(SIZE_OF, base64.b64encode(content).decode()) == [2000, 1000]
    assert "大门紧锁，拍了一张" in standing(Inspection.objects.get(pk=inspection.pk)).text


def test_the_original_follows_on_request_and_then_nothing_is_left(received, phone, form):
    page = form(phone(), "照片")
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("从相册选")).to_be_visible()
    picture, strange = draw(page, 2400, 1000, 10), b"no picture that a browser reads"
    files = [as_file(picture), as_file(strange, "IMG_2.heic", "image/heic")]
    page.locator("#photos input[multiple]").set_input_files(files)
    first, second = page.locator(".photo").first, page.locator(".photo").last
    expect(first).to_contain_text("已发送副本")
    expect(second).to_contain_text("原图已发送")  # what cannot be read here goes as it is
    assert [what for what, _, _ in received] == ["copy", "copy"]
    assert strange in [content for _, _, content in received]  # which of the two is made ready first is open
    page.get_by_role("button", name="发送 1 张原图").click()
    expect(first).to_contain_text("原图已发送")
    assert received[2][0] == "original"
    assert received[2][2] == picture
    expect(page.bar).to_have_count(0)
    left = (
        "import('/static/drawings/field/store.mjs').then(store => store.all('files')).then(all => all.length)"
    )
    assert page.evaluate(left) == 0
