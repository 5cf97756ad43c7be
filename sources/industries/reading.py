"""Reads an industry as lists have it: a code, a name, both, or four columns from section to class.

Nothing is guessed. An industry is *read* where its name is written (but for width, punctuation, 和 or 及), or its code,
alone or with a name that agrees. All else is a question, with candidates.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from .suggestions import Candidate, candidate, ranked, suggest
from .table import (
    Industry,
    Level,
    classes,
    contains,
    former_code,
    industries,
    innermost,
    named,
    section_of,
)

_SURE = 0.6  # a suggestion as good as that contradicts a code that is not among it
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
_SEPARATORS = re.compile(r"[/|>→;；\\]+")
_COMMAS = re.compile(r"[,，/|>→;；\\]+")
_AROUND = " \t\n\r/|\\;；-—–_:：,，、.。·()（）[]【】〔〕<>《》“”\"'"
_CODE = r"[A-T]?[0-9]{2,4}"
_BEFORE = re.compile(rf"({_CODE}|[A-T](?=[^\x00-\x7f]|[\s\-—、:：]))(?![0-9])(.*)", re.S)
_AFTER = re.compile(rf"(.*[^0-9A-Za-z])({_CODE})", re.S)
# No year, and no part of the standard's own number.
_CLASS_CODES = re.compile(r"(?<![0-9])(?<!4754-)[0-9]{4}(?![0-9]|\s*[年版])(?!-20[0-9]{2})")
_GROUP_CODE = re.compile(r"(?<![0-9])[0-9]{2,3}(?![0-9])")
SEVERAL = "写了不止一个行业，请选主要的一个"
_ALONE = re.compile(r"([A-T])?([0-9]{0,4})")

Answer = TypeVar("Answer")


class Kind(StrEnum):
    CLASS = "class"  # one class (小类) for certain
    COARSE = "coarse"  # one division or group (大类, 中类) for certain
    AMBIGUOUS = "ambiguous"  # what is written says two things: code against name, several industries
    SUGGESTED = "suggested"  # nothing is certain, something is likely
    UNKNOWN = "unknown"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    ``industry`` is there for a class or a coarser entry alone; ``candidates`` (at most eight, best first) for a question;
    a coarse entry may have some too. ``note`` says in Chinese what is to be decided, or what was passed over; ``section``
    is the letter where a section (门类) is all that is written.
    """

    kind: Kind
    industry: Industry | None = None
    candidates: tuple[Candidate, ...] = ()
    note: str = ""
    section: str = ""

    @property
    def code(self) -> str:
        """The code that the registry may take: two to four digits, or nothing."""
        return self.industry.code if self.industry else ""

    @property
    def settled(self) -> bool:
        return self.industry is not None


EMPTY = Reading(Kind.EMPTY)


def read_industry(value: object, level: Level | None = None) -> Reading:
    """Read an industry from a cell.

    :param value: text, or a number that may have lost its leading zero.
    :param level: what the column holds, where it is known.
    """
    if value is None or isinstance(value, bool):
        return EMPTY if value is None else Reading(Kind.UNKNOWN, note="不是行业")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _read(str(value), level)


def read_levels(values: Sequence[object]) -> Reading:
    """Read an industry from columns of section, division, group and class (门类、大类、中类、小类).

    The deepest one that is filled counts; a level that lies elsewhere makes it ambiguous.
    """
    read = [
        (level, reading)
        for level, value in zip(Level, values, strict=False)
        if (reading := read_industry(value, level)).kind is not Kind.EMPTY
    ]
    if not read:
        return EMPTY
    level, deepest = read[-1]
    above = [(other, each) for other, each in read[:-1] if _codes(each)]
    against = [
        (other, each)
        for other, each in above
        if _codes(deepest)
        and not any(_related(upper, lower) for upper in _codes(each) for lower in _codes(deepest))
    ]
    if against:
        other, each = against[0]
        offered = [*_as_candidates(deepest), *(one for _, wrong in against for one in _as_candidates(wrong))]
        note = f"{other.label}和{level.label}不属于同一行业，请核对"
        return Reading(Kind.AMBIGUOUS, candidates=ranked(offered), note=note)
    if deepest.settled or not above:
        return deepest
    # What is above may settle it: 其他 in the last column says nothing by itself.
    inside = [
        one
        for one in deepest.candidates
        if all(any(_related(code, one.industry.code) for code in _codes(each)) for _, each in above)
    ]
    sure = [one for one in inside if one.score >= _SURE] if deepest.kind is Kind.AMBIGUOUS else []
    if len(sure) == 1:
        return _settled(sure[0].industry.code)
    return replace(deepest, candidates=tuple(inside) or _as_candidates(above[-1][1]))


def agreed(code: str, answer: Callable[[str], Answer | None]) -> Answer | None:
    """Return what all classes of an entry are answered; None if they differ, or one has no answer.

    So an entry of two or three digits is enough for a speciality if all that it may be is in that speciality.
    """
    if code not in industries():
        return None
    first, *others = (answer(each) for each in classes(code))
    return first if all(each == first for each in others) else None


