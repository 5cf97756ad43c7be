"""How high a row is for what its cells hold."""

import pytest

from wugang_audit.spreadsheets.row_height import HIGHEST, LINE, columns_of, height_of, lines_of


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc 12", 6), ("舞钢市", 6), ("第1季度", 7), ("，。", 4), ("ＡＢ", 4)]
)
def test_a_chinese_character_is_two_columns_wide(text, columns):
    assert columns_of(text) == columns


# A column of 24 digits has room for ten Chinese characters beside its edges: 24 * 0.95 - 2 = 20.8.
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("一" * 10, 1),
        ("一" * 11, 2),
        ("一" * 20, 2),
        ("一" * 21, 3),
        ("一" * 300, 30),
        ("1" * 20, 1),
        ("1" * 21, 2),
        ("1" * 41, 3),
        ("一\n二\r\n三", 3),
        ("一" * 11 + "\n二", 3),
        # The word goes to the next line as a whole.
        ("一" * 7 + "GB31571", 2),
        ("一" * 7 + " GB31571-2015 " + "一" * 4, 3),
    ],
)
def test_a_text_wraps_at_the_width_of_its_column(text, lines):
    assert lines_of(text, 24) == lines


def test_a_column_narrower_than_a_character_still_ends():
    assert lines_of("一二三", 1) == 3


def test_the_highest_cell_gives_the_height():
    assert height_of([("一", 24), ("一" * 21, 24), ("一" * 21, 90)]) == 3 * LINE
    assert height_of([]) == LINE
    assert height_of([("一" * 5000, 10)]) == HIGHEST
