"""What every format gives of a file: a book of sheets, a sheet of lines, a line of cells, and merged cells."""

import datetime
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

# What a cell holds, unless it is empty (None). A bool is an int, a datetime a date; a Decimal comes from a form.
CellValue = str | int | float | Decimal | datetime.date | datetime.time | datetime.timedelta
Merge = tuple[int, int, int, int]  # first column, first row, last column, last row; numbers from 1


@dataclass(slots=True)
class Line:
    """A row of a sheet.

    :param number: of the row, from 1.
    :param formulas: how many cells hold a formula.
    :param uncomputed: {position from 0: formula} of those without a result.
    :param extra_cells: of a record of a CSV file, the fields beyond those of the header.
    """

    number: int
    values: list[CellValue | None]
    hidden: bool = False
    formulas: int = 0
    uncomputed: dict[int, str] | None = None
    extra_cells: list[str] | None = None


class Sheet(Protocol):
    """A sheet that is read line by line, from the top each time."""

    @property
    def title(self) -> str: ...

    @property
    def hidden(self) -> bool: ...

    @property
    def from_1904(self) -> bool:
        """Whether its days are counted from 1904."""

    @property
    def hidden_columns(self) -> AbstractSet[int]:
        """Numbers from 1, known once the lines are read."""

    @property
    def share(self) -> float:
        """How much of the sheet has been read, 0 to 1."""

    def lines(self, first: int, last: int, width: int) -> Iterator[Line]:
        """Yield the rows that are in the file, from `first` to `last`, each `width` cells wide."""

    def merges(self) -> list[Merge]:
        """Return the merged ranges, from the top."""


class Book(Protocol):
    """An open file."""

    @property
    def sheets(self) -> Sequence[Sheet]: ...