def _codes(reading: Reading) -> list[str]:
    """What a reading may be for certain: one entry, or those that an ambiguous one names."""
    if reading.industry:
        return [reading.industry.code]
    if reading.section:
        return [reading.section]
    return [one.industry.code for one in reading.candidates] if reading.kind is Kind.AMBIGUOUS else []


def _as_candidates(reading: Reading) -> tuple[Candidate, ...]:
    return (candidate(reading.code, 0.9, "表中所写"),) if reading.settled else reading.candidates


def _related(one: str, other: str) -> bool:
    return contains(one, other) or contains(other, one)


def _settled(code: str, note: str = "", more: tuple[Candidate, ...] = ()) -> Reading:
    found = industries()[innermost(code)]
    if found.level is Level.SECTION:
        inside = [each for each in industries() if len(each) == 2 and section_of(each) == found.code]
        offered = ranked(candidate(each, 0.5, f"属于“{found.name}”") for each in inside)
        note = f"“{found.name}”只是门类，请写到大类"
        return Reading(Kind.SUGGESTED, candidates=offered, note=note, section=found.code)
    return Reading(Kind.CLASS if found.level is Level.CLASS else Kind.COARSE, found, more, note)


def _ambiguous(offered: list[Candidate], note: str) -> Reading:
    return Reading(Kind.AMBIGUOUS, candidates=ranked(offered), note=note)


def _question(text: str, note: str = "") -> Reading:
    found = suggest(text)
    return Reading(Kind.SUGGESTED if found else Kind.UNKNOWN, candidates=found, note=note)


@lru_cache(maxsize=8192)
def _read(text: str, level: Level | None) -> Reading:
    text = _ORDINAL.sub("", unicodedata.normalize("NFKC", text).strip()).strip(_AROUND)
    if not text:
        return EMPTY
    if "\n" in text:
        # A line break in a cell mostly stands within a name; else it stands between two.
        whole = _read(text.replace("\n", ""), level)
        return whole if whole.settled else _read(text.replace("\n", "/"), level)
    if len(codes := _codes_in(text)) > 1:
        return _several(codes)
    parts = [part for part in _SEPARATORS.split(text) if part.strip(_AROUND)]
    if len(parts) == 1 and len(re.findall(r"[0-9]{2,4}", text)) > 1:
        parts = [part for part in _COMMAS.split(text) if part.strip(_AROUND)]
    if len(parts) > 1:
        return _read_parts(parts)
    return _read_one(text, level)


def _read_parts(parts: Sequence[str]) -> Reading:
    """Read several industries in one cell: a path from division to class is one, all others are a question."""
    read = [each for part in parts if (each := _read(part, None)).kind is not Kind.EMPTY]
    codes = [code for each in read for code in _codes(each)]
    certain = all(each.settled for each in read)
    if certain and codes and all(_related(one, other) for one in codes for other in codes):
        return max(read, key=lambda each: len(each.code))
    # 061 and 062 are groups, though each has only one class.
    groups = any(_GROUP_CODE.search(part) for part in parts)
    if certain and not groups and len({each.code for each in read if each.kind is Kind.CLASS}) > 1:
        return _several([each.code for each in read])
    offered = [one for each in read for one in _as_candidates(each)]
    shared = {code[:2] for code in codes}
    if certain and len(shared) == 1:
        # Two groups of one division, as the permit catalogue lists them: the division is certain.
        return _settled(shared.pop(), "写了同一大类的几个行业，按大类读取", ranked(offered))
    return _ambiguous(offered, SEVERAL)


def _several(codes: Sequence[str]) -> Reading:
    """Ask which of several industries is meant, the one that is written first being the likeliest."""
    offered = [candidate(code, 0.9 - at / 100, "表中所写") for at, code in enumerate(dict.fromkeys(codes))]
    return _ambiguous(offered, SEVERAL)


def _codes_in(text: str) -> list[str]:
    """Return the different codes of classes that stand in a text, in their order: 主行业：3021 次行业：3031."""
    return [code for code in dict.fromkeys(_CLASS_CODES.findall(text)) if code in industries()]


def _split(text: str) -> tuple[str, str]:
    """Return (code, name) of what is written, either of them empty; an upper-case letter may stand before the code."""
    upper = text.upper()
    if _ALONE.fullmatch(upper):
        return upper, ""
    # Brackets belong to the name unless the code stands in them.
    if match := _AFTER.fullmatch(upper.rstrip(_AROUND)):
        return match[2], text[: match.end(1)].strip(_AROUND)
    if match := _BEFORE.fullmatch(upper):
        return match[1], text[match.start(2) :].strip(_AROUND)
    return "", text


