"""Files as phones and enemies make them, small and made on the spot."""

import base64
import io
import struct
import zlib

from PIL import ExifTags, Image, PngImagePlugin

SCRIPT = "<script>alert(1)</script>"
# 64 x 48 pixels of red, as an iPhone stores it; nothing that is installed can write one.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEA"
    "AQAAAAABoQABAAAAAAAAABoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmND"
    "AQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAA"
    "AAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAA"
    "Av////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACJtZGF0AAAAFigBrxmA70mlv//f4x/19q/4prWmPm4="
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg>'.encode()


def saved(image, form="JPEG", **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(size=(40, 30), form="JPEG", text="", colour="red"):
    """A picture; a text beside it makes it another file."""
    options = {"comment": text} if form == "JPEG" and text else {}
    return saved(Image.new("RGB", size, colour), form, **options)


def with_exif(size=(40, 30), orientation=1, taken="2026:10:08 09:41:00", text=SCRIPT):
    """A JPEG that says where, when and how it was taken, with a script in its words."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.ImageDescription] = text
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (33.0, 18.0, 36.5)
    # The upper half red, the lower blue: so that a turn shows.
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    return saved(image, exif=exif, comment=text, quality=95)


def with_text(text=SCRIPT):
    """A PNG with words beside the picture, and a page of HTML behind its end."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", text)
    return (
        saved(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG", pnginfo=words)
        + f"<html>{text}</html>".encode()
    )


def moving(form):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:])


def bomb(width=60_000, height=60_000):
    """A PNG of some hundred bytes that says it is 10 GB large."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def huge_jpeg():
    """A small JPEG whose head says 60,000 by 60,000."""
    content = bytearray(photo())
    place = content.index(b"\xff\xc0")
    content[place + 5 : place + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(content)
