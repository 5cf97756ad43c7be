"""Files as phones and enemies make them: a clean copy, or a refusal that says in Chinese what to do."""

import datetime
import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from evidence.photo_files import HEIC, PDF, SCRIPT, SVG, bomb, huge_jpeg, moving, photo, with_exif, with_text
from PIL import Image

from drawings.inspections.evidence import pictures
from drawings.inspections.evidence.pictures import Wrong


def opened(jpeg):
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    assert image.format == "JPEG"
    return image


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (photo(), "jpg", (40, 30)),
        (photo(form="PNG"), "png", (40, 30)),
        (photo(form="WEBP"), "webp", (40, 30)),
        (HEIC, "heic", (64, 48)),
        (photo(form="MPO"), "jpg", (40, 30)),
        (photo((3000, 1500)), "jpg", (2000, 1000)),
    ],
)
def test_photos_become_a_jpeg_of_at_most_2000_pixels(content, kind, size):
    assert pictures.kind_of(content) == ("photo", kind)
    copy = pictures.clean(content)
    assert (copy.width, copy.height) == opened(copy.jpeg).size == size
    assert max(opened(pictures.small(copy.jpeg)).size) <= 320


def test_a_phone_makes_a_jpeg_of_what_is_not_kept_here():
    script = Path(finders.find("drawings/field/formats.mjs")).read_text()
    brands = re.search(r"HEIC_BRANDS = \[(.*)\]", script)[1]
    assert tuple(re.findall(r'"(\w+)"', brands)) == tuple(b.decode() for b in pictures._HEIC_BRANDS)
    assert "LARGEST = 15 * 1024 * 1024" in script and pictures.LARGEST == 15 * 1024 * 1024


def test_a_pdf_is_known_by_its_first_bytes_and_its_end():
    assert pictures.kind_of(PDF) == ("pdf", "pdf")
    with pytest.raises(Wrong, match="PDF 不完整"):
        pictures.kind_of(PDF[:-10])


def test_the_copy_is_upright_and_carries_nothing_along():
    copy = pictures.clean(with_exif(orientation=6))
    image = opened(copy.jpeg)
    assert image.size == (30, 40)
    # Turned by a quarter: what was above is now on the right.
    assert image.getpixel((27, 20))[0] > 200 and image.getpixel((3, 20))[2] > 200
    assert copy.taken == datetime.datetime(2026, 10, 8, 9, 41)
    assert not image.getexif() and not {"comment", "exif", "icc_profile"} & image.info.keys()
    for content in (with_exif(), with_text()):
        assert SCRIPT.encode() in content
        assert b"script" not in pictures.clean(content).jpeg
    assert opened(pictures.clean(with_text()).jpeg).getpixel((4, 4)) == (
        255,
        255,
        255,
    )  # transparent on white


@pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "gestern", "2026:13:45 99:99:99"])
def test_a_time_that_is_none_is_left_out(taken):
    assert pictures.clean(with_exif(taken=taken)).taken is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件（0 字节）"),
        (photo() + bytes(pictures.LARGEST), "每份最多 15 MB"),
        (SVG, "不是照片，也不是 PDF"),
        (b"<html>" + photo(), "不是照片，也不是 PDF"),
        (b"GIF89a" + photo(), "不是照片，也不是 PDF"),
        (b"\r\n" + PDF, "不是照片，也不是 PDF"),
        (b"MZ\x90\x00", "不是照片，也不是 PDF"),
    ],
)
def test_what_is_no_photo_is_told_by_its_first_bytes(content, words):
    with pytest.raises(Wrong, match=words):
        pictures.kind_of(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (photo()[:300], "已损坏或不完整"),
        (photo((400, 300))[:-400], "已损坏或不完整"),
        (b"\xff\xd8\xff" + bytes(500), "已损坏或不完整"),
        (HEIC[:200], "已损坏或不完整"),
        (photo(form="WEBP")[:40], "已损坏或不完整"),
        (moving("WEBP"), "会动的图片"),
        (moving("PNG"), "会动的图片"),
        (bomb(), "像素太多"),
        (bomb(5100, 5000), "像素太多（5100×5000）"),
        (huge_jpeg(), "像素太多"),
    ],
)
def test_what_is_broken_moves_or_is_a_bomb_is_refused(content, words):
    assert pictures.kind_of(content)[0] == "photo"
    with pytest.raises(Wrong, match=words):
        pictures.clean(content)
