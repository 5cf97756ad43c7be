"""Two people decide at the same moment, on two real connections: one effect."""

import pytest
from amendment_cases import team
from races import outcomes_of, race

from drawings import public_log
from drawings.amendments import seals, substitutes, voids
from drawings.inspections import verbs as inspections
from drawings.inspections.report import Answer, Report
from drawings.models import (
    ChecklistItem,
    Draw,
    Inspection,
    LogEntry,
    Substitution,
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
def declared(published_draw, organiser):
    selection = published_draw.selections.first()
    (row,) = substitutes.declare_officer(
        draw=published_draw, officer=team(selection)[0], reason="recused", evidence="近亲属在该单位任职",
        unavailable={}, actor=organiser, unit=selection.source.number,
    )  # fmt: skip
    return row


def test_two_people_confirm_a_substitute(declared, organiser2, reviewer):
    actions = [
        lambda actor=actor: substitutes.confirm(substitution=declared, actor=actor)
        for actor in (organiser2, reviewer)
    ]
    assert race(*actions) == ["done", "refused"]
    assert TeamMember.objects.filter(replaces__isnull=False).count() == 1
    assert LogEntry.objects.filter(kind="substitute-officer").count() == 1


def test_two_people_confirm_a_unit(published_draw, organiser, organiser2, reviewer):
    selection = published_draw.selections.first()
    Inspection.objects.filter(selection=selection).update(state="submitted", outcome="closed")
    row = substitutes.declare_unit(selection=selection, evidence="厂门上锁", unavailable={}, actor=organiser)
    actions = [
        lambda actor=actor: substitutes.confirm(substitution=row, actor=actor)
        for actor in (organiser2, reviewer)
    ]
    assert race(*actions) == ["done", "refused"]
    assert published_draw.selections.count() == 7
    verify.parse_log(public_log.text())


def test_the_officer_submits_while_he_is_replaced(published_draw, declared, reviewer):
    from django.utils import timezone

    inspection = declared.selection.inspection
    user, version = declared.member.officer.user, inspection.version
    whole = Report(
        visited_at=timezone.now().replace(second=0, microsecond=0), outcome="clean", summary="正常",
        answers={point.pk: Answer("pass") for point in ChecklistItem.objects.all()},
    )  # fmt: skip
    confirmed, handed_in = outcomes_of(
        lambda: substitutes.confirm(substitution=declared, actor=reviewer),
        lambda: inspections.submit(inspection=inspection, actor=user, version=version, report=whole),
    )
    inspection.refresh_from_db()
    declared.refresh_from_db()
    if inspection.state == "submitted":  # the report was first: nobody is replaced
        assert (confirmed, handed_in) == ("refused", "done")
        assert declared.confirmed_at is None
    else:  # he was replaced first: his report is refused as a stranger's
        assert (confirmed, handed_in) == ("done", "refused")
        assert Substitution.objects.get().confirmed_by == reviewer
