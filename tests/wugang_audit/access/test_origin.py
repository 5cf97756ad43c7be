"""The address of a visitor: only a named proxy is believed when it says whom it speaks for."""

import re

import pytest
from django.test import RequestFactory

from wugang_audit.access.origin import client_address, current_origin

PROXY, VISITOR = "10.0.0.1", "203.0.113.9"


def address(sender, forwarded=None, **headers):
    meta = {"REMOTE_ADDR": sender} | headers
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(RequestFactory().get("/", **meta))


@pytest.mark.parametrize(
    "sender, forwarded, seen",
    [
        (PROXY, VISITOR, VISITOR),
        (PROXY, f"1.2.3.4, {VISITOR}", VISITOR),  # what the visitor wrote himself stands before
        (PROXY, f"1.2.3.4,{PROXY} , {VISITOR}", VISITOR),
        (VISITOR, "1.2.3.4", VISITOR),  # straight to the site: nothing is believed
        (VISITOR, f"1.2.3.4, {PROXY}", VISITOR),
        (PROXY, f"{VISITOR}, 10.0.0.7", VISITOR),  # two named proxies in a row
        (PROXY, "", PROXY),
        (PROXY, "nonsense", PROXY),
        (PROXY, "1.2.3.4, <script>", PROXY),
        (PROXY, f"{VISITOR}:51000", VISITOR),
        (PROXY, "[2001:db8::7]:443", "2001:db8::7"),
        (PROXY, "::ffff:203.0.113.9", VISITOR),
        ("::ffff:10.0.0.1", VISITOR, VISITOR),
        ("", VISITOR, "0.0.0.0"),  # a socket file that nobody named
        ("\x00", VISITOR, "0.0.0.0"),
    ],
)
def test_only_what_named_proxies_say_is_believed(settings, sender, forwarded, seen):
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    assert address(sender, forwarded) == seen


def test_without_a_named_proxy_no_header_is_believed(settings):
    settings.TRUSTED_PROXIES = []
    assert address(PROXY, VISITOR, HTTP_X_REAL_IP="1.2.3.4", HTTP_CLIENT_IP="1.2.3.4") == PROXY


def test_a_proxy_on_a_socket_file_is_believed_where_it_is_named(settings):
    settings.TRUSTED_PROXIES = ["unix"]
    assert address("", f"1.2.3.4, {VISITOR}") == VISITOR
    assert address(PROXY, VISITOR) == PROXY


def test_each_answer_carries_a_number_of_its_own(client, db):
    first, second = (client.get("/").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", first) and first != second
    assert current_origin() is None
