"""The observer's kit: its digests are those of the draw itself, its heads those of the log, at every step."""

import pytest
import segno
from django.utils.html import strip_tags

from drawings.ceremony import verbs
from drawings.models import LogEntry
from drawings.protocol import verify

URL = "/draws/2026Q4/observer/"
DICE = verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00")
LOTTERY = verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00")


@pytest.fixture(autouse=True)
def still(clock):
    """Every test here stands at 9 o'clock on 8 October 2026."""


def heads():
    """The chain values after each step that the log has of the draw, in order."""
    rows = LogEntry.objects.of_draw("2026Q4").order_by("index")
    return list(rows.values_list("kind", "index", "chain"))


def shown(page):
    kit = page.context["kit"]
    return [(step.entry.kind, step.entry.index, step.entry.chain) for step in kit.steps if step.entry]


def test_in_each_state_the_kit_shows_the_head_after_each_step_that_was_taken(draw_in, stranger, state):
    draw = draw_in(state)
    page = stranger.get(URL)
    assert page.status_code == (404 if state == "draft" else 200)
    if state == "draft":
        return
    assert shown(page) == heads()
    text = page.content.decode()
    assert [chain for _, _, chain in heads() if chain not in text] == []
    assert " ".join(page.context["draw"].digest_quarters).replace(" ", "") == draw.commit_digest
    assert all(f"<code>{quarter}</code>" in text for quarter in page.context["draw"].digest_quarters)
    assert ("已作废" in text) == ("void" in state)


def test_the_code_to_scan_is_that_of_the_notice(draw_in, stranger):
    draw = draw_in("frozen")
    wanted = segno.make(draw.commit_digest, error="m").svg_data_uri(scale=4, border=2)
    assert stranger.get(URL).context["kit"].qr == wanted


def test_the_files_that_the_commit_binds_stand_there_with_their_digests_and_rows(draw_in, stranger):
    draw = draw_in("sealed-frozen")  # the digest of the salt is public, the salt is not
    commit = verify.parse_commit(draw.file("commit.txt"))
    bound = stranger.get(URL).context["kit"].bound
    assert [(file.name, file.digest, file.rows) for file in bound] == [
        ("pool.tsv", commit.pool, 19),
        ("officers.tsv", commit.officers, 3),
        ("registers.tsv", commit.registers, 0),
        ("salt.txt", commit.salt, None),
    ]
    assert all(draw.files.get(name=file.name).digest == file.digest for file in bound)


def test_a_line_to_write_on_waits_for_each_step_and_goes_with_it(
    draft, freeze, organiser, reviewer, clock, stranger
):
    draw = freeze(draft, DICE, LOTTERY)
    empty = [(step.title, step.about) for step in stranger.get(URL).context["kit"].steps if not step.entry]
    assert empty == [
        ("录入随机数", "十面骰"), ("录入随机数", "双色球"), ("算出结果", ""), ("公布名单", ""),
    ]  # fmt: skip
    clock.move(hours=6, minutes=35)
    for actor in (organiser, reviewer):
        verbs.enter_value(entropy=draw.next_source(), value="47193058260471930582", actor=actor)
    steps = stranger.get(URL).context["kit"].steps
    assert [(step.title, step.about, bool(step.entry)) for step in steps] == [
        ("公布承诺", "", True), ("录入随机数", "十面骰", True), ("录入随机数", "双色球", False),
        ("算出结果", "", False), ("公布名单", "", False),
    ]  # fmt: skip


def test_of_a_sealed_draw_it_says_that_the_list_comes_when_the_seal_is_lifted(draw_in, stranger):
    draw_in("sealed-published")
    page = stranger.get(URL)
    text = page.content.decode()
    assert "最迟 2026年12月31日 解封" in strip_tags(text)
    assert [step.title for step in page.context["kit"].steps][-2:] == ["下达任务，名单密封", "解封"]
    assert page.context["kit"].steps[-1].entry is None


def test_the_draws_page_and_the_organisers_page_lead_to_the_kit(draw_in, desk, stranger):
    draw_in("frozen")
    assert f'href="{URL}"' in stranger.get("/draws/2026Q4/").content.decode()
    assert f'href="{URL}"' in desk.get("/ceremony/2026Q4/").content.decode()
