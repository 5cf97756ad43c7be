"""CSV files for people: what Excel opens by a double click, in Chinese and without running anything.

Files of the protocol are never written here: they are the same to the byte for everybody.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from .formulas import neutral

CHUNK = 1000
MEDIA_TYPE = "text/csv; charset=utf-8"


def csv_file(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the rows as a CSV file, piece by piece as they are read: UTF-8 with a mark, for Excel.

    :param rows: with the header; numbers and days are written as such, everything else as text.
    """
    piece = io.StringIO(newline="")
    writer = csv.writer(piece)
    piece.write("\ufeff")
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in row])
        if number % CHUNK == 0:
            yield piece.getvalue().encode("utf-8", "replace")
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal | datetime.date):
        return value
    return neutral(str(value).replace("\0", ""))
