"""A citizen looks for a works: by keyboard, by mouse, on a phone, and without scripts."""

import re

import pytest
from conftest import DESKTOP, PHONE
from playwright.sync_api import expect

from sources.models import PollutionSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def works(db):
    for at in range(12):
        PollutionSource.objects.create(number=f"410481-10{at:02}", name=f"虚构铸造{at}厂", township="尹集镇")
    renamed = PollutionSource.objects.create(number="410481-2001", name="旧名字纺织厂", township="八台镇")
    renamed.name = "新名字纺织公司"
    renamed.save()


def box_of(page):
    return page.get_by_role("combobox", name=re.compile("^查单位"))


def test_by_keyboard(works, open_as, look):
    page = open_as(None, DESKTOP)
    page.goto(f"{page.base}/about/")
    box, listed = box_of(page), page.get_by_role("listbox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.focus()
    page.keyboard.type("铸造")
    options = listed.get_by_role("option")
    expect(options).to_have_count(8)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_contain_text("410481-1000")
    look(page, "search-suggestions")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # back in the box: nothing is chosen
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("铸造")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.nth(7)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.base}/units/410481-1007/")

    # Enter without a choice sends the form; a former name is found, and said.
    box_of(page).fill("旧名字")
    expect(page.get_by_role("option")).to_contain_text("曾用名：旧名字纺织厂")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/units/\?q="))
    expect(page.get_by_role("link", name="新名字纺织公司")).to_be_visible()
    look(page, "search-found")
    assert page.faults == []


def test_by_hand_on_a_phone(works, open_as, look):
    page = open_as(None, PHONE)
    page.goto(f"{page.base}/")
    look(page, "search-phone")
    box = box_of(page)
    box.fill("纺织")
    option = page.get_by_role("option")
    expect(option).to_have_count(1)
    look(page, "search-phone-suggestions")
    assert option.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    option.click()
    expect(page).to_have_url(f"{page.base}/units/410481-2001/")
    box_of(page).fill("没有这家")
    expect(page.get_by_role("option")).to_have_count(0)
    page.get_by_role("button", name="找单位").click()
    expect(page.get_by_text("没有找到“没有这家”")).to_be_visible()
    page.goto(f"{page.base}/units/410481-9999/")
    expect(box_of(page)).to_have_value("410481-9999")
    look(page, "search-404")
    assert page.faults == []


def test_without_scripts(works, chromium, live_server):
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/results/")
    page.get_by_role("searchbox", name=re.compile("^查单位")).fill("铸造3厂")
    page.get_by_role("button", name="找单位").click()
    expect(page.get_by_role("link", name="虚构铸造3厂")).to_be_visible()
    context.close()
