"""Workbooks made in memory, as the tests upload them: from rows, taken apart into their parts, and as Excel writes them."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import openpyxl

UNIT_HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码"]  # the columns that a list of units must have
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_INLINE = re.compile(rb' t="inlineStr"><is>(.*?)</is></c>', re.S)


# --- from rows ----------------------------------------------------------------------------------------------
def book(*rows: Sequence, title: str = "Sheet") -> openpyxl.Workbook:
    """Return a workbook of one sheet, for tests that go on changing it."""
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def of_rows(*rows: Sequence, title: str = "Sheet") -> bytes:
    """Return a workbook of one sheet."""
    return saved(book(*rows, title=title))


def of_units(*rows: Sequence, more: Sequence[str] = ()) -> bytes:
    """Return a workbook of pollution sources, with the required columns and those that `more` names."""
    return of_rows([*UNIT_HEADER, *more], *rows)


def of_dicts(rows: Sequence[Mapping]) -> bytes:
    """Return a workbook of one sheet with all headers that the rows name; None leaves a cell empty."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return of_rows(header, *([row.get(name) for name in header] for row in rows))


def of_sheets(**sheets: Iterable[Sequence]) -> bytes:
    """Return a workbook of the named sheets, each given by its rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(made)


# --- by parts -----------------------------------------------------------------------------------------------
def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def as_excel(content: bytes) -> bytes:
    """Return the same workbook with its texts in a table of shared strings, where Excel and WPS put them."""
    parts = parts_of(content)
    strings: dict[bytes, int] = {}
    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = _INLINE.sub(
            lambda match: b' t="s"><v>%d</v></c>' % strings.setdefault(match[1], len(strings)), parts[name]
        )
    items = b"".join(b"<si>" + text + b"</si>" for text in strings)
    parts[STRINGS] = b'<sst xmlns="' + _MAIN + b'">' + items + b"</sst>"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/' + STRINGS.encode() + b'" ContentType="' + _TYPE + b'"/></Types>'
    )
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="' + _RELATION + b'" Target="sharedStrings.xml"/></Relationships>',
    )
    return packed(parts)
