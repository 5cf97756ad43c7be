"""Five hundred requests of junk in every role: each is answered, by a page or a 4xx, and tells nobody what is secret.

FUZZ_REQUESTS=20000 FUZZ_SEED=7 python -m pytest tests/test_fuzz.py      tries more, or others
"""

import logging
import os
from urllib.parse import unquote

import django.test.client
import pytest
from fuzz_findings import FINDINGS
from fuzz_requests import STRANGER, Fuzz, Request
from fuzz_site import HIDDEN, RECEIPT, Site, addresses, hide, import_waits, object_to, words_of

from drawings.ceremony import verbs
from drawings.protocol import verify
from wugang_audit.access.junk import Utf8Request

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "20261008"))
CAST = ("admin", "security", "organiser", "organiser2", "reviewer", "head", "auditor")


@pytest.fixture
def quiet():
    """Say nothing of the thousands of answers of 4xx."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def draws(clock, plan, item, registry, officers, organiser, freeze, settings):
    """A draw that is out, one drawn and not yet published, one that waits for its dice, and a draft."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    made = [verbs.start(year=2026, quarter=quarter, item=item, actor=organiser) for quarter in (1, 2, 3, 4)]
    dice = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")
    published, drawn, frozen = freeze(made[0]), freeze(made[1]), freeze(made[2], dice)
    published = verbs.publish(draw=verbs.draw_from_system(draw=published, actor=organiser), actor=organiser)
    drawn = verbs.draw_from_system(draw=drawn, actor=organiser)
    return {"published": published, "drawn": drawn, "frozen": frozen, "draft": made[3]}


@pytest.fixture
def site(quiet, monkeypatch, request, login, stranger, draws, officers):
    monkeypatch.setattr(django.test.client, "WSGIRequest", Utf8Request)  # as the site's own server does
    hide()
    people = {role: request.getfixturevalue(role) for role in CAST} | {"officer": officers[0].user}
    job = import_waits(people["admin"])
    desks = {role: login(person) for role, person in people.items()} | {STRANGER: stranger}
    secret = draws["drawn"]
    object_to(secret.selections.first().source, people["head"])
    tickets = secret.selections.values_list("ticket", flat=True)
    return Site(desks, words_of(draws, job), [HIDDEN, RECEIPT.secret, *tickets])


def test_what_was_found_once_is_answered_now(site):
    faults = [f"{request}\n{fault}" for request in FINDINGS if (fault := site.fault(request))]
    assert not faults, "\n".join(faults)


def test_junk_is_answered_by_a_page_or_refused_and_tells_no_secret(site):
    fuzz = Fuzz(
        SEED, list(site.cookies), list(addresses()), site.forms()
    )  # once: to find the forms takes longest
    faults, asked = [], len(site.statuses)
    for number in range(REQUESTS):
        request = fuzz.make(number)
        if fault := site.fault(request):
            faults.append(f"FUZZ_SEED={SEED}, number {number}: {request}\n{fault}")
    assert not faults, f"{len(faults)} of {REQUESTS}; put them into fuzz_findings:\n" + "\n".join(faults[:50])
    if REQUESTS >= 300:
        gets_past_the_doors(fuzz, site.statuses[asked:][:300])
    guesses_receipts_and_forges_cursors(fuzz, site)


def gets_past_the_doors(fuzz, statuses):
    """Junk that is refused at the door tells nothing: most pages open to somebody, and their forms are found."""
    assert {form.path for form in fuzz.forms} >= {
        "/accounts/login/", "/results/", "/units/", "/ceremony/2026Q4/freeze/", "/ceremony/2026Q3/entry/", "/ceremony/plans/new/",
        "/admin/enforcers/officer/add/", "/admin/sources/pollutionsource/", "/audit/", "/inspections/all/",
    }  # fmt: skip
    assert statuses.count(200) > 30
    assert fuzz.make(7) == fuzz.make(7) != fuzz.make(8)


def guesses_receipts_and_forges_cursors(fuzz, site):
    made = [request for request in map(fuzz.make, range(1500)) if request.role == STRANGER]
    assert sum(request.path == "/say/follow/" and b"secret=" in request.body for request in made) > 5
    assert sum("say_receipt=" in request.headers.get("HTTP_COOKIE", "") for request in made) > 5
    assert sum("~" in unquote(request.query) for request in made) > 10
    assert sum(len(request.path) > 45 and "/visit/" in request.path for request in made) > 5
    # What they guess at is there: with both halves of the receipt it opens.
    sent = f"number={RECEIPT.number}&secret={RECEIPT.secret}".encode()
    assert HIDDEN.encode() in site.answer(Request(STRANGER, "/say/follow/", "POST", body=sent))[1]