def _read_one(text: str, level: Level | None) -> Reading:
    code, name = _split(text)
    if not code:
        return _read_name(name, level)
    letter = code[0] if code[0].isalpha() else None
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    if level and not letter and not name and 0 < len(digits) < level:
        padded = digits.zfill(level)  # a number in a column of classes has lost its zero
        if padded in industries() and digits in industries():
            offered = [candidate(padded, 0.8, "代码前面的 0 可能已丢失"), candidate(digits, 0.8, "代码相符")]
            return _ambiguous(offered, f"代码“{digits}”前面的 0 可能已丢失，请选对的一个")
        digits = padded if padded in industries() else digits
    if not name:
        return _read_code(letter, digits, level)
    return _read_both(letter, digits, name, level)


def _read_code(letter: str | None, digits: str, level: Level | None) -> Reading:
    if not digits:
        return _settled(letter) if letter else EMPTY
    known = digits if digits in industries() else ""
    lost = f"0{digits}"
    if len(digits) in (1, 3) and lost in industries() and not letter and not level:
        offered = [candidate(lost, 0.8, "代码前面的 0 可能已丢失")]
        offered += [candidate(known, 0.8, "代码相符")] if known else []
        return _ambiguous(offered, f"代码“{digits}”前面的 0 可能已丢失，请选对的一个")
    if not known:
        return _no_such_code(digits)
    if letter and section_of(known) != letter:
        note = f"{digits} 属于门类 {section_of(known)}，不是 {letter}"
        return _ambiguous([candidate(known, 0.8, "数字相符")], note)
    return _settled(known)


def _no_such_code(digits: str, name: str = "") -> Reading:
    note = f"GB/T 4754-2017 中没有代码 {digits}"
    offered = [*suggest(name)] if name else []
    if old := former_code(digits):
        note = f"{digits} 是 2011 版的代码（{old.name}），2017 版已改"
        offered += [candidate(code, 0.93, f"2011 版 {digits} 改为此码") for code in old.now]
    else:
        near = next((digits[:size] for size in (3, 2) if digits[:size] in industries()), "")
        offered += [candidate(near, 0.4, "代码的前几位相符")] if near else []
    return Reading(Kind.SUGGESTED if offered else Kind.UNKNOWN, candidates=ranked(offered), note=note)


def _read_name(name: str, level: Level | None) -> Reading:
    found = named(name)
    at_level = [code for code in found if len(code) == level]
    ends = list(dict.fromkeys(innermost(code) for code in at_level or found))
    if len(ends) == 1:
        return _settled(ends[0])
    if ends:
        offered = [candidate(code, 0.9, "名称相符") for code in ends]
        outermost = min(ends, key=len)
        if all(contains(outermost, code) for code in ends):
            return _settled(
                outermost, more=ranked(offered)
            )  # 燃气生产和供应业 is a division and a group in it
        return _ambiguous(offered, f"有几个行业都叫“{name}”")
    parts = [part for part in _COMMAS.split(name) if part.strip(_AROUND)]
    if len(parts) > 1 and all(_read(part, None).settled for part in parts):
        return _read_parts(parts)
    return _question(name)


def _read_both(letter: str | None, digits: str, name: str, level: Level | None) -> Reading:
    code = digits or letter
    by_name = named(name)
    if code not in industries():
        reading = _read_name(name, level)
        if not reading.settled:
            return _no_such_code(digits, name)
        # The name alone would do, but the code says that another edition was used.
        return _ambiguous(
            [*_no_such_code(digits).candidates, candidate(reading.code, 0.95, "名称相符")],
            f"名称与代码 {digits} 不符（GB/T 4754-2017 中没有这个代码）",
        )
    known = industries()[code]
    against = f"代码 {code} 是“{known.name}”，与名称“{name}”不一致，请选对的一个"
    offered = [candidate(code, 0.85, "代码相符")]
    if letter and section_of(code) != letter:
        offered += [candidate(each, 0.9, "名称相符") for each in by_name]
        return _ambiguous(offered, f"{digits} 属于门类 {section_of(code)}，不是 {letter}")
    agreeing = [each for each in by_name if _related(each, code)]
    if code in agreeing:
        return _settled(code)
    if agreeing:
        deepest = max([code, *agreeing], key=len)
        several = {innermost(each) for each in agreeing if len(each) == len(deepest)} - {code}
        return _settled(code if len(several) > 1 else deepest)
    if by_name:
        return _ambiguous([*offered, *(candidate(each, 0.9, "名称相符") for each in by_name)], against)
    if len(digits) == 3 and not letter and f"0{digits}" in industries():
        # Neither a name that agrees nor a letter: the code alone would be a question too.
        return replace(_read_code(None, digits, None), note=against)
    likely = [one for one in suggest(name) if one.score >= _SURE]
    if likely and not any(_related(one.industry.code, code) for one in likely):
        return _ambiguous([*offered, *likely], against)
    return _settled(code, f"“{name}”不是标准中的名称，按代码 {code} 读取")
