"""Knocking at the log-in page."""

import pytest
from django.test import Client
from knocking import OFFICE, WRONG


@pytest.fixture
def knock():
    """Try to log in from an address: ``knock("organiser", address=ELSEWHERE)`` with a wrong password, if none is given."""

    def try_it(username, password=WRONG, *, address=OFFICE, client=None, **headers):
        client = client or Client()
        form = {"username": username, "password": password}
        return client.post("/accounts/login/", form, REMOTE_ADDR=address, **headers)

    return try_it


@pytest.fixture
def lock(knock, clock):
    """Type wrong passwords, with the waits that are asked for in between, until the pair is locked."""

    def do(username, address=OFFICE):
        for _ in range(5):
            answer = knock(username, address=address)
            clock.move(seconds=16)
        return answer

    return do
