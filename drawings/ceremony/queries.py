"""What the pages of a draw show, and what awaits its people."""

from django.utils import timezone

from wugang_audit.desk import Awaiting, awaits
from wugang_audit.roles import Role

from ..models import Draw, EntropySource, Inspection, Plan
from ..states import DRAW_MOVES, DrawState, InspectionState


def next_source(draw: Draw) -> EntropySource | None:
    """The source whose value is entered next, or None when all are accepted."""
    return draw.entropy.filter(accepted_at__isnull=True).order_by("position").first()


def has_findings(draw: Draw) -> bool:
    """Say whether results of this draw were already handed in: from then on it is not voided any more."""
    return Inspection.objects.filter(selection__draw=draw).exclude(state=InspectionState.DRAFT).exists()


def may_be_voided(draw: Draw) -> bool:
    return DrawState.VOID in DRAW_MOVES[draw.state] and not has_findings(draw)


def selections_of(draw: Draw):
    """The drawn units in the order of ``result.tsv``, each with its team, lead first."""
    return draw.selections.select_related("source__speciality").prefetch_related("team")


@awaits(Role.ORGANISER)
def _organisers_desk(user) -> list[Awaiting]:
    today = timezone.localdate()
    quarter = (today.month + 2) // 3
    lines = []
    if Plan.objects.in_force(today.year) is None:
        lines.append(Awaiting(f"{today.year} 年抽查计划还没有公布", "/ceremony/plans/"))
    if not Draw.objects.exclude(state=DrawState.VOID).filter(year=today.year, quarter=quarter).exists():
        lines.append(Awaiting(f"{today.year} 年第 {quarter} 季度还没有抽签", "/ceremony/"))
    todo = {
        DrawState.DRAFT: "核对后冻结名单",
        DrawState.FROZEN: "录入随机数",
        DrawState.DRAWN: "公布抽查结果",
    }
    for draw in Draw.objects.filter(state__in=todo):
        lines.append(Awaiting(f"{draw.title}：{todo[draw.state]}", f"/ceremony/{draw.code}/"))
    return lines


@awaits(*(role for role in Role if role != Role.AUDITOR))
def _second_reading(user) -> list[Awaiting]:
    """Values that a colleague has typed and that wait for a second person."""
    waiting = EntropySource.objects.filter(
        draw__state=DrawState.FROZEN, first_by__isnull=False, accepted_at__isnull=True
    ).exclude(first_by=user)
    return [
        Awaiting(f"{title}：请复核录入随机数", f"/ceremony/{code}/entry/")
        for code, title in ((entry.draw.code, entry.draw.title) for entry in waiting.select_related("draw"))
    ]
