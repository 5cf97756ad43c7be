"""What the tests of accounts share: a second security administrator, and something to ask for."""

import pytest

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
    monkeypatch.setattr(approvals, "end_second_factor", lambda user: done.append(user.username))
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
