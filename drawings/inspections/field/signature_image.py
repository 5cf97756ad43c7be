"""A signature that was drawn on a phone: read as a picture, and nothing else of it kept."""

import io

from PIL import Image

from ...states import Refused

LARGEST = 300 * 1024  # bytes; a drawn line of 1,200 by 600 points is some 20 KB
SIDES = (1600, 1600)
DARK = 128  # of 255
LEAST = 60  # dark points: a dot is no signature


def clean_signature(data: bytes) -> bytes:
    """Return the signature as a PNG in black on white, without anything that was not drawn.

    :raises Refused: no picture, too large, or nothing is drawn in it.
    """
    again = "请让当事人重新签一次。"
    if not data:
        raise Refused("还没有签字：请让当事人在框里签名。")
    if len(data) > LARGEST:
        raise Refused(f"签字图太大。{again}")
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
        if picture.width > SIDES[0] or picture.height > SIDES[1]:
            raise Refused(f"签字图太大。{again}")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Refused(f"签字图读不出来。{again}") from None
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    line = white.convert("L")
    if sum(line.histogram()[:DARK]) < LEAST:
        raise Refused("框里没有签名：请让当事人在框里签名。")
    out = io.BytesIO()
    line.save(out, "PNG", optimize=True)
    return out.getvalue()
