"""The industries of GB/T 4754-2017, by code and by name. Pure: knows neither Django nor the database.

The tables stand beside this module as text, each with its source in its first lines.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
# "The same name" of an industry: width, case, spaces and punctuation make no difference, nor 和, 及 and 与.
_NO_DIFFERENCE = re.compile(r"[\s\W_和及与]+")
_ENDING = re.compile(r"(?:行业|业)$")


class Level(IntEnum):
    SECTION = 1
    DIVISION = 2
    GROUP = 3
    CLASS = 4

    @property
    def label(self) -> str:
        return ("门类", "大类", "中类", "小类")[self - 1]


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry of the standard: a letter, or two to four digits."""

    code: str
    name: str

    @property
    def level(self) -> Level:
        return Level(len(self.code))


@dataclass(frozen=True, slots=True)
class Former:
    """What GB/T 4754-2011 had, and the codes of 2017 that it went to."""

    code: str
    name: str
    now: tuple[str, ...]


def rows(file: str) -> Iterator[list[str]]:
    """Yield the fields of each row of one of the tables here."""
    for line in (_FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def industries() -> dict[str, Industry]:
    """Return every entry by its code, in the order of the standard."""
    return {code: Industry(code, name) for code, name in rows("gbt4754_2017.tsv")}


def label_of(code: str) -> str:
    """Return a code with its name, as people read it; a code that the standard does not have alone."""
    known = industries().get(code)
    return f"{code} {known.name}" if known else code


@cache
def _sections() -> dict[str, str]:
    """Return the section of each division."""
    found, section = {}, ""
    for entry in industries().values():
        if entry.level is Level.SECTION:
            section = entry.code
        elif entry.level is Level.DIVISION:
            found[entry.code] = section
    return found


def section_of(code: str) -> str:
    """Return the letter of the section that an entry lies in."""
    return code if code.isalpha() else _sections()[code[:2]]


def contains(upper: str, lower: str) -> bool:
    """Say whether the entry of one code holds that of the other, or is it."""
    return section_of(lower) == upper if upper.isalpha() else lower.startswith(upper)


def lies_in(code: str, entries: Iterable[str]) -> bool:
    """Say whether the industry of a unit lies in one of some entries at least; one that is not known lies in none.

    An industry of which only division or group is written lies in a class where it has no other one: 803 in 8030. A code that
    the standard does not have goes by its digits.
    """
    if not code:
        return False
    inner = innermost(code) if code in industries() else code
    section = _sections().get(code[:2], "")
    return any(section == each if each.isalpha() else inner.startswith(each) for each in entries)


@cache
def _children() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {code: [] for code in industries()}
    for code in industries():
        if len(code) > 1:
            found[section_of(code) if len(code) == 2 else code[:-1]].append(code)
    return found


@cache
def classes(code: str) -> tuple[str, ...]:
    """Return the codes of all classes (小类) that an entry holds; of a class itself, its own."""
    below = _children()[code]
    return tuple(each for child in below for each in classes(child)) if below else (code,)


def innermost(code: str) -> str:
    """Go down as long as there is but one way: 120 and 12 are 1200 其他采矿业, whichever was written."""
    while len(below := _children()[code]) == 1:
        (code,) = below
    return code


# --- names ---------------------------------------------------------------------------------------------------
def fold(name: str) -> str:
    """Return the form in which names of industries are compared."""
    return _NO_DIFFERENCE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def fold_loosely(name: str) -> str:
    """The same without the words that change nothing: 水泥制造业 is 水泥制造, 猪饲养 is 猪的饲养."""
    folded = fold(name).replace("的", "")
    short = _ENDING.sub("", folded)
    return short if len(short) > 2 else folded


def _printed() -> Iterator[tuple[str, str]]:
    """Yield (name, code): of the standard, of the permit catalogue, and as other prints of the standard have it."""
    for entry in industries().values():
        yield entry.name, entry.code
    for _, text, codes in rows("permit_catalogue_2019.tsv"):
        for part in re.split("，", text):
            if (found := re.fullmatch(r"(\D+)([0-9]{2,3})", part)) and found[2] in codes.split():
                yield found[1], found[2]
    yield from ((name, code) for name, code in rows("other_names.tsv"))


@cache
def _named(loosely: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, code in _printed():
        found.setdefault(fold_loosely(name) if loosely else fold(name), {})[code] = None
    return {name: tuple(codes) for name, codes in found.items()}


def named(name: str) -> tuple[str, ...]:
    """Return the codes of all entries of a name, from section to class; none if no entry has it."""
    return _named(False).get(fold(name)) or _named(True).get(fold_loosely(name), ())


@cache
def every_name() -> tuple[tuple[str, str], ...]:
    """Return (name, code) of all names by which `named` finds an entry."""
    return tuple(dict.fromkeys(_printed()))


# --- what was before -----------------------------------------------------------------------------------------
@cache
def _former() -> tuple[dict[str, Former], dict[str, list[Former]]]:
    by_code: dict[str, Former] = {}
    by_name: dict[str, list[Former]] = {}
    for code, name, now in rows("gbt4754_2011.tsv"):
        entry = Former(code, name, tuple(now.split()))
        by_code[code] = entry
        by_name.setdefault(fold_loosely(name), []).append(entry)
    return by_code, by_name


def former_code(code: str) -> Former | None:
    """Return what a code of GB/T 4754-2011 was, where the code or its name has changed."""
    return _former()[0].get(code)


def formerly_named(name: str) -> list[Former]:
    """Return what was called so in GB/T 4754-2011."""
    return _former()[1].get(fold_loosely(name), [])
