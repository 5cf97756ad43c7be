"""A line of a sheet as every format gives it, and merged cells."""

from dataclasses import dataclass

Merge = tuple[int, int, int, int]  # first column, first row, last column, last row


@dataclass(slots=True)
class Line:
    """A row of the sheet: its cells' values, and formulas that hold no result, by position from 0."""

    number: int
    values: list
    hidden: bool = False
    formulas: int = 0
    uncomputed: dict[int, str] | None = None
    surplus: list[str] | None = None  # of a record of a CSV file: fields beyond those of the header
