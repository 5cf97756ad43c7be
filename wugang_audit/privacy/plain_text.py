"""A text as a person reads it, and where each of its characters stands in the original."""

import re
import unicodedata

_DASHES = "‐‑‒–—―−－﹣﹘"
# What nobody sees (Cf), and marks on a character (a digit in a box is the digit).
_UNSEEN = ("Cf", "Mn", "Me")
# ①, ❶, ⑴ are the numbers of a list; in a row of many, or among digits, they are the digits of a number.
_RINGED = {
    chr(code): str(unicodedata.digit(chr(code)))
    for code in (0xB2, 0xB3, 0xB9, *range(0x2070, 0x208A), *range(0x2460, 0x2794), 0x1F10B, 0x1F10C)
    if unicodedata.category(chr(code)) == "No" and unicodedata.digit(chr(code), None) is not None
}
_AS_PLAIN = str.maketrans(_RINGED)
_R = "[" + "".join(_RINGED) + "]"
_ROW = re.compile(rf"{_R}(?:[ -]?{_R}){{5,}}|(?<=[0-9]){_R}{{3,4}}(?=[0-9])")
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
    read = _ROW.sub(lambda row: row[0].translate(_AS_PLAIN), "".join(chars))
    return read, positions


def _folded(char: str, kind: str) -> str:
    if kind == "Zs":
        return " "
    if char in _DASHES:
        return "-"
    if kind == "No":  # the number of a list, ①, is no digit by itself
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
