"""Public pages in a real browser for who reads large print: kept on the device, and nothing scrolls sideways at 320 px."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 320, "height": 640}  # what 1280 px are at 400% (WCAG 1.4.10)
PATHS = ("/", "/units/", "/results/", "/draws/", "/glossary/", "/firms/", "/about/", "/log/")


def test_large_print_stays_from_page_to_page_and_nothing_scrolls_sideways(open_as):
    page = open_as(None)
    page.set_viewport_size(NARROW)
    page.goto(f"{page.base}/firms/")
    switch = page.get_by_role("button", name="大字")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    for path in PATHS:
        page.goto(f"{page.base}{path}")
        expect(page.locator("html.large-print")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
    page.get_by_role("button", name="大字").click()
    page.reload()
    expect(page.locator("html.large-print")).to_have_count(0)
