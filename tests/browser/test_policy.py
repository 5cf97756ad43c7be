"""No page of the site does what its own Content-Security-Policy forbids: a real Chromium says nothing on its console."""

import pytest
from django.urls import reverse
from test_access import ADMIN_PAGES, named

from wugang_audit.access.marks import PUBLIC

pytestmark = pytest.mark.browser

WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"


@pytest.fixture
def walk(open_as):
    """Open pages as a person and return what the browser complained about, apart from answers that are no pages."""

    def start(user, urls):
        page = open_as(user)
        page.add_init_script(WATCH)
        said = []
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        for url in urls:
            page.goto(f"{page.base}{url}")
            page.wait_for_load_state("networkidle")
        return [line for line in said if "status of 4" not in line]

    return start


def pages(draw, *, public):
    inspection = draw.selections.first().inspection
    values = {
        "code": draw.code, "year": 2026, "version": 1, "pk": inspection.pk, "draw_pk": draw.pk,
        "number": inspection.selection.source.number,
        "token": inspection.token, "period": "2026", "figure": "seen1",
    }  # fmt: skip
    for name, entry in named():
        wanted = entry.pattern.converters
        # The rest are files, which a browser saves.
        if set(wanted) <= set(values) and not str(entry.pattern).endswith(
            (".zip", ".tsv", ".mjs", ".docx", ".txt", ".xml", ".csv")
        ):
            if (entry.callback.access == PUBLIC) == public and name not in ("logout", "login"):
                yield reverse(name, kwargs={key: values[key] for key in wanted})


def test_the_public_pages(walk, published_draw):
    assert walk(None, ["/accounts/login/", "/nowhere/", *pages(published_draw, public=True)]) == []


@pytest.mark.long
@pytest.mark.parametrize("role", ["organiser", "head", "auditor"])
def test_the_pages_of_the_staff(walk, published_draw, role, request):
    assert walk(request.getfixturevalue(role), pages(published_draw, public=False)) == []


@pytest.mark.long
def test_the_pages_of_an_officer(walk, published_draw):
    officer = published_draw.selections.first().team.first().officer.user
    assert walk(officer, pages(published_draw, public=False)) == []


@pytest.mark.long
def test_the_pages_of_the_admin(walk, published_draw, admin, security):
    def urls(person):
        for page, roles in ADMIN_PAGES.items():
            if person.has_role(*roles):
                yield f"/admin/{page}/"
                yield f"/admin/{page}/add/"

    assert walk(admin, ["/admin/", *urls(admin), "/admin/sources/pollutionsource/import/"]) == []
    assert walk(security, ["/admin/", *urls(security)]) == []
