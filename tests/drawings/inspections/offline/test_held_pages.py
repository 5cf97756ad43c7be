"""What an officer's device is told to hold, and which pages carry the mark without which nothing is kept."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drawings.inspections.offline import release
from drawings.models import Inspection
from drawings.states import InspectionState
from wugang_audit.accounts.account_key import account_key


@pytest.fixture
def pages(inspection):
    return {
        name: reverse(f"inspections:{name}", args=[inspection.pk]) for name in ("detail", "dossier", "edit")
    }


def told(client):
    return client.get("/inspections/offline.json").json()


def test_a_device_is_told_the_open_inspections_of_its_officer_and_no_others(
    inspection, lead, outsider, login, pages
):
    answer = told(login(lead))
    assert answer["account"] == account_key(lead) and answer["release"] == release.current().version
    assert answer["pages"] == ["/inspections/"] and answer["csrf"]
    [mine] = [each for each in answer["open"] if each["inspection"] == inspection.pk]
    assert mine["title"] == inspection.selection.shown_name and mine["version"] == inspection.version
    assert pages.items() <= mine["pages"].items()
    assert inspection.pk not in [each["inspection"] for each in told(login(outsider))["open"]]
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.SUBMITTED)
    assert inspection.pk not in [each["inspection"] for each in told(login(lead))["open"]]


def test_it_takes_as_many_queries_for_all_as_for_one(published_draw, lead, login, django_assert_num_queries):
    client = login(lead)
    every = Inspection.objects.filter(selection__team__officer__user=lead)
    assert every.count() > 1
    with CaptureQueriesContext(connection) as for_all:
        told(client)
    every.exclude(pk=every.first().pk).update(state=InspectionState.SUBMITTED)
    with django_assert_num_queries(len(for_all)):
        assert len(told(client)["open"]) == 1


def test_the_answer_is_never_stored_by_a_browser(lead, login):
    assert login(lead).get("/inspections/offline.json")["Cache-Control"] == "no-store"


def test_a_page_that_may_be_held_says_whose_it_is_and_of_which_release(lead, login, pages):
    client = login(lead)
    for url in ("/inspections/", *pages.values()):
        answer = client.get(url)
        marks = (answer["X-Account"], answer["X-Held"])
        assert marks == (account_key(lead), release.current().version), url
        assert f'data-account="{account_key(lead)}"' in answer.content.decode()


def test_nothing_else_carries_the_mark(
    lead, reviewer, outsider, inspection, login, stranger, pages, published_draw
):
    client = login(lead)
    others = [
        client.get("/inspections/print/"),  # his own, and not held
        client.get("/desk/"),
        client.get("/"),
        client.post(pages["edit"], {}),  # a form with errors
        client.head(pages["detail"]),
        stranger.get(pages["edit"]),  # the way to the log-in
        login(outsider).get(pages["edit"]),
        login(reviewer).get(pages["detail"]),
    ]
    assert [answer.get("X-Held") for answer in others] == [None] * len(others)
    assert others[7]["X-Account"] == account_key(reviewer)  # so that the device forgets the pages of others


def test_who_still_owes_the_code_is_not_taken_for_the_owner_of_the_account(reviewer, login):
    page = login(reviewer, password_only=True).get("/accounts/second_factor/", follow=True).content.decode()
    assert "data-account" not in page


def test_the_key_of_an_account_says_nothing_and_differs(officers):
    keys = {account_key(officer.user) for officer in officers}
    assert len(keys) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", key) for key in keys)


def test_all_that_the_held_pages_load_belongs_to_the_release(lead, login, pages):
    client, known = login(lead), {f"/static/{name}" for name in release.files()}
    for url in ("/inspections/", *pages.values()):
        loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(url).content.decode()))
        assert {each for each in loaded if "/icons/" not in each} <= known, url


def needed(name):
    """A file of ours and those without which it does not begin: what it imports when something is pressed comes later."""
    path = Path(finders.find(name))
    found = {path}
    for other in re.findall(r'^import [^"(]*"(\./[^"]+)";', path.read_text(encoding="utf-8"), re.M):
        found |= needed(str(Path(name).parent / other))
    return found


def test_the_first_view_of_the_form_is_light(lead, login, pages):
    """A hundred kilobytes of our own scripts and styles, as they are before any compression."""
    page = login(lead).get(pages["edit"]).content.decode()
    loaded = set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:mjs|css))"', page))
    assert {"wugang_audit/site.css", "drawings/inspections.mjs"} <= loaded
    assert sum(path.stat().st_size for path in set().union(*map(needed, loaded))) < 100_000


def test_the_pages_can_be_put_on_the_screen_of_a_phone(stranger, lead, login):
    answer = stranger.get("/inspections/manifest.webmanifest")
    content = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert content["start_url"] == "/inspections/" and content["scope"] == "/"
    for icon in content["icons"]:
        head = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()[:24]
        width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        assert f"{width}x{height}" == icon["sizes"]
    page = login(lead).get("/inspections/").content.decode()
    assert 'rel="manifest" href="/inspections/manifest.webmanifest"' in page
