"""The characters of a name: what every verifier knows, and what is said to him who writes another."""

import unicodedata

import pytest

from drawings.protocol import verify


@pytest.mark.parametrize(
    "text", ["甲", "x" * 200, "𠮷野家", "a b", "é", "-", "=SUM(A1)", "…", "𰀀" * 200, "ㄅ", "㈠", "ﾟ"]
)
def test_a_name_may_be(text):
    assert verify.is_name(text)
    assert verify.name_fault(text) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "不能为空"),
        ("x" * 201, "最多 200 个字符，现有 201 个"),
        ("𠮷" * 201, "最多 200 个字符，现有 201 个"),
        (" a", "开头或末尾有空格，请删去"),
        ("a ", "开头或末尾有空格，请删去"),
        ("a  b", "有两个连续的空格，请只留一个"),
        ("一\u3000厂", "第 2 个字符 U+3000 不能用，请改用普通空格，或删去"),
        ("甲\xa0乙", "第 2 个字符 U+00A0 不能用，请改用普通空格，或删去"),
        ("a\u200bb", "第 2 个字符 U+200B 不能用，它看不见，请删去"),
        ("a\u202eb", "第 2 个字符 U+202E 不能用，它看不见，请删去"),
        ("a\xadb", "第 2 个字符 U+00AD 不能用，它看不见，请删去"),
        ("\ufeffa", "第 1 个字符 U+FEFF 不能用，它看不见，请删去"),
        ("a\ud800", "第 2 个字符 U+D800 不能用，它看不见，请删去"),
        ("a\tb", "第 2 个字符 U+0009 不能用，请改用普通空格，或删去"),
        ("a\nb", "第 2 个字符 U+000A 不能用，请改用普通空格，或删去"),
        ("a\x00b", "第 2 个字符 U+0000 不能用，它看不见，请删去"),
        ("a\u2028b", "第 2 个字符 U+2028 不能用，请改用普通空格，或删去"),
        ("\uf900厂", "第 1 个字符 「\uf900」（U+F900） 不能用，请改用「豈」"),
        ("ﷺ", "第 1 个字符 「ﷺ」（U+FDFA） 不能用，它不在通用的字符表里，请改用常用字"),
        ("甲\ue000", "第 2 个字符 U+E000 不能用，它不在通用的字符表里，请改用常用字"),
        ("😀", "第 1 个字符 「😀」（U+1F600） 不能用，它不在通用的字符表里，请改用常用字"),
        ("\u0301", "第 1 个字符 「\u0301」（U+0301） 不能用，它不在通用的字符表里，请改用常用字"),
        ("甲\u212b", "第 2 个字符 「\u212b」（U+212B） 不是规范写法（NFC），整个名称请改写为「甲Å」"),
        ("か\u3099", "第 1 个字符 「か」（U+304B） 不是规范写法（NFC），整个名称请改写为「が」"),
    ],
)
def test_what_is_no_name_is_told_with_the_character_and_what_to_write(text, fault):
    assert not verify.is_name(text)
    assert verify.name_fault(text) == fault


def test_a_name_that_the_advice_gives_is_one():
    assert verify.is_name(unicodedata.normalize("NFC", "甲\u212b"))


def test_the_table_ends_where_the_protocol_says():
    inside = [
        0x20,
        0x7E,
        0xA1,
        0xAC,
        0xAE,
        0x24F,
        0x38C,
        0x2027,
        0x2030,
        0x303F,
        0x3041,
        0x9FFC,
        0xFF9F,
        0x3134A,
    ]
    outside = [
        0x1F,
        0x7F,
        0xA0,
        0xAD,
        0x250,
        0x38B,
        0x38D,
        0x2028,
        0x202F,
        0x3000,
        0x3040,
        0x9FFD,
        0xFFA0,
        0x3134B,
    ]
    assert [code for code in inside if not verify.IS_SPELLED(chr(code))] == []
    assert [code for code in outside if verify.IS_SPELLED(chr(code))] == []
    assert sum(bool(verify.IS_SPELLED(chr(code))) for code in range(0x110000)) == sum(
        span[-1] - span[0] + 1 for span in verify.RANGES
    )


def test_every_character_of_the_table_is_assigned():
    """So that no later Unicode can change what NFC makes of it."""
    odd = [
        c
        for span in verify.RANGES
        for c in range(span[0], span[-1] + 1)
        if unicodedata.category(chr(c)) == "Cn"
    ]
    assert odd == []
