"""Laws of the reader: whatever cells, bytes or damaged parts a file holds, it becomes a table or a clear message."""

import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl
import workbooks
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from workbooks import BOOK, SHEET, STRINGS, as_excel, packed, parts_of, saved

from sources.columns import COLUMNS
from wugang_audit.spreadsheets.error_workbook.as_rows import marked_rows
from wugang_audit.spreadsheets.error_workbook.in_layout import marked
from wugang_audit.spreadsheets.errors import Unreadable
from wugang_audit.spreadsheets.reader import read_table
from wugang_audit.spreadsheets.table import Table

HEADER = [column.header for column in COLUMNS]


def checked(content: bytes) -> Table:
    """Read a file; whatever came of it must be said, in full and at its place."""
    table = read_table(content, COLUMNS)
    assert table.rows or table.faults
    for fault in table.sorted_faults():
        assert fault.problem and fault.fix
        assert not fault.row or fault.column or fault.row == table.header_row
    numbers = [row.number for row in table.rows]
    assert numbers == sorted(set(numbers))
    faults, header = table.sorted_faults(), table.header_row
    for give_back in (
        lambda: marked(content, faults, keep_above=header),
        lambda: marked_rows(content, faults, None, header),
    ):
        try:
            again = give_back()
        except Unreadable as error:
            assert error.problem and error.fix
        else:
            openpyxl.load_workbook(io.BytesIO(again))
    return table


# --- a workbook written by hand --------------------------------------------------------------------------------
WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=12
)
TEXTS = WORDS | st.sampled_from(
    [
        "重点",
        "水、大气",
        "2028年7月",
        "2028-02-30",
        "#N/A",
        "=1+1",
        "无",
        "9.1E+17",
        "合计",
        "填表人：甲",
        "\u3000",
        "_x000D_",
    ]
)
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(repr),
    st.sampled_from(["", "1E999", "-1E999", "0x1", "abc", "1_0", " 7 ", "113.5", "46935.25", "9" * 400, "1" * 5000, "60", "-1"]),
)  # fmt: skip
FORMULAS = st.sampled_from(["", "<f>A1+1</f>", "<f/>", '<f t="shared" si="0"/>', "<f>[1]外部!A1</f>"])


@st.composite
def cells(draw) -> str:
    """The XML of one cell, but for its place."""
    kind = draw(st.sampled_from(["n", "s", "b", "e", "str", "inlineStr", "d", "x"]))
    style = f' s="{draw(st.integers(0, 9))}"' if draw(st.booleans()) else ""
    formula = draw(FORMULAS)
    if kind == "inlineStr":
        text = escape(draw(TEXTS))
        plain = f"<t>{text}</t>"
        body = draw(
            st.sampled_from([plain, f"<r>{plain}</r><r>{plain}</r>", f"{plain}<rPh>{plain}</rPh>", ""])
        )
        return f' t="inlineStr"{style}>{formula}<is>{body}</is>'
    value = {
        "n": NUMBERS,
        "s": st.integers(-2, 9).map(str) | NUMBERS,
        "b": st.sampled_from(["0", "1", "2", "true", ""]),
        "e": st.sampled_from(["#N/A", "#REF!", "#BUSY!", "#新错误!", ""]),
        "d": st.sampled_from(["2028-07-01", "2028-07-01T00:00:00Z", "12:30:00", "昨天", ""]),
    }.get(kind, TEXTS)
    held = draw(st.sampled_from(["<v>{}</v>", "<v>{}</v>", "<v/>", ""])).format(escape(draw(value)))
    return f' t="{kind}"{style}>{formula}{held}'


@st.composite
def sheets(draw) -> str:
    """The XML of a sheet: perhaps a header of one or two rows somewhere, random cells, merges and hidden parts."""
    header = draw(st.permutations(range(8)))[: draw(st.integers(0, 8))]
    first = draw(st.integers(0, 4))
    rows, number = [], 0
    for at in range(draw(st.integers(0, 5)) + first + 1):
        number += draw(st.sampled_from([1, 1, 1, 1, 2, 1000]))
        parts = []
        for position in range(1, draw(st.integers(1, 9)) + 1):
            place = draw(
                st.sampled_from([f' r="{get_column_letter(position)}{number}"'] * 6 + ["", ' r="XFD9"'])
            )
            if at == first and position <= len(header):
                parts.append(f'<c{place} t="inlineStr"><is><t>{HEADER[header[position - 1]]}</t></is></c>')
            else:
                parts.append(f"<c{place}{draw(cells())}</c>")
        hidden = draw(st.sampled_from(["", "", "", ' hidden="1"']))
        place = draw(st.sampled_from([f' r="{number}"'] * 8 + [""]))
        rows.append(f"<row{place}{hidden}>{''.join(parts)}</row>")
    merges = draw(st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=3))
    places = [
        f"{get_column_letter(min(a, c))}{min(b, d)}:{get_column_letter(max(a, c))}{max(b, d)}"
        for a, b, c, d in merges
    ]
    columns = draw(
        st.sampled_from(
            [
                "",
                '<cols><col min="2" max="3" hidden="1"/></cols>',
                '<cols><col min="0" max="99999" hidden="1"/></cols>',
            ]
        )
    )
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in places)
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{columns}<sheetData>{''.join(rows)}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    )


