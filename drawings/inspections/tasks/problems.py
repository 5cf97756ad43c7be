"""困难与问题 (平舞环〔2024〕40号 三（四）): which day a visit may be postponed to, and who reads what of a request.

Nothing of this is public. The organiser reads who asks and why, for he has to answer; which unit it is about he reads only where
he may read its inspection: in a sealed draw, not before the report is handed in. Who asks has said of himself that he goes
somewhere; his words are asked not to name the unit.
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ...models import Inspection, Problem, RecusalRequest, Substitution
from ...models.quarters import last_day_of
from ...privacy_gate import reported
from ...privacy_gate.queries import said
from ...states import DrawState, InspectionState

Kind, Decision = Problem.Kind, Problem.Decision
# How each kind may be decided.
DECISIONS = {Kind.POSTPONE: (Decision.GRANTED, Decision.REFUSED), Kind.REPORT: (Decision.ANSWERED,)}
UNDER_SEAL = "密封中"
KEEP_OUT = "上报的材料里不能有个人信息：请删去，或者不列入上报；确实不属于个人信息的，写明理由。"


def last_day(inspection: Inspection) -> datetime.date:
    """Return the last day to which a visit may be postponed: so many days after the quarter of its draw.

    A draw or a substitute that was given a day after the quarter counts from that day.
    """
    draw = inspection.selection.draw
    end = last_day_of(draw.year, draw.quarter)
    return max(end, draw.visit_by or end, inspection.substitute_by or end) + datetime.timedelta(
        settings.POSTPONEMENT_DAYS
    )


def fault_of_day(inspection: Inspection, day: datetime.date, today: datetime.date) -> str:
    """Return why a visit cannot be postponed to a day; empty where it can."""
    due, last = inspection.due_on, last_day(inspection)
    if last < today:
        return f"最晚只能延到 {last:%Y-%m-%d}，这一天已经过了。请改为报告困难，由组织者答复。"
    if day < today:
        return "这一天已经过了，请填今天或今天以后的日期。"
    if due and day <= due:
        return f"现在的期限是 {due:%Y-%m-%d}，请填它以后的日期。"
    if day > last:
        return f"最晚只能延到 {last:%Y-%m-%d}（季度结束后 {settings.POSTPONEMENT_DAYS} 天）。"
    return ""


def why_not_postpone(inspection: Inspection) -> str:
    """Say why there is no visit to postpone: it was handed in, or a request waits; empty where there is one."""
    if inspection.state == InspectionState.PUBLISHED:
        return "检查结果已经公开，不用再延期。"
    if inspection.state != InspectionState.DRAFT:
        return "这次检查已经提交过，不用再延期。"
    waits = inspection.problems.waiting().filter(kind=Kind.POSTPONE).select_related("asked_by").first()
    if waits:
        return f"{waits.asked_by.full_name}已经申请延到 {waits.postpone_to:%Y-%m-%d}，正在等答复，不能同时再申请。"
    return ""


def why_not_twice(inspection: Inspection, user: User, reason: str) -> str:
    """Say why a problem is not taken: the same person reported it in the same words and waits for the answer. Else empty."""
    same = inspection.problems.filter(kind=Kind.REPORT, decided_at=None, asked_by=user, reason=reason.strip())
    if same.exists():
        return "同样的内容您已经报告过，正在等答复，不用再报告。有新的情况，请写明新的情况。"
    return ""


def requests() -> QuerySet[Problem]:
    """Requests and problems of draws that go on, with all that a list shows of them."""
    return Problem.objects.filter(inspection__selection__draw__state=DrawState.PUBLISHED).select_related(
        "inspection__selection__draw", "asked_by", "decided_by"
    )


def waiting_for(user: User) -> QuerySet[Problem]:
    """Those that nobody has answered and this organiser may: not his own, and not of a visit that he had a part in."""
    if not user.has_role(Role.ORGANISER):
        return Problem.objects.none()
    own = Inspection.objects.with_part_of(user).values("pk")
    return requests().filter(decided_at__isnull=True).exclude(asked_by=user).exclude(inspection__in=own)


@dataclass(frozen=True)
class Line:
    """A request as this person reads it."""

    problem: Problem
    unit: str
    may_open: bool  # the inspection


def lines(user: User, problems: list[Problem]) -> list[Line]:
    """Return the requests with the units that the person may know, in one query."""
    readable = set(
        Inspection.objects.of(user)
        .filter(pk__in=[problem.inspection_id for problem in problems])
        .values_list("pk", flat=True)
    )
    return [
        Line(
            problem,
            problem.inspection.selection.shown_name if problem.inspection_id in readable else UNDER_SEAL,
            problem.inspection_id in readable,
        )
        for problem in problems
    ]


def of_inspection(inspection: Inspection) -> QuerySet[Problem]:
    """What the team has asked about the inspection, the latest first: both officers read it."""
    return inspection.problems.select_related("asked_by", "decided_by").order_by("-pk")


def own_recusals(inspection: Inspection, user: User) -> QuerySet[RecusalRequest]:
    """The person's own requests to be recused: why, the partner need not know."""
    rows = inspection.recusal_requests.filter(asked_by=user)
    return rows.select_related("decided_by", "substitution").order_by("-pk")


def open_recusal(inspection: Inspection, user: User) -> RecusalRequest | None:
    """Return the person's request that nobody has decided on, or that was granted and has no substitute yet."""
    waits = Q(decided_at__isnull=True) | Q(substitution__in=Substitution.objects.pending())
    return own_recusals(inspection, user).filter(waits).first()


def personal(problem: Problem) -> str:
    """Say what in a request looks like personal data and nobody has marked: as it is, the quarter's report does not take it."""
    return said(reported.unmarked([problem]).get(problem.pk, []))


def how_closed(request: Problem | RecusalRequest) -> str:
    """Say who decided on a request or took it back, when, and how: ``韩组织已在 2026-10-08 09:30 答复：同意``."""
    who, at = request.decided_by.full_name, timezone.localtime(request.decided_at)
    what = "撤回了这一条" if request.is_withdrawn else f"答复：{request.get_decision_display()}"
    return f"{who}已在 {at:%Y-%m-%d %H:%M} {what}"


def why_too_late(request: Problem | RecusalRequest) -> str:
    """Say to whoever decides on a closed request what became of it."""
    return f"{how_closed(request)}。您的答复没有记下。"


def why_not_again(request: RecusalRequest) -> str:
    """Say why a second request to be recused is not taken."""
    if request.decided_at is None:
        return "您的回避申请已经在等答复，不用再申请。这一次没有提交。"
    return "您的回避申请已经同意，正在定替补，不用再申请。这一次没有提交。"
