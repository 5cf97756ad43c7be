"""Files as other programs write them: macros, links, Chinese date formats, very wide sheets, and formats not read."""

import datetime
import io
import zipfile

import openpyxl
import pytest
import workbooks
from workbooks import BOOK, SHEET, UNIT_HEADER, as_excel, of_rows, of_units, packed, parts_of, saved

from sources.columns import COLUMNS
from wugang_audit.spreadsheets.error_workbook.in_layout import marked
from wugang_audit.spreadsheets.reader import read_table

GOOD = ["410481-0001", "一厂", "一般", "2669"]
SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再上传"


def said(content):
    return [str(fault) for fault in read_table(content, COLUMNS).faults]


def names(content):
    return [row.get("name") for row in read_table(content, COLUMNS).rows]


def test_a_workbook_with_macros_is_read_and_runs_none():
    parts = parts_of(as_excel(of_units(GOOD)))
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    content = packed(parts | {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert (said(content), names(content)) == ([], ["一厂"])


def test_links_to_other_workbooks_are_not_even_opened():
    parts = parts_of(as_excel(of_units(GOOD)))
    space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    reference = b'<externalReference xmlns:r="' + space + b'" r:id="rId7"/>'
    link = b"<externalReferences>" + reference + b"</externalReferences><calcPr"
    relation = (
        b'<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"'
        b' Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    relations = "xl/_rels/workbook.xml.rels"
    changed = {
        BOOK: parts[BOOK].replace(b"<calcPr", link),
        relations: parts[relations].replace(b"</Relationships>", relation),
        "xl/externalLinks/externalLink1.xml": b"this is no XML: whoever opens it fails",
    }
    assert changed[BOOK] != parts[BOOK]
    assert (said(packed(parts | changed)), names(packed(parts | changed))) == ([], ["一厂"])


@pytest.mark.parametrize(
    ("number", "serial", "expected"),
    [
        (31, 72867, datetime.date(2099, 7, 1)),  # yyyy年m月d日
        (58, 72867, datetime.date(2099, 7, 1)),  # m月d日
        (57, 72897, datetime.date(2099, 7, 31)),  # yyyy年m月, typed with its day
        (57, 72867, datetime.date(2099, 7, 31)),  # typed as 2099年7月
    ],
)
def test_the_date_formats_of_chinese_excel_stand_in_no_file_and_are_known(number, serial, expected):
    book = workbooks.book([*UNIT_HEADER, "许可证有效期"], [*GOOD, serial])
    book.active["E2"].number_format = "0.000"
    parts = parts_of(as_excel(saved(book)))
    styles = parts["xl/styles.xml"]
    start = styles.index(b"<cellXfs")
    xfs = styles[start:].replace(b'numFmtId="164"', b'numFmtId="%d"' % number)
    content = packed(parts | {"xl/styles.xml": styles[:start] + xfs})
    assert xfs != styles[start:]
    table = read_table(content, COLUMNS)
    assert [row.get("permit_expiry") for row in table.rows] == [expected]
    assert table.faults == []


def test_three_hundred_columns_are_looked_at_and_no_more():
    wide = [f"列{n}" for n in range(296)]
    assert names(of_rows([*wide, *UNIT_HEADER], [None] * 296 + GOOD)) == ["一厂"]
    assert said(
        of_rows([UNIT_HEADER[0], *wide, "多", "又", "再", UNIT_HEADER[1]], [GOOD[0], *[None] * 299, GOOD[1]])
    )[0].startswith(
        "表头（第1行）缺少必填的列“单位名称”；请确认选对了文件，加上这一列，或把表头改成“单位名称”"
    )


def strict(content):
    """The workbook as Excel saves it as "Strict Open XML"."""
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/drawingml/2006/": b"http://purl.oclc.org/ooxml/drawingml/",
    }
    parts = parts_of(content)
    for usual, other in names.items():
        parts = {name: data.replace(usual, other) for name, data in parts.items()}
    assert b"purl" in parts["_rels/.rels"] and b"purl" in parts[BOOK] and b"purl" in parts[SHEET]
    return packed(parts)


def test_a_workbook_of_the_strict_format_is_read_with_its_dates_in_words():
    rows = [*UNIT_HEADER, "许可证有效期"], [*GOOD, "x"]
    parts = parts_of(strict(as_excel(of_rows(*rows))))
    cell = b'<c r="E2" t="d"><v>2028-07-01</v></c>'
    start = parts[SHEET].index(b'<c r="E2"')
    parts[SHEET] = parts[SHEET][:start] + cell + parts[SHEET][parts[SHEET].index(b"</c>", start) + 4 :]
    table = read_table(packed(parts), COLUMNS)
    assert table.faults == []
    assert [(row.get("name"), row.get("permit_expiry")) for row in table.rows] == [
        ("一厂", datetime.date(2028, 7, 1))
    ]


def test_a_workbook_of_the_strict_format_comes_back_in_its_own_layout():
    book = workbooks.book(UNIT_HEADER, [*GOOD[:2], "其它", GOOD[3]])
    book.active.column_dimensions["B"].width = 44
    content = strict(as_excel(saved(book)))
    back = openpyxl.load_workbook(
        io.BytesIO(marked(content, read_table(content, COLUMNS).faults, keep_above=1))
    )
    assert back.active["C2"].comment.text.startswith("错误：")
    assert back.active.column_dimensions["B"].width == 44


def test_an_open_document_of_another_kind_is_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    assert said(out.getvalue()) == [f"这是 OpenDocument 的其他文档（如文字、演示），不是表格；{SAVE_AS}"]


LOCKS = {
    "Excel": b"\x02ab".ljust(54, b" ") + b"\0\x02\0" + "ab".ljust(54).encode("utf-16-le"),
    "Excel in Chinese": b"\x02" + "甲乙".encode("gb18030").ljust(53, b" ") + b"\0\x02\0"
    + "甲乙".ljust(54).encode("utf-16-le"),
    "LibreOffice": b",clerk,desk,26.11.2026 10:00,file:///home/clerk/.config/libreoffice/4;",
}  # fmt: skip


@pytest.mark.parametrize("program", LOCKS)
def test_what_a_program_puts_beside_an_open_workbook_is_no_list_and_it_is_said_which_file_is(program):
    assert said(LOCKS[program]) == [
        "这是 Excel 或 WPS 打开工作簿时的临时文件（名称以“~$”开头），不是名录本身；"
        "请关闭 Excel 或 WPS，再选择不带“~$”的那个文件"
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="E2" t="s"><v>999</v></c>',
        '<c r="E2" t="s"><v>-1</v></c>',
        '<c r="E2"><v>abc</v></c>',
        '<c r="E2" t="b"><v>vrai</v></c>',
        '<c r="E2" t="d"><v>gestern</v></c>',
        '<c r="E2" t="e"><v>#BUSY!</v></c>',
    ],
)
def test_a_cell_that_no_program_can_read_is_a_fault_of_its_own(cell):
    parts = parts_of(as_excel(of_rows([*UNIT_HEADER, "备注"], [*GOOD, "x"])))
    start = parts[SHEET].index(b'<c r="E2"')
    end = parts[SHEET].index(b"</c>", start) + len(b"</c>")
    content = packed(parts | {SHEET: parts[SHEET][:start] + cell.encode() + parts[SHEET][end:]})
    value = "#BUSY!" if "BUSY" in cell else "#VALUE!"
    assert said(content) == [f"第2行 E列 备注 “{value}”：是错误值 {value}；请改填正确的内容；没有的留空"]
