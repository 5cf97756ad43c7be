"""Rows of one table that are read beside those of another: a query for each table, whatever the number of rows."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any


class Beside:
    """Rows that are read beside others: grouped by their first column, a number by which both ascend."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]):
        self._groups = (
            (number, [row[1:] for row in group]) for number, group in groupby(rows, key=itemgetter(0))
        )
        self._number, self._rows = next(self._groups, (None, []))

    def of(self, number: int) -> list[tuple[Any, ...]]:
        """Return the rows of a number, without it; the numbers that are asked for ascend."""
        while self._number is not None and self._number < number:
            self._number, self._rows = next(self._groups, (None, []))
        return self._rows if self._number == number else []
