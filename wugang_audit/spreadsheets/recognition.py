"""How a column is recognised where its heading is none of its names: by the parts of the heading, and by its cells."""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .cell_text import fold
from .cell_types import Adjusted, Rule, Wrong, last_day

if TYPE_CHECKING:
    from .table import Column

LONGEST = 30  # characters of a heading
MOST = 20_000  # different texts of a file that are looked at as headings; those of a list come first
Check = Callable[[str], bool]  # of a cell's text
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_SEVERAL = re.compile(r"[/\\、,;&]|及其?|和|或")  # what joins two headings in one


@dataclass(frozen=True)
class Recognition:
    """What tells a column whose heading is none of its names.

    :param headings: what such a heading matches as a whole (as `headers.header_key` gives it), the more telling
        first. It counts only where the cells of the column fit.
    :param possible: whether a cell may belong to the column; None: any may. Where no cell may, an alias does not
        count: 类别 is no class above 水环境.
    :param fits: what cells below such a heading must be; None: as `possible`.
    :param ticks: {header key: (what a tick or 是 below it means, what 否 means)} in words of the column; 否 may mean nothing.
    :param unticked: what 否 means in a row that all of several such columns deny.
    :param typical: whether a cell can hardly belong to another column: by such cells a column is suggested.
    """

    headings: tuple[re.Pattern[str], ...] = ()
    possible: Check | None = None
    fits: Check | None = None
    typical: Check | None = None
    ticks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unticked: str = ""

    def rank(self, key: str) -> int | None:
        """Return the place of the first pattern that a heading matches; None if it matches none."""
        return next((at for at, each in enumerate(self.headings) if each.fullmatch(key)), None)


def headed(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))


def holds(pattern: str) -> Check:
    """Return a check for a pattern somewhere in a cell, spaces and full-width forms aside."""
    compiled = re.compile(pattern)
    return lambda text: compiled.search(fold(text)) is not None


def reads(rule: Rule) -> Check:
    """Return a check for what a rule reads without a fault."""

    def check(text: str) -> bool:
        try:
            rule(text)
        except Wrong:
            return False
        return True

    return check


# What headings of the last day of a permit or certificate end in.
UNTIL = r"(?:有效期|到期|截止|失效)(?:限|至|止|日|日期|时间|截止|截止日|截止日期|截止时间|到期|到期日)*"
has_telephone = holds(r"[0-9]{5}")
has_words = holds(r"[^\W\d_]")
is_date = holds(r"(?:19|20)[0-9]{2}|长期|永久|^[0-9]{5}$")
is_telephone = holds(
    r"^\+?(?:86)?-?(?:1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8}|\(?0[0-9]{2,3}\)?-?[0-9]{7,8})(?:[^0-9].*)?$"
)
_PERIOD = re.compile(r"([0-9]{4}).{4,8}[0-9]\D{1,4}([0-9]{4}).{4,8}[0-9]")
LONGEST_PERIOD = 5  # years of a permit; a firm is founded for more


def is_expiry(text: str) -> bool:
    """Say whether a text is a period, or a day to come: what else lists hold of days is past."""
    if both := _PERIOD.search(fold(text)):
        return int(both[2]) - int(both[1]) <= LONGEST_PERIOD
    try:
        read = last_day(text)
    except Wrong:
        return False
    day = read.value if isinstance(read, Adjusted) else read
    return isinstance(day, datetime.date) and day > datetime.date.today() and not text.isdigit()


def recognised(
    columns: Sequence["Column"], recognition_of: Callable[[dict[str, Rule]], Mapping[str, Recognition]]
) -> tuple["Column", ...]:
    """Return the columns of a registry, each with what it is recognised by.

    :param recognition_of: gives {attribute: recognition}, from {attribute: rule} of all columns.
    """
    known = recognition_of({column.attribute: column.rule for column in columns})
    return tuple(
        replace(column, recognition=known[column.attribute]) if column.attribute in known else column
        for column in columns
    )


@dataclass(frozen=True)
class Vocabulary:
    """What headings of a registry mean.

    :param names: {header key: attribute} of proper headers, aliases and what was remembered; an empty attribute: left
        out as remembered.
    :param proper: header keys of the proper headers and of what was remembered: these count whatever the cells hold.
    :param ways: {attribute: how it is recognised otherwise}.
    """

    names: Mapping[str, str]
    proper: frozenset[str] = frozenset()
    ways: Mapping[str, Recognition] = field(default_factory=dict)
    _meant: dict[str, dict[str, int]] = field(default_factory=dict)

    def attribute(self, key: str) -> str | None:
        """Return what a heading is a name of: all of it, else what is left without the remarks in its brackets."""
        if key in self.names:
            return self.names[key]
        bare = without_brackets(key)
        return self.names.get(bare) if bare and bare != key else None

    def tick(self, key: str) -> tuple[str, str, str] | None:
        """Return the column, and what a tick and what 否 means, of a heading below which something is ticked."""
        for form in (key, without_brackets(key)):
            for attribute, way in self.ways.items():
                if form in way.ticks:
                    return attribute, *way.ticks[form]
        return None

    def knows(self, key: str) -> bool:
        """Say whether a heading is a name of a column, or made of the parts of one."""
        return bool(self.attribute(key) or self.by_parts(key))

    def likely(self, key: str) -> dict[str, int]:
        """Return {attribute: rank} of what a heading may mean by its parts; the lowest rank is the most telling."""
        if len(key) > LONGEST or key in self.names:
            return {}
        if key not in self._meant and len(self._meant) >= MOST:
            return {}
        if key not in self._meant:
            self._meant[key] = self.by_parts(key)
        return self._meant[key]

    def by_parts(self, key: str) -> dict[str, int]:
        """Return the same of a heading that is a name of another column."""
        bare = without_brackets(key)
        for each in dict.fromkeys((key, bare)):
            if len(each) <= LONGEST and (found := self._ranks(each)):
                return found
        if len(bare) > LONGEST:
            return {}
        parts = [part for part in _SEVERAL.split(bare) if part]
        if len(parts) < 2:
            return {}
        meant = [{self.names[part]: 0} if self.names.get(part) else self._ranks(part) for part in parts]
        if not meant[0]:
            return {}
        # 法人及电话 holds two things; 行业类别及代码 is headed by what it begins with.
        several = any(each and not each.keys() & meant[0].keys() for each in meant)
        return {} if several else meant[0]

    def _ranks(self, key: str) -> dict[str, int]:
        ranks = ((attribute, way.rank(key)) for attribute, way in self.ways.items())
        return {attribute: rank for attribute, rank in ranks if rank is not None}


def without_brackets(key: str) -> str:
    return _BRACKETED.sub("", key)
