"""The public page of a draw: short, whole where asked, and plain about what comes when."""

import re

import pytest
from hat_cases import frozen_with

from drawings.ceremony import verbs
from drawings.models import Draw, LogEntry, Plan, Selection, TeamMember
from drawings.protocol import verify
from enforcers.models import Officer

URL = "/draws/2026Q4/"


@pytest.fixture(autouse=True)
def still(clock):
    """Every test here stands at 9 o'clock on 8 October 2026."""


# --- folds -----------------------------------------------------------------------------------------------------
def test_classes_are_folded_open_when_asked_and_keep_their_anchors_inside_the_fold(draw_in, stranger):
    draw_in("published")
    folded, whole = (stranger.get(f"{URL}{query}").content.decode() for query in ("", "?all"))
    for text, is_open in ((folded, ""), (whole, " open")):
        for code in ("key", "special", "general"):
            fold = (
                rf'<details class="fold" data-print-open{is_open}>\s*<summary>(?:(?!</?details).)*id="{code}"'
            )
            assert re.search(fold, text, re.S), code


def test_a_ticket_is_short_with_the_whole_of_it_behind(draw_in, stranger):
    draw_in("published")
    text = stranger.get(URL).content.decode()
    for ticket in Selection.objects.values_list("ticket", flat=True):
        assert f"<summary>{ticket[:8]}…</summary>{ticket}</details>" in text


# --- the filter ------------------------------------------------------------------------------------------------
def listed(stranger, asked):
    page = stranger.get(URL, {"q": asked}).context["page"]
    return {unit.number for group in page.groups for unit in group.units}


def test_the_drawn_units_are_narrowed_by_name_number_and_officer(draw_in, stranger):
    Officer.objects.filter(name="甲").update(name="甲某某")
    draw = draw_in("published")
    drawn = {row.source.number: row for row in draw.selections.select_related("source")}
    one = next(iter(drawn.values()))
    assert listed(stranger, one.name) == {one.source.number}
    assert listed(stranger, one.source.number) == {one.source.number}
    wanted = set(TeamMember.objects.filter(name="甲某某").values_list("selection__source__number", flat=True))
    assert listed(stranger, "没有这家") == set()
    assert listed(stranger, "甲某") == wanted
    assert 0 < len(wanted) < len(drawn)


def test_a_unit_that_was_in_the_hat_is_told_whether_it_was_drawn(draw_in, stranger):
    draw = draw_in("published")
    drawn = set(draw.selections.values_list("source__number", flat=True))
    for number in ("410481-0001", "410481-0002", "410481-0003", "410481-0004", "410481-0005"):
        text = stranger.get(URL, {"q": number}).content.decode()
        assert ('<span class="tag tag--ok">抽中</span>' in text) == (number in drawn), number
        assert ('<span class="tag tag--muted">没有抽中</span>' in text) == (number not in drawn), number


# --- what is public when ---------------------------------------------------------------------------------------
FOUND = {"findings.txt": "检查结果公开一条写一条", "texts.tsv": "和检查结果一起"}
LATER = {"substitutes.tsv": "有替补时，生效一份公开一份"} | FOUND
LAST = ("result.tsv", "substitutes.tsv", "findings.txt", "texts.tsv")
WHEN = {
    "frozen": {"entropy.txt": "最后一个号码录入时", "result.tsv": "公布名单时"} | LATER,
    "drawn": {"result.tsv": "公布名单时"} | LATER,
    "published": LATER,
    "void-frozen": dict.fromkeys(("entropy.txt", *LAST), "不会有了：抽签已作废"),
    "sealed-frozen": dict.fromkeys(("salt.txt", *LAST), "解封时，最迟 2026年12月31日") | {"entropy.txt": "最后一个号码录入时"},
    "sealed-published": dict.fromkeys(("salt.txt", *LAST), "解封时，最迟 2026年12月31日"),
}  # fmt: skip


@pytest.mark.parametrize("state", WHEN)
def test_each_file_that_is_not_public_says_when_it_will_be(draw_in, stranger, state):
    draw_in(state)
    page = stranger.get(URL)
    files = page.context["page"].files
    assert {file.name: file.when for file in files if not file.digest} == WHEN[state]
    text = page.content.decode()
    assert all(when in text for when in WHEN[state].values())
    assert all(file.title in text for file in files)


