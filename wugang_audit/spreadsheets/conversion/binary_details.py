"""What python-calamine leaves out of .xls and .xlsb: error values, which it gives as empty cells, hidden rows and columns.

An error value that came in as an empty cell would silently empty a field of the registry. Both formats are chains of
records; only those few kinds are looked at ([MS-XLS] 2.4, [MS-XLSB] 2.3).
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_END = 0xFFFFFFFC  # sector numbers from here on end a chain


@dataclass
class SheetDetails:
    """Of one sheet; numbers from 1."""

    errors: dict[int, dict[int, str]] = field(default_factory=dict)  # {row: {column: error value}}
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def add_error(self, row: int, column: int, code: int) -> None:
        self.errors.setdefault(row + 1, {})[column + 1] = ERRORS.get(code, "#VALUE!")

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(first + 1, min(last, 16_383) + 2))


def details_of(path: str) -> list[SheetDetails]:
    """Return the details of all sheets in their order; of a file that is odd, none."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
        if path.endswith(".xlsb"):
            return list(_of_xlsb(path))
        return list(_of_xls(_Compound(content).stream("Workbook", "Book")))
    except (struct.error, LookupError, ValueError, zipfile.BadZipFile, expat.ExpatError):
        return []  # whatever is wrong with the file, the reader of its values says so


# --- .xls ----------------------------------------------------------------------------------------------------
class _Compound:
    """A compound file ([MS-CFB]): streams in chains of sectors."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = 1 << struct.unpack_from("<H", content, 30)[0]
        (directory,) = struct.unpack_from("<I", content, 48)
        self.cutoff, mini, _, difat, _ = struct.unpack_from("<5I", content, 56)
        sectors = [each for each in struct.unpack_from("<109I", content, 76) if each < _END]
        seen: set[int] = set()
        while difat < _END and difat not in seen:
            seen.add(difat)
            *more, difat = self._numbers(self._sector(difat))
            sectors += [each for each in more if each < _END]
        self.table = [number for sector in sectors for number in self._numbers(self._sector(sector))]
        self.entries = self._read(directory)
        self.mini_table = self._numbers(self._read(mini)) if mini < _END else []

    def stream(self, *names: str) -> bytes:
        """Return the first stream of these names.

        :raises LookupError: if there is none.
        """
        found = {name: (first, size) for name, first, size in self._entries()}
        first, size = next(found[name] for name in names if name in found)
        if size >= self.cutoff:
            return self._read(first)[:size]
        root = self._read(struct.unpack_from("<I", self.entries, 116)[0])
        parts, left = [], len(self.mini_table)
        while first < _END and left >= 0:
            parts.append(root[first * 64 : first * 64 + 64])
            first, left = self.mini_table[first], left - 1
        return b"".join(parts)[:size]

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        for start in range(0, len(self.entries), 128):
            (length,) = struct.unpack_from("<H", self.entries, start + 64)
            name = self.entries[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            yield name, *struct.unpack_from("<II", self.entries, start + 116)

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def _numbers(self, data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _read(self, first: int) -> bytes:
        parts, left = [], len(self.table)
        while first < _END and left >= 0:  # a chain that bites its tail ends too
            parts.append(self._sector(first))
            first, left = self.table[first], left - 1
        return b"".join(parts)


def _of_xls(data: bytes) -> Iterator[SheetDetails]:
    starts = [struct.unpack_from("<I", data, at)[0] for kind, at, _ in _records(data, 0) if kind == 0x85]
    for start in starts:
        details = SheetDetails()
        for kind, at, length in _records(data, start):
            if kind == 0x06 and length >= 14:  # a formula, with its result
                if data[at + 12 : at + 14] == b"\xff\xff" and data[at + 6] == 2:
                    row, column = struct.unpack_from("<HH", data, at)
                    details.add_error(row, column, data[at + 8])
            elif kind == 0x205 and data[at + 7]:  # a constant: a truth value or an error
                row, column = struct.unpack_from("<HH", data, at)
                details.add_error(row, column, data[at + 6])
            elif kind == 0x208 and data[at + 12] & 0x20:
                details.hidden_rows.add(struct.unpack_from("<H", data, at)[0] + 1)
            elif kind == 0x7D and data[at + 8] & 1:
                details.hide_columns(*struct.unpack_from("<HH", data, at))
        yield details


def _records(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, place of its data, length) of the records up to the end of the substream that begins here."""
    depth, unpack, end = 0, struct.Struct("<HH").unpack_from, len(data) - 4
    while at <= end:
        kind, length = unpack(data, at)
        at += 4
        if kind in (0x809, 0x009, 0x209, 0x409):
            depth += 1
        elif kind == 0x0A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, at, length
        at += length


# --- .xlsb ---------------------------------------------------------------------------------------------------
def _of_xlsb(path: str) -> Iterator[SheetDetails]:
    with zipfile.ZipFile(path) as archive:
        targets: dict[str, str] = {}

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith("Relationship"):
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        parser = expat.ParserCreate()
        parser.StartElementHandler = relation
        parser.Parse(archive.read("xl/_rels/workbook.bin.rels"), True)
        book = archive.read("xl/workbook.bin")
        for kind, at, _ in _long_records(book):
            if kind == 156:
                (length,) = struct.unpack_from("<I", book, at + 8)
                name = book[at + 12 : at + 12 + 2 * length].decode("utf-16-le")
                yield _of_part(archive.read(f"xl/{targets[name].removeprefix('/xl/')}"))


def _of_part(data: bytes) -> SheetDetails:
    details, row = SheetDetails(), 0
    for kind, at, _ in _long_records(data):
        if kind == 0:
            (row,) = struct.unpack_from("<I", data, at)
            if data[at + 11] & 0x10:
                details.hidden_rows.add(row + 1)
        elif kind == 3 or kind == 11:
            details.add_error(row, struct.unpack_from("<I", data, at)[0], data[at + 8])
        elif kind == 60 and data[at + 16] & 1:
            details.hide_columns(*struct.unpack_from("<II", data, at))
    return details


def _long_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, place of its data, length): both numbers are written seven bits a byte."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, at, length
        at += length
