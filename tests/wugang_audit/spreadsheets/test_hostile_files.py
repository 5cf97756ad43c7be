"""Whatever is uploaded gives a message, never a traceback, and neither time nor memory without bound."""

import io
import random
import zipfile

import pytest
import workbooks
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from workbooks import UNIT_HEADER, of_rows, of_units, saved

from sources.columns import COLUMNS
from wugang_audit.spreadsheets import reader
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.xlsx import guard, sheet_parser, worksheet
from wugang_audit.spreadsheets.xlsx import workbook as xlsx

GOOD = ["410481-0001", "一厂", "一般", "2669"]


def rebuilt(change, extra=()):
    """A sound workbook whose members went through ``change(name, data)``."""
    out = io.BytesIO()
    source = io.BytesIO(of_units(GOOD))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in extra:
            new.writestr(name, data)
    return out.getvalue()


def said(content):
    table = read_table(content, COLUMNS)
    assert table.rows == []
    assert [fault.fix for fault in table.faults] != [""]
    return [fault.problem for fault in table.faults]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "文件是空的"),
        (b"\n \n", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "这是一张图片，不是工作簿"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 99, "这是一张图片，不是工作簿"),
        (b"%PDF-1.7 ...", "这是 PDF 文件，不是工作簿"),
        (OLE, "文件已损坏，或者不是 Excel 工作簿"),
        (OLE[:2], "文件不完整：开头像 .xls 工作簿，后面的内容都没有了"),
        (OLE[:7], "文件不完整：开头像 .xls 工作簿，后面的内容都没有了"),
        ("邢某".encode("gb18030"), "前 60 行里没有找到表头"),  # begins with the same two bytes
        (b",,,\n,,,\n", "文件里没有内容：前 60 行一格也没有填"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "这是 Word 文档，不是工作簿"),
        (OLE + "Workbook\0".encode("utf-16-le") + b"\0" * 2000, "文件已损坏或不完整，读不出来"),
        (
            b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 99,
            "这是很旧的 Excel 文件（Excel 5.0 以前），读不出来",
        ),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "工作簿设了打开密码"),
        ("<html><table><tr><td>编码".encode(), "这是网页或 XML 文件，只是改了扩展名"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "这是网页或 XML 文件，只是改了扩展名"),
        ("<html><table><tr><td>编码".encode("utf-16"), "这是网页或 XML 文件，只是改了扩展名"),
        ("随便一段文字".encode("gb18030"), "前 60 行里没有找到表头"),
        (b"a,b\0,c\n", "这不是 Excel 工作簿，也不是 CSV 文件"),
        (bytes(range(256)) * 9, "这不是 Excel 工作簿，也不是 CSV 文件"),
        (b"PK\x03\x04 not a zip", "文件已损坏或不完整，读不出来"),
        (of_units(GOOD)[:-900], "文件已损坏或不完整，读不出来"),
    ],
)
def test_each_kind_of_wrong_file_is_recognised(content, problem):
    assert said(content) == [problem]


def test_another_kind_of_zip_is_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert said(out.getvalue()) == ["这是压缩包或其他文档，不是 Excel 工作簿"]


def test_a_damaged_binary_workbook_is_said_to_be_damaged():
    parts = {"xl/workbook.bin": b"x", "[Content_Types].xml": b"<Types/>"}
    assert said(workbooks.packed(parts)) == ["文件已损坏或不完整，读不出来"]


@pytest.mark.parametrize(
    "content", [of_rows(), of_rows([], [" ", None, "\u3000"]), of_rows(*[[]] * 70, ["单位名称"])]
)
def test_an_empty_workbook_is_said_to_be_empty_and_nothing_is_asked_of_it(content):
    assert said(content) == ["文件里没有内容：前 60 行一格也没有填"]
    assert not read_table(content, COLUMNS).unmatched


def test_a_workbook_whose_other_sheet_holds_something_is_not_empty():
    content = workbooks.of_sheets(空表=[], 说明=[["请看附件"]])
    assert said(content) == ["前 60 行里没有找到表头"]


