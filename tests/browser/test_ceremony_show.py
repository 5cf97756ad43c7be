"""The show for the projector: it reveals what is on the page, in a bearable time, and gives way at once."""

import re

import pytest
from conftest import PHONE
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(drawn_draw, organiser, open_as):
    page = open_as(organiser)
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
