"""No page has a fault that axe-core finds: WCAG 2.2 AA and the practices that it knows beside, at both widths."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE
from test_access import ADMIN_PAGES
from test_policy import pages

pytestmark = pytest.mark.browser

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
NUMBERS = re.compile(r"[0-9]+|[0-9A-Za-z_-]{43}")


@pytest.fixture
def faults(open_as):
    """Open pages as a person, each kind once, and return what axe says of them: {rule: [page and element]}."""

    def find(user, urls):
        axe, found = Axe(), {}
        for viewport in (PHONE, DESKTOP):
            page, seen = open_as(user, viewport), set()
            for url in urls:
                if (kind := NUMBERS.sub("#", url)) in seen:
                    continue
                seen.add(kind)
                page.goto(f"{page.base}{url}")
                if page.evaluate("document.contentType") != "text/html":
                    continue
                for each in axe.run(page, options=RULES).response["violations"]:
                    nodes = [node["html"][:160] for node in each["nodes"][:3]]
                    found.setdefault(each["id"], []).append((viewport["width"], url, nodes))
        return found

    return find


def test_the_public_pages(faults, published_draw, settings):
    settings.DEMO = True  # what stands above each page of the demonstration is held to it too
    found = faults(None, ["/accounts/login/", "/nowhere/", *pages(published_draw, public=True)])
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.long
@pytest.mark.parametrize("role", ["organiser", "reviewer", "head", "auditor", "security"])
def test_the_pages_of_the_staff(faults, published_draw, role, request):
    found = faults(request.getfixturevalue(role), list(pages(published_draw, public=False)))
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.long
def test_the_pages_of_an_officer(faults, published_draw):
    officer = published_draw.selections.first().team.first().officer.user
    found = faults(officer, list(pages(published_draw, public=False)))
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.long
def test_the_pages_of_the_admin(faults, published_draw, admin):
    urls = [
        f"/admin/{page}/{add}"
        for page, roles in ADMIN_PAGES.items()
        if admin.has_role(*roles)
        for add in ("", "add/")
    ]
    found = faults(admin, ["/admin/", *urls, "/admin/sources/pollutionsource/import/"])
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
