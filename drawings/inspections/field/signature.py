"""What is asked of a signature: who, why not, before whom; and one that was drawn is read as a picture, and nothing else kept."""

import io

from PIL import Image

from wugang_audit.privacy import says_nothing

from ...models import FirmSignature
from ...states import Refused

# Who signs, by the kind of the signature: is his name asked for, and a reason and a witness?
NEEDS_NAME = frozenset({FirmSignature.Kind.DRAWN, FirmSignature.Kind.PAPER})
NEEDS_REASON = frozenset({FirmSignature.Kind.REFUSED, FirmSignature.Kind.ABSENT})

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


def unsound(kind: str, said: dict[str, str]) -> str:
    """Say what is missing of a signature, in words; empty where nothing is."""
    if kind not in FirmSignature.Kind.values:
        return "请选择签字情况。"
    if kind in NEEDS_NAME and not said["name"]:
        return "请填签字人的姓名。"
    if kind in NEEDS_NAME and not said["post"]:
        return "请填签字人的职务或者身份，如“厂长”“门卫”。"
    if kind in NEEDS_REASON and says_nothing(said["reason"]):
        return "请写明没有签字的原因。"
    if kind == FirmSignature.Kind.REFUSED and not said["witness"]:
        return "拒绝签字的，请写明见证人；没有别的见证人的，写“无，执法记录仪全程记录”。"
    for name, text in said.items():
        longest = FirmSignature._meta.get_field(name).max_length
        if len(text) > longest:
            label = FirmSignature._meta.get_field(name).verbose_name
            return f"{label}最多 {longest} 个字，现在有 {len(text)} 个。"
    return ""
