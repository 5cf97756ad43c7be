"""No one person gets in as another: what needs a second account's approval, and whose."""

import itertools

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pages import said

from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, verbs
from wugang_audit.accounts.approvals import Refused
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of

LIST = "/accounts/requests/"


@pytest.fixture
def security2(person):
    return person("security2", Role.SECURITY, full_name="郭安全")


@pytest.fixture
def ask(security):
    """Ask for something: ``ask(organiser, "password")``."""

    def do(user, kind="password", roles=(), actor=None, reason="已当面核对身份"):
        return approvals.ask(user=user, kind=kind, roles=roles, actor=actor or security, reason=reason)

    return do


def new(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def forgotten(monkeypatch):
    """Whose second factor was ended."""
    done = []
    monkeypatch.setattr(approvals, "end_second_factor", lambda user: done.append(user.username))
    return done


# --- one person alone ----------------------------------------------------------------------------------------
def test_what_one_person_asks_for_changes_nothing(ask, organiser, person):
    plain = person("plain", Role.OFFICER)
    before = list(User.objects.order_by("pk").values())
    ask(organiser, "password")
    ask(organiser, "factor")
    ask(plain, "grant", [Role.REVIEWER])
    assert list(User.objects.order_by("pk").values()) == before
    assert plain.granted_roles == {Role.OFFICER}


@pytest.mark.parametrize("role", Role)
def test_only_head_and_administrators_approve(role, ask, organiser, person):
    request, actor = ask(organiser), person("somebody", role)
    if role in (Role.HEAD, Role.ADMIN, Role.SECURITY):
        approvals.approve(request=request, actor=actor)
    else:
        for verb in (approvals.approve, approvals.refuse):
            with pytest.raises(PermissionDenied):
                verb(request=request, actor=actor)
    assert (new(organiser).must_change_password) == (role in (Role.HEAD, Role.ADMIN, Role.SECURITY))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SECURITY, Role.ADMIN)])
def test_others_ask_for_nothing(role, ask, organiser, person):
    with pytest.raises(PermissionDenied):
        ask(organiser, actor=person("somebody", role))


def test_who_asked_does_not_approve_and_nobody_approves_about_himself(ask, admin, head, security):
    request = ask(admin)
    with pytest.raises(Refused, match="您提出的"):
        approvals.approve(request=request, actor=security)
    for verb in (approvals.approve, approvals.refuse):
        with pytest.raises(Refused, match="自己"):
            verb(request=request, actor=admin)
    assert approvals.approve(request=request, actor=head).request.outcome == "approved"


@pytest.mark.parametrize("kind", ["grant", "password", "factor", "activate"])
def test_nobody_asks_about_his_own_account(kind, ask, security, admin):
    for actor in (security, admin):
        with pytest.raises(PermissionDenied):
            ask(actor, kind, [Role.ORGANISER], actor=actor)
        for verb in (verbs.reset_password, verbs.reset_factor):
            with pytest.raises((Refused, PermissionDenied)):
                verb(user=actor, actor=actor)


def test_the_system_administrator_asks_about_security_administrators_alone(
    ask, admin, security, organiser, person
):
    nobody = person("nobody")
    assert ask(security, actor=admin).is_open
    assert ask(nobody, "grant", [Role.SECURITY], actor=admin).is_open
    for arguments in (
        (organiser, "password"),
        (nobody, "grant", [Role.ORGANISER]),
        (nobody, "grant", [Role.SECURITY, Role.ADMIN]),
        (organiser, "grant", [Role.REVIEWER]),
    ):
        with pytest.raises(PermissionDenied):
            ask(*arguments, actor=admin)


def test_a_request_of_somebody_who_lost_the_right_to_ask_is_only_refused(ask, security, organiser, head):
    request = ask(organiser)
    User.objects.filter(pk=security.pk).update(is_active=False)
    with pytest.raises(Refused, match="申请人"):
        approvals.approve(request=request, actor=head)
    assert approvals.refuse(request=request, actor=head).outcome == "refused"


# --- getting in as another -----------------------------------------------------------------------------------
def reset(request, approver, asker):
    second = approvals.approve(request=request, actor=approver).second_half
    return approvals.take_first_half(request=request, actor=asker), second


def test_neither_of_the_two_gets_in_with_what_he_knows_but_the_person_with_both(
    ask, organiser, security, head, password
):
    first, second = reset(ask(organiser), head, security)
    assert len({first, second, f"{first}-{first}", f"{second}-{second}"}) == 4
    for guess in (first, second, f"{first}-{first}", f"{second}-{second}", f"{second}-{first}", password):
        assert authenticate(username="organiser", password=guess) is None
    user = authenticate(username="organiser", password=f"{first}-{second}")
    assert (user, user.must_change_password) == (organiser, True)
    told = "".join(f"{entry.changes}" for entry in AuditEntry.objects.all())
    assert (first in told, second in told) == (False, False)


