"""A text as a person reads it, and where each of its characters stands in the original."""

import re
import unicodedata

_DASHES = "‐‑‒–—―−－﹣﹘"
# What nobody sees (Cf), and marks on a character (a digit in a box is the digit).
_UNSEEN = ("Cf", "Mn", "Me")
# A number goes on in the next line as behind a space.
_AS_SPACE = str.maketrans("\t\n\r", "   ")


def plain(text: str) -> tuple[str, list[int]]:
    """Return the text as it is read, and for each of its characters where that stands in the original."""
    if text.isascii():
        return text.translate(_AS_SPACE), list(range(len(text)))
    chars, positions = [], []
    for at, char in enumerate(text):
        if not char.isascii():
            kind = unicodedata.category(char)
            if kind in _UNSEEN:
                continue
            char = _folded(char, kind)
        chars.append(" " if char in "\t\n\r" else char)
        positions.append(at)
    return "".join(chars), positions


def _folded(char: str, kind: str) -> str:
    if kind == "Zs":
        return " "
    if char in _DASHES:
        return "-"
    if kind == "No":  # the number of a list, ①, is no digit
        return char
    folded = unicodedata.normalize("NFKC", char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    return folded if len(folded) == 1 else char


NUMERALS = "〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
AS_DIGITS = str.maketrans(NUMERALS, "0001234567891" + "123456789")


def digits(piece: str) -> str:
    """Return the digits of a piece, with the X that an identity number may end in."""
    return re.sub(r"[^0-9X]", "", piece.upper().replace("×", "X"))
