"""No list that leaves the site makes somebody's spreadsheet program calculate."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings.disclosure.downloads import bundle_files
from enforcers.columns import COLUMNS as OFFICER_COLUMNS
from sources.columns import COLUMNS as SOURCE_COLUMNS
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.spreadsheets import cell_types, coordinates, csv_writer, export
from wugang_audit.spreadsheets.cell_writer import put
from wugang_audit.spreadsheets.csv_file import book_of
from wugang_audit.spreadsheets.csv_writer import csv_file
from wugang_audit.spreadsheets.formulas import as_typed, begins_like_a_formula, neutral
from wugang_audit.spreadsheets.table import Column

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@a",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    '=HYPERLINK("http://evil.example","点")',
]
TEXTS = st.text(
    st.sampled_from("=+-@'\t\r\n＝甲1,;\"") | st.characters(blacklist_categories=("Cs",)), max_size=8
)


@pytest.mark.parametrize("text", FORMULAS)
def test_an_apostrophe_stands_before_what_would_calculate(text):
    assert neutral(text) == f"'{text}" and not begins_like_a_formula(neutral(text))


@pytest.mark.parametrize("text", ["", "甲厂", "1-1", "a=b", "'甲", "'007", " =1", "'"])
def test_all_other_text_is_left_alone(text):
    assert neutral(text) == as_typed(text) == text


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text):
    assert not begins_like_a_formula(neutral(text))
    assert as_typed(neutral(text)) == text


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_a_csv_file_for_people_holds_no_formula_and_is_read_as_it_was_written(rows):
    content = b"".join(csv_file([("编码", "名称"), *rows]))
    assert content.startswith(b"\xef\xbb\xbf")
    cells = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert not any(begins_like_a_formula(cell) for row in cells for cell in row)
    assert [[as_typed(cell) for cell in row] for row in cells] == [
        ["编码", "名称"],
        *([a.replace("\0", ""), b.replace("\0", "")] for a, b in rows),
    ]


ANYTHING = TEXTS | st.none() | st.integers() | st.dates() | st.booleans()


@given(st.lists(st.tuples(ANYTHING, ANYTHING, ANYTHING), min_size=1, max_size=5))
def test_looking_at_many_rows_at_once_writes_what_looking_at_each_cell_does(rows):
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(
        [neutral(cell.replace("\0", "")) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    assert b"".join(csv_file(rows)).decode("utf-8-sig") == expected.getvalue()


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_formula_is_found_wherever_a_piece_of_the_file_begins(text, place, monkeypatch):
    monkeypatch.setattr(csv_writer, "CHUNK", 2)
    rows = [["甲", "乙"] for _ in range(4)]
    rows[place][place % 2] = text
    found = csv.reader(io.StringIO(b"".join(csv_file(rows)).decode("utf-8-sig"), newline=""))
    assert [[as_typed(cell) for cell in row] for row in found] == rows
    assert f"'{text[0]}" in b"".join(csv_file(rows)).decode()


def test_a_csv_file_without_rows_is_the_mark_alone():
    assert b"".join(csv_file([])) == b"\xef\xbb\xbf"


def test_an_import_of_a_csv_file_of_ours_reads_the_names_without_the_apostrophe():
    content = b"".join(
        csv_file(
            [("编码", "名称"), *((f"{n}", text) for n, text in enumerate(FORMULAS) if text.strip() == text)]
        )
    )
    comma = book_of(content).sheets[0]
    names = [line.values[1] for line in comma.lines(2, 99, 2)]
    assert names == [text for text in FORMULAS if text.strip() == text]


def test_numbers_and_days_of_a_csv_file_stay_what_they_are():
    assert b"".join(csv_file([(-1, None, 1.5)])).decode("utf-8-sig") == "-1,,1.5\r\n"


def cells_of(content: bytes):
    return [
        cell
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
    ]


@pytest.mark.parametrize("columns", [SOURCE_COLUMNS, OFFICER_COLUMNS])
def test_every_column_of_an_export_is_text_that_stays_text_when_edited(columns):
    columns = [column for column in columns if column.rule not in (cell_types.date, coordinates.degrees)]
    columns = [Column(column.attribute, column.header, cell_types.text(99)) for column in columns]
    for text in FORMULAS:
        cells = cells_of(b"".join(export.export(columns, [[text] * len(columns)])))
        assert {cell.data_type for cell in cells if cell.row == 2} == {"s"}
        assert {cell.number_format for cell in cells if cell.row == 2} == {"@"}


def test_a_cell_that_is_put_by_itself_is_text_and_marked_so():
    sheet = openpyxl.Workbook().active
    for row, text in enumerate([*FORMULAS, "甲"], 1):
        put(sheet.cell(row, 1), text)
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [bool(cell.quotePrefix) for cell in sheet["A"]] == [True] * len(FORMULAS) + [False]


def test_the_files_of_the_protocol_keep_such_names_to_the_byte(registry, officers, published_draw):
    """The name stands in names.tsv as it stands in the registry: whoever recomputes it needs each byte."""
    files = dict(bundle_files(published_draw.code))
    assert "\t'" not in files["names.tsv"]


@pytest.fixture
def registry(registry):
    registry[0].name = "=1+1厂"
    registry[0].save()
    return registry


def test_such_a_name_is_in_the_names_and_in_an_export_that_imports_as_unchanged(registry, published_draw):
    assert "=1+1厂" in dict(bundle_files(published_draw.code))["names.tsv"]
    importer = SourceImporter()
    content = b"".join(
        export.export(importer.written_columns, importer.exported(PollutionSource.objects.all()))
    )
    found = importer.examine(content, "x.xlsx")[0]
    assert (found.new, found.changed, found.unchanged, found.faults) == (0, 0, len(registry), [])
