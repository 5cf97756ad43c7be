"""Telephone and identity numbers that stand in a cell beside a person's name or an address, and other personal data."""

import re
from typing import NamedTuple

from ..privacy import Kind, find
from ..privacy.plain_text import NUMERALS

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+?86[- ]?)?1[3-9][0-9](?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4})"
    r"|0[0-9]{2,3}[-—－ ]?[0-9]{7,8}(?:(?:转|-)[0-9]{1,6})?)(?![0-9A-Za-z])"
)
# A digit of a mobile number was forgotten, or one is too many; one with an area code before it is none.
_MISCOUNTED = re.compile(r"(?<![0-9])(?<![0-9]-)1[3-9](?:[0-9]{8}|[0-9]{10})(?![0-9])(?!-[0-9])", re.ASCII)
_FIVE = re.compile(r"[0-9]{5}")
_DIGITS = re.compile(r"[0-9]{3}")
# Without this there is no number, and most texts have none.
_POSSIBLE = re.compile(r"[0-9]{3}[-—－ ]?[0-9]{4}")
# What all but a few names lack: an e-mail address has an @, a plate three digits behind its province, a number seven.
_DIGIT = rf"[\d{NUMERALS}]"
_WORTH_A_SEARCH = re.compile(
    rf"[@＠﹫]|{_DIGIT}(?:[^\d{NUMERALS}]*{_DIGIT}){{6}}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼].*\d(?:\D*\d){{2}}",
    re.DOTALL,
)
NUMBERS = "电话或身份证号码"
_NUMBERS = frozenset({Kind.MOBILE, Kind.LANDLINE, Kind.IDENTITY})
_LABEL = re.compile(r"(?:联系)?(?:电话|手机|方式|号码|身份证)(?:号码?)?[:：]?\s*$")
_AROUND = " \t\n\r、,，;；/／|:：·.。-—（）()[]【】"
_EMPTY_BRACKETS = re.compile(r"[（(\[【][\s、,，;；/:：]*[）)\]】]")
_SEPARATORS = re.compile(r"\s*[、,，;；/／|\n]\s*(?:[、,，;；/／|\n]\s*)*")


class Parted(NamedTuple):
    """What is left of a text, and the numbers that stood in it."""

    text: str
    phones: tuple[str, ...] = ()
    identities: int = 0  # how many identity numbers: they are never kept


def holds_digits(text: str) -> bool:
    """Say whether a text holds more digits than a name has: most do not."""
    return _DIGITS.search(text) is not None


def miscounted_mobile(text: str) -> str:
    """Return the first mobile number in a text that has a digit too few or too many (a mobile has 11); empty if all are sound."""
    found = _MISCOUNTED.search(text)
    return found[0] if found else ""


def personal_data(text: str, *, person: bool = False) -> str:
    """Say of which kinds the personal data is that stands in a text, in Chinese: ``手机号码、车牌号``; empty if there is none.

    Numbers that stand close to other words have one name for all: 电话或身份证号码.

    Whose the number of a house is, nobody can tell in the name of a unit or a place: addresses are left alone.

    :param person: it is the name of a person, in which five digits are a number already.
    """
    is_number = _POSSIBLE.search(text) and (_PHONE.search(text) or _IDENTITY.search(text))
    if is_number or (person and _FIVE.search(text)):
        kinds, named = [NUMBERS], _NUMBERS
    else:
        kinds, named = [], frozenset()
    if _WORTH_A_SEARCH.search(text):
        kinds += [each.kind.value for each in find(text) if each.kind not in named | {Kind.ADDRESS}]
    return "、".join(dict.fromkeys(kinds))


def without_numbers(text: str) -> Parted:
    """Take the numbers out of a text: of 吴海燕13937507697 the person stays. A text without numbers stays as it is."""
    if not _POSSIBLE.search(text):
        return Parted(text)
    identities = len(_IDENTITY.findall(text))
    rest = _IDENTITY.sub("\n", text)
    phones = tuple(dict.fromkeys(re.sub(r"[—－]", "-", each) for each in _PHONE.findall(rest)))
    if not phones and not identities:
        return Parted(text)
    parts = [_LABEL.sub("", part) for part in _PHONE.sub("\n", rest).split("\n")]
    left = _EMPTY_BRACKETS.sub("", "\n".join(parts))
    left = _SEPARATORS.sub("、", left).strip(_AROUND)
    # 地址（联系人 is not closed any more
    for opening, closing in ("（）", "()"):
        if left.count(opening) > left.count(closing):
            left += closing
    return Parted(left, phones, identities)
