"""The show for the projector: it reveals what is on the page, in a bearable time, and gives way at once."""

import re

import pytest
from conftest import PHONE
from playwright.sync_api import expect

from drawings.rehearsals import queries
from drawings.rehearsals import verbs as rehearsals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(drawn_draw, organiser, open_as):
    page = open_as(organiser)
    page.emulate_media(reduced_motion="no-preference")  # the show is what moves
    page.goto(f"{page.base}/ceremony/{drawn_draw.code}/show/")
    return page


def shown(page):
    """How many units, and how many teams, can be read."""
    return page.evaluate(
        """() => ["b", "span"].map(part => [...document.querySelectorAll("[data-unit] > " + part)]
           .filter(place => getComputedStyle(place).visibility === "visible").length)"""
    )


def test_the_show_starts_on_a_click_and_ends_with_every_unit_and_team(stage, drawn_draw, look):
    assert shown(stage) == [0, 0]
    stage.clock.install()
    stage.get_by_role("button", name="开始展示").click()
    stage.clock.run_for(3_000)
    expect(stage.locator("[data-show-now]")).to_be_visible()
    units, teams = shown(stage)
    assert 0 < units < 6 and teams == 0
    stage.clock.run_for(40_000)
    expect(stage.get_by_role("button", name="重放一遍")).to_be_visible()
    assert shown(stage) == [6, 6]
    names = stage.locator("[data-unit] > b").all_inner_texts()
    assert names == list(drawn_draw.selections.values_list("name", flat=True))
    look(stage, "show")


def test_the_show_is_skipped_by_a_button_and_by_a_key(stage):
    stage.get_by_role("button", name="开始展示").click()
    stage.get_by_role("button", name=re.compile("^直接看结果")).click()
    assert shown(stage) == [6, 6]
    stage.get_by_role("button", name="重放一遍").click()
    assert shown(stage)[1] == 0
    stage.keyboard.press("s")
    assert shown(stage) == [6, 6]


def test_reduced_motion_shows_all_at_once(stage):
    stage.emulate_media(reduced_motion="reduce")
    stage.reload()
    assert shown(stage) == [6, 6]
    expect(stage.get_by_role("button", name="开始展示")).to_be_hidden()


def test_without_scripts_the_list_is_there(chromium, live_server, drawn_draw, organiser, login):
    client = login(organiser)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/ceremony/{drawn_draw.code}/show/")
    expect(page.locator("[data-unit]")).to_have_count(6)
    expect(page.locator("[data-unit] > b").first).to_be_visible()
    context.close()


def test_the_notice_fits_one_sheet(frozen_draw, organiser, open_as):
    page = open_as(organiser)
    page.goto(f"{page.base}/ceremony/{frozen_draw.code}/notice/")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
def test_a_rehearsal_says_so_on_the_screen_however_far_it_is_scrolled(
    plan, item, registry, officers, organiser, open_as, look, size
):
    found = rehearsals.start(year=2026, quarter=4, item=item, actor=organiser)
    seen = queries.flight_of(found).snapshot.fingerprint
    found = rehearsals.freeze(rehearsal=found, seen=seen, actor=organiser)
    for _ in range(2):
        found = rehearsals.enter_value(rehearsal=found, value="31415926535897932384", actor=organiser)
    page = open_as(organiser, size)
    page.goto(f"{page.base}/ceremony/rehearsals/{found.pk}/show/")
    page.get_by_role("button", name="全屏").click()
    page.wait_for_function("document.fullscreenElement !== null")
    page.evaluate("document.fullscreenElement.scrollTo(0, 1e6)")
    expect(page.get_by_text("不是抽签：下面的单位没有被抽中")).to_be_in_viewport()
    page.keyboard.press("s")
    assert min(shown(page)) > 0
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function("document.fullscreenElement === null")
    look(page, "rehearsal-show")
