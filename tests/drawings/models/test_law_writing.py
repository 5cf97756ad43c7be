"""One article is written in one way, however it was typed."""

import pytest

from drawings.models.law_writing import (
    article,
    beyond,
    document_number,
    names_article,
    numeral,
    same_law,
    title,
    value,
)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (51, "五十一"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (183, "一百八十三"),
        (536, "五百三十六"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (1229, "一千二百二十九"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_said_as_the_law_says_them(number, said):
    assert numeral(number) == said


def test_no_two_numbers_are_said_alike():
    assert len({numeral(number) for number in range(1, 10_000)}) == 9_999


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("第五十一条", "第五十一条"),
        ("第51条", "第五十一条"),
        (" 第 51　条 ", "第五十一条"),
        ("第５１条", "第五十一条"),
        ("51条", "第五十一条"),
        ("51", "第五十一条"),
        ("五十一条", "第五十一条"),
        ("第51条第2款第(3)项", "第五十一条第二款第（三）项"),
        ("第一百〇三条", "第一百零三条"),
        ("第一百零三条之二", "第一百零三条之二"),
        ("第10条、第24条", "第十条、第二十四条"),
        ("第0条", "第0条"),
        ("附件1", "附件1"),
        ("第12345条", "第12345条"),
    ],
)
def test_an_article_is_written_in_chinese_numerals(typed, written):
    assert article(typed) == written
    assert article(written) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("某某法", "某某法"),
        ("《某某法》", "某某法"),
        (" 《《某 某　法》》 ", "某某法"),
        ("《某某法", "某某法"),
        ("某某法》", "某某法"),
        ("《某某法》实施细则", "〈某某法〉实施细则"),
        ("《关于〈某某法〉的决定》", "关于〈某某法〉的决定"),
        ("《关于《某某法》的决定》", "关于〈某某法〉的决定"),
        ("关于修改《甲法》和《乙法》的决定", "关于修改〈甲法〉和〈乙法〉的决定"),
        ("《甲法》和《乙法》", "〈甲法〉和〈乙法〉"),
        ("排污许可  Some Act 2020", "排污许可Some Act 2020"),
        ("《》", ""),
        ("", ""),
    ],
)
def test_a_title_is_kept_without_book_marks(typed, written):
    assert title(typed) == written
    assert title(written) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("国务院令第736号", "国务院令第736号"),
        ("国务院令 第 ７３６ 号", "国务院令第736号"),
        *(
            (f"环办{a}2015{b}88 号", "环办〔2015〕88号")
            for a, b in ("[]", "［］", "【】", "()", "（）", "〔〕")
        ),
        ("国务院令第736号（修订）", "国务院令第736号（修订）"),
    ],
)
def test_the_year_of_a_number_stands_in_its_own_brackets(typed, written):
    assert document_number(typed) == written


@pytest.mark.parametrize(
    "text",
    [
        "第五十一条", "第一百零三条之二", "第二十四条第二款", "第十条第（三）项", "第十条第一款第三项第二目",
        "第一编第二章第五条", "第三部分", "三（四）", "三（四）2", "附件1", "附件",
    ],
)  # fmt: skip
def test_an_article_or_a_part_of_a_document_is_known(text):
    assert names_article(text)


@pytest.mark.parametrize(
    "text",
    ["随便写", "第零条", "第0条", "五十一", "第条", "第十条、第二十四条", "第五十一条规定", "条", "三"],
)
def test_other_words_are_no_article(text):
    assert not names_article(text)


def test_every_number_makes_an_article():
    assert all(names_article(f"第{numeral(number)}条") for number in range(1, 10_000))


def test_a_law_has_one_name_with_or_without_the_state():
    assert same_law("生态环境法典", "中华人民共和国生态环境法典")
    assert not same_law("环境保护法", "中华人民共和国海洋环境保护法")


def test_a_numeral_is_read_as_it_is_written():
    assert all(value(numeral(number)) == number for number in range(1, 10_000))


@pytest.mark.parametrize(
    ("law", "text", "last"),
    [
        ("中华人民共和国生态环境法典", "第一千二百四十二条", 0),
        ("中华人民共和国生态环境法典", "第一千二百四十三条第二款", 1242),
        ("生态环境法典", "第一编第二千条", 1242),
        ("中华人民共和国生态环境法典", "第三编", 0),
        ("中华人民共和国民法典", "第二千条", 0),
    ],
)
def test_an_article_that_the_law_does_not_have_is_told(law, text, last):
    assert beyond(law, text) == last