def _sound() -> dict[str, bytes]:
    """The parts of a workbook with a title, a header, ten rows, dates, merged and hidden cells."""
    book = workbooks.book(["名录"], HEADER)
    sheet = book.active
    for n in range(10):
        sheet.append([f"410481-000{n}", f"{n}厂", None, "一般", None, "2669"] + [None] * (len(HEADER) - 6))
        sheet.cell(n + 3, 10).value = from_excel(46935 + n)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("D4:D6")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    return parts_of(as_excel(saved(book)))


SOUND = _sound()


def changed(changes: dict[str, bytes]) -> bytes:
    return packed(SOUND | changes, zipfile.ZIP_STORED)


@settings(deadline=None, max_examples=times(80))
@given(sheets(), st.booleans())
def test_no_sheet_of_random_cells_raises(sheet, macintosh):
    book = SOUND[BOOK]
    if macintosh:
        book = book.replace(b"<workbookPr", b'<workbookPr date1904="1"')
    checked(changed({SHEET: sheet.encode(), BOOK: book}))


# --- damaged parts -----------------------------------------------------------------------------------------------
PLACE = st.integers(0, 9_999)
DAMAGE = st.lists(
    st.tuples(st.sampled_from(["flip", "delete", "repeat", "insert"]), PLACE, st.integers(1, 60), st.integers(0, 255)),
    min_size=1, max_size=4,
)  # fmt: skip
PARTS = [SHEET, STRINGS, "xl/styles.xml", BOOK, "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]
PIECES = [
    b'r="A99999999999"',
    b"<row>",
    b"</c>",
    b"&x;",
    b'"',
    b"<v>9</v>",
    b"\xff",
    b"<!--",
    b"]]>",
    b"<mergeCell ref='B2:A1'/>",
]


def damaged(data: bytes, damage) -> bytes:
    for kind, place, length, byte in damage:
        at = place * len(data) // 10_000
        piece = {
            "flip": bytes([byte]) + data[at + 1 : at + length],
            "delete": b"",
            "repeat": data[at : at + length] * 2,
            "insert": PIECES[byte % len(PIECES)] + data[at : at + length],
        }[kind]
        data = data[:at] + piece + data[at + length :]
    return data


@settings(deadline=None, max_examples=times(120))
@given(st.dictionaries(st.sampled_from(PARTS), DAMAGE, min_size=1, max_size=2))
def test_no_workbook_with_damaged_parts_raises(damage):
    checked(changed({name: damaged(SOUND[name], done) for name, done in damage.items()}))


@settings(deadline=None, max_examples=times(20))
@given(st.sets(st.sampled_from(sorted(SOUND)), min_size=1, max_size=3))
def test_no_workbook_that_lacks_parts_raises(lost):
    checked(packed({name: data for name, data in SOUND.items() if name not in lost}))


# --- CSV ---------------------------------------------------------------------------------------------------------
FIELDS = TEXTS | st.sampled_from([*HEADER, '"', '""', "a\nb", "a\r", "\t", ";", '="007"', "\x00", "\x1a"])


@settings(deadline=None, max_examples=times(80))
@given(
    st.lists(st.lists(FIELDS, max_size=8), max_size=6),
    st.sampled_from([",", ";", "\t", "，"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5", "latin-1"]),
    st.booleans(),
    st.lists(st.tuples(PLACE, st.integers(0, 255)), max_size=2),
)
def test_no_csv_file_raises(rows, delimiter, ending, encoding, with_header, damage):
    lines = [HEADER[:6]] * with_header + rows
    content = bytearray(ending.join(delimiter.join(line) for line in lines).encode(encoding, "replace"))
    for place, byte in damage if content else ():
        content[place * len(content) // 10_000] = byte
    checked(bytes(content))
