"""Putting rows that are written as XML into the first sheet of a workbook.

openpyxl saves all but the rows: a cell that it writes takes an object, ten times the time, and memory besides.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_SHEET, _PROPERTIES = "xl/worksheets/sheet1.xml", "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
LEVEL = 3  # of compression


def with_rows(book: Workbook, rows: Iterable[bytes], *, replace: bool = False) -> Iterator[bytes]:
    """Yield the workbook, piece by piece as the rows come; memory does not grow with their number.

    The same book and rows make the same bytes: nothing in it says when it was written.

    :param rows: pieces of XML, each of whole ``<row>`` elements. They are put below the rows of the first sheet.
    :param replace: they take the place of the sheet's own rows instead.
    """
    skeleton, sink = io.BytesIO(), _Sink()
    book.save(skeleton)
    with (
        zipfile.ZipFile(skeleton) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as new,
    ):
        for name in old.namelist():
            if name != _SHEET:
                part = _TIMES.sub(b"", old.read(name)) if name == _PROPERTIES else old.read(name)
                new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED, LEVEL)
        before, after = _around_the_rows(old.read(_SHEET), replace)
        with new.open(_SHEET, "w") as stream:
            stream.write(before)
            yield sink.take()  # before the first row is read, so that nobody on the way gives up waiting
            for piece in rows:
                stream.write(piece)
                if ready := sink.take():
                    yield ready
            stream.write(after)
    yield sink.take()


def _around_the_rows(sheet: bytes, replace: bool) -> tuple[bytes, bytes]:
    # Programs that trust the dimension would stop at the last cell that it was written for.
    sheet = re.sub(rb"<dimension [^>]*/>", b"", sheet)
    if not replace:
        before, closing, after = sheet.partition(b"</sheetData>")
        return before, closing + after
    before = sheet[: sheet.index(b"<sheetData")]
    after = sheet[sheet.rindex(b"sheetData") :]
    # The last tag is the closing one, or an empty one.
    return before + b"<sheetData>", b"</sheetData>" + after[after.index(b">") + 1 :]


class _Sink(io.RawIOBase):
    """Where the archive is written to; `take` returns the bytes written since the last read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "Buffer") -> int:
        piece = bytes(data)
        self._parts.append(piece)
        return len(piece)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
