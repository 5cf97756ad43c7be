"""Which characters the name of a unit or of a person may have: the draw's public files know no others.

The table is that of the protocol draw/2, Characters of a name: all of them are known to every program that checks a draw. Here
a name with another one is refused where it is typed or imported, long before a freeze would fail on it.
"""

import re
import unicodedata
from typing import NamedTuple

LONGEST = 200
# Hexadecimal, both ends included.
_TABLE = (
    "20-7E A1-AC AE-24F 370-377 37A-37F 384-38A 38C 38E-3A1 3A3-52F 2010-2027 2030-205E 2070-2071 2074-208E 20A0-20BF "
    "2100-218B 2190-23FF 2460-24FF 2500-27BF 3001-303F 3041-3096 3099-30FF 3105-312F 31A0-31BF 31F0-31FF 3220-33FF "
    "3400-4DBF 4E00-9FFC FF01-FF9F FFE0-FFE6 20000-2A6DD 2A700-2B734 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 30000-3134A"
)
_RANGES = [tuple(int(end, 16) for end in part.split("-")) for part in _TABLE.split()]
_IN_TABLE = "".join(f"{re.escape(chr(ends[0]))}-{re.escape(chr(ends[-1]))}" for ends in _RANGES)
_outside = re.compile(f"[^{_IN_TABLE}]").search


class NameFault(NamedTuple):
    """What is wrong with a name, and how to put it right, in Chinese."""

    problem: str
    fix: str


def name_fault(name: str) -> NameFault | None:
    """Return why the public files could not hold a name; None where they can."""
    if not name:
        return NameFault("是空的", "请填写名称")
    if len(name) > LONGEST:
        return NameFault(f"有 {len(name)} 个字，最多 {LONGEST} 个", "请填写全称，不要附加说明")
    if found := _outside(name):
        return _foreign(found[0], found.start() + 1)
    if name != name.strip(" ") or "  " in name:
        return NameFault("首尾有空格，或者有两个连着的空格", "请删去多余的空格")
    if not unicodedata.is_normalized("NFC", name):
        place = next(at for at, char in enumerate(name) if not _is_normal(name[: at + 1]))
        return NameFault(
            f"第 {place + 1} 个字“{name[place]}”（U+{ord(name[place]):04X}）不是规范的写法",
            f"请改成“{unicodedata.normalize('NFC', name)}”",
        )
    return None


def _is_normal(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _foreign(char: str, place: int) -> NameFault:
    """Name a character that is not in the table, and what to use for it."""
    code, kind = f"U+{ord(char):04X}", unicodedata.category(char)
    if char.isspace():
        return NameFault(f"第 {place} 个字是特殊的空格（{code}）", "请删去，或换成普通空格")
    if kind in ("Cc", "Cf", "Zl", "Zp") or kind == "Mn":
        return NameFault(f"第 {place} 个字是看不见的字符（{code}）", "请删去这个字符后重新输入")
    if kind == "Co":
        return NameFault(
            f"第 {place} 个字是某台电脑自造的字（{code}），别的电脑显示不出来",
            "请换成国家标准里的字；标准里没有的，用汉语拼音代替这个字",
        )
    normal = unicodedata.normalize("NFKC", char)
    if normal != char and not any(map(_outside, normal)):
        return NameFault(f"第 {place} 个字“{char}”（{code}）不是通用的写法", f"请改成“{normal}”")
    return NameFault(
        f"第 {place} 个字“{char}”（{code}）不在各种电脑都认得的字符里",
        "请换成通用的字；生僻字没有通用写法的，用汉语拼音代替这个字",
    )
