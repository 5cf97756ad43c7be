"""What clerks said that is to be read instead of what cells hold: for one cell, for all equal ones, for a whole column."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from .cell_text import clean, shown, word
from .lines import CellValue

BY_TITLE = "\tby-title"  # the constant of a column whose value stands in the title above each row
IN_CELL, ALIKE, RECIPE = "这次逐格改的", "这次一并改的", "按记住的改法"
FOUND = 60  # characters of a cell that are told


class Correction(NamedTuple):
    """What a cell holds, and what is read instead; empty: nothing."""

    how: str
    found: str
    becomes: str


def cell_key(raw: CellValue | None) -> str:
    """Return the form in which cells are equal: as words are compared, whatever their width, case and spaces."""
    return word(clean(shown(raw)))


@dataclass(frozen=True)
class Corrections:
    """What is read instead of what stands in a file. The first that fits counts, once: what it gives is not corrected again.

    :param cells: {(row number, attribute): text}.
    :param alike: {attribute: {`cell_key`: text}}, said for this file.
    :param recipes: the same, remembered from other files.
    :param left_out: numbers of rows that are not read.
    :param separate: numbers of rows that mean none of the objects that are there, whatever their name.
    :param constants: {attribute: text} of columns that the file has not: the same for all its rows, or `BY_TITLE`.
    """

    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    alike: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recipes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left_out: Set[int] = frozenset()
    separate: Set[int] = frozenset()
    constants: Mapping[str, str] = field(default_factory=dict)

    def of(self, row: int, attribute: str, raw: CellValue | None) -> Correction | None:
        """Return what is to be read instead of a cell, or None if it stands as it is."""
        if self.cells and (text := self.cells.get((row, attribute))) is not None:
            return Correction(IN_CELL, _told(raw), text)
        alike, recipes = self.alike.get(attribute), self.recipes.get(attribute)
        if not alike and not recipes:
            return None
        key = cell_key(raw)
        for how, said in ((ALIKE, alike), (RECIPE, recipes)):
            if said and (text := said.get(key)) is not None:
                return None if cell_key(text) == key else Correction(how, _told(raw), text)
        return None

    def said_of(self, attribute: str) -> dict[str, tuple[str, str]]:
        """Return {`cell_key`: (how, text)} of all that was said of equal cells of a column."""
        kinds = ((RECIPE, self.recipes), (ALIKE, self.alike))
        return {key: (how, text) for how, said in kinds for key, text in said.get(attribute, {}).items()}


def _told(raw: CellValue | None) -> str:
    return clean(shown(raw))[:FOUND]
