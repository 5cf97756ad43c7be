"""What about an account needs a second person's approval, and whose."""

import pytest
from django.core.exceptions import PermissionDenied

from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, verbs
from wugang_audit.accounts.models import AccountRequest, User
from wugang_audit.accounts.refused import Refused
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import todos_of


def test_what_one_person_asks_for_changes_nothing(ask, organiser, person):
    plain = person("plain", Role.OFFICER)
    before = list(User.objects.order_by("pk").values())
    ask(organiser, "password")
    ask(organiser, "factor")
    ask(plain, "grant", [Role.REVIEWER])
    assert list(User.objects.order_by("pk").values()) == before
    assert plain.granted_roles == {Role.OFFICER}


@pytest.mark.parametrize("role", Role)
def test_only_head_and_administrators_approve(role, ask, organiser, person, new):
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
        with pytest.raises(Refused, match="涉及您自己|涉及自己账号"):
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


def test_each_step_leaves_its_entry_in_the_trail(ask, organiser, person, security, head, reset):
    approvals.refuse(request=ask(organiser, "factor"), actor=head)
    approvals.withdraw(request=ask(organiser, "factor"), actor=security)
    reset(ask(organiser), head, security)
    plain = person("plain", Role.OFFICER)
    verbs.reset_factor(user=plain, actor=security)
    entries = AuditEntry.objects.order_by("index").values_list("action", "actor_name", "target")
    asked, whose = ("提出账号申请", "曹安全", str(organiser)), str(organiser)
    assert list(entries) == [
        asked, ("驳回账号申请", "严负责", whose), asked, ("撤回账号申请", "曹安全", whose), asked,
        ("批准账号申请", "严负责", whose), ("领取前半段密码", "曹安全", whose), ("重置验证器", "曹安全", str(plain)),
    ]  # fmt: skip
