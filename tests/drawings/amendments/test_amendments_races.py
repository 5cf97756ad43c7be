"""Two people decide at the same moment, on two real connections: one effect."""

import pytest
from amendment_cases import NUMBERS, TONIGHT, report, team, unit_of
from races import race
from redaction_cases import LAW, SUMMARY, publish, target
from visit_cases import send_in

from drawings import public_log
from drawings.amendments import redactions, seals, substitutes, voids
from drawings.inspections.field.report import Answer, Report
from drawings.models import (
    ChecklistPoint,
    Draw,
    LogEntry,
    Redaction,
    Substitution,
    SubstitutionPlace,
    TeamMember,
    VoidRequest,
)
from drawings.protocol import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def third(person):
    return person("organiser3", "organiser", full_name="孟组织")


def test_two_organisers_file_a_void(drawn_draw, organiser, organiser2):
    actions = [
        lambda actor=actor: voids.request_void(
            draw=drawn_draw, reason="system", evidence="数据库重启", actor=actor
        )
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert VoidRequest.objects.count() == 1


@pytest.mark.parametrize("verbs", [("confirm_void", "confirm_void"), ("confirm_void", "refuse_void")])
def test_two_organisers_decide_on_a_void(drawn_draw, organiser, organiser2, third, verbs):
    request = voids.request_void(draw=drawn_draw, reason="system", evidence="数据库重启", actor=organiser)
    actions = [
        lambda verb=verb, actor=actor: getattr(voids, verb)(request=request, actor=actor)
        for verb, actor in zip(verbs, (organiser2, third), strict=True)
    ]
    assert race(*actions) == ["done", "refused"]
    voided = Draw.objects.get().state == "void"
    request.refresh_from_db()
    assert (request.confirmed_at is not None, request.refused_at is not None) == (voided, not voided)
    assert LogEntry.objects.filter(kind="void").count() == voided


def test_a_seal_is_lifted_twice_at_once(published_draw, organiser, organiser2):
    Draw.objects.update(disclosure="sealed")
    actions = [
        lambda actor=actor: seals.unseal(draw=published_draw, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert LogEntry.objects.filter(kind="unseal").count() == 1


@pytest.fixture
def declared(draw, declare):
    selection = draw.selections.first()
    return declare(draw, team(selection)[0], "recused", "近亲属在该单位任职", unit=unit_of(selection))


def places_taken():
    return TeamMember.objects.filter(replaces__isnull=False).count()


def logged(kind):
    return LogEntry.objects.filter(kind=kind).count()


def test_two_organisers_declare_the_same_officer(draw, organiser, organiser2):
    words = {"draw": draw, "reason": "ill", "evidence": "住院证明", "away": {}, "issue": TONIGHT}
    who = team(draw.selections.first())[0]
    actions = [
        lambda actor=actor: substitutes.declare_officer(officer=who, actor=actor, **words)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert Substitution.objects.count() == 1


def test_two_organisers_declare_the_same_unit(draw, organiser, organiser2):
    selection = draw.selections.first()
    report(selection)
    words = {"selection": selection, "evidence": "厂门上锁", "away": {}, "issue": TONIGHT}
    actions = [
        lambda actor=actor: substitutes.declare_unit(actor=actor, **words)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "refused"]
    assert SubstitutionPlace.objects.count() == 1


def test_two_declarations_are_confirmed_at_once(draw, declare, closed, organiser2, reviewer):
    rows = [declare(draw, team(draw.selections.first())[0]), closed(draw.selections.last())]
    actions = [
        lambda row=row, actor=actor: substitutes.confirm(substitution=row, actor=actor)
        for row, actor in zip(rows, (organiser2, reviewer), strict=True)
    ]
    assert race(*actions) == ["done", "done"]
    assert sorted(Substitution.objects.values_list("serial", flat=True)) == [1, 2]
    subjects = LogEntry.objects.filter(kind="declare").order_by("index").values_list("subject", flat=True)
    assert list(subjects) == ["2026Q4/1", "2026Q4/2"]
    verify.parse_log(public_log.text())


def test_two_people_confirm_a_substitute(seed_draw, declared, organiser2, reviewer):
    actions = [
        lambda actor=actor: substitutes.confirm(substitution=declared, actor=actor)
        for actor in (organiser2, reviewer)
    ]
    assert race(*actions) == ["done", "refused"]
    assert (places_taken(), logged("declare"), logged("substitute")) == (1, 1, 1)


@pytest.mark.parametrize("verbs", [("confirm", "refuse")])
def test_one_confirms_while_another_refuses(declared, organiser2, reviewer, verbs):
    actions = [
        lambda verb=verb, actor=actor: getattr(substitutes, verb)(substitution=declared, actor=actor)
        for verb, actor in zip(verbs, (organiser2, reviewer), strict=True)
    ]
    assert race(*actions) == ["done", "refused"]
    declared.refresh_from_db()
    assert (declared.confirmed_at is None) != (declared.refused_at is None)


def test_two_people_type_the_second_reading(draw, declared, organiser, organiser2, reviewer, clock):
    substitutes.confirm(substitution=declared, actor=reviewer)
    clock.moment = TONIGHT.known_at
    substitutes.enter_value(draw=draw, value=NUMBERS, actor=organiser)
    actions = [
        lambda actor=actor: substitutes.enter_value(draw=draw, value=NUMBERS, actor=actor)
        for actor in (organiser2, reviewer)
    ]
    assert race(*actions) == ["done", "refused"]
    assert (places_taken(), logged("substitute")) == (1, 1)


def test_two_people_type_the_first_reading(draw, declared, organiser, organiser2, reviewer, clock):
    substitutes.confirm(substitution=declared, actor=reviewer)
    clock.moment = TONIGHT.known_at
    actions = [
        lambda actor=actor: substitutes.enter_value(draw=draw, value=NUMBERS, actor=actor)
        for actor in (organiser, organiser2)
    ]
    assert race(*actions) == ["done", "done"]  # one after the other: they agree
    assert (places_taken(), logged("substitute")) == (1, 1)


def test_two_people_confirm_a_unit(seed_draw, closed, organiser2, reviewer):
    row = closed(seed_draw.selections.first())
    actions = [
        lambda actor=actor: substitutes.confirm(substitution=row, actor=actor)
        for actor in (organiser2, reviewer)
    ]
    assert race(*actions) == ["done", "refused"]
    assert seed_draw.selections.count() == 7
    verify.parse_log(public_log.text())


def test_the_officer_submits_while_he_is_declared(draw, organiser, clock):
    selection = draw.selections.first()
    inspection, member = selection.inspection, selection.team.first()
    user, version = member.officer.user, inspection.version
    whole = Report(
        visited_at=clock().replace(second=0, microsecond=0), outcome="clean", summary="正常",
        answers={point.pk: Answer("pass") for point in ChecklistPoint.objects.all()},
    )  # fmt: skip
    outcomes = race(
        lambda: substitutes.declare_officer(
            draw=draw, officer=member.officer.certificate_number, reason="recused", evidence="近亲属在该单位任职",
            away={}, issue=TONIGHT, actor=organiser, unit=unit_of(selection),
        ),
        lambda: send_in(inspection=inspection, actor=user, version=version, report=whole),
    )  # fmt: skip
    assert outcomes == ["done", "refused"]  # a report that was first keeps its officers; else it waits
    inspection.refresh_from_db()
    assert (inspection.state == "submitted") != Substitution.objects.exists()


@pytest.fixture
def asked(draw, reviewer, head):
    """A reviewer has asked that a published text be hidden."""
    publish(draw.selections.first().inspection, reviewer, head, SUMMARY)
    return redactions.ask(draw=draw, target=target(draw, SUMMARY), legal_reason=LAW, actor=reviewer)


@pytest.mark.parametrize("verbs", [("confirm", "confirm"), ("confirm", "refuse")])
def test_two_heads_decide_on_a_redaction(asked, head, person, verbs):
    actions = [
        lambda verb=verb, actor=actor: getattr(redactions, verb)(redaction=asked, actor=actor)
        for verb, actor in zip(verbs, (head, person("head2", "head")), strict=True)
    ]
    assert race(*actions) == ["done", "refused"]
    asked.refresh_from_db()
    assert asked.is_in_effect != bool(asked.refused_at)
    assert logged("redaction") == asked.is_in_effect


def test_two_reviewers_ask_for_the_same_text(asked, reviewer, head, person, draw):
    redactions.refuse(redaction=asked, actor=head)
    actions = [
        lambda actor=actor: redactions.ask(draw=draw, target=asked.target, legal_reason=LAW, actor=actor)
        for actor in (reviewer, person("reviewer2", "reviewer"))
    ]
    assert race(*actions) == ["done", "refused"]
    assert Redaction.objects.waiting().count() == 1
