"""What the tests of accounts share: a second security administrator, something to ask for, and knocking at the log-in page."""

import pytest
from django.test import Client
from knocking import OFFICE, WRONG
from signed_in import pass_second_factor

from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals
from wugang_audit.accounts.models import User


@pytest.fixture
def security2(person):
    return person("security2", Role.SECURITY, full_name="郭安全")


@pytest.fixture
def ask(security):
    """Ask for something: ``ask(organiser, "password")``."""

    def do(user, kind="password", roles=(), actor=None, reason="已当面核对身份"):
        return approvals.ask(user=user, kind=kind, roles=roles, actor=actor or security, reason=reason)

    return do


@pytest.fixture
def forgotten(monkeypatch):
    """Whose second factor was ended."""
    done = []
    monkeypatch.setattr(approvals, "end_second_factor", lambda user, actor: done.append(user.username))
    return done


@pytest.fixture
def new():
    """Read an account anew: ``new(organiser).roles``."""
    return lambda user: User.objects.get(pk=user.pk)


@pytest.fixture
def reset():
    """Approve a request and take both halves of the password: ``reset(request, head, security)``."""

    def do(request, approver, asker):
        second = approvals.approve(request=request, actor=approver).second_half
        return approvals.take_first_half(request=request, actor=asker), second

    return do


@pytest.fixture
def knock():
    """Try to log in from an address: ``knock("organiser", address=ELSEWHERE)`` with a wrong password, if none is given."""

    def try_it(username, password=WRONG, *, address=OFFICE, client=None, **headers):
        client = client or Client()
        form = {"username": username, "password": password}
        answer = client.post("/accounts/login/", form, REMOTE_ADDR=address, **headers)
        pass_second_factor(client)
        return answer

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
