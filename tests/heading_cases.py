"""Tables of headings in the words of bureaus, as the tests of both registries hold them, and what is read of such a list."""

from collections.abc import Callable, Mapping, Sequence

import workbooks

from wugang_audit.spreadsheets.detector import ColumnMapping, ColumnSeen, look
from wugang_audit.spreadsheets.table import Column


def cases_of(read: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return (heading, cell, attribute) of each case.

    :param read: {attribute: (a cell of its column, its headings, separated by spaces)}.
    """
    return [
        (heading, cell, attribute)
        for attribute, (cell, headings) in read.items()
        for heading in headings.split()
    ]


def seen_of(columns: Sequence[Column]) -> Callable[..., tuple[ColumnSeen, ...]]:
    """Return what tells the columns that a registry sees in a list of these rows."""

    def seen(*rows: Sequence) -> tuple[ColumnSeen, ...]:
        return look(workbooks.of_rows(*rows), columns, ColumnMapping()).columns

    return seen