def test_a_file_over_the_limit_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(guard, "MAX_FILE", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert said(b"PK" + b"x" * 1001) == ["文件有 0 MB，最大 0 MB"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = rebuilt(lambda name, data: data + b" " * 40_000_000 if name.endswith("sheet1.xml") else data)
    assert len(bomb) < 100_000
    monkeypatch.setattr(xlsx, "BookReader", None)
    assert said(bomb) == ["文件结构异常，为安全起见不读取"]


def test_a_bomb_of_rows_is_refused_by_its_ratio(monkeypatch):
    rows = b'<row r="9"/>' * 2_000_000
    bomb = rebuilt(
        lambda name, data: (
            data.replace(b"</sheetData>", rows + b"</sheetData>") if name.endswith("sheet1.xml") else data
        )
    )
    assert len(bomb) < 200_000
    monkeypatch.setattr(xlsx, "BookReader", None)
    assert said(bomb) == ["文件结构异常，为安全起见不读取"]


def test_thousands_of_members_are_refused():
    many = rebuilt(lambda name, data: data, [(f"xl/x{n}.xml", b"") for n in range(2001)])
    assert said(many) == ["文件结构异常，为安全起见不读取"]


def test_a_million_cells_beyond_the_columns_are_passed_over():
    wide = rebuilt(
        lambda name, data: (
            data.replace(b"</row></sheetData>", b"<c/>" * 1_000_000 + b"</row></sheetData>")
            if name.endswith("sheet1.xml")
            else data + b"<!--" + random.Random(1).randbytes(40_000).hex().encode() + b"-->"
            if name.endswith("theme1.xml")
            else data
        )
    )
    assert [row.number for row in read_table(wide, COLUMNS).rows] == [2]


@pytest.mark.parametrize(("limit", "value"), [("MAX_TAGS", 30), ("LAST_ROW", 1)])
def test_a_sheet_of_too_many_rows_or_cells_is_refused(monkeypatch, limit, value):
    monkeypatch.setattr(sheet_parser, limit, value)
    monkeypatch.setattr(reader, "LAST_ROW", 1_048_576)
    table = read_table(of_units(GOOD, GOOD), COLUMNS)
    assert [str(fault) for fault in table.faults] == [
        "工作表的行或单元格太多，读不完；请把有数据的行和列复制到一个新工作簿里（只粘贴数值），再上传；一次最多 10 万行"
    ]


def test_too_many_merged_cells_are_refused_with_the_name_of_the_sheet(monkeypatch):
    monkeypatch.setattr(worksheet, "MAX_MERGES", 2)
    book = workbooks.book(UNIT_HEADER, GOOD)
    for row in (4, 6, 8):
        book.active.merge_cells(f"A{row}:B{row}")
    assert [str(fault) for fault in read_table(saved(book), COLUMNS).faults] == [
        "工作表“Sheet”中合并的单元格超过 2 处；请选中全部单元格，取消合并后再上传"
    ]


@pytest.mark.parametrize("piece", [b'<c r="%s"/>', b"<!--%s-->", b"<?x %s?>"])
def test_a_tag_without_end_is_refused(piece):
    endless = random.Random(2).randbytes(1_500_000).hex().encode()
    table = read_table(
        rebuilt(lambda name, data: data.replace(b"<row", piece % endless + b"<row", 1)), COLUMNS
    )
    assert [fault.problem for fault in table.faults] == ["文件结构异常，为安全起见不读取"]


def test_a_list_of_sheets_that_would_fill_the_memory_is_refused():
    names = b"".join(b'<definedName name="a%d">A1</definedName>' % n for n in range(40_000))
    table = read_table(
        rebuilt(
            lambda name, data: data.replace(
                b"<definedNames/>", b"<definedNames>" + names + b"</definedNames>"
            )
        ),
        COLUMNS,
    )
    assert [fault.problem for fault in table.faults] == ["文件结构异常，为安全起见不读取"]


@pytest.mark.parametrize("name", ["docProps/core.xml", "docProps/app.xml", "xl/theme/theme1.xml"])
def test_a_part_that_is_of_no_use_here_may_be_damaged(name):
    table = read_table(rebuilt(lambda part, data: b"<broken" if part == name else data), COLUMNS)
    assert (table.faults, len(table.rows)) == ([], 1)


def test_entities_are_not_expanded():
    hostile = rebuilt(
        lambda name, data: (
            BILLION_LAUGHS + data.replace(b"<sheetData>", b"<sheetData>&c;")
            if name.endswith("sheet1.xml")
            else data
        )
    )
    assert said(hostile) == ["文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取"]


TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_strings(prolog, strings):
    """A sound workbook whose B2 refers to the first of its shared strings."""

    def change(name, data):
        if name == "[Content_Types].xml":
            part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + TYPE + b'"/></Types>'
            return data.replace(b"</Types>", part)
        if name.endswith("sheet1.xml"):
            start = data.index(b'<c r="B2"')
            return (
                data[:start]
                + b'<c r="B2" t="s"><v>0</v></c>'
                + data[data.index(b"</c>", start) + len("</c>") :]
            )
        return data

    member = prolog + b'<sst xmlns="' + MAIN + b'">' + strings.encode() + b"</sst>"
    return rebuilt(change, [("xl/sharedStrings.xml", member)])


def test_a_shared_string_is_read_in_all_its_pieces_without_its_reading():
    piece = "<si><r><t>二</t></r><r><rPr/><t xml:space='preserve'>厂&amp;</t></r><rPh><t>er</t></rPh></si>"
    table = read_table(with_strings(b"", piece), COLUMNS)
    assert [(row.get("name"), row.get("category")) for row in table.rows] == [("二厂&", "general")]


def test_entities_among_the_strings_are_not_expanded():
    hostile = with_strings(BILLION_LAUGHS, "<si><t>&c;</t></si>")
    assert said(hostile) == ["文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取"]


def test_a_document_type_in_another_encoding_is_refused_as_well():
    hostile = rebuilt(
        lambda name, data: (
            (BILLION_LAUGHS.replace(b'"1.0"', b'"1.0" encoding="utf-16"') + data[data.index(b"<worksheet") :])
            .decode()
            .encode("utf-16")
            if name.endswith("sheet1.xml")
            else data
        )
    )
    assert said(hostile) == ["文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取"]


def test_a_lone_cell_at_the_far_corner_gives_a_message():
    book = workbooks.book()
    book.active["XFD1048576"] = "x"
    assert said(saved(book)) == ["文件里没有内容：前 60 行一格也没有填"]


def test_a_stray_cell_at_the_far_corner_does_not_keep_the_rows_out():
    book = workbooks.book(UNIT_HEADER, GOOD)
    book.active["XFD1048576"] = "x"
    table = read_table(saved(book), COLUMNS)
    assert (table.faults, [row.number for row in table.rows]) == ([], [2])


@pytest.mark.parametrize("dimension", [b"A1", b"A1:XFD1048576", b"B2:C3"])
def test_a_wrong_declared_dimension_is_not_believed(dimension):
    def lie(name, data):
        start = data.find(b'<dimension ref="') + 16
        return data[:start] + dimension + data[data.index(b'"', start) :] if b"<dimension" in data else data

    table = read_table(rebuilt(lie), COLUMNS)
    assert (table.faults, len(table.rows)) == ([], 1)


def test_a_row_number_beyond_every_sheet_ends_the_reading():
    table = read_table(
        rebuilt(
            lambda name, data: data.replace(b'<row r="2"', b'<row r="99999999999"').replace(
                b'r="A2"', b'r="A3"'
            )
        ),
        COLUMNS,
    )
    assert [fault.problem for fault in table.faults] == ["表头下面没有数据行"]


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ROWS", 3)
    assert said(of_units(*[[f"1-{n}", "厂", "一般", "2669"] for n in range(4)])) == ["数据超过 3 行"]


def test_an_infinite_number_is_a_fault_of_its_cell():
    infinite = rebuilt(
        lambda name, data: data.replace(
            b"</row></sheetData>", b'<c r="E2"><v>1E999</v></c></row></sheetData>'
        ).replace(
            b"</row><row", b'<c r="E1" t="inlineStr"><is><t>\xe7\xbb\x8f\xe5\xba\xa6</t></is></c></row><row'
        )
    )
    assert [(fault.row, fault.column) for fault in read_table(infinite, COLUMNS).faults] == [(2, "E")]


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(),
    st.times(),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30),
    st.sampled_from(
        [*UNIT_HEADER, *GOOD, "=1+1", "#N/A", "2028年7月", "重点", "水、大气", "统一社会信用代码", "经度"]
    ),
)


@settings(deadline=None, max_examples=times(60))
@given(st.lists(st.lists(CELLS, max_size=8), max_size=8), st.booleans())
def test_no_workbook_of_random_cells_raises(rows, with_header):
    header = [[column.header for column in COLUMNS][:8]] * with_header
    table = read_table(of_rows(*header, *rows), COLUMNS)
    assert table.rows or table.faults
    assert all(fault.problem and fault.fix for fault in table.faults)


@settings(deadline=None, max_examples=times(60))
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", OLE, b"\xef\xbb\xbf"]))
def test_no_bytes_raise(content, start):
    table = read_table(start + content, COLUMNS)
    assert len(table.faults) == 1


# Places as parts of ten thousand: a workbook holds the time it was made, so that its length varies by a byte or two.
@settings(deadline=None, max_examples=times(80))
@given(st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_damaged_workbook_raises(damage):
    content = bytearray(of_units(GOOD))
    for place, byte in damage:
        content[place * len(content) // 10_000] = byte
    read_table(bytes(content), COLUMNS)
