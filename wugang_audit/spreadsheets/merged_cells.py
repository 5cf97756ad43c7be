"""Merged cells among the data: the value that the clerk sees over several rows counts for each of them."""

from collections.abc import Iterator, Sequence

from openpyxl.utils import get_column_letter

from .lines import CellValue, Merge


class MergedCells:
    """The merged ranges below the header, followed as the rows go by. Ranges never overlap in a sound sheet.

    :param ranges: those of the sheet, from the top.
    :param below: the row of the header.
    :param places: {attribute: position from 0} of the columns that are read.
    """

    def __init__(self, ranges: list[Merge], below: int, places: dict[str, int]) -> None:
        self.pending = [each for each in reversed(ranges) if each[1] > below]
        self.places = places
        self.open: dict[str, tuple[Merge, CellValue | None]] = {}
        self.filled: dict[str, None] = {}  # ranges whose value went into further rows, in their order

    def start_row(self, number: int, values: Sequence[CellValue | None]) -> None:
        """Open the ranges that begin in a row; to be called for each row in turn."""
        while self.pending and self.pending[-1][1] <= number:
            merge = self.pending.pop()
            value = values[merge[0] - 1] if merge[1] == number and merge[0] <= len(values) else None
            for attribute, place in self.places.items():
                if merge[0] <= place + 1 <= merge[2]:
                    self.open[attribute] = (merge, value)

    def fill(self, number: int, cells: dict[str, CellValue | None]) -> Iterator[tuple[str, list[str]]]:
        """Fill `cells` from ranges that began above, and yield the ranges that lie over several read columns.

        Each comes as Excel writes it (B2:C3), with the attributes of its columns.
        """
        wide: dict[str, list[str]] = {}
        for attribute, (merge, value) in list(self.open.items()):
            if number > merge[3]:
                del self.open[attribute]
                continue
            if self._read_columns(merge) > 1:
                wide.setdefault(_name(merge), []).append(attribute)
            elif number > merge[1]:
                cells[attribute] = value
                self.filled[_name(merge)] = None
        yield from wide.items()

    def is_wide(self, number: int) -> bool:
        """Say whether a range that began in this row lies over three or more of the read columns."""
        return any(merge[1] == number and self._read_columns(merge) > 2 for merge, _ in self.open.values())

    def is_under(self, number: int) -> bool:
        """Say whether a range that began above reaches into this row."""
        return any(merge[1] < number <= merge[3] for merge, _ in self.open.values())

    def _read_columns(self, merge: Merge) -> int:
        return sum(merge[0] <= place + 1 <= merge[2] for place in self.places.values())


def _name(merge: Merge) -> str:
    return f"{get_column_letter(merge[0])}{merge[1]}:{get_column_letter(merge[2])}{merge[3]}"
