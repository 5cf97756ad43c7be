"""What the finder of personal data catches and leaves alone, at which place, and that no text makes it work long."""

import re
import re._constants as sre
import re._parser as sre_parse

import pytest
from hypothesis import given
from hypothesis import strategies as st
from privacy_texts import CAUGHT, CLEAN

from wugang_audit.privacy import Found, Kind, find, homes, masked, patterns, plates


def test_there_are_at_least_a_hundred_of_each():
    assert (len(set(CAUGHT)), len(set(CLEAN))) == (166, 157)
    assert {kind for kind, _, _ in CAUGHT} == set(Kind)


@pytest.mark.parametrize(("kind", "piece", "text"), CAUGHT)
def test_what_must_be_caught(kind, piece, text):
    start = text.index(piece)
    assert find(text) == [Found(kind, start, start + len(piece), piece)]


@pytest.mark.parametrize("text", CLEAN)
def test_what_must_not_be_caught(text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("13812345678、13912345678", ["13812345678", "13912345678"]),
        ("138 1234 5678 139 1234 5678", ["138 1234 5678", "139 1234 5678"]),
        ("1381234567813912345678", ["13812345678", "13912345678"]),
        ("13812345678/0375-7000000", ["13812345678", "0375-7000000"]),
        ("0375-7000000、7000001", ["0375-7000000", "7000001"]),
        ("电话：7000000或7000001。", ["7000000", "7000001"]),
        ("编号13912345678，电话13812345678", ["13812345678"]),
        ("138、1234、5678，139、1234、5678", ["138、1234、5678", "139、1234、5678"]),
        ("豫D12345、豫D·54321", ["豫D12345", "豫D·54321"]),
        ("王某410481199001011236，13812345678", ["410481199001011236", "13812345678"]),
    ],
)
def test_several_in_one_text_are_found_in_their_order(text, pieces):
    assert [found.text for found in find(text)] == pieces


def test_a_wrong_check_digit_is_no_identity_number_and_no_card():
    assert find("410481199001011237") == find("6228480812345678905") == []
    assert find("410481199013011236") == []  # there is no thirteenth month


def test_a_number_inside_a_longer_run_is_none():
    for text in (
        "213812345678",
        "138123456789",
        "A13812345678B",
        "4104811990010112361",
        "62284808123456789061",
    ):
        assert find(text) == []


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("+86 138 1234 5678", "138****5678"),
        ("一三八一二三四五六七八", "138****5678"),
        ("0375-7000000转801", "03****01"),
        ("410481199001011236", "41****36"),
        ("6228480812345678906", "62****06"),
        ("豫D·12345", "豫D****45"),
        ("zhang.san@example.com", "z****m"),
        ("3号楼2单元501室", "3****室"),
    ],
)
def test_a_trail_may_keep_it_without_its_middle(text, short):
    assert [found.masked for found in find(text)] == [short]


def test_a_whole_text_is_masked_once_and_for_all():
    text = "王某（１３８１２３４５６７８）驾驶豫D12345，许可证编号91410481MA44AB123C001P。"
    assert (
        masked(text)
        == masked(masked(text))
        == "王某（138****5678）驾驶豫D****45，许可证编号91410481MA44AB123C001P。"
    )


PIECES = st.sampled_from(
    ["13812345678", "１３８", "一三八", "0375-", "7000000", "410481", "19900101", "1236", "6228", "豫D", "·", "a@b.cn"]
    + ["号楼", "单元", "室", "编号", "电话", "、", " ", "-", "(", ")", "\u200b", "\u0301", "吨", ".", "\n", "①", "①③⑧①②③④", "手机M", " . com", "0"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join) | st.text())
def test_places_are_those_of_the_original(text):
    found = find(text)
    assert all(text[each.start : each.end] == each.text != "" for each in found)
    assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))


@given(st.text("\u200b\u200d\ufeff\u2060", max_size=3))
def test_what_nobody_sees_hides_nothing(unseen):
    text = unseen.join("电话13812345678。")
    assert [found.text for found in find(text)] == [unseen.join("13812345678")]


# --- no text makes it work long ------------------------------------------------------------------------------
PATTERNS = {
    name: each
    for module in (patterns, homes, plates)
    for name, each in vars(module).items()
    if isinstance(each, re.Pattern)
}
WIDEST = 400  # characters that one attempt may look at


def test_each_pattern_looks_at_few_characters_from_any_place():
    """So what one place costs is bounded by a constant, whatever the text: none repeats without limit."""
    assert len(PATTERNS) > 15
    for name, pattern in PATTERNS.items():
        assert sre_parse.parse(pattern.pattern, pattern.flags).getwidth()[1] < WIDEST < sre.MAXREPEAT, name


LENGTH = 100_000
OVERLAPPING = 6  # patterns that are tried again one place further on
HOSTILE = (
    "1",
    "1 ",
    "13 ",
    "138",
    "138-",
    "1-",
    "(",
    "0375",
    "0375-7",
    "62",
    "4 1 0 4 8 1 ",
    "一",
    "一 ",
    "1号",
    "单元",
    "豫D",
)
HOSTILE += (
    "a",
    "a.",
    "a@",
    "@",
    "电话",
    "电话 王 ",
    "住址",
    "编号1",
    "\u200b",
    "１",
    "1\u200b",
    "、7000000",
    "1号楼1单元",
    "①",
    "① ",
    "138、1234、",
    "手机M",
    "a @ 1 . ",
    "车牌",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_text_has_no_more_candidates_than_places(piece, monkeypatch):
    tried = []

    def counted(pattern, text, each=patterns.each_match):
        for match in each(pattern, text):
            tried.append(match.start())
            yield match

    monkeypatch.setattr(patterns, "each_match", counted)
    text = (piece * LENGTH)[:LENGTH]
    assert len(find(text)) <= LENGTH
    assert len(tried) <= LENGTH * OVERLAPPING


def test_each_of_many_is_found():
    assert len(find("电话13812345678，" * 5000)) == 5000
