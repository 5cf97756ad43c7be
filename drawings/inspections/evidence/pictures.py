"""Reads what somebody sends as a photo or a PDF. Pure: bytes in, a clean JPEG out, or a `Wrong` that says in Chinese what to do.

The first bytes decide what a file is, never its name. A picture is decoded and written anew: whatever stood beside the
picture (position, camera, comments, scripts, a second file behind it) is not in the copy.
"""

import datetime
import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pi_heif
from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat

MIB = 1024 * 1024
LARGEST = 15 * MIB  # of one file
LONG_SIDE, SMALL_SIDE = 2000, 320  # pixels of the copy, and of the small picture in a list
QUALITY = 85
# Of 255 shades of grey; what another camera, encoder or colour space changes stays well below.
GLANCE, UNLIKE_ON_AVERAGE, UNLIKE_AT_ONE = 32, 10, 60
PHOTO, PDF = "photo", "pdf"
# What a decoder may be made to unpack. A JPEG is decoded at a fraction of its size, so it may be larger.
PIXELS = {"JPEG": 65_000_000, "MPO": 65_000_000, "HEIF": 50_000_000}
PIXELS_OF_OTHERS = 25_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AGAIN = "请重新拍摄或者另选一张"
# One picture at a time in each process: several large ones together would fill the memory.
_ONE_AT_A_TIME = threading.Lock()

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = max(PIXELS.values())
Made = TypeVar("Made")


class Wrong(Exception):
    """A file that is not taken; the message says in Chinese what is wrong with it and what to do."""


@dataclass(frozen=True)
class Clean:
    """The copy of a picture: JPEG, upright, at most `LONG_SIDE` pixels long, without metadata.

    taken: when the camera says that it was taken, by its own clock; None where it does not.
    """

    jpeg: bytes
    width: int
    height: int
    taken: datetime.datetime | None


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kind_of(content: bytes) -> tuple[str, str]:
    """Return (photo or pdf, the ending that belongs to it) by the first bytes of a file.

    :raises Wrong: it is empty, too large, or neither of them.
    """
    if not content:
        raise Wrong(f"是空文件（0 字节）。{AGAIN}。")
    if len(content) > LARGEST:
        raise Wrong(
            f"有 {len(content) / MIB:.1f} MB，每份最多 {LARGEST // MIB} MB。请把手机相机的分辨率调低再拍。"
        )
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise Wrong("这个 PDF 不完整，末尾缺了一段。请重新下载或导出后再选。")
        return PDF, "pdf"
    form = _format_of(content)
    if not form:
        raise Wrong("不是照片，也不是 PDF。只收 JPEG、PNG、WEBP、HEIC 照片和 PDF；截图请存成 PNG 再选。")
    return PHOTO, _ENDINGS[form]


def _format_of(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "HEIF"
    return ""


def clean(content: bytes) -> Clean:
    """Decode a picture and write it anew.

    :raises Wrong: it is broken, moves, or has more pixels than `PIXELS`.
    """
    return _made(content, _copy)


def small(content: bytes) -> bytes:
    """Return a copy as a JPEG of at most `SMALL_SIDE` pixels."""
    return _made(content, lambda image: _written(_upright(image, SMALL_SIDE)))


def are_alike(one: bytes, other: bytes) -> bool:
    """Say whether two files show the same picture: both upright, grey, and `GLANCE` pixels wide and high.

    Another size, format, colour space or quality makes little difference there. What is no larger than a letter on a sign
    is not seen.

    :raises Wrong: one of them cannot be read.
    """
    first, second = (_made(each, _glance) for each in (one, other))
    difference = ImageChops.difference(first, second)
    return (
        ImageStat.Stat(difference).mean[0] <= UNLIKE_ON_AVERAGE
        and difference.getextrema()[1] <= UNLIKE_AT_ONE
    )


def _glance(image: Image.Image) -> Image.Image:
    return _upright(image, SMALL_SIDE).convert("L").resize((GLANCE, GLANCE), Image.Resampling.BOX)


def _made(content: bytes, make: Callable[[Image.Image], Made]) -> Made:
    with _ONE_AT_A_TIME:
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                _require_bounded(image)
                return make(image)
        except Wrong:
            raise
        except (Image.DecompressionBombError, MemoryError):
            raise Wrong(_too_many("")) from None
        # A decoder that is fed with a hostile file raises whatever it likes.
        except Exception:
            raise Wrong(f"打不开，文件已损坏或不完整。{AGAIN}。") from None


def _require_bounded(image: Image.Image) -> None:
    """Look at what the head of the file says, before anything is decoded."""
    width, height = image.size
    if width * height > PIXELS.get(image.format or "", PIXELS_OF_OTHERS):
        raise Wrong(_too_many(f"（{width}×{height}）"))
    # Some phones put a second picture into a JPEG (MPO), which is no film.
    if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
        raise Wrong("是会动的图片，不是照片。请选一张照片。")


def _too_many(size: str) -> str:
    return f"像素太多{size}。请把手机相机的分辨率调低再拍。"


def _copy(image: Image.Image) -> Clean:
    taken = _taken(image)
    upright = _upright(image, LONG_SIDE)
    return Clean(_written(upright), *upright.size, taken)


def _upright(image: Image.Image, side: int) -> Image.Image:
    # Before it is turned: a large one is not copied, and a JPEG not even decoded in full.
    image.thumbnail((side, side))
    turned = ImageOps.exif_transpose(image)
    # A new picture of the pixels alone: what the old one carries along would be written into the copy.
    fresh = Image.new("RGB", turned.size, "white")
    if "A" in turned.getbands() or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        fresh.paste(layer, mask=layer.getchannel("A"))
    else:
        fresh.paste(turned.convert("RGB"))
    return fresh


def _written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _taken(image: Image.Image) -> datetime.datetime | None:
    """Return the camera's own time, which names no zone; None where there is none that can be read."""
    try:
        said = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except Exception:
        return None
