"""The text of a cell: what cleaning takes away, and how a value is shown."""

import datetime

import pytest

from wugang_audit.spreadsheets.cell_text import clean, shown


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