def test_each_half_is_shown_once_to_its_own_person(ask, login, organiser, security, security2, admin, head):
    request = ask(organiser)
    shown = login(head).post(f"{LIST}{request.pk}/decide/", {"decision": "approve"})
    second = shown.context["half"]
    assert "no-store" in shown["Cache-Control"]
    for who in (admin, security2, head):
        answer = login(who).post(f"{LIST}{request.pk}/half/")
        assert (answer.status_code, second in answer.content.decode()) == (403, False)
    answer = login(security).post(f"{LIST}{request.pk}/half/")
    first = answer.context["half"]
    assert new(organiser).check_password(f"{first}-{second}")
    assert second not in answer.content.decode()
    again = login(security).post(f"{LIST}{request.pk}/half/", follow=True)
    assert (first in again.content.decode(), "领取过" in said(again)[0]) == (False, True)
    for who in (security, head):
        page = login(who).get(f"{LIST}{request.pk}/").content.decode()
        assert (first in page, second in page) == (False, False)


def test_the_half_is_gone_once_the_person_has_a_password_of_his_own(ask, organiser, security, head):
    request = ask(organiser)
    approvals.approve(request=request, actor=head)
    User.objects.filter(pk=organiser.pk).update(must_change_password=False)
    with pytest.raises(Refused, match="改了密码"):
        approvals.take_first_half(request=request, actor=security)


def test_who_opened_or_took_over_a_plain_account_is_out_when_it_becomes_powerful(
    ask, person, security, head, login, forgotten
):
    """He knows its password, has a session and a device of his own in it: all three end with the approval."""
    plain = person("plain", Role.OFFICER)
    seen = verbs.reset_password(user=plain, actor=security)
    session = login(new(plain))
    User.objects.filter(pk=plain.pk).update(must_change_password=False)
    assert session.get("/desk/").status_code == 200
    first, second = reset(ask(plain, "grant", [Role.REVIEWER]), head, security)
    assert new(plain).roles == {Role.OFFICER, Role.REVIEWER}
    assert session.get("/desk/").status_code == 302
    assert authenticate(username="plain", password=seen) is None
    assert authenticate(username="plain", password=f"{first}-{second}") == plain
    assert forgotten == ["plain"]


def test_a_powerful_account_keeps_its_password_and_device_when_it_gets_another_role(
    ask, organiser, head, forgotten, password
):
    done = approvals.approve(request=ask(organiser, "grant", [Role.REVIEWER]), actor=head)
    assert (done.second_half, done.request.seed, forgotten) == ("", "", [])
    assert new(organiser).check_password(password)
    assert new(organiser).roles == {Role.ORGANISER, Role.REVIEWER}


def test_a_role_taken_away_and_given_back_does_not_bring_the_known_password_back(
    ask, organiser, security, head
):
    verbs.change(user=organiser, roles=[], is_active=True, actor=security)
    seen = verbs.reset_password(user=organiser, actor=security)
    reset(ask(organiser, "grant", [Role.ORGANISER]), head, security)
    assert authenticate(username="organiser", password=seen) is None


def test_a_new_password_leaves_the_second_factor(ask, organiser, head, forgotten):
    approvals.approve(request=ask(organiser, "password"), actor=head)
    assert forgotten == []


def test_the_end_of_a_second_factor_leaves_the_password(ask, organiser, head, forgotten, password):
    approvals.approve(request=ask(organiser, "factor"), actor=head)
    assert (forgotten, new(organiser).check_password(password)) == (["organiser"], True)


@pytest.mark.parametrize("order", list(itertools.permutations(["password", "factor"])))
def test_the_same_person_does_not_approve_both_resets_within_three_days(
    order, ask, organiser, head, admin, clock, forgotten
):
    first, second = (ask(organiser, kind) for kind in order)
    approvals.approve(request=first, actor=head)
    clock.move(days=3, seconds=-1)
    with pytest.raises(Refused, match="三天内"):
        approvals.approve(request=second, actor=head)
    assert approvals.why_not(second, admin) is None
    clock.move(seconds=1)
    approvals.approve(request=second, actor=head)
    assert forgotten == ["organiser"]


def test_a_closed_account_is_opened_again_by_two(ask, organiser, head, password):
    User.objects.filter(pk=organiser.pk).update(is_active=False)
    request = ask(organiser, "activate")
    assert not new(organiser).is_active
    approvals.approve(request=request, actor=head)
    assert (new(organiser).is_active, new(organiser).check_password(password)) == (True, True)


