"""A CSV file is read like a workbook, whatever its encoding and delimiter."""

import pytest

from sources.columns import COLUMNS
from wugang_audit.spreadsheets.reader import read_table

HEADER = "污染源编码,单位名称,监管类别,行业代码,统一社会信用代码"
GOOD = "410481-0001,𠮷祥一厂,一般,0313,"


def told(encoding, parted="逗号"):
    headers = "污染源编码、单位名称、监管类别、行业代码、统一社会信用代码"
    return f"CSV 文件按 {encoding} 编码、{parted}分隔读取，表头是：{headers}；如有乱码请不要导入"


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("gb18030", "GB18030"),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8（带 BOM）"),
        ("utf-16", "UTF-16"),
    ],
)
def test_the_encoding_is_found_out_and_told(codec, encoding):
    table = read_table(f"{HEADER}\r\n{GOOD}\r\n".encode(codec), COLUMNS)
    assert table.faults == []
    assert [(row.number, row.get("name"), row.get("industry_code")) for row in table.rows] == [
        (2, "𠮷祥一厂", "0313")
    ]
    assert table.notices == [told(encoding)]


@pytest.mark.parametrize(("delimiter", "parted"), [(",", "逗号"), (";", "分号"), ("\t", "制表符")])
def test_the_delimiter_is_the_one_that_gives_a_header(delimiter, parted):
    content = f"名录，2026\n{HEADER}\n{GOOD}\n".replace(",", delimiter).encode()
    table = read_table(content, COLUMNS)
    assert (table.faults, [row.number for row in table.rows]) == ([], [3])
    assert table.notices == [told("UTF-8", parted)]


def test_a_fault_names_the_record_and_the_column_as_excel_shows_them():
    rows = f'{HEADER}\n410481-0001,"一\n厂",一般,0313,\n\n410481-0002,二厂,别的,0313,\n'
    table = read_table(rows.encode(), COLUMNS)
    assert [(row.number, row.get("name")) for row in table.rows] == [(2, "一厂"), (4, "二厂")]
    assert [(fault.row, fault.column, fault.value) for fault in table.faults] == [(4, "C", "别的")]


@pytest.mark.parametrize("code", ["9.14105E+17", "9.14E+17", "9e+17"])
def test_a_code_that_excel_wrote_in_scientific_notation_is_refused(code):
    table = read_table(f"{HEADER}\n9.1E+15,一厂,一般,0313,{code}\n".encode(), COLUMNS)
    assert [(fault.column, fault.value, fault.problem) for fault in table.sorted_faults()] == [
        ("A", "9.1E+15", "是科学计数法，后面的数字已经丢失"),
        ("E", code, "是科学计数法，后面的数字已经丢失"),
    ]


def test_a_code_kept_as_text_by_an_equals_sign_is_read_and_other_signs_stay():
    table = read_table(f'{HEADER},备注\n="0007",一厂,一般,0313,,=1+1\n'.encode(), COLUMNS)
    assert table.faults == []
    assert [(row.get("number"), row.get("remarks")) for row in table.rows] == [("0007", "=1+1")]


@pytest.mark.parametrize(
    "row",
    ["," * 20_000, "x" * 40_000, "x" * 300_000, '"' + "x,\n" * 100_000, '"x' * 70_000],
    ids=["fields", "field", "line", "open quotation", "quotations"],
)
def test_a_row_without_end_is_refused(row):
    table = read_table(f"{HEADER}\n{GOOD}\n{row}\n{GOOD}\n".encode(), COLUMNS)
    assert table.rows == []
    assert len(table.faults) == 1
    assert table.faults[0].problem.endswith("行过长，或引号没有成对")


def test_bytes_that_are_no_text_in_the_middle_of_a_file_are_refused():
    table = read_table(f"{HEADER}\n{GOOD}\n".encode() * 9000 + b"\xff\xff\n", COLUMNS)
    assert [fault.problem for fault in table.faults] == ["这不是 Excel 工作簿，也不是 CSV 文件"]


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("410481-0002,二厂,一般,0313,,院内", " “院内”"),  # a comma inside a cell
        ("410481-0002,二厂,一般,0313,,", " （空）"),  # the same, with an empty last column
        ("410481-0002,二厂,一般,0313", None),
        ('410481-0002,"二,厂",一般,0313,', None),
    ],
)
def test_a_record_that_a_comma_parted_is_refused_though_it_reads_well(row, held):
    table = read_table(f"{HEADER}\n{GOOD}\n{row}\n".encode(), COLUMNS)
    assert [str(fault) for fault in table.faults] == [
        f"第3行 F列{held}：这一行比表头多 1 格，后面的内容可能都错位了；多半是内容里有分隔用的逗号：请把它改成顿号，或给那一格加上英文双引号"
    ] * bool(held)
    assert table.rows[1].faulty == bool(held)


def test_records_that_all_end_with_a_delimiter_are_sound():
    table = read_table(f"{HEADER}\n{GOOD},\n{GOOD},\n".encode(), COLUMNS)
    assert table.faults == []
