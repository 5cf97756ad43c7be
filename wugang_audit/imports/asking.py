"""What a registry asks of a file once, for all its rows, where the file has no column of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..spreadsheets.table import Table


@dataclass(frozen=True)
class AskedWith:
    """A column that is asked for together with a value of another one.

    :param attribute: of the column that is asked for.
    :param column: the attribute of the other one.
    :param word: its value, as that column writes it.
    :param option: of the import's command, without hyphens.
    :param needed: what is said where the whole file has that value and nothing is written, in Chinese.
    :param sentence: what to write, and what becomes of it, in Chinese.
    """

    attribute: str
    column: str
    word: str
    option: str
    needed: str
    sentence: str


class Asking:
    """The part of an importer that says what the page of columns asks."""

    asked: tuple[str, ...]
    asked_with: tuple[AskedWith, ...] = ()
    # Required columns that are often the same for a whole list: where it has them not, they may be typed once.
    typed_once: tuple[str, ...] = ()

    def lacking(self, table: Table) -> list[str]:
        """Return the columns that a file has not, and of which the clerk is asked once."""
        return [each for each in self.asked if each not in table.columns]

    def told_by(self, titles: Sequence[str]) -> Mapping[str, str]:
        """Return {attribute of `typed_once`: text} of what the titles of a list suggest, for the clerk to confirm."""
        return {}