# --- what is asked and decided -------------------------------------------------------------------------------
def test_what_makes_no_sense_is_refused_in_words(ask, organiser, person):
    plain = person("plain", Role.OFFICER)
    closed = person("closed", Role.AUDITOR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for arguments, words in (
        ((organiser, "grant", [Role.ORGANISER]), "已经有这些角色"),
        ((plain, "grant", [Role.OFFICER]), "没有选择须批准的角色"),
        ((plain, "grant", [Role.HEAD]), "不能兼任"),
        ((plain, "grant", [Role.REVIEWER, Role.AUDITOR]), "不能兼任"),
        ((plain, "password"), "直接办理"),
        ((plain, "factor"), "直接办理"),
        ((organiser, "activate"), "没有停用"),
        ((closed, "password"), "已停用"),
        ((closed, "grant", [Role.HEAD]), "已停用"),
    ):
        with pytest.raises(Refused, match=words):
            ask(*arguments)
    with pytest.raises(Refused, match="事由"):
        ask(organiser, reason="  ")
    assert not AccountRequest.objects.exists()


def test_roles_that_came_to_exclude_each_other_meanwhile_are_not_granted(ask, person, security, head):
    plain = person("plain")
    request = ask(plain, "grant", [Role.HEAD])
    verbs.change(user=plain, roles=[Role.OFFICER], is_active=True, actor=security)
    with pytest.raises(Refused, match="不能兼任"):
        approvals.approve(request=request, actor=head)
    assert plain.granted_roles == {Role.OFFICER}


def test_a_request_is_decided_once(ask, organiser, head, admin, security):
    request = ask(organiser)
    approvals.refuse(request=request, actor=head)
    for verb, actor in (
        (approvals.approve, admin), (approvals.refuse, admin), (approvals.withdraw, security),
    ):  # fmt: skip
        with pytest.raises(Refused, match="有人办过"):
            verb(request=request, actor=actor)
    again = ask(organiser)
    with pytest.raises(Refused, match="由提出的人撤回"):
        approvals.withdraw(request=again, actor=head)
    approvals.withdraw(request=again, actor=security)
    assert sorted(AccountRequest.objects.values_list("outcome", flat=True)) == ["refused", "withdrawn"]


def test_a_request_that_nobody_decides_lapses_after_seven_days(ask, organiser, head, clock):
    request = ask(organiser)
    clock.move(days=7, seconds=-1)
    assert todos_of(head)
    with pytest.raises(Refused, match="等批准"):
        ask(organiser)
    clock.move(seconds=1)
    assert [line.label for line in todos_of(head)] == []
    with pytest.raises(Refused, match="过期"):
        approvals.approve(request=request, actor=head)
    ask(organiser)
    request.refresh_from_db()
    assert (request.outcome, request.state_label) == ("lapsed", "过期未办")


def test_two_who_want_something_of_each_other_do_not_approve_for_each_other(
    ask, person, security, security2, head, admin
):
    """A asks for B; B may approve nothing that A asks for, and nothing for A, while that is open."""
    for_b = ask(security2, "password")
    other = ask(person("puppet"), "grant", [Role.ORGANISER])
    for_a = ask(security, "password", actor=admin)
    for request in (other, for_a):
        with pytest.raises(Refused, match="互相"):
            approvals.approve(request=request, actor=security2)
        assert approvals.why_not(request, head) is None
    approvals.refuse(request=for_b, actor=head)
    assert approvals.why_not(other, security2) is None


def test_each_step_leaves_its_entry_in_the_trail(ask, organiser, person, security, head):
    approvals.refuse(request=ask(organiser, "factor"), actor=head)
    approvals.withdraw(request=ask(organiser, "factor"), actor=security)
    reset(ask(organiser), head, security)
    plain = person("plain", Role.OFFICER)
    verbs.reset_factor(user=plain, actor=security)
    entries = AuditEntry.objects.order_by("index").values_list("action", "actor_name", "target")
    asked, whose = ("提出账号申请", "曹安全", str(organiser)), str(organiser)
    assert list(entries) == [
        asked, ("驳回账号申请", "严负责", whose), asked, ("撤回账号申请", "曹安全", whose), asked,
        ("批准账号申请", "严负责", whose), ("领取前半段密码", "曹安全", whose), ("解除第二重验证", "曹安全", str(plain)),
    ]  # fmt: skip


# --- the person concerned ------------------------------------------------------------------------------------
def log_in(client, user, password):
    return client.post("/accounts/login/", {"username": user.username, "password": password}, follow=True)


def test_the_person_is_told_once_at_the_next_log_in_by_whom(ask, organiser, security, head, client, stranger):
    first, second = reset(ask(organiser), head, security)
    [told] = said(log_in(client, organiser, f"{first}-{second}"))
    assert "由曹安全申请、严负责批准：重置密码" in told
    assert said(log_in(stranger, organiser, f"{first}-{second}")) == []


def test_an_officer_is_told_too(person, security, client):
    plain = person("plain", Role.OFFICER)
    password = verbs.reset_password(user=plain, actor=security)
    [told] = said(log_in(client, plain, password))
    assert "由曹安全办理：重置密码" in told


# --- the pages -----------------------------------------------------------------------------------------------
def test_a_request_goes_its_way_on_the_pages(login, security, head, organiser):
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
