"""Who guesses receipts gets no further, and learns from no answer whether there is one."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drawings.inspections.aftercare import receipts, say_views, stamp
from drawings.models import Objection
from wugang_audit.access.shared_buckets import SharedBuckets

URL = "/say/follow/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def guess(settings, monkeypatch):
    """Ask for a receipt from an address; the clock of the throttle stands at `guess.now`, in seconds."""
    settings.THROTTLE_BY_ADDRESS = True

    def do(number, secret, address="192.0.2.1"):
        return Client(REMOTE_ADDR=address).post(URL, {"number": number, "secret": secret})

    do.now = 0.0
    monkeypatch.setattr(stamp, "_buckets", SharedBuckets(clock=lambda: do.now))
    return do


@pytest.fixture
def secret(received, stranger):
    """The one that opens what was received."""
    return stranger.get("/say/receipt/").context["secret"]


def told(answer, *typed):
    """What an answer says, without what was typed into it."""
    text = TOKEN.sub("TOKEN", answer.content.decode())
    for word in typed:
        text = text.replace(f'value="{word}"', 'value="TYPED"')
    heads = {name: value for name, value in answer.items() if name not in ("X-Request-ID", "Content-Length")}
    return answer.status_code, heads, text


def test_a_wrong_secret_and_an_unknown_receipt_are_one_page(received, secret, client):
    """One status, one text, the same headers, as many queries: of one that waits, one that was answered, and none."""
    nearly = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    unknown = f"{received.number[:9]}AAAAAA"
    assert unknown != received.number
    answers = []
    for state in ("received", "answered", "published", "closed"):
        Objection.objects.filter(pk=received.pk).update(state=state)
        for number, word in ((received.number, nearly), (unknown, secret), (unknown, nearly)):
            with CaptureQueriesContext(connection) as captured:
                answer = client.post(URL, {"number": number, "secret": word})
            answers.append((told(answer, number, word), len(captured)))
    assert all(each == answers[0] for each in answers)
    (status, _, text), _ = answers[0]
    assert status == 200 and say_views.UNKNOWN in text


def test_of_a_receipt_no_part_opens_anything(received, secret, client):
    for word in (
        secret[:15],
        secret[1:],
        secret[::-1],
        received.secret_digest,
        received.number,
        f"{secret}A",
        "%",
        "*",
    ):
        page = client.post(URL, {"number": received.number, "secret": word})
        assert page.context["row"] is None, word


def test_guessing_is_slowed_to_one_in_ten_seconds_and_then_the_right_one_is_refused_as_well(
    received, secret, guess
):
    for number in range(stamp.FOLLOW.burst):  # always another receipt: it is the address that counts
        assert say_views.UNKNOWN in guess(f"20261008-{number:06d}", secret).content.decode()
    right, wrong = guess(received.number, secret), guess(received.number, "ABCD-EFGH-JKMN-PQRS")
    assert right.context["row"] is None
    assert "查错的次数太多" in right.content.decode()
    assert right.status_code == wrong.status_code == 429 and right["Retry-After"] == "10"
    assert told(right, received.number, secret) == told(wrong, received.number, "ABCD-EFGH-JKMN-PQRS")
    guess.now += 9
    assert "查错的次数太多" in guess(received.number, secret).content.decode()
    guess.now += 1
    for _ in range(3):  # the right one does not count
        assert guess(received.number, secret).context["row"] == received
    assert guess(received.number, "A").status_code == 200
    assert guess(received.number, secret).status_code == 429


def test_who_guesses_keeps_nobody_at_another_address_from_his_receipt(received, secret, guess):
    for _ in range(stamp.FOLLOW.burst + 1):
        last = guess(received.number, "A")
    assert last.status_code == 429
    assert guess(received.number, secret, "192.0.2.2").context["row"] == received


def test_who_looks_at_his_own_receipt_is_never_slowed(received, secret, guess):
    for _ in range(2 * stamp.FOLLOW.burst):
        assert guess(received.number, secret).context["row"] == received


def test_a_million_guesses_of_one_network_are_a_few(received, secret, guess):
    """An IPv6 customer has more addresses than anybody can count: they are one."""
    for number in range(stamp.FOLLOW.burst):
        guess(received.number, "A", f"2001:db8::{number:x}")
    assert "查错的次数太多" in guess(received.number, "A", "2001:db8::ffff").content.decode()
    assert guess(received.number, secret, "2001:db8:0:1::1").context["row"] == received


def test_a_secret_is_not_worth_guessing():
    """At the rate of the throttle it takes longer than there is time, whoever helps."""
    tries = len(receipts.LETTERS) ** receipts.SECRET
    year = 365 * 86400
    assert (
        tries / (stamp.FOLLOW.per_second * year * 10_000) > 10**10
    )  # years, from ten thousand addresses at once


@pytest.mark.parametrize(
    "word", ["", "x", "a:b:c", "WyIyMDI2MTAwOC1BIiwiQSJd:1abcde:" + "A" * 43, "%E5%AD%97", "\\000"]
)
def test_a_forged_receipt_cookie_shows_nothing(received, client, word):
    client.cookies[say_views.COOKIE] = word
    page = client.get(reverse("say:receipt"))
    assert page.status_code == 200 and page.context["row"] is None
    assert received.number not in page.content.decode()


def test_nothing_of_a_receipt_is_read_from_an_address(received, secret, client):
    page = client.get(URL, {"number": received.number, "secret": secret})
    assert page.context["row"] is None and received.unit.name not in page.content.decode()
