"""The staff pages on a telephone of 390 px: one line of navigation, short pages, numbers that can be dialled."""

import pytest
from conftest import PHONE
from playwright.sync_api import expect

from wugang_audit.access.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINES = "[...document.querySelectorAll('nav[aria-label=主导航] li')].map((each) => each.offsetTop)"


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_of_every_role_stands_in_one_line(person, open_as, role):
    page = open_as(person("someone", role), PHONE)
    tops = page.evaluate(LINES)
    # 更多, where it folds the rest, stands a few pixels lower than a link; a second line would be a whole one lower.
    assert max(tops) - min(tops) < 20


def test_the_data_checks_are_short_and_each_kind_opens(admin, make_source, open_as, look):
    for serial in range(1, 13):
        make_source(serial, credit_code="", longitude=None, latitude=None)
    page = open_as(admin, PHONE)
    page.goto(f"{page.base}/health/")
    assert page.evaluate("document.documentElement.scrollHeight") < 2 * PHONE["height"]
    kind = page.locator("details.fold", has_text="没有坐标")
    expect(kind.get_by_role("link")).to_be_hidden()
    kind.locator("summary").click()
    look(page, "data-checks")
    kind.get_by_role("link", name="打开这 12 条").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(12)
