"""The parts of a workbook that its sheets refer to: its texts and its styles of dates, read without openpyxl's objects.

Of the styles only what makes a number a date is read: a workbook patched for years may have ten thousand styles, and
some that openpyxl cannot read. All parts are parsed by expat; a document type, where entities would be declared, ends
the reading, and so does a tag without end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from defusedxml import DTDForbidden
from openpyxl.styles.numbers import BUILTIN_FORMATS, STRIP_RE, is_date_format, is_timedelta_format

from ..errors import Unreadable

PIECE = 64 * 1024
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any worksheet
MAX_TAG = 1024 * 1024  # bytes of a tag or comment, which expat keeps until it ends
MAX_STRINGS = 2_000_000
MAX_TEXT = 32_768  # characters of one text that are kept: one more than a cell of Excel holds
# The formats of Chinese Excel that no file defines (ECMA-376, 18.8.30, zh-cn).
_MONTH, _DAY, _TIME = 'yyyy"年"m"月"', 'yyyy"年"m"月"d"日"', "h:mm"
_CHINESE = dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), _DAY)
_CHINESE |= dict.fromkeys((27, 36, 50, 52, 57), _MONTH) | dict.fromkeys((32, 33, 34, 35, 55, 56), _TIME)


def refuse_doctype(data: bytes) -> None:
    """Look through a whole part that openpyxl will read, in whatever encoding.

    :raises DTDForbidden: if it declares a document type, and with it perhaps entities.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(data, True)


def _refuse_doctype(name: str, system: str | None, public: str | None, subset: bool) -> None:
    raise DTDForbidden(name, system, public)


def parser_of(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """Return an expat parser with these handlers, which refuses a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, _refuse_doctype
    return parser


def parse_piece(parser: expat.XMLParserType, piece: bytes, end: int) -> None:
    """Parse the next piece of a part, an empty one at its end; the piece ends at byte `end` of the part.

    :raises Unreadable: for a tag that does not end.
    """
    parser.Parse(piece, not piece)
    if piece and end - parser.CurrentByteIndex > MAX_TAG:
        raise Unreadable(
            "文件结构异常，为安全起见不读取",
            "请用 Excel 或 WPS 打开，另存为新的“Excel 工作簿（*.xlsx）”后再上传",
        )


def _parse(stream: IO[bytes], parser: expat.XMLParserType) -> None:
    end = 0
    while piece := stream.read(PIECE):
        end += len(piece)
        parse_piece(parser, piece, end)
    parse_piece(parser, b"", end)


def shared_strings(stream: IO[bytes]) -> list[str]:
    """Return the texts that cells refer to by number, without the readings (rPh) of their characters."""
    strings: list[str] = []
    parts: list[str] | None = None
    phonetic = length = 0
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal parts, phonetic, inside, length
        tag = tag.rpartition(":")[2]
        if tag == "si":
            parts, length = [], 0
        elif tag == "rPh":
            phonetic += 1
        elif tag == "t":
            inside = parts is not None and not phonetic

    def end(tag: str) -> None:
        nonlocal parts, phonetic, inside
        tag = tag.rpartition(":")[2]
        if tag == "si" and parts is not None:
            if len(strings) == MAX_STRINGS:
                raise Unreadable(f"工作簿里的文字超过 {MAX_STRINGS} 处", "请删去无关的工作表，或分成几个文件")
            strings.append("".join(parts)[:MAX_TEXT].replace("x005F_", ""))
            parts = None
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "t":
            inside = False

    def characters(data: str) -> None:
        nonlocal length
        if inside and parts is not None and length < MAX_TEXT:
            parts.append(data[:MAX_TEXT])
            length += len(data)

    _parse(stream, parser_of(start, end, characters))
    return strings


@dataclass
class DateStyles:
    """Numbers of the cell styles that show a date or time, of those that show a duration, and a month without day."""

    dates: set[int] = field(default_factory=set)
    durations: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)


def date_styles(stream: IO[bytes]) -> DateStyles:
    """Read what makes numbers dates from the part of the styles."""
    formats = BUILTIN_FORMATS | _CHINESE
    styles = DateStyles()
    depth = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        tag = tag.rpartition(":")[2]
        if tag == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            depth = 1
        elif tag == "xf" and depth:
            number = attributes.get("numFmtId", "0")
            _add_style(styles, count, formats.get(int(number)) if number.isdecimal() else None)
            count += 1

    def end(tag: str) -> None:
        nonlocal depth
        if tag.rpartition(":")[2] == "cellXfs":
            depth = 0

    _parse(stream, parser_of(start, end))
    return styles


def _add_style(styles: DateStyles, number: int, code: str | None) -> None:
    if code is None or not is_date_format(code):
        return
    styles.dates.add(number)
    if is_timedelta_format(code):
        styles.durations.add(number)
    bare = re.sub(r'"[^"]*"|\\.', "", STRIP_RE.sub("", code.partition(";")[0])).lower()
    if "y" in bare and "m" in bare and "d" not in bare:
        styles.months.add(number)
