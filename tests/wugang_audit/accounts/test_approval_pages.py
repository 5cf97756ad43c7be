"""The pages of account requests, and the table of roles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pages import said

from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals
from wugang_audit.accounts.models import AccountRequest
from wugang_audit.staff.desk import todos_of

LIST = "/accounts/requests/"


def test_a_request_goes_its_way_on_the_pages(login, security, head, organiser, new):
    asker, approver = login(security), login(head)
    form = {"user": organiser.pk, "kind": "grant", "roles": ["reviewer"], "reason": "接替秦审核"}
    page = asker.post(f"{LIST}ask/", form, follow=True)
    assert page.context["why_not"] == "申请是您提出的，须由另一个人批准。"
    [line] = todos_of(head)
    assert (line.label, line.count, todos_of(security)) == ("账号申请待批准", 1, [])
    assert "接替秦审核" in approver.get(line.url).content.decode()
    request = AccountRequest.objects.get()
    done = approver.post(f"{LIST}{request.pk}/decide/", {"decision": "approve"}, follow=True)
    assert said(done) == ["已批准，现在生效。本人下次登录时会看到是谁申请、谁批准的。"]
    assert new(organiser).has_role(Role.REVIEWER)
    assert todos_of(head) == []


def test_the_desk_reminds_the_asker_of_the_half_that_he_must_hand_over(ask, organiser, security, head):
    request = ask(organiser)
    approvals.approve(request=request, actor=head)
    assert [line.url for line in todos_of(security)] == [f"{LIST}{request.pk}/"]
    approvals.take_first_half(request=request, actor=security)
    assert todos_of(security) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "grant", "roles": []}, "roles"),
        ({"kind": "password", "reason": ""}, "reason"),
        ({"kind": "nonsense"}, "kind"),
        ({"user": "99999"}, "user"),
        ({"kind": "activate"}, "__all__"),
    ],
)
def test_what_is_wrong_in_the_form_stands_beside_its_field(form, field, login, security, organiser):
    values = {"user": organiser.pk, "kind": "password", "roles": [], "reason": "忘记"} | form
    page = login(security).post(f"{LIST}ask/", values)
    assert list(page.context["form"].errors) == [field]
    assert not AccountRequest.objects.exists()


def test_the_system_administrator_is_told_what_he_may_ask_for(login, admin, organiser):
    values = {"user": organiser.pk, "kind": "password", "reason": "忘记"}
    assert list(login(admin).post(f"{LIST}ask/", values).context["form"].errors) == ["user"]


@pytest.mark.parametrize("decision", ["", "nonsense"])
def test_a_decision_that_does_not_exist_changes_nothing(decision, ask, organiser, login, head):
    request = ask(organiser)
    login(head).post(f"{LIST}{request.pk}/decide/", {"decision": decision})
    assert AccountRequest.objects.get().is_open


def test_the_page_of_roles_shows_every_pair_and_the_accounts_that_hold_what_is_excluded(
    login, security, person
):
    person("both", Role.ADMIN, Role.SECURITY, full_name="双职")
    page = login(security).get("/accounts/roles/")
    assert len(page.context["pairs"]) == 21
    [(user, why)] = page.context["wrong"]
    assert (user.username, "系统管理员不能兼任安全管理员" in why) == ("both", True)
    assert [line.label for line in todos_of(security)] == ["账号兼任了不能兼任的角色"]


def test_the_list_asks_as_much_for_three_requests_as_for_thirty(ask, login, head, person):
    client, counts = login(head), []
    for serials in (range(3), range(3, 30)):
        for n in serials:
            ask(person(f"reviewer{n}", Role.REVIEWER))
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
