"""Reading one worksheet of an open workbook, row by row, with what the eye sees and openpyxl's reader leaves out.

Expat gives hidden rows and columns, formulas and values in one pass; defusedxml's parser is written in Python and
takes several times as long. A document type, where entities would be declared, ends the reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

from openpyxl.utils.cell import range_boundaries

from ..errors import Unreadable
from ..lines import Line, Merge
from .parts import PIECE, DateStyles
from .sheet_parser import SheetParser

MAX_MERGES = 100_000
_MERGE = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z0-9:$]{1,40})[\"']")


@dataclass
class XlsxSheet:
    """A worksheet of an open workbook.

    :param path: of its part in the archive.
    :param from_1904: whether its days are counted from 1904.
    :param strings: the shared strings of the workbook, to which cells refer by number.
    """

    archive: ZipFile
    path: str
    title: str
    hidden: bool
    from_1904: bool
    strings: list[str]
    styles: DateStyles
    hidden_columns: set[int] = field(default_factory=set)  # numbers from 1, known once the rows are read
    share: float = 0.0  # of the sheet that has been read

    def _stream(self) -> IO[bytes]:
        return self.archive.open(self.path)

    def lines(self, first: int, last: int, width: int) -> Iterator[Line]:
        """Yield the rows that are in the file, from `first` to `last`, each `width` cells wide."""
        parser = SheetParser(self.strings, self.styles, self.from_1904, width)
        self.hidden_columns = parser.hidden_columns
        latest = 0
        whole = self.archive.getinfo(self.path).file_size or 1
        with self._stream() as stream:
            while True:
                piece = stream.read(PIECE)
                parser.feed(piece)
                parser.count(piece)
                self.share = min(parser.fed / whole, 1.0)
                for line in parser.take_lines():
                    if line.number > last:
                        return
                    if line.number > latest and line.number >= first:
                        yield line
                    latest = max(latest, line.number)
                if not piece:
                    return

    def merges(self) -> list[Merge]:
        """Return the merged ranges, from the top; the file has them behind the rows, so they are looked up first."""
        found: set[bytes] = set()
        tail = b""
        with self._stream() as stream:
            while piece := stream.read(PIECE * 4):
                data = tail + piece
                if b"mergeCell" in data:
                    found.update(match[1] for match in _MERGE.finditer(data))
                tail = data[-200:]
                if len(found) > MAX_MERGES:
                    raise Unreadable(
                        f"工作表“{self.title}”中合并的单元格超过 {MAX_MERGES} 处",
                        "请选中全部单元格，取消合并后再上传",
                    )
        ranges: list[Merge] = []
        for name in found:
            left, top, right, bottom = range_boundaries(name.decode())
            if left is not None and top is not None and right is not None and bottom is not None:
                ranges.append((left, top, right, bottom))
        return sorted(ranges, key=lambda merge: (merge[1], merge[0]))
