"""Photos that are taken without a signal: on the phone at once, their copy sent before the report, the original on request."""

import base64
import hashlib
import io
import runpy
from pathlib import Path

import pytest
from conftest import at_step
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from drawings.inspections.evidence import kept_files
from drawings.inspections.field.record import standing
from drawings.models import Evidence, Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHOTOS = runpy.run_path(str(Path(__file__).parents[1] / "drawings/inspections/evidence/photo_files.py"))
DRAW = """async ([width, height, shade]) => {
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
  context.fillStyle = `rgb(${shade}, 90, 60)`;
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg" });
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


def draw(page, *size):
    return base64.b64decode(page.evaluate(DRAW, size))


def as_file(content, name="IMG_1.jpg", kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_photo_taken_offline_arrives_with_its_digest_before_the_report(phone, form, inspection, look):
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
    photo = page.locator(".shot")
    expect(photo).to_contain_text("在手机上")
    expect(photo.locator("img")).to_be_visible()
    gallery.set_input_files([as_file(b"", "empty.jpg"), as_file(b"%PDF", "a.pdf", "application/pdf")])
    expect(page.locator("[data-photo-said]")).to_contain_text("“empty.jpg”是空的")
    expect(page.locator("[data-photo-said]")).to_contain_text("“a.pdf”不是照片")
    at_step(page, "结论")
    page.get_by_role("button", name="固定现场记录").click()
    expect(page.status).to_contain_text("已在这台手机上固定")
    expect(page.bar).to_contain_text("照片 1 张")
    look(page, "outbox-photos")
    context.close()

    page = form(phone(), step=None)  # killed, and opened with a signal
    page.wait_for_url(f"**{reverse('inspections:record', args=[inspection.pk])}")  # frozen
    row, record = Evidence.objects.get(), standing(Inspection.objects.get(pk=inspection.pk))
    assert (row.inspection_id, row.digest) == (inspection.pk, hashlib.sha256(picture).hexdigest())
    assert (row.width, row.height, row.original_size) == (2000, 1000, len(picture))
    assert row.point is not None
    assert (float(row.latitude), float(row.longitude)) == (33.3, 113.5)
    assert row.taken_at < row.received_at < record.frozen_at
    assert row.digest in record.text and "大门紧锁，拍了一张" in record.text


def test_the_original_follows_on_request_and_then_nothing_is_left(phone, form):
    page = form(phone(), "照片")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.get_by_text("从相册选")).to_be_visible()
    picture, strange = draw(page, 2400, 1000, 10), PHOTOS["HEIC"][:200]
    files = [as_file(picture), as_file(strange, "IMG_2.heic", "image/heic"), as_file(picture, "IMG_3.jpg")]
    page.locator("#photos input[multiple]").set_input_files(files)
    first, second = page.locator(".shot").first, page.locator(".shot").last
    expect(first).to_contain_text("已发送副本")
    expect(second).to_contain_text("系统没有收：IMG_2.heic：")  # what cannot be read here goes as it is
    expect(page.locator("[data-photo-said]")).to_have_text("这张照片已经在了，没有再存一次。")
    expect(page.locator(".shot")).to_have_count(2)
    assert Evidence.objects.get().original_received_at is None
    page.get_by_role("button", name="发送 1 张原图").click()
    expect(first).to_contain_text("原图已发送")
    row = Evidence.objects.get()
    assert kept_files.content(row.original_name) == picture
    second.get_by_role("button", name="删除").click()
    expect(page.bar).to_have_count(0)
    left = (
        "import('/static/drawings/field/store.mjs').then(store => store.all('files')).then(all => all.length)"
    )
    assert page.evaluate(left) == 0


def test_what_the_server_does_not_keep_becomes_a_jpeg_and_what_it_alone_reads_goes_as_it_is(
    phone, form, look
):
    page = form(phone(), "照片")
    expect(page.get_by_text("从相册选")).to_be_visible()
    saved, red = PHOTOS["saved"], Image.new("RGB", (2400, 1200), "red")
    files = [
        as_file(saved(red.resize((60, 40)), "GIF"), "扫描.gif", "image/gif"),
        as_file(saved(red, "BMP"), "旧相机.bmp", "image/bmp"),
        as_file(saved(Image.new("RGB", (2400, 1200), "blue"), "AVIF"), "手机.avif", "image/avif"),
        as_file(saved(red.resize((70, 40)), "GIF"), "其实是GIF.jpg"),
        as_file(PHOTOS["HEIC"], "IMG_1.HEIC", ""),
        as_file(PHOTOS["SVG"], "图.svg", "image/svg+xml"),
        as_file(b"GIF89a", "坏.gif", "image/gif"),
    ]
    page.locator("#photos input[multiple]").set_input_files(files)
    told = page.locator("[data-photo-said]")
    for name in ("图.svg", "坏.gif"):
        expect(told).to_contain_text(
            f"“{name}”的格式系统不收，这个浏览器也读不出来，没有存。请截图或者重新拍一张。"
        )
    shots = page.locator(".shot")
    expect(shots.nth(0)).to_contain_text("原图已发送（GIF 已转成 JPEG，作为原图）")
    expect(shots.nth(1)).to_contain_text("已发送副本，原图在手机上（BMP 已转成 JPEG，作为原图）")
    expect(shots.nth(2)).to_contain_text("已发送副本，原图在手机上（AVIF 已转成 JPEG，作为原图）")
    expect(shots.nth(3)).to_contain_text("原图已发送（GIF 已转成 JPEG，作为原图）")
    expect(shots.nth(4)).to_contain_text("原图已发送")
    look(page, "photo-formats")
    page.get_by_role("button", name="发送 2 张原图").click()
    expect(shots.filter(has_text="原图已发送")).to_have_count(5)
    expect(page.bar).to_have_count(0)
    rows = Evidence.objects.order_by("pk")
    assert [(row.original_name[-4:], row.width) for row in rows] == [
        (".jpg", 60), (".jpg", 2000), (".jpg", 2000), (".jpg", 70), ("heic", 64),
    ]  # fmt: skip
    for row in rows:
        content = kept_files.content(row.original_name)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.digest, row.original_size)
    assert Image.open(io.BytesIO(kept_files.content(rows[1].original_name))).size == (2400, 1200)
