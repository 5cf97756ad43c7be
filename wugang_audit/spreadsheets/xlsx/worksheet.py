"""Reading one worksheet of an open workbook, row by row, with what the eye sees and openpyxl's reader leaves out.

Expat gives hidden rows and columns, formulas and values in one pass; defusedxml's parser is written in Python and
takes several times as long. A document type, where entities would be declared, ends the reading.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from ..errors import Unreadable
from ..lines import CellValue, Line, Merge
from .parts import MAX_TEXT, PIECE, DateStyles, parse_piece, parser_of

MAX_MERGES = 100_000
MAX_TAGS = 24_000_000  # opening and closing ones: a hundred thousand full rows have a quarter of that
# Characters of all texts of a sheet: a few bytes can refer to a long text, which is then looked at again in each cell.
MAX_CHARACTERS = 40_000_000
MAX_PIECES = 50  # of one cell's text, of some thousand characters each; a cell of Excel holds 32,767
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
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
        parser = _Parser(self, width)
        self.hidden_columns = parser.hidden_columns
        latest = end = 0
        whole = self.archive.getinfo(self.path).file_size or 1
        with self._stream() as stream:
            while True:
                piece = stream.read(PIECE)
                end += len(piece)
                self.share = min(end / whole, 1.0)
                parse_piece(parser.expat, piece, end)
                parser.count(piece)
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


class _Parser:
    """Turns the XML of a sheet into lines."""

    def __init__(self, sheet: XlsxSheet, width: int) -> None:
        self.strings, self.styles = sheet.strings, sheet.styles
        self.epoch = CALENDAR_MAC_1904 if sheet.from_1904 else CALENDAR_WINDOWS_1900
        self.width = width
        self.hidden_columns: set[int] = set()
        self.done: list[Line] = []
        self.line: Line | None = None
        self.number = self.position = 0
        self.columns: dict[str, int] = {}
        self.cell: dict[str, str] | None = None  # the attributes of the cell that is being read
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: str | None = None
        self.text: list[str] | None = None
        self.phonetic = 0
        self.expat = parser_of(self.start, self.end, self.characters)
        self.tags = self.rows = self.text_length = 0

    def count(self, piece: bytes) -> None:
        """Count tags and rows after each piece, and refuse too many."""
        self.tags += piece.count(b"<")
        self.rows += len(self.done)
        if self.tags > MAX_TAGS or self.rows > LAST_ROW:
            raise Unreadable(
                "工作表的行或单元格太多，读不完",
                "请把有数据的行和列复制到一个新工作簿里（只粘贴数值），再上传；一次最多 10 万行",
            )
        if self.text_length > MAX_CHARACTERS:
            raise Unreadable(
                f"工作表里的文字超过 {MAX_CHARACTERS // 10_000} 万字，读不完",
                "请删去与名录无关的长段文字，或分成几个文件，再上传",
            )

    def take_lines(self) -> list[Line]:
        """Return the lines that have been completed since the last call."""
        done, self.done = self.done, []
        return done

    def characters(self, data: str) -> None:
        if self.text is not None and len(self.text) < MAX_PIECES:
            self.text.append(data)

    # What is called for each tag of a sheet, some twenty million times at the most: the usual tags come first.
    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            if self.line is None:
                return
            self.value = self.formula = self.inline = None
            if place := attributes.get("r"):
                letters = place.rstrip("0123456789")
                position = self.columns.get(letters)
                if position is None:
                    position = self.columns[letters] = column_index_from_string(letters.replace("$", ""))
                self.position = position
            else:
                self.position += 1
            # Cells beyond the columns that are read are passed over as fast as possible.
            self.cell = attributes if self.position <= self.width else None
        elif tag == "v" or tag == "f":
            if self.cell is not None:
                self.text = []
        elif tag == "t":
            if self.cell is not None and not self.phonetic:
                self.text = []
        elif tag == "is":
            pass
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "row":
            self.number = int(float(attributes["r"])) if "r" in attributes else self.number + 1
            self.position = 0
            self.line = Line(self.number, [None] * self.width, _on(attributes.get("hidden")))
        elif tag == "col" and _on(attributes.get("hidden")):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.hidden_columns.update(range(first, min(last, LAST_COLUMN) + 1))
        elif ":" in tag:
            self.start(tag.rpartition(":")[2], attributes)

    def end(self, tag: str) -> None:
        if tag == "c":
            cell, self.cell = self.cell, None
            if cell is not None and self.line is not None:
                self.put_cell(self.line, cell)
        elif tag == "v":
            if self.text is not None:
                self.value, self.text = "".join(self.text), None
        elif tag == "t":
            if self.text is not None:
                text = "".join(self.text)
                self.inline = text if self.inline is None else (self.inline + text)[: MAX_PIECES * PIECE]
                self.text = None
        elif tag == "is":
            pass
        elif tag == "f":
            self.formula, self.text = "".join(self.text or ()), None
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "row" and self.line is not None:
            self.done.append(self.line)
            self.line = None
        elif ":" in tag:
            self.end(tag.rpartition(":")[2])

    def put_cell(self, line: Line, cell: dict[str, str]) -> None:
        """Put the cell that just ended into its line."""
        text = self.value
        kind = cell.get("t", "n")
        if self.formula is not None:
            line.formulas += 1
            if not text and kind != "str":
                line.uncomputed = line.uncomputed or {}
                line.uncomputed[self.position - 1] = f"={self.formula or '…'}"
        if not 0 < self.position <= self.width:
            return
        value: CellValue | None
        if kind == "inlineStr":
            value = self.inline
        elif not text:
            return
        else:
            try:
                value = self.typed(kind, text, cell)
            except (ValueError, LookupError, OverflowError):
                value = "#VALUE!"  # one cell is broken, not the file
        if isinstance(value, str):
            if (length := len(value)) > MAX_TEXT:
                value, length = value[:MAX_TEXT], MAX_TEXT
            self.text_length += length
        line.values[self.position - 1] = value

    def typed(self, kind: str, text: str, cell: dict[str, str]) -> CellValue:
        if kind == "s":
            number = int(text)
            return self.strings[number if number >= 0 else len(self.strings)]
        if kind == "n":
            return self.numeric(text, int(cell.get("s", 0)))
        if kind == "b":
            return text == "true" or text != "false" and bool(int(text))
        if kind == "d":
            return self.shown(from_ISO8601(text), int(cell.get("s", 0)))
        return text

    def numeric(self, text: str, style: int) -> CellValue:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if style not in self.styles.dates:
            return number
        return self.shown(from_excel(number, self.epoch, timedelta=style in self.styles.durations), style)

    def shown(self, day: CellValue, style: int) -> CellValue:
        """Return a date as its style shows it."""
        if style in self.styles.months and isinstance(day, datetime.date) and day.day == 1:
            return f"{day:%Y}年{day.month}月"  # typed so, Excel keeps the first day of the month, and shows no day
        return day


def _on(value: str | None) -> bool:
    return value in ("1", "true", "on")
