"""Turning the XML of a worksheet into lines: most rows at once, the unusual ones tag by tag."""

import datetime
from collections.abc import Iterator

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from ..errors import Unreadable
from ..lines import CellValue, Line
from . import plain_rows
from .parts import LAST_COLUMN, LAST_ROW, MAX_TEXT, PIECE, DateStyles, parse_piece, parser_of

MAX_TAGS = 24_000_000  # opening and closing ones: a hundred thousand full rows have a quarter of that
# Characters of all texts of a sheet: a few bytes can refer to a long text, which is then looked at again in each cell.
MAX_CHARACTERS = 40_000_000
MAX_PIECES = 50  # of one cell's text, of some thousand characters each; a cell of Excel holds 32,767
MAX_ROW = PIECE  # bytes of a row whose end is waited for: what is kept becomes lines all at once
PATIENCE = 16  # blocks of rows that may be unusual more often than plain


class SheetParser:
    """Turns the XML of a sheet into lines, each `width` cells wide.

    :param strings: the shared strings of the workbook, to which cells refer by number.
    :param from_1904: whether its days are counted from 1904.
    """

    def __init__(self, strings: list[str], styles: DateStyles, from_1904: bool, width: int) -> None:
        self.strings, self.styles = strings, styles
        self.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
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
        self.fed = 0  # bytes that expat has read
        self.rest = b""  # the beginning of a row whose end has not come
        self.by_rows = True  # whether plain rows are looked for
        self.patience = PATIENCE

    def feed(self, piece: bytes) -> None:
        """Read the next piece of the part, an empty one at its end."""
        if not self.by_rows:
            self._parse(piece)
            return
        self.by_rows = bool(piece) and (self.fed > 0 or bool(self.rest) or plain_rows.is_utf8(piece))
        data, searched = self.rest + piece, max(0, len(self.rest) - len(plain_rows.END))
        found = data.rfind(plain_rows.END, searched)
        cut = found + len(plain_rows.END) if found >= 0 else 0
        block, self.rest = data[:cut], data[cut:]
        if block:
            self._read_block(block)
        if not self.by_rows or len(self.rest) >= MAX_ROW:
            self.by_rows = False
            if self.rest:
                self._parse(self.rest)
            self.rest = b""
            if not piece:
                self._parse(piece)  # an empty one ends the part

    def _parse(self, piece: bytes) -> None:
        self.fed += len(piece)
        parse_piece(self.expat, piece, self.fed)

    def _read_block(self, block: bytes) -> None:
        """Read whole rows. Behind a comment or its like nothing is certain, and where it was in vain it is not tried again."""
        self.by_rows = self.by_rows and self.patience > 0 and not plain_rows.may_hide_tags(block)
        tokens = plain_rows.tokens(block) if self.by_rows else None
        texts = None if tokens is None else plain_rows.resolved(tokens)
        self.patience += 1 if texts is not None else -1
        if tokens is None or texts is None:
            self._parse(block)
            return
        expat = self.expat
        expat.StartElementHandler = expat.EndElementHandler = expat.CharacterDataHandler = None
        self._parse(block)
        expat.StartElementHandler, expat.EndElementHandler = self.start, self.end
        expat.CharacterDataHandler = self.characters
        self._put_rows(tokens, iter(texts))

    def _put_rows(self, tokens: list[plain_rows.Token], texts: Iterator[str]) -> None:
        """Do for plain rows what `start`, `end` and `put_cell` do for any."""
        columns, width, length = self.columns, self.width, 0
        line: Line | None = None
        for letters, style, kind, text, inline, number, end, _ in tokens:
            if letters:
                text = inline or text
                if "&" in text:
                    text = next(texts)
                position = columns.get(letters) or self._column(letters)
                if line is None or not text or position > width:
                    continue
                value = text if inline else self.typed_or_error(kind or "n", text, style or "0")
                if isinstance(value, str):
                    value = value[:MAX_TEXT]
                    length += len(value)
                line.values[position - 1] = value
            elif end:
                if line is not None:
                    self.done.append(line)
                    line = None
            else:
                self.number = int(number)
                line = Line(self.number, [None] * width)
        self.text_length += length

    def _column(self, letters: str) -> int:
        self.columns[letters] = number = column_index_from_string(letters.replace("$", ""))
        return number

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
                self.position = self.columns.get(letters) or self._column(letters)
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
            value = self.typed_or_error(kind, text, cell.get("s", "0"))
        if isinstance(value, str):
            if (length := len(value)) > MAX_TEXT:
                value, length = value[:MAX_TEXT], MAX_TEXT
            self.text_length += length
        line.values[self.position - 1] = value

    def typed_or_error(self, kind: str, text: str, style: str) -> CellValue:
        """Return what a cell holds; one that is broken is an error value, and the file is none the worse."""
        try:
            return self.typed(kind, text, int(style))
        except (ValueError, LookupError, OverflowError):
            return "#VALUE!"

    def typed(self, kind: str, text: str, style: int) -> CellValue:
        if kind == "s":
            number = int(text)
            return self.strings[number if number >= 0 else len(self.strings)]
        if kind == "n":
            return self.numeric(text, style)
        if kind == "b":
            return text == "true" or text != "false" and bool(int(text))
        if kind == "d":
            return self.shown(from_ISO8601(text), style)
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
