"""What the titles of a list tell of the rows below them: the class, the township, the squad."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .cell_reader import read_cell
from .cell_text import clean
from .cell_types import Adjusted, WordsRule, Wrong
from .corrections import BY_TITLE, Corrections
from .marked_names import Marked, of_constant, without_meaning
from .table import Column, Row, Table

# A number before a title, and how many are below it.
_AROUND = re.compile(
    r"^(?:[一二三四五六七八九十\d]+[、.．]|[（(][一二三四五六七八九十\d]+[）)])\s*|\s*[（(][^（）()]*[）)]$|[:：]$"
)


def told_by(column: Column, title: str) -> Any:
    """Return what a title says of a column, as the column's rule reads it; None if it says nothing."""
    if isinstance(column.rule, WordsRule):
        return column.rule.within(without_meaning(title))
    if column.in_titles is None or not (found := column.in_titles.search(clean(title))):
        return None
    return column.rule(found[found.lastindex or 0])


class Titles:
    """Gives rows what the last titles above them tell of some columns.

    A title that tells of another column, as a township below a class, leaves what the others told; one that tells
    nothing at all ends it: the rows below "三、其他" belong to no class that was named before.

    :param corrections: of its constants those that are `BY_TITLE` are read from titles, those of `marked_names` by what
        a title said of marks; what was said of equal cells counts for what a title tells too.
    :param columns: all of the registry.
    :param above: the titles above the list, the nearest first: below it may stand who filled in the list.
    """

    def __init__(
        self, corrections: Corrections, columns: Iterable[Column], above: Sequence[str], table: Table
    ):
        constants, self.corrections = corrections.constants, corrections
        self.wanted = [name for name, text in constants.items() if text == BY_TITLE and name in table.columns]
        self.marked = _marked(constants, table)
        self.telling = [each for each in columns if each.attribute in self.wanted or each.in_titles]
        self.table = table
        self.told: dict[str, Any] = {}
        for title in reversed(above if self.wanted else ()):
            self.told |= self._said(title)

    def _said(self, title: str) -> dict[str, Any]:
        found = ((column.attribute, told_by(column, title)) for column in self.telling)
        return {name: value for name, value in found if value is not None}

    def is_one(self, text: str) -> bool:
        """Say whether a text that stands alone is the name of a place or a squad and nothing else: no unit is called so."""
        bare = _AROUND.sub("", clean(text))
        return len(bare) > 2 and any(
            each.in_titles and each.in_titles.fullmatch(bare) for each in self.telling
        )

    def enter(self, title: str) -> None:
        """Read the rows that follow as those below this title."""
        if self.wanted and title:
            said = self._said(title)
            self.told = self.told | said if said else {}

    def fill(self, row: Row) -> None:
        """Take from the titles what the clerk said that they hold."""
        for attribute in self.wanted:
            if (value := self.told.get(attribute)) is not None:
                row.values[attribute] = self._corrected(row, attribute, value)
            else:
                self.table.note(f"上面的标题里看不出“{self.table.headers[attribute]}”", row)
        for attribute, marked in self.marked.items():
            if word := marked.said_of(str(row.get("name") or "")):
                row.values[attribute] = self.table.columns[attribute].rule(word)

    def _corrected(self, row: Row, attribute: str, value: Any) -> Any:
        """Return what is to be read instead of what a title tells."""
        column = self.table.columns[attribute]
        if isinstance(column.rule, WordsRule) or not (
            said := self.corrections.of(row.number, attribute, value)
        ):
            return value
        try:
            becomes = read_cell(said.becomes or None, column)
        except Wrong:  # as nobody would say on the page
            return value
        self.table.apply(row, said.how, attribute, said.found, said.becomes)
        return becomes.value if isinstance(becomes, Adjusted) else becomes


def _marked(constants: Mapping[str, str], table: Table) -> dict[str, Marked]:
    found = {name: of_constant(text) for name, text in constants.items() if name in table.columns}
    return {name: marked for name, marked in found.items() if marked}
