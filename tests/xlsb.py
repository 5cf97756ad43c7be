"""A writer of small .xlsb workbooks: LibreOffice reads that format and does not write it."""

import datetime
import struct
from collections.abc import Sequence

from workbooks import packed

_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = datetime.date(1899, 12, 30)
_BOOK = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_SHEET, _STYLES = "application/vnd.ms-excel.worksheet", "application/vnd.ms-excel.styles"


def of_sheets(sheets: dict[str, Sequence[Sequence]], hidden: Sequence[str] = ()) -> bytes:
    """Return a workbook of the named sheets, each given by its rows: texts, numbers, dates and error values."""
    numbers = range(1, len(sheets) + 1)
    bundle = b"".join(
        _record(156, struct.pack("<II", title in hidden, n) + _text(f"rId{n}") + _text(title))
        for n, title in zip(numbers, sheets, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_MAIN}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="{_SHEET}"/>' for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType="{_BOOK}"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'{types}<Override PartName="/xl/styles.bin" ContentType="{_STYLES}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_MAIN}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId99" Type="{_MAIN}/styles" Target="styles.bin"/></Relationships>',
    }
    whole = {name: text.encode() for name, text in parts.items()}
    whole["xl/workbook.bin"] = _record(131) + _record(143) + bundle + _record(144) + _record(132)
    plain, day = (struct.pack("<HHHHHHHBBI", 0, number, 0, 0, 0, 0, 0, 0, 0, 0)[:16] for number in (0, 14))
    cells = _record(617, struct.pack("<I", 2)) + _record(47, plain) + _record(47, day) + _record(618)
    whole["xl/styles.bin"] = _record(278) + cells + _record(279)
    for n, rows in zip(numbers, sheets.values(), strict=True):
        whole[f"xl/worksheets/sheet{n}.bin"] = _sheet(rows)
    return packed(whole)


def _sheet(rows: Sequence[Sequence]) -> bytes:
    width = max(map(len, rows), default=1)
    made = [
        _record(129),
        _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1)),
        _record(145),
    ]
    for number, row in enumerate(rows):
        made.append(_record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)))
        made += [_cell(at, value) for at, value in enumerate(row) if value is not None]
    return b"".join([*made, _record(146), _record(130)])


def _cell(at: int, value: object) -> bytes:
    if isinstance(value, datetime.date):
        return _record(5, struct.pack("<IId", at, 1, (value - _EPOCH).days))
    if isinstance(value, bool):
        return _record(4, struct.pack("<IIB", at, 0, value))
    if isinstance(value, int | float):
        return _record(5, struct.pack("<IId", at, 0, value))
    if value == "#DIV/0!":
        return _record(3, struct.pack("<IIB", at, 0, 7))
    return _record(6, struct.pack("<II", at, 0) + _text(str(value)))


def corner() -> bytes:
    """Return a workbook of a few hundred bytes with one cell in each of its two corners."""
    first, last = _cell(0, "x"), _record(6, struct.pack("<II", 16_383, 0) + _text("x"))
    rows = [_record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)) for number in (0, 1_048_575)]
    content = of_sheets({"s": [["x"]]})
    import workbooks

    parts = workbooks.parts_of(content)
    size = _record(148, struct.pack("<IIII", 0, 1_048_575, 0, 16_383))
    begin, end = _record(129) + size + _record(145), _record(146) + _record(130)
    parts["xl/worksheets/sheet1.bin"] = begin + rows[0] + first + rows[1] + last + end
    return packed(parts)


def _text(value: str) -> bytes:
    written = value.encode("utf-16-le")
    return struct.pack("<I", len(written) // 2) + written


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + data
