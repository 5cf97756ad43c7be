"""The published plans: each against its row of the log, by the text that the public downloads."""

from ..models.log import LogEntry, LogKind
from ..models.plan import Plan
from ..models.plan_text import plan_digest, plan_subject
from .evidence import Part, Rows


def plans() -> Part:
    """Compare each published plan, its rates and its items with the log; each row of the log has its plan."""
    log, faults = Rows(LogEntry.objects.filter(kind=LogKind.PLAN)), []
    rows = Plan.objects.published().prefetch_related("rates", "items").order_by("pk")
    for plan in rows:
        fault = log.claim(
            LogKind.PLAN, plan_subject(plan.year, plan.version), plan_digest(plan), plan.published_at
        )
        faults += [f"{plan.year} 年计划第 {plan.version} 版：{fault}"] if fault else []
    return Part("公布的计划", len(rows), tuple(faults + log.left(LogKind.PLAN)))
