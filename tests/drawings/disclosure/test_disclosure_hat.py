"""Am I in the hat? Every answer is held against the frozen files, the odds against counting all orders."""

import itertools
from fractions import Fraction

import pytest
from django.utils.html import strip_tags
from hat_cases import frozen_with
from hypothesis import given
from hypothesis import strategies as st

from drawings.disclosure import frozen
from drawings.disclosure.chances import Chances, percent
from drawings.disclosure.forms import HatSearch
from drawings.disclosure.views import draw as draw_view
from drawings.models import DrawNames, Withdrawal
from drawings.protocol import verify
from sources.models import PollutionSource
from wugang_audit.access.throttle import SEARCH

STANDINGS = {
    "in": "参加抽签",
    "again": "本年已抽过，其他单位抽完才轮到",
    "capped": "达到全年检查上限，这次不抽",
    "stopped": "停产，不参加抽签",
    "exempt": "豁免（不参与双随机），不参加抽签",
}
URL = "/draws/2026Q4/"


def ask(stranger, text, url=URL):
    """What the page answers to a search."""
    return stranger.get(url, {"q": text}).context["page"].hat.answer


@pytest.fixture(autouse=True)
def still(clock):
    """Every test here stands at 9 o'clock on 8 October 2026."""


@pytest.fixture
def mixed(organiser):
    """A class with units of each standing, five `in` and two `again`, of which four are drawn; and one key unit."""
    rows = [(f"in-{n}", "general", "in", (), f"虚构甲{n}厂") for n in range(5)]
    rows += [(f"again-{n}", "general", "again", (), f"虚构乙{n}厂") for n in range(2)]
    rows += [(word, "general", word, (), f"虚构{word}厂") for word in ("capped", "stopped", "exempt")]
    rows += [("key-1", "key", "in", ("16041048001", "16041048002"), "虚构钢铁厂")]
    return frozen_with(organiser, sorted(rows), {"general": 4, "key": 1})


# --- the odds --------------------------------------------------------------------------------------------------
def counted(take, fresh, again):
    """Return {standing: chance} by going through every order of the tickets."""
    units = [("in", n) for n in range(fresh)] + [("again", n) for n in range(again)]
    orders = list(itertools.permutations(range(len(units))))
    hits = dict.fromkeys(units, 0)
    for order in orders:
        ranked = sorted(range(len(units)), key=lambda at: (units[at][0] != "in", order[at]))
        for at in ranked[:take]:
            hits[units[at]] += 1
    return {standing: Fraction(hits[standing, 0], len(orders)) for standing, n in units if n == 0}


@pytest.mark.parametrize(("fresh", "again"), [(f, a) for f in range(5) for a in range(5 - f)])
def test_the_odds_are_those_of_going_through_every_order(fresh, again):
    for take in range(fresh + again + 1):
        chances = Chances(take, fresh, again)
        assert {word: chances.of(word) for word in counted(take, fresh, again)} == counted(take, fresh, again)


@pytest.mark.parametrize(
    ("chances", "standing", "words"),
    [
        (Chances(10, 38, 0), "in", "38 家里抽 10 家：约 26.3%"),
        (Chances(10, 30, 8), "in", "本年没抽过的先抽，30 家里抽 10 家：约 33.3%"),
        (Chances(10, 30, 8), "again", "本年没抽过的 30 家先抽，只抽 10 家：这次轮不到"),
        (Chances(10, 6, 8), "in", "本年没抽过的只有 6 家，要抽 10 家：全部抽中，100%"),
        (Chances(10, 6, 8), "again", "本年没抽过的 6 家全部抽中，还要从抽过的 8 家里抽 4 家：50%"),
        (Chances(3, 0, 8), "again", "本年都抽过了，8 家里抽 3 家：37.5%"),
        (Chances(0, 8, 0), "in", "这一类这次不抽"),
        (Chances(3, 8, 0), "capped", ""),
    ],
)
def test_the_odds_are_said_in_plain_words(chances, standing, words):
    assert chances.words(standing) == words


@pytest.mark.parametrize(
    ("chance", "words"),
    [(Fraction(0), "0%"), (Fraction(1), "100%"), (Fraction(1, 4), "25%"), (Fraction(1, 3), "约 33.3%"),
     (Fraction(1, 30000), "不到 0.1%"), (Fraction(29999, 30000), "超过 99.9%")],
)  # fmt: skip
def test_a_percentage_says_where_it_is_rounded(chance, words):
    assert percent(chance) == words


