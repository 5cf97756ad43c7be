"""Workbooks as the tests make them: taken apart into their parts and packed again, and as Excel and WPS write them."""

import io
import re
import zipfile

import openpyxl

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_INLINE = re.compile(rb' t="inlineStr"><is>(.*?)</is></c>', re.S)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*rows, title: str = "名录") -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def as_excel(content: bytes) -> bytes:
    """The same workbook with its texts in a table of shared strings, where Excel and WPS put them."""
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
