"""What a text has in common with one that must not be read any more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wugang_audit.privacy import repeated
from wugang_audit.privacy.repeats import RUN

HIDDEN = "二期项目配套废气设施未经验收即投入生产，负责人甄隐名患病住院。"
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=RUN, max_size=40)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("文字写到二期项目配套废气设施未经验收", "二期项目配套废气设施未经验收"),
        ("二期 项目，配套“废气”设施", "二期项目配套废气设施"),
        ("负责人甄隐名", "负责人甄隐名"),
        ("二期项目\n配套废气\r\n设施未经", "二期项目配套废气设施未经"),
        ("原来写的《二期项目配套废气设施》不对", "二期项目配套废气设施"),
        ("《个人信息保护法》第四十七条：本人要求删除", ""),
        ("废气设施", ""),
        ("", ""),
    ],
)
def test_a_run_is_found_whatever_parts_it(text, found):
    assert repeated(text, ["生产正常。", HIDDEN]) == found


def test_names_and_citations_may_stand_in_both():
    hidden = "舞钢市虚构机械有限公司违反《中华人民共和国生态环境法典》第一百七十四条。"
    text = "更正：舞钢市虚构机械有限公司没有违反《中华人民共和国生态环境法典》第一百七十四条"
    assert repeated(text, [hidden]) == "舞钢市虚构机械有限公司"
    assert repeated(text, [hidden], ["舞钢市虚构机械有限公司"]) == ""


def test_dates_and_law_without_width_or_case():
    assert repeated("2026年10月8日到场", ["2026年10月8日到场检查"]) == ""
    assert repeated("ＡＢ１２３４", ["ab1234"]) == "ab1234"


def test_a_short_text_is_found_as_a_whole():
    assert repeated("再次更正：甄某患病", ["甄某患病"]) == "甄某患病"
    assert repeated("生产正常", ["正常"]) == ""


@given(HAN, st.data())
def test_every_run_of_that_length_is_found(hidden, data):
    start = data.draw(st.integers(0, len(hidden) - RUN))
    end = data.draw(st.integers(start + RUN, len(hidden)))
    assert hidden[start:end] in repeated(f"理由：{hidden[start:end]}", [hidden])
