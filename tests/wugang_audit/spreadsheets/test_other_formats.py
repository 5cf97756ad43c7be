"""Workbooks of other formats (.xls, .xlsb, .ods, .et): the same list reads as the same table, whatever the file is called."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsb
from workbooks import of_sheets

from sources.columns import COLUMNS
from wugang_audit.spreadsheets.conversion import child, convert
from wugang_audit.spreadsheets.conversion.convert import as_xlsx
from wugang_audit.spreadsheets.error_workbook.in_layout import marked
from wugang_audit.spreadsheets.errors import Unreadable
from wugang_audit.spreadsheets.open_file import opened
from wugang_audit.spreadsheets.reader import read_table

FILES = Path(__file__).parents[2] / "data" / "formats"  # written by LibreOffice 7.4
HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码", "许可证有效期"]
ROW = ["410481-0001", "一厂", "一般", "2669", datetime.date(2028, 7, 1)]


def read(name):
    return read_table((FILES / name).read_bytes(), COLUMNS)


def values(table):
    return [(row.number, row.values) for row in table.rows]


def lines(content, last=99, width=4):
    with opened(content) as book:
        return {sheet.title: [line.values for line in sheet.lines(1, last, width)] for sheet in book.sheets}


def refusal(content):
    with pytest.raises(Unreadable) as refused:
        as_xlsx(content)
    return refused.value.problem


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_the_same_list_written_by_libreoffice_reads_as_the_same_table(name):
    usual, table = read("list.xlsx"), read(name)
    assert table.faults == usual.faults == []
    assert values(table) == values(usual)
    assert [row.get("township") for row in table.rows] == [
        "甲镇",
        "甲镇",
        "甲镇",
        "乙镇",
    ]  # merged over three rows
    assert (table.sheet, table.header_row) == (usual.sheet, usual.header_row)


def test_hidden_rows_and_columns_of_an_open_document_are_noticed():
    assert read("list.ods").notices == read("list.xlsx").notices


def test_a_binary_workbook_reads_as_the_same_list():
    rows = [HEADER, ROW, ["410481-0002", "二厂", "重点", "3110", None]]
    usual = read_table(of_sheets(名录=rows), COLUMNS)
    table = read_table(xlsb.of_sheets({"名录": rows, "旧": [["x"]]}, hidden=["旧"]), COLUMNS)
    assert (table.faults, values(table)) == ([], values(usual))
    assert [row.get("permit_expiry") for row in table.rows] == [datetime.date(2028, 7, 1), None]


def test_hidden_rows_and_columns_of_an_xls_are_noticed():
    assert read("list.xls").notices == read("list.xlsx").notices


def test_an_error_value_does_not_come_in_as_an_empty_cell():
    found = lines(xlsb.of_sheets({"名录": [HEADER, [*ROW[:3], "#DIV/0!"]]}))
    assert found["名录"][1][3] == "#DIV/0!"
    errors = lines((FILES / "errors.xls").read_bytes())
    assert errors == {"一": [["单位名称", "#DIV/0!", 2.0, "#N/A"]], "二": [["x", None, None, "#REF!"]]}


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_a_hidden_sheet_stays_hidden(name):
    with opened((FILES / name).read_bytes()) as book:
        assert [(sheet.title, sheet.hidden) for sheet in book.sheets] == [
            ("2026年台账", False),
            ("旧表", True),
        ]


def test_an_xlsx_and_whatever_is_no_workbook_are_left_as_they_are():
    for content in (of_sheets(名录=[HEADER, ROW]), b"a,b\n1,2\n", b"PK\x03\x04 not a zip", b""):
        assert as_xlsx(content) is content


@pytest.mark.parametrize("name", ["password.xls", "password.ods"])
def test_a_password_is_said(name):
    assert refusal((FILES / name).read_bytes()) == "工作簿设了打开密码"


def test_a_file_cut_off_is_damaged():
    for name in ("list.xls", "list.ods"):
        table = read_table((FILES / name).read_bytes()[:5000], COLUMNS)
        assert [fault.problem[:5] for fault in table.faults] == ["文件已损坏"]


def test_a_cell_in_the_last_corner_ends_the_child_and_nothing_else():
    assert refusal(xlsb.corner()).startswith("工作表太大，读不完")


@pytest.mark.parametrize(("limit", "value"), [("LONGEST", 0.001)])
def test_a_child_that_takes_too_long_is_ended(monkeypatch, limit, value):
    monkeypatch.setattr(convert, limit, value)
    assert refusal((FILES / "list.xls").read_bytes()).startswith("工作表太大，读不完")


def test_faults_come_back_in_an_xlsx():
    content = xlsb.of_sheets({"名录": [HEADER, [*ROW[:2], "其它", *ROW[3:]]]})
    table = read_table(content, COLUMNS)
    book = openpyxl.load_workbook(io.BytesIO(marked(content, table.faults, keep_above=1)))
    assert book.sheetnames == ["名录", "错误清单"]
    assert book["名录"]["C2"].comment.text.startswith("错误：")
    assert book["名录"]["E2"].value == datetime.datetime(2028, 7, 1)


# --- an open document, part by part --------------------------------------------------------------------------
SPACES = (
    'xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c" xmlns:manifest="m"'
)


def of_tables(tables, styles="", prolog=""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"{prolog}<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def table(*rows, title="名录"):
    return f'<table:table table:name="{title}">{"".join(rows)}</table:table>'


def cell(text, kind="string", more=""):
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (cell("二厂"), "二厂"),
        (cell("a</text:p><text:p>b<text:s text:c='2'/>c<text:line-break/>d"), "a\nb  c\nd"),
        (cell("1.0", "float", 'office:value="1"'), 1),
        (cell("1.50", "float", 'office:value="1.5"'), 1.5),
        (cell("30%", "percentage", 'office:value="0.3"'), 0.3),
        (cell("TRUE", "boolean", 'office:boolean-value="true"'), True),
        (cell("28-7-1", "date", 'office:date-value="2028-07-01"'), datetime.datetime(2028, 7, 1)),
        (cell("x", "date", 'office:date-value="2028-07-01T12:05:00"'), datetime.datetime(2028, 7, 1, 12, 5)),
        (cell("2099年7月", "date", 'office:date-value="2099-07-01"'), "2099年7月"),
        (cell("x", "date", 'office:date-value="1850-07-01"'), "1850-07-01"),
        (cell("8:30", "time", 'office:time-value="PT08H30M00S"'), datetime.time(8, 30)),
        (cell("36:00", "time", 'office:time-value="PT36H00M00S"'), datetime.timedelta(1.5)),
        (cell("#DIV/0!", "string", 'office:string-value="" calcext:value-type="error"'), "#DIV/0!"),
        (cell("坏", "float", 'office:value="gestern"'), "坏"),
        (cell("坏", "date"), "坏"),
        ("<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>", None),
        ('<table:covered-table-cell office:value-type="string"><text:p>盖住</text:p></table:covered-table-cell>', None),
    ],
)  # fmt: skip
def test_each_kind_of_cell_of_an_open_document(written, value):
    found = lines(of_tables(table(row(cell("头"), written))))
    assert [found["名录"][0][1], type(found["名录"][0][1])] == [value, type(value)]


def test_what_is_repeated_stands_as_often_as_it_says_and_gaps_are_kept():
    rows = (
        row(cell("a"), more='table:number-rows-repeated="2"'),
        row("<table:table-cell/>", more='table:number-rows-repeated="1048000"'),
        row("<table:table-cell table:number-columns-repeated='2'/>", cell("b", more="table:number-columns-repeated='3'")),
    )  # fmt: skip
    with opened(of_tables(table(*rows))) as book:
        found = [(line.number, line.values) for line in book.sheets[0].lines(1, 1_048_576, 6)]
    assert found == [
        (1, ["a", *[None] * 5]),
        (2, ["a", *[None] * 5]),
        (1_048_003, [None, None, "b", "b", "b", None]),
    ]


def test_a_row_that_stands_a_million_times_is_refused():
    names = (cell(name) for name in HEADER[:4])
    data = row(*(cell(value) for value in ROW[:4]), more='table:number-rows-repeated="1048000"')
    assert refusal(of_tables(table(row(*names), data))).startswith("工作表太大，读不完")


def test_a_document_type_in_an_open_document_is_refused():
    prolog = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refusal(of_tables(table(row(cell("&a;"))), prolog=prolog)) == "文件已损坏或不完整，读不出来"


def test_the_limits_of_the_child_are_those_that_are_promised():
    assert (child.SECONDS, child.MEMORY) == (6, 1024**3)
