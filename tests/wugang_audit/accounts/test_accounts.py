"""Accounts in the admin: first passwords are shown once, on one page, and kept nowhere."""

import re

import pytest
from pages import said

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import AccountRequest, User
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


@pytest.fixture
def plain(person):
    """Two accounts of officers, and of nobody else."""
    return [
        person("officer1", Role.OFFICER, full_name="甲"),
        person("officer2", Role.OFFICER, full_name="乙"),
    ]


def fill(user=None, roles=(), **more):
    """What the account form sends."""
    values = {"username": "zhouxin", "full_name": "周新", "is_active": "on"}
    if user:
        values = {"username": user.username, "full_name": user.full_name, "is_active": "on"}
    return {
        key: value for key, value in (values | {"roles": list(roles)} | more).items() if value is not None
    }


def change(client, user, roles, **more):
    return client.post(f"{LIST}{user.pk}/change/", fill(user, roles, **more), follow=True)


def test_a_new_account_shows_its_first_password_once_and_must_change_it(client):
    answer = client.post(f"{LIST}add/", fill(roles=[Role.OFFICER]))
    [(login, password)] = passwords(answer).items()
    user = User.objects.get(username="zhouxin")
    assert (login, user.check_password(password), user.must_change_password) == ("zhouxin", True, True)
    assert (password in kept(answer, client), "no-store" in answer.headers["Cache-Control"]) == (False, True)
    assert password not in client.get(LIST).content.decode()
    entry = AuditEntry.objects.get(action="开立账号")
    assert (entry.changes["roles"], password in str(entry.changes)) == (["officer"], False)


def test_a_new_account_for_a_powerful_role_has_no_password_and_no_role_before_the_approval(client):
    answer = client.post(
        f"{LIST}add/", fill(roles=[Role.REVIEWER, Role.ORGANISER], reason="新任"), follow=True
    )
    user = User.objects.get(username="zhouxin")
    assert (passwords(answer), user.has_usable_password(), user.granted_roles) == ({}, False, frozenset())
    request = AccountRequest.objects.get()
    assert (request.user, request.roles, request.reason) == (user, ["organiser", "reviewer"], "新任")
    assert any("另一人批准以后生效" in message for message in said(answer))


def test_the_passwords_of_officers_are_reset_together_and_shown_on_one_page(client, plain):
    answer = client.post(LIST, {"action": "reset_password", "_selected_action": [user.pk for user in plain]})
    found = passwords(answer)
    assert set(found) == {"officer1", "officer2"}
    for user in plain:
        user.refresh_from_db()
        assert (user.check_password(found[user.username]), user.must_change_password) == (True, True)
        assert found[user.username] not in kept(answer, client)
    assert AuditEntry.objects.filter(action="重置密码").count() == 2


def test_no_more_are_reset_at_once_than_the_web_server_waits_for(client, plain, monkeypatch):
    monkeypatch.setattr("wugang_audit.accounts.admin.AT_ONCE", 1)
    answer = client.post(LIST, {"action": "reset_password", "_selected_action": [user.pk for user in plain]})
    assert (len(passwords(answer)), len(answer.context["refused"])) == (1, 1)
    assert AuditEntry.objects.filter(action="重置密码").count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
def test_the_password_of_a_powerful_account_is_not_reset_by_one_person(client, person, role):
    user = person("somebody", role)
    before = user.password
    for action in ("reset_password", "reset_factor"):
        answer = client.post(LIST, {"action": action, "_selected_action": [user.pk]}, follow=True)
        assert (passwords(answer), "须另一人批准" in answer.content.decode()) == ({}, True)
    user.refresh_from_db()
    assert (user.password, AccountRequest.objects.count()) == (before, 0)


def test_a_closed_powerful_account_is_powerful_still(client, head):
    User.objects.filter(pk=head.pk).update(is_active=False)
    answer = client.post(LIST, {"action": "reset_password", "_selected_action": [head.pk]})
    assert passwords(answer) == {}
    change(client, head, [Role.HEAD], reason="回来上班")
    head.refresh_from_db()
    assert (head.is_active, AccountRequest.objects.get().kind) == (False, "activate")


