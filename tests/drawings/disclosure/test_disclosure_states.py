"""What the public sees of a draw in each of its states, and the plain words that go with it."""

import re

import pytest

from drawings.ceremony import verbs
from drawings.disclosure import openness
from drawings.disclosure.home import Figures
from drawings.disclosure.openness import Openness
from drawings.models import Draw, LogEntry, Plan
from drawings.protocol import verify

POOL = {"pool.tsv", "officers.tsv", "registers.tsv", "names.tsv"}
UNDER_SALT = {"commit.txt", "verify.py", "verify.mjs", "bundle.zip"} | POOL
COMMITTED = UNDER_SALT | {"salt.txt"}
DRAWN = COMMITTED | {"entropy.txt"}
SEALED = UNDER_SALT | {"entropy.txt"}
ALL = DRAWN | {"result.tsv"}
EVERY = {*openness.FILES, "bundle.zip"}
OPEN_FILES = {
    "draft": set(),
    "frozen": COMMITTED,
    "drawn": DRAWN,
    "published": ALL,
    "void-frozen": COMMITTED,
    "void-drawn": ALL,
    "void-published": ALL,
    "sealed-frozen": UNDER_SALT,
    "sealed-drawn": SEALED,
    "sealed-published": SEALED,
    "sealed-void-frozen": COMMITTED,
    "sealed-void-drawn": ALL,
    "sealed-lifted": ALL,
}


def test_each_state_opens_exactly_its_files(draw_in, stranger, state):
    draw = draw_in(state)
    answered = {name for name in EVERY if stranger.get(f"/draws/{draw.code}/{name}").status_code == 200}
    assert answered == OPEN_FILES[state]


def test_the_page_links_exactly_the_files_that_are_open(draw_in, stranger, state):
    draw = draw_in(state)
    response = stranger.get(f"/draws/{draw.code}/")
    assert response.status_code == (404 if state == "draft" else 200)
    text = response.content.decode()
    assert {name for name in EVERY if f'href="/draws/{draw.code}/{name}"' in text} == OPEN_FILES[state]


@pytest.mark.parametrize("unknown", ["", "sealed", "published "])
def test_an_unknown_state_opens_nothing(unknown):
    assert openness.openness(unknown, None) == Openness.NOTHING
    assert openness.Open(Openness.NOTHING, has_salt=True, has_pool=True, is_drawn=True).files == ()


def test_a_frozen_draw_shows_its_digest_its_sources_and_its_arithmetic(draw_in, stranger):
    draw = draw_in("frozen")
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert draw.commit_digest in text
    assert f"{draw.commit_digest[:8]} {draw.commit_digest[8:16]}</code>" in text
    assert "在库参加抽签 5 家 × 25/100 = 1.25 → 抽 2 家（有小数进一）" in text
    assert "尚未揭晓或录入" in text


def test_a_drawn_draw_shows_the_digest_of_its_result_from_the_log(draw_in, stranger):
    draw_in("drawn")
    logged = LogEntry.objects.get(kind="result").digest
    assert logged in stranger.get("/draws/2026Q4/").content.decode()


def test_a_published_draw_lists_every_unit_with_its_ticket_and_its_team_lead_first(draw_in, stranger):
    draw = draw_in("published")
    text = stranger.get("/draws/2026Q4/").content.decode()
    positions = []
    for selection in draw.selections.prefetch_related("team"):
        lead, second = (member.name for member in selection.team.order_by("-is_lead"))
        row = text[text.index(f"/units/{selection.source.number}/") :]
        row = row[: row.index("</tr>")]
        assert f"{lead}（组长）、{second}" in row
        assert selection.ticket in row
        assert ("跨专业" in row) == selection.is_cross
        positions.append(text.index(selection.ticket))
    assert positions == sorted(positions)
    assert len(positions) == 6


def test_a_void_stays_with_its_reason_and_the_two_tries_name_each_other(
    draw_in, item, organiser, freeze, stranger
):
    draw_in("void-drawn")
    freeze(verbs.start(year=2026, quarter=4, item=item, actor=organiser))
    assert "见证人没有到场" in stranger.get("/draws/").content.decode()
    first = stranger.get("/draws/2026Q4/").content.decode()
    second = stranger.get("/draws/2026Q4-2/").content.decode()
    assert "已于 2026年10月8日 09:00 作废" in re.sub("<[^>]*>", "", first)
    assert "见证人没有到场" in first
    assert '<a href="/draws/2026Q4-2/">' in first
    assert '<a href="/draws/2026Q4/">' in second
    assert "见证人没有到场" in second


WARNING = "公众无法排除有人反复重抽"


def test_every_page_that_shows_a_draw_from_the_machine_warns(draw_in, report, stranger):
    draw = draw_in("published")
    selection = draw.selections.first()
    report(selection.inspection)
    number = selection.source.number
    for url in ("/", "/draws/", "/draws/2026Q4/", "/plans/2026/", "/log/", "/results/", f"/units/{number}/"):
        assert WARNING in stranger.get(url).content.decode(), url
    assert WARNING not in stranger.get("/items/").content.decode()


def test_a_draw_with_dice_alone_says_that_it_rests_on_the_witnesses(draft, freeze, stranger):
    freeze(draft, verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00"))
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert "取决于在场的见证人" in text
    assert WARNING not in text
    assert "仅骰子" in stranger.get("/draws/").content.decode()


@pytest.fixture(autouse=True)
def still(clock):
    """Every test here stands at 9 o'clock on 8 October 2026."""


def test_a_draw_with_dice_and_a_lottery_needs_no_label(draft, freeze, stranger):
    freeze(
        draft,
        verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00"),
        verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"),
    )
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert "取决于在场的见证人" not in text
    assert WARNING not in text
    assert "第 2026112 期" in text


def test_a_value_appears_as_soon_as_two_people_agree(draft, freeze, organiser, organiser2, clock, stranger):
    draw = freeze(
        draft,
        verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00"),
        verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"),
    )
    clock.move(hours=6, minutes=35)
    dice = draw.entropy.get(source="dice10")
    for actor in (organiser, organiser2):
        verbs.enter_value(entropy=dice, value="47193058260471930582", actor=actor)
    assert "47193058260471930582" in stranger.get("/draws/2026Q4/").content.decode()


def test_home_shows_this_quarters_draw_before_a_later_one(draw_in, stranger):
    draw_in("published")
    Draw.objects.create(
        code="2027Q1", year=2027, quarter=1, state="frozen", commit_digest="a" * 64,
        created_by=Draw.objects.get().created_by,
    )  # fmt: skip
    response = stranger.get("/")
    assert response.context["draw"].code == "2026Q4"
    assert response.context["figures"] == Figures(draws=1, drawn=6, results=0, sealed=0)


def test_only_published_plans_are_public(plan, organiser, stranger):
    Plan.objects.create(year=2027, title="草稿计划", basis="依据", created_by=organiser)
    assert "草稿计划" not in stranger.get("/plans/").content.decode()
    assert stranger.get("/plans/2027/").status_code == 404
    assert stranger.get("/plans/2026/").status_code == 200


def test_a_commit_that_breaks_the_protocol_is_shown_as_it_is(draft, stranger):
    draft.files.create(name="commit.txt", content="nonsense\n", digest="b" * 64)
    Draw.objects.update(state="frozen", commit_digest="b" * 64)
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert "不符合抽签协议" in text
    assert "nonsense" in text
