"""Reading one worksheet of an open workbook, row by row, with what the eye sees and openpyxl's reader leaves out.

Expat tells hidden rows and columns, formulas and values in one pass; defusedxml's parser is written in Python and
takes several times as long. A document type, where entities would be declared, ends the reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from defusedxml import DTDForbidden
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import from_excel, from_ISO8601

PIECE = 64 * 1024
MAX_MERGES = 100_000
LAST_COLUMN = 16_384
_MERGE = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z0-9:$]{1,40})[\"']")
Merge = tuple[int, int, int, int]  # first column, first row, last column, last row


@dataclass(slots=True)
class Line:
    """A row of the sheet: its cells' values, and formulas that hold no result, by position from 0."""

    number: int
    values: list
    hidden: bool = False
    formulas: int = 0
    uncomputed: dict[int, str] | None = None


@dataclass
class Sheet:
    """A worksheet of a workbook that openpyxl opened in read-only mode."""

    source: object
    hidden_columns: set[int] = field(default_factory=set)  # numbers from 1, known once the rows are read
    share: float = 0.0  # of the sheet that has been read

    @property
    def title(self) -> str:
        return self.source.title

    @property
    def hidden(self) -> bool:
        return self.source.sheet_state != "visible"

    def lines(self, first: int, last: int, width: int) -> Iterator[Line]:
        """Yield the rows that are in the file, from `first` to `last`, each `width` cells wide."""
        parser = _Parser(self.source, width)
        self.hidden_columns = parser.hidden_columns
        latest = taken = 0
        whole = self.source.parent._archive.getinfo(self.source._worksheet_path).file_size or 1
        with self.source._get_source() as stream:
            while True:
                chunk = stream.read(PIECE)
                taken += len(chunk)
                self.share = min(taken / whole, 1.0)
                parser.feed(chunk)
                for line in parser.taken():
                    if line.number > last:
                        return
                    if line.number > latest and line.number >= first:
                        yield line
                    latest = max(latest, line.number)
                if not chunk:
                    return

    def merges(self) -> list[Merge]:
        """Return the merged ranges; they stand behind the rows, hence are looked up beforehand."""
        found, tail = set(), b""
        with self.source._get_source() as stream:
            while chunk := stream.read(PIECE * 4):
                data = tail + chunk
                found.update(match[1] for match in _MERGE.finditer(data))
                tail = data[-200:]
                if len(found) > MAX_MERGES:
                    raise ValueError("too many merged ranges")
        return sorted((range_boundaries(each.decode()) for each in found), key=lambda merge: merge[1])


class _Parser:
    """Turns the XML of a sheet into lines."""

    def __init__(self, sheet, width: int):
        book = sheet.parent
        self.strings, self.epoch = sheet._shared_strings, book.epoch
        self.dates, self.durations = book._date_formats, book._timedelta_formats
        self.width, self.hidden_columns = width, set()
        self.done: list[Line] = []
        self.line: Line | None = None
        self.number = self.position = 0
        self.columns: dict[str, int] = {}
        self.cell: dict | None = None
        self.value = self.formula = self.inline = None
        self.text: list[str] | None = None
        self.phonetic = 0
        self.expat = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.doctype

    def feed(self, chunk: bytes) -> None:
        self.expat.Parse(chunk, not chunk)

    def taken(self) -> list[Line]:
        done, self.done = self.done, []
        return done

    def doctype(self, name, system, public, subset):
        raise DTDForbidden(name, system, public)

    def characters(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def start(self, tag: str, attributes: dict) -> None:
        if tag == "c":
            if self.line is None:
                return
            self.cell = attributes
            self.value = self.formula = self.inline = None
            if place := attributes.get("r"):
                letters = place.rstrip("0123456789")
                position = self.columns.get(letters)
                if position is None:
                    position = self.columns[letters] = column_index_from_string(letters.replace("$", ""))
                self.position = position
            else:
                self.position += 1
        elif tag == "v" or tag == "f":
            self.text = []
        elif tag == "t":
            if self.cell is not None and not self.phonetic:
                self.text = []
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
        if tag == "v":
            self.value, self.text = "".join(self.text or ()), None
        elif tag == "c":
            if self.cell is not None:
                self.take()
                self.cell = None
        elif tag == "f":
            self.formula, self.text = "".join(self.text or ()), None
        elif tag == "t":
            if self.text is not None:
                self.inline, self.text = (self.inline or "") + "".join(self.text), None
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "row" and self.line is not None:
            self.done.append(self.line)
            self.line = None
        elif ":" in tag:
            self.end(tag.rpartition(":")[2])

    def take(self) -> None:
        """Put the cell that just ended into its line."""
        line, kind, value = self.line, self.cell.get("t", "n"), self.value
        if self.formula is not None:
            line.formulas += 1
            if not value and kind != "str":
                line.uncomputed = line.uncomputed or {}
                line.uncomputed[self.position - 1] = f"={self.formula or '…'}"
        if not 0 < self.position <= self.width:
            return
        if kind == "inlineStr":
            value = self.inline
        elif not value:
            return
        elif kind == "s":
            value = self.strings[int(value)]
        elif kind == "n":
            value = self.numeric(value, int(self.cell.get("s", 0)))
        elif kind == "b":
            value = bool(int(value))
        elif kind == "d":
            value = from_ISO8601(value)
        line.values[self.position - 1] = value

    def numeric(self, value: str, style: int) -> object:
        number = float(value) if "." in value or "E" in value or "e" in value else int(value)
        if style not in self.dates:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=style in self.durations)
        except (OverflowError, ValueError):
            return "#VALUE!"


def shared_strings(stream) -> list[str]:
    """Return the texts that cells refer to by number, without the readings (rPh) of their characters."""
    strings: list[str] = []
    parts: list[str] | None = None
    phonetic = 0
    inside = False

    def start(tag, attributes):
        nonlocal parts, phonetic, inside
        tag = tag.rpartition(":")[2]
        if tag == "si":
            parts = []
        elif tag == "rPh":
            phonetic += 1
        elif tag == "t":
            inside = parts is not None and not phonetic

    def end(tag):
        nonlocal parts, phonetic, inside
        tag = tag.rpartition(":")[2]
        if tag == "si" and parts is not None:
            strings.append("".join(parts).replace("x005F_", ""))
            parts = None
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "t":
            inside = False

    def characters(data):
        if inside:
            parts.append(data)

    def doctype(name, system, public, subset):
        raise DTDForbidden(name, system, public)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, doctype
    while chunk := stream.read(PIECE):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return strings


def _on(value: str | None) -> bool:
    return value in ("1", "true", "on")
