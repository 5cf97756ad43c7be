"""The smallest staff that `roles.SMALLEST_STAFF` names takes every step, those that need two people included."""

from collections import Counter

import pytest
from visit_cases import send_in

from drawings.amendments import substitutes, voids
from drawings.ceremony import verbs as ceremony
from drawings.ceremony.papers import verbs as papers
from drawings.ceremony.preflight import changes, checks
from drawings.inspections import verbs as inspections
from drawings.inspections.field.report import Answer, Report
from drawings.models import ChecklistPoint, Inspection
from wugang_audit.access.roles import POWERFUL, SMALLEST_STAFF, Role
from wugang_audit.accounts import approvals, verbs
from wugang_audit.accounts.models import User


@pytest.fixture
def organiser2(person):
    """The other organiser is the reviewer too."""
    return person("organiser2", Role.ORGANISER, Role.REVIEWER, full_name="韩组织")


@pytest.fixture
def reviewer(organiser2):
    return organiser2


@pytest.fixture(autouse=True)
def staff(organiser, organiser2, head, admin, security, auditor, officers):
    """Nobody else has an account."""
    held = Counter(frozenset(user.roles) for user in User.objects.all())
    assert held == {frozenset(post.roles): post.people for post in SMALLEST_STAFF}


@pytest.mark.parametrize("askers", [("organiser", "organiser2"), ("organiser2", "organiser")])
def test_either_organiser_steps_in_for_the_other(askers, on_seed, drawn_draw, request, officers):
    one, other = (request.getfixturevalue(name) for name in askers)
    draw = ceremony.publish(draw=drawn_draw, actor=one)
    ill = draw.selections.first().team.first().officer.certificate_number
    row = substitutes.declare_officer(
        draw=draw, officer=ill, reason="ill", evidence="住院证明", away={}, actor=one
    )
    assert substitutes.confirm(substitution=row, actor=other).effective_at
    asked = voids.request_void(draw=draw, reason="system", evidence="停电", actor=one)
    assert voids.confirm_void(request=asked, actor=other).state == "void"


def test_a_draw_is_frozen_drawn_inspected_reviewed_published_and_corrected(
    outside_draw, finish, clock, organiser2, head
):
    draw = finish(outside_draw)
    clock.move(days=1)
    for row in Inspection.objects.filter(selection__draw=draw):
        lead = row.selection.team.get(is_lead=True).officer.user
        answers = {point.pk: Answer("pass") for point in ChecklistPoint.objects.all()}
        report = Report(visited_at=clock(), outcome="clean", summary="正常", answers=answers)
        row = send_in(inspection=row, actor=lead, version=row.version, report=report)
        row = inspections.approve(inspection=row, actor=organiser2, version=row.version)
        row = inspections.publish(inspection=row, actor=head, version=row.version)
        inspections.correct(inspection=row, actor=organiser2, text="名称有误")
        inspections.correct(inspection=row, actor=head, text="地址有误")


@pytest.mark.parametrize("readers", [("organiser", "organiser2"), ("organiser2", "organiser")])
def test_changed_registries_are_confirmed_by_one_and_frozen_by_the_other(
    readers, published_draw, item, registry, freeze, request
):
    one, other = (request.getfixturevalue(name) for name in readers)
    draft = ceremony.start(year=2026, quarter=3, item=item, actor=one)
    registry[0].operating_state = "stopped"
    registry[0].save()
    seen = changes.compare(draft, checks.snapshot(draft)).fingerprint
    papers.confirm_changes(draw=draft, seen=seen, actor=other)
    assert freeze(draft, actor=one).state == "frozen"


def settled(kind, user, roles=()):
    """Let anybody of the staff ask and anybody else approve, and say which pairs of people did."""
    pairs = []
    for asker in User.objects.filter(is_active=True):
        if not approvals.may_ask_about(asker, user, kind, roles):
            continue
        asked = approvals.ask(user=user, kind=kind, actor=asker, reason="核对过", roles=roles)
        pairs += [
            (asker.username, approver.username)
            for approver in User.objects.filter(is_active=True)
            if approvals.why_not(asked, approver) is None
        ]
        approvals.withdraw(request=asked, actor=asker)
    return pairs


@pytest.mark.parametrize("kind", ["password", "factor", "activate"])
def test_every_powerful_account_is_helped_by_two_others(kind):
    for user in User.objects.filter(grants__role__in=POWERFUL).distinct():
        if kind == "activate":
            User.objects.filter(pk=user.pk).update(is_active=False)
        pairs = settled(kind, User.objects.get(pk=user.pk))
        assert pairs, user
        assert not any(user.username in pair or len(set(pair)) < 2 for pair in pairs)
        User.objects.filter(pk=user.pk).update(is_active=True)


@pytest.mark.parametrize("role", sorted(POWERFUL))
def test_every_post_gets_a_successor_while_its_holder_is_there_and_after_he_left(role, person):
    successor = person("successor")
    assert settled("grant", successor, [role])
    for holder in User.objects.filter(grants__role=role):
        User.objects.filter(pk=holder.pk).update(is_active=False)
    assert settled("grant", successor, [role])


def test_the_first_organiser_reviewer_and_head_are_granted_by_the_first_two_accounts(person, admin, security):
    """On a new site nobody else is there to approve."""
    User.objects.exclude(pk__in=[admin.pk, security.pk]).update(is_active=False)
    for role in (Role.ORGANISER, Role.REVIEWER, Role.HEAD, Role.AUDITOR):
        new = person(f"new-{role}")
        asked = approvals.ask(user=new, kind="grant", actor=security, reason="新站启用", roles=[role])
        approvals.approve(request=asked, actor=admin)
        assert User.objects.get(pk=new.pk).roles == {role}


def test_an_officer_is_helped_by_the_security_administrator_alone(officers, security):
    assert verbs.reset_password(user=officers[0].user, actor=security)