# --- the rows --------------------------------------------------------------------------------------------------
@given(st.sets(st.text("0aZ_-", min_size=1, max_size=4)), st.text("0aZ_-", min_size=1, max_size=4))
def test_a_row_is_found_by_halving_just_where_reading_all_finds_it(idents, wanted):
    text = "pool/2 2026Q4\n" + "".join(f"{ident}\trest\n" for ident in sorted(idents))
    assert frozen.row_at(text, wanted) == (f"{wanted}\trest" if wanted in idents else "")


# --- the answer ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["虚构3号", "构3", "410481-0003", "0003", "BK3", "91410481MA3X5BK3", " 虚构3 "]
)
def test_a_unit_is_found_by_any_part_of_name_number_and_credit_code(frozen_draw, registry, stranger, text):
    PollutionSource.objects.filter(number="410481-0003").update(credit_code="91410481MA3X5BK36Q")
    [row] = ask(stranger, text).rows
    assert (row.number, row.name, row.label) == ("410481-0003", "虚构3号化工厂", "重点排污单位")
    assert row.odds == "5 家里抽 2 家：40%"
    pool = frozen_draw.file("pool.tsv")
    assert f"\n{row.row}\n" in pool
    assert row.row.startswith("410481-0003\tkey\t")
    assert f"\n{row.name_row}\n" in frozen_draw.names.content
    nonce, name = row.name_row.split("\t")[2:]
    assert verify.name_digest(nonce, name) == row.name_digest == row.row.split("\t")[5]


def test_latin_letters_are_found_in_either_case(organiser, stranger):
    frozen_with(organiser, [("u1", "general", "in", (), "虚构ABC电子厂")], {"general": 1})
    assert [row.number for row in ask(stranger, "abc电").rows] == ["u1"]


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_standing_is_said_in_words(mixed, stranger, standing):
    [row] = [row for row in ask(stranger, "虚构").rows if row.row.split("\t")[3] == standing][:1]
    assert row.words == STANDINGS[standing]
    assert row.may_be_drawn == (standing in verify.DRAWABLE)
    text = stranger.get(URL, {"q": row.number}).content.decode()
    assert STANDINGS[standing] in text
    assert row.row in text


def test_in_and_again_have_odds_of_their_own_and_recusals_are_counted(mixed, stranger):
    odds = {row.number: row.odds for row in ask(stranger, "虚构").rows}
    assert odds["in-0"] == "本年没抽过的先抽，5 家里抽 4 家：80%"
    assert odds["again-0"] == "本年没抽过的 5 家先抽，只抽 4 家：这次轮不到"
    assert odds["capped"] == ""
    [row] = ask(stranger, "钢铁").rows
    assert (row.recused, row.odds) == (2, "1 家里抽 1 家：100%")
    assert "2 名执法人员不能查它" in stranger.get(URL, {"q": "钢铁"}).content.decode()


def test_one_character_is_no_question_and_the_page_says_what_to_do(mixed, stranger):
    response = stranger.get(URL, {"q": "厂"})
    assert response.context["page"].hat.answer is None
    assert "请至少写两个字" in response.content.decode()


@pytest.mark.parametrize("text", ["..", "%%", "__", "\\d", "(a", "\t\t", "unit\t", "名\x01"])
def test_signs_of_other_languages_are_text_and_find_nothing(mixed, stranger, text):
    answer = ask(stranger, text)
    assert answer is None or answer.rows == ()


def test_many_units_are_cut_and_the_page_says_so(organiser, stranger):
    rows = [(f"u{n:03d}", "general", "in", (), f"虚构{n}厂") for n in range(60)]
    frozen_with(organiser, rows, {"general": 5})
    answer = ask(stranger, "虚构")
    assert [row.number for row in answer.rows] == [f"u{n:03d}" for n in range(20)]
    assert answer.has_more
    assert "请多写几个字" in stranger.get(URL, {"q": "虚构"}).content.decode()


