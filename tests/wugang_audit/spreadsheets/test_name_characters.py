"""Names that the public files can hold: the rule of the registries is that of the verifier, character by character."""

import sys

import pytest

from drawings.protocol import verify
from wugang_audit.spreadsheets.cell_types import Wrong, name
from wugang_audit.spreadsheets.name_characters import name_fault

WRONG = [
    # what is typed, what the clerk reads of it
    ("", "是空的"),
    ("厂" * 201, "有 201 个字，最多 200 个"),
    (" 厂", "首尾有空格"),
    ("厂 ", "首尾有空格"),
    ("甲  厂", "两个连着的空格"),
    ("甲\u3000厂", "第 2 个字是特殊的空格（U+3000）"),
    ("甲\u200b厂", "第 2 个字是看不见的字符（U+200B）"),
    ("甲\n厂", "第 2 个字是特殊的空格（U+000A）"),
    ("甲\ue000厂", "第 2 个字是某台电脑自造的字（U+E000）"),
    ("\u212b厂", "第 1 个字“\u212b”（U+212B）不是规范的写法"),
    ("\U0002ebf0厂", "第 1 个字“\U0002ebf0”（U+2EBF0）不在各种电脑都认得的字符里"),
    ("甲\U0001f3ed", "第 2 个字“\U0001f3ed”（U+1F3ED）不在各种电脑都认得的字符里"),
    ("\u9fff厂", "第 1 个字“\u9fff”（U+9FFF）"),
    ("甲\uf900厂", "第 2 个字“\uf900”（U+F900）不是通用的写法"),
]


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_a_name_that_the_files_cannot_hold_is_refused_with_the_character_and_what_to_use(typed, said):
    fault = name_fault(typed)
    assert said in fault.problem
    assert fault.fix.startswith("请")


@pytest.mark.parametrize(
    "good", ["虚构一厂", "A-1 厂", "㐂記（舞钢）有限公司", "𠮷田·热合曼", "é", "厂" * 200]
)
def test_a_name_in_common_characters_passes(good):
    assert name_fault(good) is None
    assert name(200)(good) == good


def test_every_single_character_is_judged_as_the_verifier_judges_it():
    differing = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if (name_fault(chr(code)) is None) != verify.is_name(chr(code))
        or (name_fault(f"甲{chr(code)}厂") is None) != verify.is_name(f"甲{chr(code)}厂")
    ]
    assert differing == []


@pytest.mark.parametrize(
    "typed", [typed for typed, _ in WRONG] + ["虚构一厂", "é", "e\u0301", "か\u3099", "가"]
)
def test_every_form_is_judged_as_the_verifier_judges_it(typed):
    assert (name_fault(typed) is None) == verify.is_name(typed) == (not verify.name_fault(typed))


def test_a_cell_with_such_a_name_says_what_to_do():
    with pytest.raises(Wrong, match="自造的字"):
        name(60, person=True)("甲\ue000")
