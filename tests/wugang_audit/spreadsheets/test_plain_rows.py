"""Rows found by one expression are what the calls for each tag make of them, whatever else stands in the part."""

from xml.parsers.expat import ExpatError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wugang_audit.spreadsheets.errors import Unreadable
from wugang_audit.spreadsheets.xlsx import sheet_parser
from wugang_audit.spreadsheets.xlsx.parts import DateStyles
from wugang_audit.spreadsheets.xlsx.sheet_parser import SheetParser

STRINGS = ["重点", "", "甲" * 40_000]
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
FOOT = "</sheetData></worksheet>"
TEXTS = [
    "", "1", "-2.50", "1E3", "nan", "45000", "7", "甲&#30002;", "a &amp;&lt; b", "&nosuch;", "&#0;", " 空 ", "行\n行", "行\r\n行",
    "\ufdd0", "]]>", "<!-- x -->乙", "<![CDATA[<row r='9'>]]>", "<?x </row>?>", "true",
]  # fmt: skip
ODD = [
    "", "\n  ", "<!-- <row r=\"8\"><c r=\"A8\"><v>1</v></c></row> -->", "<?x <row r=\"8\"></row> ?>", "<row r=\"3\"/>",
    '<row r="4" hidden="1"><c r="A4"><v>4</v></c></row>', '<row><c><v>5</v></c><c r="$C$5"><v>6</v></c></row>',
    '<c r="A6"><v>6</v></c>', '<row r="5"><row r="6"><c r="A6"><v>6</v></c></row></row>', "</row>", "<row r=\"7\">",
    '<x:row xmlns:x="x" r="7"><x:c r="A7"><x:v>7</x:v></x:c></x:row>', '<row r="7" spans="a>b"></row>', "text", "&#30002;",
    '<row r="8"><c r="A8"><f>1+1</f><v>2</v></c><c r="B8" t="str"><f>A1</f></c></row>', '<row r="1.0"></row>',
]  # fmt: skip

ROW = '<row r="2"><c r="A2" t="str"><v>1</v></c></row>'
texts = st.sampled_from(TEXTS)
cells = st.builds(
    lambda letters, style, kind, form, text: f'<c r="{letters}1"{style}{kind}' + form.format(text=text),
    st.sampled_from(["A", "B", "C", "XFD", "ZZZ", "a"]),
    st.sampled_from(["", ' s="0"', ' s="1"', ' s="99"', ' s="x"']),
    st.sampled_from(["", ' t="n"', ' t="s"', ' t="b"', ' t="str"', ' t="inlineStr"', ' t="d"', ' t="e"']),
    st.sampled_from(
        ["/>", "></c>", "><v>{text}</v></c>", "><v/></c>", "><is><t>{text}</t></is></c>", "><is/></c>"]
        + [
            '><is><t xml:space="preserve">{text}</t></is></c>',
            "><is><r><t>{text}</t></r><r><t>b</t></r></is></c>",
        ]
        + ["><is><t>a</t><rPh><t>{text}</t></rPh></is></c>"]
    ),
    texts,
)
rows = st.builds(
    lambda number, more, inside: f'<row r="{number}"{more}>{"".join(inside)}</row>',
    st.integers(0, 40),
    st.sampled_from(["", "", ' spans="1:3" ht="15"']),
    st.lists(cells, max_size=4),
)


def read(data: bytes, cut: int, by_rows: bool) -> object:
    """Return the lines of a part that comes in pieces of `cut` bytes, and what else is known then; or the error."""
    parser = SheetParser(STRINGS, DateStyles({1}), False, 3)
    parser.by_rows = by_rows
    lines = []
    try:
        for start in range(0, len(data), cut):
            parser.feed(data[start : start + cut])
            lines += parser.take_lines()
        parser.feed(b"")
        lines += parser.take_lines()
    except (ExpatError, Unreadable) as error:
        return type(error)
    return repr(lines), parser.hidden_columns, parser.text_length, parser.fed


@given(st.lists(rows | rows | st.sampled_from(ODD), max_size=12), st.integers(1, 300))
@example([ROW, "<!-- </row>", ROW, ROW, " -->", ROW], 40)
@example([ROW, "<?x </row>", ROW, ROW, "?>", ROW], 40)
@example([ROW, '<row r="3">', ROW, ROW], 40)
@example([ROW, '<row r="3"\nhidden = "1"><c r="A3"><v>3</v></c></row>', ROW], 40)
@example([ROW, ROW.replace("1", "&#30002;\ufdd0"), ROW.replace("1", "&#30002;")], 40)
@example([ROW, ROW.replace("1", "&#30002;\r\n"), ROW.replace("1", "\r")], 40)
@example([ROW, '<row r="3"><c r="A3" t="s"><v>2</v></c></row>'], 40)
def test_looking_for_whole_rows_reads_what_tag_by_tag_reads(pieces, cut):
    data = (HEAD + "".join(pieces) + FOOT).encode()
    assert read(data, cut, by_rows=True) == read(data, cut, by_rows=False)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8"])
def test_a_part_in_another_encoding_is_read_in_that_encoding(encoding):
    text = "é" if encoding == "iso-8859-1" else "甲"
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    data = (HEAD.replace("UTF-8", encoding) + row * 3 + FOOT).encode(encoding)
    assert read(data, 50, by_rows=True) == read(data, 50, by_rows=False)
    assert text in read(data, 50, by_rows=True)[0]


def parsed(row: str, count: int) -> SheetParser:
    parser = SheetParser(STRINGS, DateStyles({1}), False, 3)
    for piece in (HEAD, *(row for _ in range(count)), FOOT, ""):
        parser.feed(piece.encode())
    return parser


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="inlineStr"><is><t>&#30002;</t></is></c>',
        '<c r="A1" s="3" t="s"><v>0</v></c><c r="B1" s="4"/><c r="C1"><v>1.5</v></c>',
        '<c r="A1" t="str"><v>a</v></c>',
    ],
)
def test_rows_as_programs_write_them_cost_no_call_for_each_tag(monkeypatch, cell):
    called = []
    monkeypatch.setattr(SheetParser, "start", lambda self, tag, attributes: called.append(tag))
    parser = parsed(f'<row r="1" spans="1:3">{cell}</row>', 10)
    assert len(parser.take_lines()) == 9  # the first comes with what stands above it
    assert called.count("row") == 1


def test_where_no_block_is_plain_it_is_soon_no_longer_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(sheet_parser.plain_rows, "tokens", lambda block: tried.append(block))
    assert len(parsed('<row r="1"><c r="A1"><f>1</f></c></row>', 100).take_lines()) == 100
    assert len(tried) == sheet_parser.PATIENCE


def test_a_row_without_end_is_not_kept_until_it_comes(monkeypatch):
    monkeypatch.setattr(sheet_parser, "MAX_ROW", 100)
    parser = SheetParser(STRINGS, DateStyles(), False, 3)
    parser.feed(HEAD.encode() + b'<row r="1">')
    for _ in range(100):
        parser.feed(b'<c r="A1"><v>1</v></c>')
        assert len(parser.rest) < 150