def test_a_draw_under_an_earlier_seal_says_for_what_it_waits_and_till_when(
    draw_in, item, organiser, plan, clock, stranger
):
    draw_in("sealed-published")
    units = [("410481-0001", "general", "in", (), "虚构1号化工厂")]
    frozen_with(
        organiser,
        units,
        {"general": 1},
        code="2027Q1",
        disclosure="sealed",
        under=Draw.objects.get(code="2026Q4"),
    )
    page = stranger.get("/draws/2027Q1/", {"q": "虚构"})
    text = page.content.decode()
    assert "名单还要等" in text
    assert '<a href="/draws/2026Q4/">2026年第4季度抽查</a>解封' in text
    assert "最迟 2026年12月31日" in text
    waiting = {file.name: file.when for file in page.context["page"].files if not file.digest}
    assert {waiting[name] for name in ("pool.tsv", "officers.tsv", "names.tsv")} == {
        "2026年第4季度抽查解封时，最迟 2026年12月31日"
    }
    assert page.context["page"].hat.answer is None
    assert "虚构1号" not in text
    clock.move(days=90)
    assert [
        row.number for row in stranger.get("/draws/2027Q1/", {"q": "虚构"}).context["page"].hat.answer.rows
    ] == ["410481-0001"]


# --- one language ----------------------------------------------------------------------------------------------
def test_a_void_draw_says_so_in_headlines_lists_searches_and_on_the_pages_of_its_units(draw_in, stranger):
    draw = draw_in("void-published")
    drawn = draw.selections.select_related("source").first().source
    text = stranger.get(URL).content.decode()
    assert re.search(r"<title>\s*2026年第4季度抽查（已作废）", text)
    assert "曾抽中，已作废" in text
    assert re.search(r"<h2 id=\"head-key\">重点排污单位：曾抽中 2 家（已作废）</h2>", text)
    assert "这次抽签已作废：" in text
    for url in ("/", "/draws/"):
        assert "2026年第4季度抽查（已作废）" in stranger.get(url).content.decode(), url
    assert "2026年第4季度抽查</a>（已作废）" in stranger.get("/units/", {"q": drawn.number}).content.decode()
    assert "曾抽中，已作废</span>" in stranger.get(URL, {"q": drawn.number}).content.decode()
    unit = stranger.get(f"/units/{drawn.number}/").content.decode()
    assert "已作废" in unit
    assert "抽签作废，没有检查" in unit


def test_the_log_calls_the_publishing_of_an_open_and_of_a_sealed_draw_by_their_names(draw_in, stranger):
    draw_in("published")
    for url in ("/log/", URL):
        text = stranger.get(url).content.decode()
        assert "公布名单" in text
        assert "密封的：" not in text
        assert "下达任务，名单密封" not in text


def test_the_log_of_a_sealed_draw_says_that_tasks_went_out(draw_in, stranger):
    draw_in("sealed-published")
    for url in ("/log/", URL):
        assert "下达任务，名单密封" in stranger.get(url).content.decode()


def test_no_code_word_of_a_source_or_a_plan_is_on_the_pages_of_the_log(
    draft, freeze, organiser, reviewer, clock, stranger
):
    dice = verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00")
    draw = freeze(draft, dice)
    clock.move(hours=6, minutes=35)
    for actor in (organiser, reviewer):
        verbs.enter_value(entropy=draw.next_source(), value="47193058260471930582", actor=actor)
    assert LogEntry.objects.filter(subject="2026Q4/dice10").exists()
    log, page = stranger.get("/log/").content.decode(), stranger.get(URL).content.decode()
    assert "dice10" not in log
    assert "2026 年抽查计划" in log
    assert re.search("plan/2026", log) is None
    page = re.sub(r'<pre class="code">.*?</pre>', "", page, flags=re.S)  # the files themselves, to the byte
    assert "dice10" not in page
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:", re.sub(r'datetime="[^"]*"', "", page)) is None


def test_the_filter_of_results_offers_the_classes_of_the_plans_and_no_other(plan, organiser, stranger):
    choices = [code for code, _ in stranger.get("/results/").context["form"].fields["category"].choices]
    assert choices == ["", "key", "special", "general"]
    Plan.objects.create(year=2027, title="草稿", basis="依据", created_by=organiser).rates.create(
        stratum="key-emitting", numerator=1, denominator=2, position=1
    )
    assert "key-emitting" not in stranger.get("/results/").content.decode()
    assert "没有这个选项" in stranger.get("/results/?category=key-emitting").content.decode()
