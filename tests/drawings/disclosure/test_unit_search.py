"""The public finds a unit by any two characters of what its page shows, and by nothing else."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from django.db import connection

from drawings.amendments import withdrawals
from drawings.disclosure import unit_search
from drawings.models import Inspection, SearchText, Selection, search_index
from drawings.states import InspectionState
from sources.models import PollutionSource


@pytest.fixture
def mill(db):
    return PollutionSource.objects.create(
        number="T-1", name="舞钢（甲）铸造厂", credit_code="91410481MA0000001X",
        permit_number="91410481MA0000001X001P", township="尹集镇",
    )  # fmt: skip


@pytest.fixture
def found(stranger):
    """Ask page and suggestions, which must agree: ``found("铸造")`` gives the numbers."""

    def ask(text):
        rows = stranger.get("/units/", {"q": text}).context["search"].rows
        numbers = [row.number for row in rows]
        assert suggested(stranger, text) == numbers[: unit_search.SUGGESTED]
        for row in rows:
            page = html.unescape(stranger.get(f"/units/{row.number}/").content.decode())
            assert row.name in page and all(name in page for name in row.called)
        return numbers

    return ask


def suggested(stranger, text):
    answer = stranger.get("/units/suggest/", {"q": text})
    assert answer["Content-Type"] == "application/json" and answer["Cache-Control"] == "no-store"
    return [unit["number"] for unit in json.loads(answer.content)["units"]]


def test_a_unit_is_found_by_each_of_its_texts(mill, found):
    for text in (
        "铸造",
        "（甲）",
        "(甲)",
        "钢 （",
        "MA0000001",
        "ma00",
        "ＭＡ００",
        "X001P",
        "尹集",
        "t-1",
        "T-1",
    ):
        assert found(text) == ["T-1"], text
    assert found("造铸") == found("乙厂") == []


def test_whose_whole_number_it_is_comes_first(db, found):
    for number in ("A-12", "A-123", "12-A-1"):
        PollutionSource.objects.create(number=number, name=f"单位{number}", credit_code="")
    assert found("A-12") == ["A-12", "A-123"]
    assert found("a-123") == ["A-123"]
    PollutionSource.objects.create(number="0-A-12", name="前面的单位")
    assert found("A-12") == ["A-12", "0-A-12", "A-123"]


def test_a_former_name_finds_the_unit_and_stands_on_its_page(mill, found, stranger):
    mill.name = "平顶山新材料厂"
    mill.save()
    assert found("铸造") == found("新材") == ["T-1"]
    text = stranger.get("/units/", {"q": "铸造"}).content.decode()
    assert "平顶山新材料厂" in text and "曾用名：舞钢（甲）铸造厂" in text
    assert "曾用名：" not in stranger.get("/units/", {"q": "T-1"}).content.decode()


def test_a_unit_that_left_the_registry_is_found_only_where_it_has_a_page(mill, found, stranger):
    PollutionSource.objects.filter(pk=mill.pk).update(is_active=False, name="离开的厂")
    for text in ("铸造", "离开", "T-1", "MA0000001", "尹集"):
        assert found(text) == []
    assert stranger.get("/units/T-1/").status_code == 404
    stays = PollutionSource.objects.create(number="T-2", name="合并后的厂")
    PollutionSource.objects.filter(pk=mill.pk).update(joined_into=stays)
    assert found("离开") == found("铸造") == found("T-1") == ["T-1"]


def rename(unit, *names):
    for name in names:
        unit.name = name
        unit.save()


@pytest.mark.parametrize("state", ["sealed-frozen", "sealed-drawn", "sealed-published"])
def test_a_name_that_a_sealed_draw_alone_knows_finds_nothing(draw_in, state, found, stranger):
    draw = draw_in(state)
    drawn = draw.selections.first()
    unit = drawn.source if drawn else PollutionSource.objects.first()
    # As if the registry had never held the name that was frozen.
    SearchText.objects.filter(source=unit).exclude(kind="codes").delete()
    PollutionSource.objects.filter(pk=unit.pk).update(name="现在的名字")
    if drawn:
        SearchText.objects.create(
            source=unit, number=unit.number, kind="former", text=drawn.name, folded=drawn.name, is_registered=False
        )  # fmt: skip
        assert found(drawn.name) == []
        assert found("现在的名字") == [unit.number]
        assert drawn.name not in stranger.get(f"/units/{unit.number}/").content.decode()


def test_twins_of_a_sealed_draw_are_answered_alike(draw_in, report, stranger, found):
    draw = draw_in("sealed-published")
    for inspection in Inspection.objects.filter(selection__draw=draw):
        report(inspection, InspectionState.APPROVED)
    farms = PollutionSource.objects.filter(industry_code="0313")
    drawn, other = farms.filter(selections__draw=draw).first(), farms.exclude(selections__draw=draw).first()
    answers = []
    for unit in (drawn, other):
        old = unit.name
        rename(unit, "改名一号", "改名二号")
        page = stranger.get("/units/", {"q": "改名一号"}).content.decode()
        hints = stranger.get("/units/suggest/", {"q": old}).content.decode()
        answers.append(
            (page + hints).replace(unit.number, "N").replace(old, "OLD").replace(unit.township, "T")
        )
        rename(unit, old)
    assert answers[0] == answers[1]


def test_what_a_draw_shows_is_found_once_it_is_open(draw_in, found):
    draw = draw_in("published")
    drawn = draw.selections.first()
    PollutionSource.objects.filter(pk=drawn.source_id).update(is_active=False)
    assert found(drawn.name) == [drawn.source.number]


def test_a_withdrawn_name_is_found_no_more_whatever_becomes_of_the_unit(draw_in, found, stranger):
    draw = draw_in("published")
    unit = draw.selections.first().source
    old, older = unit.name, "更早的名字"
    rename(unit, older, "后来的名字")
    assert found(old) == found(older) == [unit.number]
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None, idents=[unit.number])
    assert found(old) == found(older) == found("后来的名字") == []
    rename(unit, "最新的名字")
    assert found("最新的名字") == []  # drawn, and no draw has a name of it any more
    page = stranger.get(f"/units/{unit.number}/").content.decode()
    assert not any(name in page for name in (old, older, "后来的名字", "最新的名字"))
    assert found(unit.number) == [unit.number]


def test_of_a_unit_that_was_not_drawn_the_former_names_leave_with_those_of_the_draw(draw_in, found):
    draw = draw_in("published")
    unit = PollutionSource.objects.exclude(selections__draw=draw).filter(is_active=True).first()
    old = unit.name
    rename(unit, "后来的名字")
    assert found(old) == [unit.number]
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None)
    assert (found(old), found("后来的名字")) == ([], [unit.number])
    rename(unit, "最新的名字")
    assert (found("后来的名字"), found("最新的名字")) == ([], [unit.number])


def test_filled_anew_the_index_knows_what_was_withdrawn(draw_in, found):
    draw = draw_in("published")
    unit = PollutionSource.objects.exclude(selections__draw=draw).filter(is_active=True).first()
    old = unit.name
    rename(unit, "后来的名字")
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None)
    search_index.rebuild(connection)
    assert (found(old), found("后来的名字")) == ([], [unit.number])
    assert Selection.objects.filter(draw=draw).exclude(name="").count() == 0


JUNK = ["'; DROP TABLE x;--", "<script>alert(1)</script>", '""', 'a" OR "b', "NEAR(a b)", "-钢铁", "钢铁*", "a AND b", "^ab", "%%", "__", "\\\\", "{a:b}", "(((", ".*+?", "\u202e反向", "😀😀", "\U00020000\U00020001"]  # fmt: skip


@pytest.mark.parametrize("text", JUNK)
def test_no_sign_means_anything_to_the_database(mill, found, text):
    assert found(text) == []
    PollutionSource.objects.create(number="J-1", name=f"前{text}后"[:200])
    assert found(text) == ["J-1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("钢", "至少写两个字"), ("　钢 ", "至少写两个字"), ("x" * 10_000, "最多写 100 个字"), ("钢" * 101, "最多写 100 个字"),
        ("", ""), ("   ", ""), ("\u3000\u200b", ""), ("\ud800\udfff".encode("utf-8", "surrogatepass"), "没有找到"),
    ],
)  # fmt: skip
def test_a_question_that_is_none_is_answered_in_words(mill, stranger, text, said):
    page = stranger.get("/units/", {"q": text})
    assert page.status_code == 200 and page.context["search"].rows == ()
    assert said in page.content.decode()
    assert ("没有找到" in page.content.decode()) == (said == "没有找到")
    assert suggested(stranger, text) == []


def test_a_character_of_nothing_is_refused(mill, stranger):
    assert (
        stranger.get("/units/?q=a%00b").status_code
        == stranger.get("/units/suggest/?q=%00").status_code
        == 400
    )


def test_the_cost_does_not_grow_with_the_number_of_units_found(db, stranger, django_assert_max_num_queries):
    for at in range(30):
        PollutionSource.objects.create(number=f"Q-{at:02}", name=f"许多单位之{at}")
    with django_assert_max_num_queries(8):
        page = stranger.get("/units/", {"q": "许多单位"})
    assert len(page.context["search"].rows) == 20 and page.context["search"].has_more
    with django_assert_max_num_queries(7):
        assert len(suggested(stranger, "许多单位")) == 8


def walk(stranger, text):
    """The numbers on each page of a search, from the first to the last, by the links that the pages have."""
    pages, query = [], urlencode({"q": text})
    while query:
        page = stranger.get(f"/units/?{query}")
        pages.append([row.number for row in page.context["search"].rows])
        links = re.findall(r'rel="next" href="\?([^"]*)"', page.content.decode())
        query = html.unescape(links[0]) if links else ""
    return pages


@pytest.mark.parametrize("many", [600, 10])
def test_a_search_leads_through_all_that_it_finds(db, stranger, monkeypatch, many):
    """Gathered, or where there are more walked by number."""
    monkeypatch.setattr("drawings.models.search_texts.MANY", many)
    numbers = [f"P-{at:02}" for at in range(50)]
    for number in numbers:
        unit = PollutionSource.objects.create(number=number, name=f"许多单位{number}")
        if number < "P-30":  # two rows of the index find one unit, which stands once
            rename(unit, f"许多别的单位{number}")
    for text, last in (("许多", 10), ("P-", 10), ("许多 P-", 10), ("单位 别的", 10)):
        pages = walk(stranger, text)
        assert sum(pages, []) == (numbers if text != "单位 别的" else numbers[:30])
        assert [len(page) for page in pages][-1] == last
    first, *others = walk(stranger, "P-45")
    assert (first, others) == (["P-45"], [])


def test_what_stands_first_by_its_whole_number_stands_on_no_later_page(db, stranger):
    PollutionSource.objects.create(number="Z-12", name="单位甲")
    for at in range(45):
        PollutionSource.objects.create(number=f"Q-{at:02}-Z-12", name="单位乙")
    pages = walk(stranger, "Z-12")
    assert pages[0][0] == "Z-12" and len(sum(pages, [])) == len(set(sum(pages, []))) == 46


@pytest.mark.parametrize("after", ["'; DROP TABLE x", "\u202e", "x" * 56, "<b>", "钢"])
def test_a_forged_place_in_the_list_says_so_and_shows_the_first_page(mill, stranger, after):
    page = stranger.get("/units/", {"q": "铸造", "after": after})
    assert [row.number for row in page.context["search"].rows] == ["T-1"]
    assert "翻页位置认不出来" in page.content.decode()
    beyond = stranger.get("/units/", {"q": "铸造", "after": "zzz"}).content.decode()
    assert "后面没有了" in beyond and "没有找到" not in beyond


def test_several_words_are_all_found_in_any_of_the_texts(mill, found, stranger):
    PollutionSource.objects.create(number="T-2", name="舞钢乙铸造厂", township="朱兰街道")
    for text in ("尹集镇 铸造", "铸造　尹集", "铸造 MA0000", "t-1 铸造", "铸造 铸造 尹集", "（甲）铸 舞钢"):
        assert found(text) == ["T-1"], text
    assert found("舞钢 铸造") == ["T-1", "T-2"]
    # A word that is too short belongs to the others, and no text has them in one piece.
    assert found("尹集镇 铸造 乙厂") == found("朱兰 尹集") == found("铸 尹集") == []
    assert found("铸造 " + " ".join(["尹集镇", "舞钢", "（甲）", "造厂", "X001P", "T-1"])) == ["T-1"]
    assert found("铸造 " + " ".join(["尹集镇", "舞钢", "（甲）", "造厂", "X001P", "乙厂"])) == []
    # The end of one code and the beginning of the next are no word.
    assert found("铸造 1914") == []
    rename(mill, "平顶山新材料厂")
    assert found("铸造 新材") == found("铸造 尹集") == ["T-1"]
    assert "曾用名：舞钢（甲）铸造厂" in stranger.get("/units/", {"q": "铸造 尹集"}).content.decode()


def test_of_several_words_none_is_found_in_a_text_that_may_not_be_told(draw_in, found):
    draw = draw_in("published")
    unit = draw.selections.first().source
    old = unit.name
    rename(unit, "后来的名字")
    assert found(f"{old} {unit.number}") == found(f"后来的 {unit.township} {unit.number}") == [unit.number]
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None, idents=[unit.number])
    assert found(f"{old} {unit.number}") == found(f"后来的 {unit.number}") == []
    assert found(f"{unit.township} {unit.number}") == [unit.number]


@pytest.mark.parametrize("most", [2000, 0])
def test_results_are_found_by_the_name_that_was_drawn_and_by_no_other(
    draw_in, report, stranger, monkeypatch, most
):
    """By the few rows that were gathered, and by the walk where there are too many."""
    monkeypatch.setattr("drawings.disclosure.result_filters.NAMED", most)
    draw = draw_in("published")
    drawn = [report(inspection).selection for inspection in Inspection.objects.filter(selection__draw=draw)]
    unit = drawn[0].source
    rename(unit, "后来的名字")

    def results(text):
        return sorted(row.number for row in stranger.get("/results/", {"q": text}).context["page"].rows)

    asked = drawn[0].name[1:6]
    assert results(asked) == sorted(one.source.number for one in drawn if asked in one.name)
    assert results(f" {drawn[0].name[:3]}　{drawn[0].name[3:]}") == [unit.number]
    assert results("后来的名字") == results(unit.number) == results(unit.township) == []
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None, idents=[unit.number])
    assert results(drawn[0].name) == []
    assert "至少写两个字" in stranger.get("/results/", {"q": "钢"}).content.decode()