def test_nobody_does_anything_to_his_own_account(client, security):
    answer = client.post(LIST, {"action": "reset_password", "_selected_action": [security.pk]})
    assert (passwords(answer), "自己的账号" in answer.content.decode()) == ({}, True)
    change(client, security, [Role.SECURITY, Role.ADMIN, Role.ORGANISER], reason="方便")
    change(client, security, [], is_active=None)
    security.refresh_from_db()
    assert (security.granted_roles, security.is_active) == ({Role.SECURITY}, True)
    assert AccountRequest.objects.count() == 0


def test_a_powerful_role_is_asked_for_and_everything_that_closes_a_door_happens_at_once(client, plain, head):
    change(client, plain[0], [Role.OFFICER, Role.REVIEWER], reason="审核人手不够")
    assert plain[0].granted_roles == {Role.OFFICER}
    assert AccountRequest.objects.get().roles == ["reviewer"]
    change(client, plain[1], [])
    change(client, head, [Role.HEAD], is_active=None)
    head.refresh_from_db()
    assert (plain[1].granted_roles, head.is_active) == (frozenset(), False)
    change(client, head, [], is_active=None)
    assert (head.granted_roles, AccountRequest.objects.count()) == (frozenset(), 1)


def test_an_officer_is_let_in_again_at_once(client, plain):
    User.objects.filter(pk=plain[0].pk).update(is_active=False)
    change(client, plain[0], [Role.OFFICER])
    plain[0].refresh_from_db()
    assert plain[0].is_active


def test_the_form_refuses_roles_that_exclude_each_other_and_a_request_without_a_reason(client, plain):
    answer = change(client, plain[0], [Role.OFFICER, Role.HEAD], reason="兼任")
    assert "负责人不能兼任执法人员" in answer.content.decode()
    answer = change(client, plain[0], [Role.OFFICER, Role.REVIEWER])
    assert "请写明事由" in answer.content.decode()
    assert (plain[0].granted_roles, AccountRequest.objects.count()) == ({Role.OFFICER}, 0)


def test_a_second_request_while_one_waits_is_refused_in_words(client, plain):
    for _ in range(2):
        answer = change(client, plain[0], [Role.OFFICER, Role.REVIEWER], reason="审核人手不够")
    assert any("已经有一份申请在等批准" in message for message in said(answer))
    assert AccountRequest.objects.count() == 1


def test_a_new_name_alone_changes_no_powers(client, head):
    change(client, head, [Role.HEAD], full_name="严新名")
    head.refresh_from_db()
    assert (head.full_name, head.granted_roles) == ("严新名", {Role.HEAD})
    assert AuditEntry.objects.get(action="修改账号").changes == {"姓名": ["严负责", "严新名"]}


def test_nobody_takes_the_name_of_another_nor_another_log_in_name(client, head, security, organiser):
    answer = change(client, organiser, [Role.ORGANISER], full_name="严负责")
    assert "已有同名的账号" in answer.content.decode()
    change(client, security, [Role.SECURITY], full_name="严某人")
    change(client, organiser, [Role.ORGANISER], username="head_2")
    for user, name in ((organiser, "沈组织"), (security, "曹安全")):
        user.refresh_from_db()
        assert user.full_name == name
    assert organiser.username == "organiser"


def test_the_form_leads_to_the_requests_about_powerful_accounts_of_others(client, security, plain, head):
    pages = {
        user.username: client.get(f"{LIST}{user.pk}/change/").content.decode()
        for user in (head, plain[0], security)
    }
    ask = "/accounts/requests/ask/?user="
    assert {name: page.count(ask) for name, page in pages.items()} == {
        "head": 2,
        "officer1": 0,
        "security": 0,
    }
    assert [page.count('href="/accounts/roles/"') for page in pages.values()] == [1, 1, 0]
    form = client.get(f"/accounts/requests/ask/?user={head.pk}&kind=factor").context["form"]
    assert (form["user"].value(), form["kind"].value()) == (str(head.pk), "factor")
