"""Accounts in the admin: first passwords are shown once, on one page, and kept nowhere."""

import re

import pytest

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry

LIST = "/admin/wugang_audit/user/"


def passwords(response):
    """{login: first password} as the page shows them."""
    cell = r'登录名">([^<]*)</td>\s*<td data-label="初始密码"><code>([^<]*)<'
    return dict(re.findall(cell, response.content.decode()))


def kept(response, client):
    """All that the answer leaves in the browser."""
    return f"{response.headers} {response.cookies} {dict(client.session)}"


@pytest.fixture
def client(login, security):
    return login(security)


def test_a_new_account_shows_its_first_password_once_and_must_change_it(client):
    form = {
        "username": "zhouxin", "full_name": "周新", "is_active": "on",
        "grants-TOTAL_FORMS": "1", "grants-INITIAL_FORMS": "0", "grants-0-role": Role.REVIEWER,
    }  # fmt: skip
    answer = client.post(f"{LIST}add/", form)
    [(login, password)] = passwords(answer).items()
    user = User.objects.get(username="zhouxin")
    assert (login, user.check_password(password), user.must_change_password) == ("zhouxin", True, True)
    assert (password in kept(answer, client), "no-store" in answer.headers["Cache-Control"]) == (False, True)
    assert password not in client.get(LIST).content.decode()
    entry = AuditEntry.objects.get(action="开立账号")
    assert (entry.changes["roles"], password in str(entry.changes)) == (["reviewer"], False)


def test_passwords_are_reset_together_and_shown_on_one_page(client, admin, reviewer):
    chosen = {"action": "reset_password", "_selected_action": [admin.pk, reviewer.pk]}
    answer = client.post(LIST, chosen)
    found = passwords(answer)
    assert set(found) == {admin.username, reviewer.username}
    for user in (admin, reviewer):
        user.refresh_from_db()
        assert (user.check_password(found[user.username]), user.must_change_password) == (True, True)
        assert found[user.username] not in kept(answer, client)
    assert AuditEntry.objects.filter(action="重置密码").count() == 2


def test_no_more_are_reset_at_once_than_the_web_server_waits_for(client, admin, reviewer, monkeypatch):
    monkeypatch.setattr("wugang_audit.accounts.admin.AT_ONCE", 1)
    answer = client.post(LIST, {"action": "reset_password", "_selected_action": [admin.pk, reviewer.pk]})
    assert (len(passwords(answer)), len(answer.context["refused"])) == (1, 1)
    assert AuditEntry.objects.filter(action="重置密码").count() == 1
