"""Few bytes that stand for very many characters, and what is said and logged of files that cannot be read."""

from workbooks import SHEET, STRINGS, as_excel, of_units, packed, parts_of

from sources.columns import COLUMNS
from wugang_audit.spreadsheets import reader
from wugang_audit.spreadsheets.open_file import opened
from wugang_audit.spreadsheets.reader import read_table

GOOD = ["410481-0001", "一厂", "一般", "2669"]


def referring(text, rows=1):
    """A sound workbook in which one text stands in all cells of further rows."""
    parts = parts_of(as_excel(of_units(GOOD)))
    number = parts[STRINGS].count(b"<si>")
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", f"<si><t>{text}</t></si></sst>".encode())
    cells = "".join(f'<c r="{letter}{{0}}" t="s"><v>{number}</v></c>' for letter in "ABCD")
    lines = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(3, rows + 3))
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", f"{lines}</sheetData>".encode())
    return packed(parts)


def said(content):
    table = read_table(content, COLUMNS)
    assert table.rows == []
    return [fault.problem for fault in table.faults]


def test_a_string_longer_than_any_cell_is_cut_off():
    with opened(referring("厂" * 1_000_000)) as book:
        assert [len(line.values[1]) for line in book.sheets[0].lines(3, 3, 2)] == [32_768]


def test_few_bytes_that_refer_to_a_long_string_very_often_are_refused_and_not_looked_at(monkeypatch):
    bomb = referring("厂" * 32_000, rows=2_000)
    assert len(bomb) < 40_000
    monkeypatch.setattr(reader.CellReader, "fill", lambda *_: None)
    assert said(bomb) == ["工作表里的文字超过 4000 万字，读不完"]


def test_the_trace_of_a_damaged_file_is_for_who_looks_for_it(caplog):
    parts = parts_of(as_excel(of_units(GOOD)))
    del parts[STRINGS]
    for damaged in (packed(parts), packed(parts | {SHEET: parts[SHEET][:-50], STRINGS: b"<sst/>"})):
        caplog.clear()
        with caplog.at_level("INFO"):
            assert said(damaged) == ["文件已损坏或不完整，读不出来"]
        assert caplog.records == []
        with caplog.at_level("DEBUG"):
            said(damaged)
        assert [record.exc_info is not None for record in caplog.records] == [True]
