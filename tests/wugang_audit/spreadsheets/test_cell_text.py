"""The text of a cell: what cleaning takes away, and how a value is shown."""

import datetime
import sys
import unicodedata

import pytest

from wugang_audit.spreadsheets import cell_text
from wugang_audit.spreadsheets.cell_text import clean, fold, is_visible, shown


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("\u3000舞钢厂\xa0\t", "舞钢厂"),
        ("\u200b舞钢厂\ufeff", "舞钢厂"),
        ("舞钢市\n凯达医院", "舞钢市凯达医院"),
        ("舞钢市\r\n  凯达医院", "舞钢市凯达医院"),
        ("舞钢市_x000D_\n凯达医院", "舞钢市凯达医院"),
        ("ABC\nGroup", "ABC Group"),
        ("舞钢\u2028厂", "舞钢厂"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("𠮷祥路5号·东", "𠮷祥路5号·东"),
        ("甲  乙", "甲 乙"),
        ("e\u0301", "\xe9"),
        ("\ue000厂", "\ue000厂"),
        ("厂\ufffe\uffff", "厂"),
    ],
)
def test_cells_are_cleaned_without_losing_rare_characters(raw, cleaned):
    assert clean(raw) == cleaned


def test_a_value_is_shown_as_the_sheet_shows_it():
    day = datetime.datetime(2028, 7, 1)
    assert [shown(value) for value in (9.141048101234568e17, 5265, 5265.0, 33.25, day, True, None)] == [
        "9.14105E+17", "5265", "5265", "33.25", "2028-07-01", "TRUE", ""
    ]  # fmt: skip


def test_exactly_control_and_format_characters_disappear():
    for code in range(sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        gone = unicodedata.category(char) in ("Cc", "Cf") or char.isspace() or code in (0xFFFE, 0xFFFF)
        assert (clean(f"{char}\u3007") == "\u3007") == gone, hex(code)


@pytest.mark.parametrize("text", ["", "_x000D_", "\u200b\ufeff", " \u3000\n", "0", "_", "·", "_x000D_0", "é"])
def test_what_is_visible_is_what_cleaning_leaves(text):
    assert is_visible(text) == (clean(text) != "")


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\U0001d165\U0001d16d"])
def test_no_character_carries_thousands_of_marks(marks):
    assert len(unicodedata.normalize("NFD", clean("厂" + marks * 1_000))) == 31
    assert len(unicodedata.normalize("NFD", fold("厂" + marks * 1_000))) == 31


def test_of_very_many_line_breaks_only_the_first_join_characters():
    assert clean("厂\n" * (cell_text.MAX_BREAKS + 100)) == "厂" * cell_text.MAX_BREAKS + "厂 " * 99 + "厂"