# --- names -----------------------------------------------------------------------------------------------------
def test_a_unit_that_was_renamed_since_is_found_by_both_names_and_shown_as_frozen(frozen_draw, stranger):
    PollutionSource.objects.filter(number="410481-0003").update(name="换过的名字")
    for text in ("换过的", "虚构3号"):
        assert [(row.number, row.name) for row in ask(stranger, text).rows] == [
            ("410481-0003", "虚构3号化工厂")
        ]


def test_a_withdrawn_name_finds_nothing_and_the_number_shows_the_row_without_it(frozen_draw, stranger):
    names = DrawNames.objects.get(draw=frozen_draw)
    rows = [row for row in names.content.splitlines(keepends=True) if "\t410481-0003\t" not in row]
    DrawNames.objects.filter(draw=frozen_draw).update(content="".join(rows))
    assert ask(stranger, "虚构3号").rows == ()
    assert ask(stranger, "虚构3号").outside == ()
    [row] = ask(stranger, "410481-0003").rows
    assert (row.name, row.name_row) == ("名称已撤下", "")
    assert "虚构3号" not in stranger.get(URL, {"q": "410481-0003"}).content.decode()


@pytest.fixture
def left(make_source, organiser):
    """A unit that stood in the draw of 2026Q3, has left the registry since and is in no later pool: ``left("name")``."""

    def make(name):
        source = make_source(88, name="虚构关张的厂", is_active=False)
        former = frozen_with(
            organiser,
            [(source.number, "general", "in", (), name)],
            {"general": 1},
            code="2026Q3",
            state="void",
        )
        if not name:
            Withdrawal.objects.create(
                draw=former, kind="unit", count=1, total=1, reason="到期", digest="0" * 64, by=None
            )
        frozen_with(organiser, [("u1", "general", "in", (), "虚构厂")], {"general": 1})
        return source.number

    return make


def test_a_name_that_left_registry_and_files_is_neither_found_nor_shown(left, stranger):
    number = left("")
    assert ask(stranger, "关张的").outside == ()
    [unit] = ask(stranger, number).outside
    assert (unit.number, unit.name) == (number, "名称已撤下")
    assert "关张的" not in stranger.get(URL, {"q": number}).content.decode()


def test_a_name_that_left_the_registry_alone_is_found_as_a_file_has_it(left, stranger):
    left("虚构关张的厂")
    assert [unit.name for unit in ask(stranger, "关张的").outside] == ["虚构关张的厂"]


def test_a_name_that_was_withdrawn_from_one_draw_is_found_while_another_has_it(left, organiser, stranger):
    number = left("")
    frozen_with(
        organiser, [(number, "general", "in", (), "虚构原名厂")], {"general": 1}, code="2026Q2", state="void"
    )
    assert ask(stranger, "关张的").outside == ()
    assert [unit.name for unit in ask(stranger, number).outside] == ["虚构原名厂"]


# --- not in the hat --------------------------------------------------------------------------------------------
def test_a_unit_registered_after_the_freeze_is_told_so(frozen_draw, make_source, clock, stranger):
    clock.move(days=2)
    make_source(77, name="虚构新来的厂")
    [unit] = ask(stranger, "新来").outside
    assert unit.why == "冻结名单以后才登记（2026年10月10日），从下一次抽签起算"
    text = stranger.get(URL, {"q": "新来"}).content.decode()
    assert "不在这次的名单里" in text
    assert unit.why in text


