"""An officer's own request to be recused: the organiser refuses it, or grants it by declaring a substitute for him.

A granted request is a declaration like any other: a second person confirms it, and arithmetic says who steps in. Under seal
the organiser decides without reading which unit it is: the request knows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ..inspections.tasks.problems import why_too_late
from ..models import Draw, Inspection, RecusalRequest, Substitution, TeamMember
from ..models.lotteries import Issue
from ..privacy_gate.verbs import Reasons
from ..states import WITH_OFFICERS, DrawState, InspectionState, Refused
from . import substitutes

Decision = RecusalRequest.Decision


def waiting(user: User) -> QuerySet[RecusalRequest]:
    """Requests that this organiser may decide on: not his own, and not about a visit that he has or had a part in."""
    if not user.has_role(Role.ORGANISER):
        return RecusalRequest.objects.none()
    own = Inspection.objects.with_part_of(user).values("pk")
    rows = RecusalRequest.objects.filter(
        decided_at__isnull=True, inspection__selection__draw__state=DrawState.PUBLISHED
    )
    return rows.exclude(asked_by=user).exclude(inspection__in=own).order_by("asked_at", "pk")


@dataclass(frozen=True)
class Line:
    """A request as the organiser reads it; the unit is empty where he may not know it yet."""

    request: RecusalRequest
    unit: str


def lines(user: User, requests: Iterable[RecusalRequest]) -> list[Line]:
    rows = list(requests)
    readable = Inspection.objects.of(user).filter(pk__in=[row.inspection_id for row in rows])
    known = set(readable.values_list("pk", flat=True))
    return [
        Line(row, row.inspection.selection.shown_name if row.inspection_id in known else "") for row in rows
    ]


def why_only_refused(request: RecusalRequest) -> str:
    """Say why nobody can step in for who asked, so that his request can only be answered; empty where it can be granted."""
    inspection = request.inspection
    members = TeamMember.objects.filter(selection=inspection.selection_id, officer=request.officer_id)
    if not members.exists():
        return "这名人员已经不在这家单位的检查组，不用再替补：请写明情况，答复以后了结。"
    if inspection.state == InspectionState.PUBLISHED:
        return "检查结果已经公开，不能再替补：请写明情况，答复以后了结。"
    if inspection.state not in WITH_OFFICERS:
        return "检查结果已经提交，现在不能替补。要同意的，先请审核人退回检查组；不用回避的，请答复“不同意”。"
    return ""


@transaction.atomic
def grant(
    *,
    request: RecusalRequest,
    evidence: str,
    away: dict[str, str],
    actor: User,
    issue: Issue | None = None,
    not_personal: Reasons | None = None,
) -> Substitution:
    """Grant a request: declare that the officer cannot go to this unit.

    :param evidence: what the second person checks; the public reads neither it nor the officer's own words.
    :param away: {certificate number: why} of officers who cannot go either.
    :param issue: the next issue of the lottery in the commit; None where the commit says ``seed``.
    :param not_personal: {field: why} where something looks like personal data (see `substitutes.texts`).
    """
    row = _undecided(request, actor)
    if why := why_only_refused(row):
        raise Refused(why)
    selection = row.inspection.selection
    made = substitutes.declare_officer(
        draw=selection.draw, officer=row.officer.certificate_number, reason=Substitution.Reason.RECUSED,
        evidence=evidence, away=away, unit=selection.source.number, issue=issue, actor=actor,
        not_personal=not_personal,
    )  # fmt: skip
    row.substitution = made
    _decide(row, Decision.GRANTED, "", actor)
    trail.record(actor, "同意回避申请", selection.draw, {"request": row.pk, "substitution": made.pk})
    return made


@transaction.atomic
def refuse(*, request: RecusalRequest, answer: str, actor: User) -> RecusalRequest:
    """Refuse a request, with the reason; the officer goes as he was drawn.

    So is closed what came too late to be granted, whatever became of the task: no request waits for ever.
    """
    row = _undecided(request, actor)
    if not answer.strip():
        raise Refused("不同意的，请写明理由。")
    _decide(row, Decision.REFUSED, answer.strip(), actor)
    trail.record(actor, "不同意回避申请", row.inspection.selection.draw, {"request": row.pk})
    return row


def _undecided(request: RecusalRequest, actor: User) -> RecusalRequest:
    """Lock the draw and then the request, for who may decide on it."""
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("回避申请由抽查组织者决定。")
    Draw.objects.select_for_update().get(selections__inspection=request.inspection_id)
    row = RecusalRequest.objects.select_for_update(of=("self",))
    row = row.select_related("inspection__selection__draw", "inspection__selection__source", "officer")
    row = row.get(pk=request.pk)
    if row.decided_at:
        raise Refused(why_too_late(row))
    if row.inspection.selection.draw.state != DrawState.PUBLISHED:
        raise Refused("这次抽签已作废，检查不再继续。")
    if row.asked_by_id == actor.pk or row.inspection.took_part(actor):
        raise Refused("自己提出的、自己参加的检查，请另一名组织者决定。")
    return row


def _decide(row: RecusalRequest, decision: str, answer: str, actor: User) -> None:
    row.decision, row.answer = decision, answer
    row.decided_by, row.decided_at = actor, clock.now()
    row.save(update_fields=["decision", "answer", "decided_by", "decided_at", "substitution"])
