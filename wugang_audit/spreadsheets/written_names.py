"""What lists write around a name: serials, stars, book-title marks, blanks that align it, a state in brackets."""

import re
from collections.abc import Set
from typing import NamedTuple

from .cell_text import clean, word

_SERIAL = re.compile(r"(?:([0-9]{1,4})(?:[、．]|\.(?![0-9]))|[（(]([0-9]{1,4})[）)])\s*(?=\S)")
MARKS = "★☆*＊●○▲△■□◆◇※"
_AROUND = re.compile(rf"^[{MARKS}\s]+|[{MARKS}\s]+$")
_BOOK = re.compile(r"《([^《》]+)》")
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_BLANK = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_STATE = re.compile(r"\s*[（(]\s*([^（()）]{2,8})\s*[）)]$")

# Most names have nothing of all this: a hundred thousand are looked at.
_ODD = re.compile(rf"[{MARKS}《\s]|[）)]$|^[0-9（(]")


class WrittenName(NamedTuple):
    """A name, and what stood around it."""

    name: str
    marks: str = ""
    state: str = ""  # as it stands in the brackets


def serial_of(text: str) -> int | None:
    """Return the serial that a text begins with: 1、 2. （3）; None if it begins with none."""
    found = _SERIAL.match(text)
    return int(found[1] or found[2]) if found else None


def read_name(text: str, states: Set[str], *, serial: bool) -> WrittenName:
    """Return the bare name. What would leave nothing of it stays.

    :param states: the words, as `cell_text.word` gives them, that are a state when they stand in brackets behind a name.
    :param serial: the names of the list are numbered: a serial before this one is none of its own.
    """
    if not _ODD.search(text):
        return WrittenName(text)
    name, marks = clean(text), ""
    if serial and (found := _SERIAL.match(name)):
        name = name[found.end() :]
    state, before = "", ""
    while name != before:  # 《甲厂*》（停产）
        before = name
        bare = _AROUND.sub("", name)
        marks += "".join(char for char in name.replace(bare, "", 1) if char in MARKS)
        name = whole[1].strip() if (whole := _BOOK.fullmatch(bare)) else bare
        if (found := _STATE.search(name)) and word(found[1]) in states:
            name, state = name[: found.start()], found[1].strip()
    name = _BLANK.sub("", name).strip()
    if not any(char.isalpha() for char in name):
        return WrittenName(clean(text))
    return WrittenName(name, marks, state)