def test_a_unit_that_was_off_the_registry_at_the_freeze_is_told_so(
    make_source, draft, freeze, clock, stranger, settings
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    gone = make_source(77, name="虚构退出的厂", is_active=False)
    freeze(draft)
    assert [unit.why for unit in ask(stranger, "退出的").outside] == ["冻结名单时已退出名录"]
    clock.move(days=1)
    gone.is_active = True
    gone.save()
    assert [unit.why for unit in ask(stranger, "退出的").outside] == ["冻结名单时已退出名录，后来才恢复"]


def test_a_unit_that_nobody_knows_is_named_with_what_may_be_the_reason(frozen_draw, stranger):
    text = stranger.get(URL, {"q": "从来没有"}).content.decode()
    assert "名单里没有“从来没有”" in text
    assert "也可能没有登记，或者归别的局管" in text


# --- the page --------------------------------------------------------------------------------------------------
def test_the_page_says_that_nobody_outside_vouches_or_which_register_was_held_against_the_pool(
    organiser, stranger
):
    rows = [("u1", "general", "in", (), "虚构厂")]
    frozen_with(organiser, rows, {"general": 1})
    assert "没有外部名册对照：本系统以外没有人为名单作证" in stranger.get(URL).content.decode()
    register = verify.Register("permits", 279, 3, "2026-10-01", "排污许可平台")
    frozen_with(organiser, rows, {"general": 1}, code="2027Q1", registers=[register])
    text = stranger.get("/draws/2027Q1/").content.decode()
    assert "排污许可平台（2026年10月1日导出）：279 条，其中 3 条在名单里没有对应的单位" in strip_tags(text)
    assert "没有外部名册对照" not in text


def test_units_that_are_not_drawn_are_listed_by_reason_and_class(mixed, stranger):
    listings = stranger.get(URL).context["page"].hat.left_out
    assert [(each.label, each.count, [unit.number for unit in each.rows]) for each in listings] == [
        ("停产：一般排污单位", 1, ["stopped"]),
        ("豁免（不参与双随机）：一般排污单位", 1, ["exempt"]),
        ("达到全年检查上限：一般排污单位", 1, ["capped"]),
    ]


def test_a_list_of_units_is_cut_and_its_count_is_not(organiser, stranger, monkeypatch):
    monkeypatch.setattr(frozen, "LISTED", 2)
    rows = [(f"u{n}", "general", "stopped", (), f"虚构{n}厂") for n in range(5)]
    frozen_with(organiser, rows, {"general": 0})
    [listing] = stranger.get(URL).context["page"].hat.left_out
    assert (listing.count, len(listing.rows), listing.more) == (5, 2, 3)
    assert "还有 3 家" in stranger.get(URL).content.decode()


def test_what_changed_since_the_last_hat_is_listed_from_the_two_pools(organiser, stranger):
    before = [("gone", "general", "in", (), "虚构走了的厂"), ("moved", "general", "in", (), "虚构换类厂"),
              ("same", "general", "in", (), "虚构没变厂"), ("stops", "general", "again", (), "虚构停了厂"), ("was-in", "general", "in", (), "虚构抽过厂")]  # fmt: skip
    now = [("came", "key", "in", (), "虚构来了的厂"), ("moved", "key", "in", (), "虚构换类厂"),
           ("same", "general", "in", (), "虚构没变厂"), ("stops", "general", "stopped", (), "虚构停了厂"), ("was-in", "general", "again", (), "虚构抽过厂")]  # fmt: skip
    frozen_with(organiser, before, {"general": 1}, code="2026Q3")
    frozen_with(
        organiser, now, {"key": 1, "general": 1}, changes={"since": "2026Q3", "counts": {"unit-in": 1}}
    )
    page = stranger.get(URL).context["page"]
    assert [(each.label, [(unit.name, unit.note) for unit in each.rows]) for each in page.hat.changed] == [
        ("新进名单", [("虚构来了的厂", "重点排污单位")]),
        ("不再在名单里", [("虚构走了的厂", "一般排污单位")]),
        ("换了类别", [("虚构换类厂", "一般排污单位 → 重点排污单位")]),
        (
            "参加抽签与否有变",
            [("虚构停了厂", "参加抽签 → 停产，不参加抽签")],
        ),  # what the plan's rule does is none
    ]
    text = stranger.get(URL).content.decode()
    assert "新增单位" in text
    assert "虚构没变厂" not in text
    assert "由第二个人核对过" in text


@pytest.mark.parametrize("standing", ["again", "capped"])
def test_where_nothing_was_changed_no_list_and_no_second_person_says_otherwise(organiser, stranger, standing):
    frozen_with(organiser, [("u1", "general", "in", (), "虚构厂")], {"general": 1}, code="2026Q3")
    frozen_with(
        organiser,
        [("u1", "general", standing, (), "虚构厂")],
        {"general": int(standing == "again")},
        changes={"since": "2026Q3", "counts": {}},
    )
    response = stranger.get(URL)
    assert response.context["page"].hat.changed == ()
    text = response.content.decode()
    assert "名单变了多少：没有变化" in text and "由第二个人核对过" not in text


def test_the_search_counts_as_one(stranger):
    assert draw_view.throttle is SEARCH
    assert HatSearch({"q": "  两个   字 "}).asked == "两个 字"
