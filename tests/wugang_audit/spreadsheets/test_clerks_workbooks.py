"""Five messy workbooks: each lists exactly what is wrong in it, comes back marked, is corrected there and goes through."""

import io
import re

import clerks_workbooks as given
import openpyxl
import pytest
import workbooks

from enforcers.importer import OfficerImporter
from sources.importer import SourceImporter
from wugang_audit.spreadsheets.error_workbook import in_layout
from wugang_audit.spreadsheets.error_workbook.annotations import COLOUR, LIST

ROWS = 5  # of each
BOOKS = {
    "ledger": (SourceImporter, given.ledger, given.LEDGER, given.LEDGER_NOTICES),
    "wps_csv": (SourceImporter, given.wps_csv, given.WPS_CSV, given.WPS_CSV_NOTICES),
    "macintosh": (SourceImporter, given.macintosh, given.MACINTOSH, given.MACINTOSH_NOTICES),
    "wicked": (SourceImporter, given.wicked, given.WICKED, given.WICKED_NOTICES),
    "officers": (OfficerImporter, given.officers, given.OFFICERS, given.OFFICERS_NOTICES),
}


@pytest.fixture(params=BOOKS)
def handed_in(request, make_source):
    """An importer's class, a workbook, what is wrong in it and what a clerk writes there, and what is only told."""
    importer, make, wrong, told = BOOKS[request.param]
    if importer is OfficerImporter:
        for serial, name in enumerate(("甲厂", "乙厂", "同名厂", "同名厂"), 1):
            make_source(serial, name=name)
    return importer, make(), wrong, told


def place(fault):
    return f"{fault.column}{fault.row}"


def corrected(content, cells):
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for at, value in cells.items():
        sheet[at].value = value
    return workbooks.saved(book)


def test_the_list_of_faults_is_what_is_wrong_in_the_workbook(handed_in):
    importer, content, wrong, told = handed_in
    found, _ = importer().examine(content, "交来的.xlsx")
    differing = re.compile("（[A-Z]+列.*）$")  # columns in which two rows of one code differ
    assert [(place(fault), differing.sub("", fault.problem)) for fault in found.faults] == [
        (at, what) for at, (what, _) in wrong.items() if what
    ]
    assert all(re.match(r"第\d+行 [A-Z]+列 .+：.+；.+", str(fault)) for fault in found.faults)
    assert (found.new + found.faulty, found.notices) == (ROWS, told)


def test_the_faulty_cells_come_back_red_with_a_comment_and_corrected_there_they_go_through(handed_in, admin):
    importer, content, wrong, _ = handed_in
    found, _ = importer().examine(content, "交来的.xlsx")
    back = in_layout.marked(content, found.faults, keep_above=found.header_row)
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    cells = [cell for row in sheet for cell in row]
    red = [cell.coordinate for cell in cells if cell.fill.start_color.rgb == COLOUR]
    places = list(dict.fromkeys(place(fault) for fault in found.faults))
    assert (sorted(red), sorted(cell.coordinate for cell in cells if cell.comment)) == (
        sorted(places),
        sorted(places),
    )
    for fault in found.faults:
        assert f"错误：{fault.problem}\n怎么改：{fault.fix}" in sheet[place(fault)].comment.text
    again = corrected(back, {at: value for at, (_, value) in wrong.items()})
    done, _ = importer().examine(again, "改好.xlsx")
    assert ([str(fault) for fault in done.faults], done.new) == ([], ROWS)
    clean = openpyxl.load_workbook(io.BytesIO(in_layout.marked(again, [], keep_above=found.header_row)))
    assert LIST in clean.sheetnames
    assert [cell.coordinate for row in clean.worksheets[0] for cell in row if cell.comment] == []
    before = importer.model.objects.count()
    importer().apply(again, "改好.xlsx", admin)
    assert importer.model.objects.count() == before + ROWS
