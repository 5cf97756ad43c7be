"""CSV files for people: what Excel opens by a double click, in Chinese and without running anything.

Files of the protocol are never written here: they are the same to the byte for everybody.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from .formulas import may_begin_formulas, neutral

CHUNK = 1000
MEDIA_TYPE = "text/csv; charset=utf-8"


def csv_file(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the rows as a CSV file, piece by piece as they are read: UTF-8 with a mark, for Excel.

    :param rows: with the header; numbers and days are written as such, everything else as text.
    """
    piece, left = io.StringIO(newline=""), iter(rows)
    writer = csv.writer(piece)
    mark = "\ufeff"
    while batch := list(islice(left, CHUNK)):
        writer.writerows(batch)
        # One look at a thousand rows, instead of one at each cell; whatever might be a formula is looked at closely.
        if may_begin_formulas(piece.getvalue()):
            _empty(piece)
            writer.writerows(map(_cells, batch))
        yield (mark + piece.getvalue()).encode("utf-8", "replace")
        mark = ""
        _empty(piece)
    yield mark.encode()


def _empty(piece: io.StringIO) -> None:
    piece.seek(0)
    piece.truncate()


def _cells(row: Sequence[object]) -> list[object]:
    return [_cell(value) for value in row]


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal | datetime.date):
        return value
    return neutral(str(value).replace("\0", ""))
