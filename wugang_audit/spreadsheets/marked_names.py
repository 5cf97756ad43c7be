"""What a mark before or behind a name means, where a title or a remark of the list says it: 带★的为重点排污单位.

The clerk confirms it on the page of columns, and says there what the names without the mark are.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .cell_text import clean, fold
from .cell_types import WordsRule, written_by
from .table import Column, Table
from .written_names import MARKS

_SAID = re.compile(
    rf"(?:[\u4e00-\u9fff]{{0,4}}[带标加注打有])?[“\"'（(]?([{re.escape(MARKS)}])[”\"'）)]?(?:号|标记|符号|标志)?(?:的|者)?(?:企业|单位|名称)?"
    r"(?:表示|代表|标明|[均都]?为|即为|[均都]?是|系|属于?|[：:])(?:的是)?([^，。；,;()（）]{1,20})"
)
_KIND, _BETWEEN = "by-mark", "\t"  # no cell holds a tab once it was read


class Marked(NamedTuple):
    """A mark, and what the names are that carry it, and those that do not (empty: nothing is said), in words of a column."""

    mark: str
    word: str
    otherwise: str = ""

    @property
    def constant(self) -> str:
        """What stands for it where the constant of a column is kept."""
        return _BETWEEN.join((_KIND, *self))

    @property
    def in_words(self) -> str:
        rest = f"其余都是“{self.otherwise}”" if self.otherwise else "其余的先空着"
        return f"名称带“{self.mark}”的是“{self.word}”，{rest}"

    def said_of(self, name: str) -> str:
        """Return the word for a name as it was written."""
        return self.word if fold(self.mark) in fold(name) else self.otherwise


def without_meaning(title: str) -> str:
    """Return a title without what it says of marks: that is not said of all rows."""
    return _SAID.sub("", clean(title))


def explains(text: str) -> bool:
    """Say whether a text tells what a mark means."""
    return _SAID.search(text) is not None


def told(column: Column, titles: Iterable[str]) -> Iterator[Marked]:
    """Yield what titles say of marks in words of a column."""
    if not isinstance(column.rule, WordsRule):
        return
    for title in titles:
        for mark, meaning in _SAID.findall(clean(title)):
            if (value := column.rule.within(meaning)) is not None:
                yield Marked(mark, str(written_by(column.rule, value)))


def of_constant(text: str) -> Marked | None:
    """Return what the constant of a column says of marks; None if it is another one."""
    kind, *parts = text.split(_BETWEEN)
    return Marked(*parts) if kind == _KIND and len(parts) == len(Marked._fields) else None


def is_told(text: str, column: Column, table: Table) -> bool:
    """Say whether a constant is told by marks, and tell the clerk how it is read."""
    if marked := of_constant(text):
        table.note(f"按您的选择，“{column.header}”看名称上的标记：{marked.in_words}")
    return marked is not None
