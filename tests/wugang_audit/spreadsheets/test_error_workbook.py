"""The clerk's own workbook comes back marked, is corrected in place and goes through."""

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
import workbooks
from openpyxl.comments import Comment
from workbooks import SHEET, as_excel, of_rows, packed, parts_of, saved

from sources.columns import COLUMNS
from sources.importer import import_file, preview
from sources.models import PollutionSource
from wugang_audit.spreadsheets.error_workbook import annotations, as_rows, in_layout
from wugang_audit.spreadsheets.error_workbook.annotations import COLOUR, LIST
from wugang_audit.spreadsheets.error_workbook.in_layout import marked
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Fault

MESSY = (Path(__file__).resolve().parents[2] / "data/sources-messy.xlsx").read_bytes()
# What a clerk would write after reading the comments.
CORRECTED = {
    "D4": "91410481317593588N", "D7": "914104816274146962", "D9": "91410481441680101K", "E13": "一般排污单位",
    "G15": "0810", "K20": "2028-02-29", "N21": 113.571228, "O21": 33.253654, "N22": 113.5,
    "S23": "正常生产", "T26": "否", "C27": "舞钢市瑞德养殖场", "C30": "舞钢市永德矿业厂", "B28": "410481-0025", "J32": "914104818630764141001Q",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("specialities")


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def red(sheet):
    return [cell.coordinate for row in sheet for cell in row if cell.fill.start_color.rgb == COLOUR]


def comments(sheet):
    return [cell.coordinate for row in sheet for cell in row if cell.comment]


def test_every_faulty_cell_of_the_messy_workbook_is_red_and_says_how_to_fix_it():
    faults = preview(MESSY, "x.xlsx").faults
    book = opened(marked(MESSY, faults, keep_above=3))
    places = list(dict.fromkeys(f"{fault.column}{fault.row}" for fault in faults))
    assert (len(faults), red(book["名录"]), comments(book["名录"])) == (16, places, places)
    assert book.sheetnames == ["名录", LIST]
    assert book.active.title == "名录"
    assert book["名录"]["S23"].value == '=IF(1,"正常生产","")'
    first = faults[0]
    assert book["名录"]["D4"].comment.text == f"错误：{first.problem}\n怎么改：{first.fix}"
    listed = list(book[LIST].values)
    assert listed[0] == ("行", "列", "内容", "错误", "怎么改")
    assert [row[:2] for row in listed[1:]] == [
        (fault.row, f"{fault.column} {fault.header}") for fault in faults
    ]


def test_the_marked_workbook_reads_as_the_one_it_was_made_from():
    before = read_table(MESSY, COLUMNS)
    after = read_table(marked(MESSY, preview(MESSY, "x.xlsx").faults, keep_above=3), COLUMNS)
    assert after.sheet == "名录"
    assert [(row.number, row.values) for row in after.rows] == [
        (row.number, row.values) for row in before.rows
    ]
    assert after.sorted_faults() == before.sorted_faults()


def test_corrected_in_place_and_uploaded_again_it_goes_through(admin):
    book = opened(marked(MESSY, preview(MESSY, "x.xlsx").faults, keep_above=3))
    for place, value in CORRECTED.items():
        book["名录"][place].value = value
    content = saved(book)
    assert [str(fault) for fault in preview(content, "x.xlsx").faults] == []
    assert import_file(content, "改好.xlsx", admin).new == PollutionSource.objects.count() == 80


def test_only_the_faulty_rows_come_back_when_asked_for():
    faults = preview(MESSY, "x.xlsx").faults
    rows = {fault.row for fault in faults}
    content = marked(MESSY, faults, only_rows=rows, keep_above=3)
    sheet = opened(content)["名录"]
    numbers = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert numbers == [row[1] for row in opened(MESSY)["名录"].iter_rows(min_row=4, values_only=True)
                       if row[0] and str(row[0]).isdigit() and row[0] + 3 in rows]  # fmt: skip
    assert len(red(sheet)) == 16
    again = preview(content, "x.xlsx").faults
    assert [(each.problem, each.column) for each in again if "行" not in each.problem] == [
        (each.problem, each.column) for each in faults if "行" not in each.problem
    ]
    places = [row[0] for row in opened(content)[LIST].iter_rows(min_row=2, values_only=True)]
    assert places == [fault.row for fault in again]


def test_marks_of_an_earlier_round_go_and_the_clerks_own_comments_stay():
    book = workbooks.book(["污染源编码", "单位名称"], ["=1+1", "一厂"])
    book.active["A2"].comment = Comment("请核实", "张三")
    title = book.active.title
    fault = Fault("不是编码", "请改正", title, 2, "A", "污染源编码", "=1+1")
    once = marked(saved(book), [fault], keep_above=1)
    twice = opened(marked(once, [fault], keep_above=1))
    assert twice[title]["A2"].comment.text == "错误：不是编码\n怎么改：请改正\n原批注：请核实"
    assert twice.sheetnames == [title, LIST]
    assert twice[LIST]["C2"].data_type == "s"
    clean = opened(marked(once, [], keep_above=1))[title]
    assert (clean["A2"].comment.text, red(clean)) == ("请核实", [])


def test_two_faults_of_one_cell_stand_in_one_comment_and_a_merged_cell_is_marked_where_it_is_seen():
    book = workbooks.book(["编码", "名称"], ["1", "一厂"])
    book.active.merge_cells("B2:B3")
    title = book.active.title
    faults = [Fault(problem, "改", title, 3, "B") for problem in ("甲", "乙")]
    sheet = opened(marked(saved(book), faults, keep_above=1))[title]
    assert sheet["B2"].comment.text == "错误：甲\n怎么改：改\n错误：乙\n怎么改：改"


def test_a_workbook_too_large_for_objects_comes_back_as_header_and_faulty_rows(monkeypatch):
    monkeypatch.setattr(in_layout, "MAX_CELLS", 100)
    faults = preview(MESSY, "x.xlsx").faults
    book = opened(marked(MESSY, faults, keep_above=3))
    rows = sorted({fault.row for fault in faults})
    assert [row[0] for row in book["名录"].iter_rows(min_row=4, values_only=True)] == [
        row - 3 for row in rows
    ]
    assert (len(red(book["名录"])), len(comments(book["名录"]))) == (16, 16)
    assert [row[0] for row in book[LIST].iter_rows(min_row=2, values_only=True)] == [
        rows.index(fault.row) + 4 for fault in faults
    ]


def test_a_small_file_that_merges_a_whole_sheet_is_not_taken_apart_into_cells():
    parts = parts_of(of_rows(["编码", "名称"], ["1", "一厂"]))
    # The range is put in by hand: openpyxl itself would make each of its cells.
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A5:XFD1048576"/></mergeCells>'
    content = packed(parts | {SHEET: parts[SHEET].replace(b"</sheetData>", merged)})
    assert in_layout._is_large(content)
    fault = Fault("甲", "改", "Sheet", 2, "B")
    assert red(opened(marked(content, [fault], keep_above=1))["Sheet"]) == ["B2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_file_comes_back_as_a_workbook(encoding):
    content = "编码,名称\r\n007,=1+1\r\n".encode(encoding)
    sheet = opened(marked(content, [Fault("甲", "改", "", 2, "A")], keep_above=1)).worksheets[0]
    assert list(sheet.values) == [("编码", "名称"), ("007", "=1+1")]
    assert (sheet["B2"].data_type, red(sheet)) == ("s", ["A2"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_large_csv_file_comes_back_as_header_and_faulty_rows(delimiter, monkeypatch):
    monkeypatch.setattr(as_rows, "MAX_FIELDS", 5)
    rows = [["编码", "名称"], *([f"00{n}", f"{n}厂"] for n in range(20))]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode()
    sheet = opened(marked(content, [Fault("甲", "改", "CSV", 9, "A")], keep_above=1)).worksheets[0]
    assert (list(sheet.values), red(sheet)) == ([("编码", "名称"), ("007", "7厂")], ["A2"])


def test_plain_rows_keep_days_numbers_and_texts_and_never_make_a_formula(monkeypatch):
    monkeypatch.setattr(in_layout, "MAX_CELLS", 1)
    monkeypatch.setattr(annotations, "MAX_LISTED", 1)
    day = datetime.datetime(2028, 7, 1)
    book = workbooks.book(
        ["编码", "名称", "日期", "数", "是否", "时间"],
        ["00123", "=1+1", day, 1.5, True, datetime.time(1, 30)],
        ["好的一行"],
        ["=A2", "a<b&c\x0b"[:5], None, 12, None, None],
    )
    book.active["B2"].data_type = "s"
    faults = [Fault("甲", "改", "Sheet", 2, "A"), Fault("乙", "改", "Sheet", 4, "G")]
    back = opened(marked(as_excel(saved(book)), faults, keep_above=1))
    rows = [[cell.value for cell in row] for row in back["Sheet"]]
    assert rows[1:] == [
        ["00123", "=1+1", day, 1.5, True, datetime.time(1, 30), None],
        ["=A2", "a<b&c", None, 12, None, None, None],
    ]
    assert {cell.data_type for row in back["Sheet"] for cell in row if str(cell.value).startswith("=")} == {
        "s"
    }
    assert (red(back["Sheet"]), comments(back["Sheet"])) == (["A2", "G3"], ["A2", "G3"])
    assert [row[0] for row in back[LIST].iter_rows(min_row=2, values_only=True)] == [2, None]
    assert back[LIST]["D3"].value == "另有 1 处没有列在这里"


def test_characters_that_no_workbook_can_hold_are_left_out_of_what_comes_back():
    content = "编码,名称\n1,厂\ufffe\uffff".encode("utf-16")
    assert list(opened(marked(content, [], keep_above=1)).worksheets[0].values)[1] == ("1", "厂")
