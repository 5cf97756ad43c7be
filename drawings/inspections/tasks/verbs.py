"""What an officer asks about a task, and what the organiser answers. An own request nobody decides on.

The words of a request stand in its row alone: the trail says that something was asked and how it was decided.
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ...models import Inspection, Problem, RecusalRequest
from ...privacy_gate import reported
from ...privacy_gate.queries import Obstacle, Subject, marked_of, obstacles, said
from ...privacy_gate.verbs import Reasons, let_through
from ...states import WITH_OFFICERS, InspectionState, Refused
from ..guards import locked
from ..guards import trace as _trace
from ..privacy import keep_marks
from .problems import (
    DECISIONS,
    KEEP_OUT,
    fault_of_day,
    how_closed,
    open_recusal,
    why_not_again,
    why_not_postpone,
    why_not_twice,
    why_too_late,
)

Kind, Decision = Problem.Kind, Problem.Decision


@transaction.atomic
def postpone(*, inspection: Inspection, postpone_to: datetime.date, reason: str, actor: User) -> Problem:
    """Ask for more time; one request at a time."""
    row = _of_team(inspection, actor)
    if why := why_not_postpone(row):
        raise Refused(why)
    if fault := fault_of_day(row, postpone_to, clock.today()):
        raise Refused(fault)
    problem = _asked(row, Kind.POSTPONE, reason, actor, postpone_to)
    _trace(row, actor, "申请延期", problem=problem.pk)
    return problem


@transaction.atomic
def report(*, inspection: Inspection, reason: str, actor: User) -> Problem:
    """Report a problem that came up; nothing changes for the task."""
    row = _of_team(inspection, actor)
    if row.state == InspectionState.PUBLISHED:
        raise Refused("检查结果已经公开，不能再就它报告困难。")
    if why := why_not_twice(row, actor, reason):
        raise Refused(why)
    problem = _asked(row, Kind.REPORT, reason, actor)
    _trace(row, actor, "报告困难或问题", problem=problem.pk)
    return problem


@transaction.atomic
def ask_recusal(*, inspection: Inspection, reason: str, actor: User) -> RecusalRequest:
    """Ask not to go to this unit (《行政处罚法》第四十三条). The organiser decides; a granted request becomes a substitution."""
    row = _of_team(inspection, actor)
    if row.state not in WITH_OFFICERS:
        raise Refused("检查结果已经提交，不能再换人。应当回避而没有回避的，请马上告诉抽查组织者。")
    officer = next(
        member.officer for member in row.selection.team.all() if member.officer.user_id == actor.pk
    )
    if waits := open_recusal(row, actor):
        raise Refused(why_not_again(waits))
    request = RecusalRequest.objects.create(
        inspection=row, officer=officer, reason=_said(reason), asked_by=actor, asked_at=clock.now()
    )
    _trace(row, actor, "申请回避", request=request.pk)
    return request


@transaction.atomic
def withdraw(*, request: Problem | RecusalRequest, actor: User) -> Problem | RecusalRequest:
    """Take back a request that nobody has decided on: it waits for nobody any more, and a new one can be made."""
    row = locked(request.inspection)
    request = type(request).objects.select_for_update().get(pk=request.pk)
    if request.asked_by_id != actor.pk:
        raise PermissionDenied("只有提出的人可以撤回。")
    if request.decided_at:
        raise Refused(f"{how_closed(request)}。没有再撤回。")
    request.decision, request.decided_by, request.decided_at = Decision.WITHDRAWN, actor, clock.now()
    request.save(update_fields=["decision", "decided_by", "decided_at"])
    key = "problem" if isinstance(request, Problem) else "request"
    _trace(row, actor, "撤回申请", **{key: request.pk})
    return request


@transaction.atomic
def answer(
    *,
    problem: Problem,
    decision: str,
    answer: str,
    goes_up: bool,
    actor: User,
    postpone_to: datetime.date | None = None,
    not_personal: Reasons | None = None,
) -> Problem:
    """Answer a request. A granted postponement moves the due day, to the day asked for or to another one.

    :param goes_up: it is listed among what is reported upwards for the quarter; then it holds no personal data.
    :param not_personal: {"reason" or "answer": why} where something in it looks like personal data.
    """
    row, problem = _to_decide(problem, actor)
    if problem.decided_at:
        raise Refused(why_too_late(problem))
    if decision not in DECISIONS[Kind(problem.kind)]:
        raise Refused("请选择处理结果。")
    if decision == Decision.GRANTED:
        _grant(row, postpone_to or problem.postpone_to)
    elif not answer.strip():
        raise Refused("请写明答复。")
    passed = _passed(problem, answer.strip(), not_personal) if goes_up else []
    problem.decision, problem.answer, problem.goes_up = decision, answer.strip(), goes_up
    problem.decided_by, problem.decided_at = actor, clock.now()
    problem.save(update_fields=["decision", "answer", "goes_up", "decided_by", "decided_at"])
    keep_marks(passed, Subject.PROBLEM, problem.pk, row, actor)
    told = {"until": row.postponed_to.isoformat()} if decision == Decision.GRANTED else {}
    _trace(row, actor, "答复困难与问题", problem=problem.pk, decision=decision, goes_up=goes_up, **told)
    return problem


@transaction.atomic
def mark(*, problem: Problem, goes_up: bool, actor: User, not_personal: Reasons | None = None) -> Problem:
    """List a request that was answered among what goes upwards, or take it off that list.

    One that an older site listed with what looks like personal data is listed again, with the reasons.

    :param not_personal: {"reason" or "answer": why} where something in it looks like personal data.
    """
    row, problem = _to_decide(problem, actor)
    if problem.decided_at is None:
        raise Refused("请先答复，答复时可以列入上报。")
    if problem.is_withdrawn:
        raise Refused(f"{how_closed(problem)}，不能列入上报。")
    passed = _passed(problem, problem.answer, not_personal) if goes_up else []
    if problem.goes_up == goes_up and not passed:
        raise Refused("已经是这样了，没有改动。")
    keep_marks(passed, Subject.PROBLEM, problem.pk, row, actor)
    if problem.goes_up != goes_up:
        problem.goes_up = goes_up
        problem.save(update_fields=["goes_up"])
        _trace(row, actor, "改动是否上报", problem=problem.pk, goes_up=goes_up)
    return problem


def _passed(problem: Problem, answer: str, reasons: Reasons | None) -> list[tuple[Obstacle, str]]:
    """Return what the reasons cover; refuse where something is found that they do not."""
    texts = reported.texts(problem, answer)
    marked = marked_of(Subject.PROBLEM, [problem.pk])[problem.pk]
    passed = let_through(texts, reasons, marked, stop=False)
    covered = marked | {(each.field, each.piece) for each, _ in passed}
    if rest := obstacles(texts, covered):
        raise Refused(f"{said(rest)}。{KEEP_OUT}")
    return passed


def _of_team(inspection: Inspection, actor: User) -> Inspection:
    row = locked(inspection)
    if not (actor.has_role(Role.OFFICER) and row.is_on_team(actor)):
        raise PermissionDenied("只有检查组的执法人员可以提出。")
    return row


def _asked(
    row: Inspection, kind: str, reason: str, actor: User, postpone_to: datetime.date | None = None
) -> Problem:
    return Problem.objects.create(
        inspection=row, kind=kind, postpone_to=postpone_to, reason=_said(reason), asked_by=actor, asked_at=clock.now()
    )  # fmt: skip


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写明原因。")
    return reason.strip()


def _to_decide(problem: Problem, actor: User) -> tuple[Inspection, Problem]:
    """Lock a request and its inspection for who may decide on it."""
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("困难与问题由抽查组织者答复。")
    row = locked(problem.inspection)
    problem = Problem.objects.select_for_update().get(pk=problem.pk)
    if problem.asked_by_id == actor.pk or row.took_part(actor):
        raise Refused("自己提出的、自己参加的检查，请另一名组织者答复。")
    return row, problem


def _grant(row: Inspection, day: datetime.date) -> None:
    """Move the due day. The version of the report stays: what an officer is typing is not touched by it."""
    if row.state != InspectionState.DRAFT:
        raise Refused("检查组已经提交，不用再延期：请选“不同意”，并写明已经提交。")
    if fault := fault_of_day(row, day, clock.today()):
        raise Refused(fault)
    row.postponed_to = day
    row.save(update_fields=["postponed_to"])
