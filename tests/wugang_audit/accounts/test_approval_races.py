"""Two people act on accounts at the same moment, on two real connections."""

import pytest
from races import outcomes_of

from wugang_audit.access.roles import Role, conflict
from wugang_audit.accounts import approvals, verbs
from wugang_audit.accounts.models import AccountRequest, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def security2(person):
    return person("security2", Role.SECURITY, full_name="郭安全")


def asked(user, actor, kind="grant", roles=()):
    return approvals.ask(user=user, kind=kind, actor=actor, reason="接替", roles=roles)


def approving(request, actor):
    return lambda: approvals.approve(request=request, actor=User.objects.get(pk=actor.pk))


def test_two_administrators_who_ask_for_each_other_do_not_approve_for_each_other(
    security, security2, head, admin
):
    """Each asks for the other one, and at once approves whatever there is: neither account changes."""
    before = list(User.objects.order_by("pk").values())
    for_2, for_1 = asked(security2, security, "password"), asked(security, security2, "password")
    tried = [approving(request, actor) for request in (for_1, for_2) for actor in (security, security2)]
    assert outcomes_of(*tried) == ["refused"] * 4
    assert list(User.objects.order_by("pk").values()) == before
    assert outcomes_of(approving(for_1, head), approving(for_2, admin)) == ["done", "done"]


def test_two_administrators_grant_each_other_roles_at_once(security, security2):
    """Each makes the other one an organiser: who is first takes the other one's role, so the second cannot any more."""

    def grant(actor, user):
        return lambda: verbs.change(
            user=user, roles=[Role.ORGANISER], is_active=True, actor=actor, reason="互相帮忙"
        )

    outcomes = outcomes_of(grant(security, security2), grant(security2, security))
    assert sorted(outcomes) == ["done", "refused"]
    first, second = (security, security2) if outcomes[0] == "done" else (security2, security)
    assert (first.granted_roles, second.granted_roles) == ({Role.SECURITY}, frozenset())
    request = AccountRequest.objects.get()
    assert (request.user, request.asked_by) == (second, first)
    assert outcomes_of(approving(request, first), approving(request, second)) == ["refused", "refused"]


def test_one_approves_for_who_asks_for_him_at_that_moment(security, security2, admin, person, head):
    """Whichever comes first: once the request about him stands, he approves nothing of that asker's."""
    puppet = asked(person("puppet"), security, roles=[Role.ORGANISER])
    outcomes = outcomes_of(
        lambda: asked(security2, security, "password"),
        approving(puppet, security2),
    )
    assert outcomes[0] == "done"
    puppet.refresh_from_db()
    assert outcomes[1] == ("done" if puppet.outcome else "refused")
    if puppet.is_open:
        assert approvals.why_not(puppet, security2)


@pytest.mark.parametrize("pair", [("approve", "approve"), ("approve", "refuse")])
def test_two_people_decide_on_one_request(pair, organiser, security, head, admin):
    request = asked(organiser, security, "password")
    tried = [
        lambda verb=verb, actor=actor: getattr(approvals, verb)(request=request, actor=actor)
        for verb, actor in zip(pair, (head, admin), strict=True)
    ]
    assert sorted(outcomes_of(*tried)) == ["done", "refused"]
    organiser.refresh_from_db()
    request.refresh_from_db()
    assert organiser.must_change_password == (request.outcome == "approved")


def test_a_request_is_approved_and_withdrawn_at_once(organiser, security, head):
    request = asked(organiser, security, "password")
    outcomes = outcomes_of(
        approving(request, head), lambda: approvals.withdraw(request=request, actor=security)
    )
    assert sorted(outcomes) == ["done", "refused"]


def test_an_officer_becomes_head_in_one_place_and_officer_in_another(person, security, security2, head):
    """Each alone is in order; together they exclude each other, and one of them comes first."""
    nobody = person("nobody")
    request = asked(nobody, security, roles=[Role.HEAD])
    outcomes = outcomes_of(
        approving(request, head),
        lambda: verbs.change(user=nobody, roles=[Role.OFFICER], is_active=True, actor=security2),
    )
    assert "done" in outcomes
    assert conflict(nobody.granted_roles) is None


def test_two_ask_for_the_same(organiser, security, security2):
    actions = [lambda actor=actor: asked(organiser, actor, "password") for actor in (security, security2)]
    assert sorted(outcomes_of(*actions)) == ["done", "refused"]
    assert AccountRequest.objects.count() == 1


def test_the_half_is_taken_once(organiser, security, head):
    request = asked(organiser, security, "password")
    approvals.approve(request=request, actor=head)
    take = [lambda: approvals.take_first_half(request=request, actor=security)] * 2
    assert sorted(outcomes_of(*take)) == ["done", "refused"]
