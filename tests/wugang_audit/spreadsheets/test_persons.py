"""Several persons in one cell are told apart by their posts and telephones, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wugang_audit.spreadsheets.persons import persons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("法人：张甲 13800000000 厂长：李乙", ["法人：张甲 13800000000", "厂长：李乙"]),
        ("张甲13800000000 李乙13900000000", ["张甲 13800000000", "李乙 13900000000"]),
        ("张甲13800000000/李乙", ["张甲 13800000000", "李乙"]),
        ("张甲（厂长）13800000000、李乙（会计）", ["厂长：张甲 13800000000", "会计：李乙"]),
        ("法人:张甲\n13800000000\n环保专员:李乙\n0375-8012345", ["法人：张甲 13800000000", "环保专员：李乙 0375-8012345"]),
        ("法人：张甲、厂长：李乙", ["法人：张甲", "厂长：李乙"]),
        ("张甲、李乙", []), ("厂长张甲13800000000", []), ("张甲 13800000000 13900000000", []), ("法人：张甲", []), ("法人：张甲 厂长：张甲", []),
        ("张甲13800000000，请在每天上午九点以后再打", []), ("张甲 41048119800101121X 李乙 13900000000", []), ("", []),
    ],
)  # fmt: skip
def test_persons_are_told_apart(text, found):
    assert [each.in_words for each in persons(text)] == found


@given(st.text(alphabet="法人厂长：张甲李乙13800000000、/（） \n", max_size=60))
def test_nothing_of_a_cell_is_lost_but_signs(text):
    found = persons(text)
    kept = "".join(each.post + each.name + "".join(each.phones) for each in found)
    letters = [char for char in text if char.isalnum()]
    assert not found or sorted(char for char in kept if char.isalnum()) == sorted(letters)
