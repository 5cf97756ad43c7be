"""No one person gets in as another; and the person concerned is told."""

import itertools

import pytest
from django.contrib.auth import authenticate
from pages import said

from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, verbs
from wugang_audit.accounts.models import User
from wugang_audit.accounts.refused import Refused
from wugang_audit.audit.models import AuditEntry

LIST = "/accounts/requests/"


def test_neither_of_the_two_gets_in_with_what_he_knows_but_the_person_with_both(
    ask, organiser, security, head, password, reset
):
    first, second = reset(ask(organiser), head, security)
    assert len({first, second, f"{first}-{first}", f"{second}-{second}"}) == 4
    for guess in (first, second, f"{first}-{first}", f"{second}-{second}", f"{second}-{first}", password):
        assert authenticate(username="organiser", password=guess) is None
    user = authenticate(username="organiser", password=f"{first}-{second}")
    assert (user, user.must_change_password) == (organiser, True)
    told = "".join(f"{entry.changes}" for entry in AuditEntry.objects.all())
    assert (first in told, second in told) == (False, False)


def test_each_half_is_shown_once_to_its_own_person(
    ask, login, organiser, security, security2, admin, head, new
):
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
    ask, person, security, head, login, forgotten, new, reset
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
    ask, organiser, head, forgotten, password, new
):
    done = approvals.approve(request=ask(organiser, "grant", [Role.REVIEWER]), actor=head)
    assert (done.second_half, done.request.seed, forgotten) == ("", "", [])
    assert new(organiser).check_password(password)
    assert new(organiser).roles == {Role.ORGANISER, Role.REVIEWER}


def test_a_role_taken_away_and_given_back_does_not_bring_the_known_password_back(
    ask, organiser, security, head, reset
):
    verbs.change(user=organiser, roles=[], is_active=True, actor=security)
    seen = verbs.reset_password(user=organiser, actor=security)
    reset(ask(organiser, "grant", [Role.ORGANISER]), head, security)
    assert authenticate(username="organiser", password=seen) is None


def test_a_new_password_leaves_the_second_factor(ask, organiser, head, forgotten):
    approvals.approve(request=ask(organiser, "password"), actor=head)
    assert forgotten == []


def test_the_end_of_a_second_factor_leaves_the_password(ask, organiser, head, forgotten, password, new):
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


def test_the_same_reset_may_be_approved_twice_by_one_person(ask, organiser, head):
    for _ in range(2):
        assert approvals.approve(request=ask(organiser), actor=head).request.outcome == "approved"


def test_a_role_that_was_given_meanwhile_is_not_given_twice(ask, person, security, head, new):
    plain = person("plain")
    request = ask(plain, "grant", [Role.OFFICER, Role.REVIEWER])
    verbs.change(user=plain, roles=[Role.OFFICER], is_active=True, actor=security)
    approvals.approve(request=request, actor=head)
    assert new(plain).roles == {Role.OFFICER, Role.REVIEWER}


def test_an_entry_that_cannot_be_written_undoes_the_approval(
    ask, organiser, head, monkeypatch, password, new
):
    def full(*anything):
        raise OSError("disk full")

    request = ask(organiser)
    monkeypatch.setattr(approvals.trail, "record", full)
    with pytest.raises(OSError):
        approvals.approve(request=request, actor=head)
    request.refresh_from_db()
    assert (new(organiser).check_password(password), request.is_open) == (True, True)


def test_a_closed_account_is_opened_again_by_two(ask, organiser, head, password, new):
    User.objects.filter(pk=organiser.pk).update(is_active=False)
    request = ask(organiser, "activate")
    assert not new(organiser).is_active
    approvals.approve(request=request, actor=head)
    assert (new(organiser).is_active, new(organiser).check_password(password)) == (True, True)


def log_in(client, user, password):
    return client.post("/accounts/login/", {"username": user.username, "password": password}, follow=True)


def test_the_person_is_told_once_at_the_next_log_in_by_whom(
    ask, organiser, security, head, client, stranger, reset
):
    first, second = reset(ask(organiser), head, security)
    [told] = said(log_in(client, organiser, f"{first}-{second}"))
    assert "由曹安全申请、严负责批准：重置密码" in told
    assert said(log_in(stranger, organiser, f"{first}-{second}")) == []


def test_an_officer_is_told_too(person, security, client):
    plain = person("plain", Role.OFFICER)
    password = verbs.reset_password(user=plain, actor=security)
    [told] = said(log_in(client, plain, password))
    assert "由曹安全办理：重置密码" in told
