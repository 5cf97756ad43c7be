"""Reading a CSV file as if it were a workbook of one sheet.

The encoding is found out (UTF-8 with or without a mark, UTF-16 with one, otherwise GB18030, which Excel writes in
China). The clerk gets a notice of it, with a sample that shows whether it is right. Records are read one by one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import SAVE_AS, Unreadable
from .formulas import as_typed
from .lines import CellValue, Line, Merge

PIECE = 256 * 1024
MAX_RECORD = 200_000  # characters; an unclosed quotation mark would swallow the rest of the file
MAX_FIELD = 32_767  # characters, as in a cell of a workbook
MAX_FIELDS = 16_384  # as in a row of a workbook
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how a CSV file keeps Excel from taking a code for a number
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带 BOM）"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_UNMARKED = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
_DELIMITERS = {",": "逗号", ";": "分号", "\t": "制表符"}


def encoding_of(content: bytes) -> tuple[str, str] | None:
    """Return the codec in which the whole file is readable text, and its name for the clerk, or None."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return (codec, name) if _is_text(content, codec) else None
    return next(((codec, name) for codec, name in _UNMARKED if _is_text(content, codec)), None)


def _is_text(content: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    try:
        return not any(
            _CONTROL.search(decoder.decode(view[start : start + PIECE], start + PIECE >= len(content)))
            for start in range(0, len(content), PIECE)
        )
    except UnicodeDecodeError:
        return False


@dataclass
class CsvSheet:
    """The file as a sheet, for one delimiter."""

    content: bytes
    codec: str
    encoding: str
    delimiter: str
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    from_1904: bool = False
    share: float = 0.0  # of the file that has been read

    @property
    def title(self) -> str:
        return f"CSV（{_DELIMITERS[self.delimiter]}分隔）"

    def merges(self) -> list[Merge]:
        """Return no merged cells: a CSV file has none."""
        return []

    def notice(self, headers: list[str]) -> str:
        """Return how the file was read, for the clerk, with its first headers as a sample."""
        sample = "、".join(headers[:6])
        delimiter = _DELIMITERS[self.delimiter]
        return f"CSV 文件按 {self.encoding} 编码、{delimiter}分隔读取，表头是：{sample}；如有乱码请不要导入"

    def lines(self, first: int, last: int, width: int) -> Iterator[Line]:
        """Yield the records from `first` to `last`, each `width` fields wide."""
        reader = csv.reader(self._lines(record := [0]), delimiter=self.delimiter)
        number = header = usual = 0
        while number < last:
            number, record[0] = number + 1, 0
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _too_long(number) from error
            if len(fields) > MAX_FIELDS or any(len(each) > MAX_FIELD for each in fields):
                raise _too_long(number)
            if number >= first and fields:
                cells: list[CellValue | None] = [_unquoted(each) for each in fields[:width]]
                # Some programs end each record but the header with a delimiter.
                usual = usual or max(header, len(fields))
                split = header and (len(fields) > usual or any(map(str.strip, fields[header:])))
                extra = fields[header:] if split else None
                yield Line(number, cells + [None] * (width - len(cells)), extra_cells=extra)
            elif number == first - 1:
                header = len(fields)

    def _lines(self, record: list[int]) -> Iterator[str]:
        """Yield the lines, while those of one record are not too long together (`record` counts)."""
        number = position = 0
        with io.TextIOWrapper(io.BytesIO(self.content), self.codec, newline="") as stream:
            while line := stream.readline(MAX_RECORD + 1):
                position += len(line)
                self.share = min(position / len(self.content), 1.0)  # a character is a byte or more
                number, record[0] = number + 1, record[0] + len(line)
                if record[0] > MAX_RECORD:
                    raise _too_long(number)
                yield line


def _unquoted(value: str) -> str | None:
    if value.startswith("=") and (kept := _AS_TEXT.fullmatch(value)):
        return kept[1]
    return as_typed(value) or None


def _too_long(number: int) -> Unreadable:
    return Unreadable(
        f"CSV 文件第 {number} 行过长，或引号没有成对", f"请检查这一行的引号和分隔符，或{SAVE_AS[1:]}"
    )


@dataclass(frozen=True)
class CsvBook:
    """A CSV file as a book: a sheet for each delimiter; the one in which the header is found will be read."""

    sheets: list[CsvSheet]


def book_of(content: bytes) -> CsvBook | None:
    """Return the file as a book, or None if it is no text."""
    if found := encoding_of(content):
        return CsvBook([CsvSheet(content, *found, delimiter) for delimiter in _DELIMITERS])
    return None
