"""Several persons in one cell: 法人：张甲 13800000000 厂长：李乙. Who they are, each with the post and telephone written beside."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .contacts import without_numbers

_POST = (
    r"(?:法定代表人|法人代表|企业法人|法人|(?:环保|安全|生产|现场|企业|主要)?负责人|(?:环保|安全)(?:专员|专干|联络员|管理员|员)|联系人|联络员|"
    r"副?厂长|副?场长|副?经理|总经理|董事长|副?矿长|副?站长|院长|主任|科长|老板|业主|场主|户主|会计|值班人?)"
)
_NAME = r"[\u4e00-\u9fff](?:[ \u3000]?[\u4e00-\u9fff·]){1,3}"
_PERSON = re.compile(rf"(?:({_POST})\s*[:：]?\s*)?({_NAME})(?:\s*[（(]({_POST})[）)])?")
_BEFORE_POST = re.compile(rf"(?<!^)(?<![（(])(?={_POST}\s*[:：])")
_BETWEEN = re.compile(r"[、,，;；/／|\n]+")
_PHONE_ENDS = re.compile(r"(?<=[0-9])\s*(?=[\u4e00-\u9fff])")
_MAYBE = re.compile(r"(?s)[:：]|[0-9]{4}[^0-9]*[\u4e00-\u9fff]|[、,，;；/／|\n].*[0-9]{4}")
_SHORTEST, _LONGEST = 8, 120  # characters of such a cell


class Person(NamedTuple):
    """A person in a cell with others."""

    post: str
    name: str
    phones: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        said = f"{self.post}：{self.name}" if self.post else self.name
        return " ".join((said, *self.phones))


def persons(text: str) -> tuple[Person, ...]:
    """Return the persons in a cell if they are several, and a post or a telephone tells them apart; else none.

    What is read as persons only in part, as 张甲、办公室, counts as none: nothing of it must be lost.
    """
    # Most cells hold one name, with a number behind it or not: a hundred thousand are looked at.
    if not _SHORTEST <= len(text) <= _LONGEST or not _MAYBE.search(text):
        return ()
    found: list[Person] = []
    for part in _parts(text):
        bare, phones, identities = without_numbers(part)
        if not bare and phones and found and not identities:
            found[-1] = found[-1]._replace(phones=(*found[-1].phones, *phones))
            continue
        said = _PERSON.fullmatch(bare)
        if said is None or identities:
            return ()
        found.append(Person(said[1] or said[3] or "", said[2], phones))
    return tuple(found) if len({each.name for each in found}) > 1 else ()


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the signs, posts and telephones that separate persons."""
    for part in _BETWEEN.split(_BEFORE_POST.sub("\n", text)):
        yield from (each for each in map(str.strip, _PHONE_ENDS.split(part)) if each)
