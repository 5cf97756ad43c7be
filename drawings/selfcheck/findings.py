"""The inspections of a draw: each published finding and each correction against its row of the log, states against the trail."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from wugang_audit.audit.models import AuditEntry

from ..models.canonical import canonical_text
from ..models.inspection import Correction, Finding, Inspection
from ..models.log import LogKind
from ..protocol import verify
from ..public_fields import FINDING_RECORD
from ..states import InspectionState
from .evidence import Evidence, Part, Step

# What each audit entry makes of an inspection.
STATE_AFTER = {
    "提交检查": InspectionState.SUBMITTED,
    "审核通过": InspectionState.APPROVED,
    "退回检查": InspectionState.RETURNED,
    "确认公开": InspectionState.PUBLISHED,
}


def inspections(evidence: Evidence) -> Part:
    """Compare states, findings and dates; two queries, whose rows are read side by side."""
    draw, faults, count = evidence.draw, [], 0
    secret = _last_steps(evidence)
    verdicts = _verdicts(evidence)
    number, points = next(verdicts, (None, []))
    for row in _inspections(evidence).iterator(chunk_size=2000):
        count += 1
        while number is not None and number < row.pk:
            number, points = next(verdicts, (None, []))
        name = evidence.unit(row.selection.source.number, row.pk)
        found = points if number == row.pk else []
        faults += [f"检查结果 {name}：{fault}" for fault in _faults(evidence, row, found, secret.get(row.pk))]
        if row.item_id != draw.item_id:
            faults.append(f"检查任务 {name}：抽查事项和抽签的不一致")
    faults += evidence.log.left(LogKind.FINDING)
    return Part("检查结果", count, tuple(faults))


def _inspections(evidence: Evidence) -> QuerySet:
    """Return the inspections with what the trail says of each last: the state's entry, and who confirmed it."""
    key = Concat(
        Value(f"{Inspection._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField()
    )
    entries = AuditEntry.objects.filter(target_key=key, action__in=STATE_AFTER).order_by("-index")
    rows = Inspection.objects.filter(selection__draw=evidence.draw)
    return (
        rows.select_related("selection__draw", "selection__source")
        .annotate(
            last_action=Subquery(entries.values("action")[:1]),
            last_actor=Subquery(entries.values("actor")[:1]),
        )
        .order_by("pk")
    )


def _last_steps(evidence: Evidence) -> dict[int, Step]:
    """Return the last entry of each inspection that the trail keeps under its draw, as it does while there is a seal."""
    return {
        step.changes["inspection"]: step for step in evidence.of(*STATE_AFTER) if "inspection" in step.changes
    }


def _verdicts(evidence: Evidence) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Yield (inspection, the columns of its points that the record says), ascending by inspection."""
    rows = (
        Finding.objects.filter(
            inspection__selection__draw=evidence.draw, inspection__state=InspectionState.PUBLISHED
        )
        .exclude(verdict="")
        .order_by("inspection")
        .values_list("inspection", *FINDING_RECORD.points.columns)
    )
    for pk, group in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        yield pk, [row[1:] for row in group]


def _faults(
    evidence: Evidence, row: Any, points: list[tuple[Any, ...]], secret: Step | None
) -> Iterator[str]:
    # Entries under the draw are those made while it was sealed: later ones stand under the inspection.
    action = row.last_action or (secret and secret.action)
    actor = row.last_actor if row.last_action else secret and secret.actor
    wanted = STATE_AFTER.get(action, InspectionState.DRAFT)
    if row.state != wanted:
        label = dict(InspectionState.choices).get(row.state, row.state)
        yield f"状态是“{label}”，按审计记录应为“{wanted.label}”"
    if row.state != InspectionState.PUBLISHED:
        if row.published_at or row.published_by_id:
            yield "没有公开，却有公开时间或公开人"
        return
    digest = verify.digest(canonical_text(FINDING_RECORD, row, points))
    if fault := evidence.log.claim(LogKind.FINDING, row.log_subject, digest, row.published_at):
        yield fault
    if wanted == InspectionState.PUBLISHED and actor != row.published_by_id:
        yield "公开人和审计记录不一致"


def corrections(evidence: Evidence) -> Part:
    """Compare each correction with its row; one that was altered leaves its row without a document."""
    faults, count, draw = [], 0, evidence.draw
    rows = Correction.objects.filter(inspection__selection__draw=draw).order_by("pk")
    for pk, text, at, number in rows.values_list(
        "inspection", "text", "at", "inspection__selection__source__number"
    ).iterator(chunk_size=2000):
        count += 1
        fault = evidence.log.claim(LogKind.CORRECTION, draw.log_subject(number), verify.digest(text), at)
        faults += [f"检查结果 {evidence.unit(number, pk)} 的更正：{fault}"] if fault else []
    faults += evidence.log.left(LogKind.CORRECTION)
    return Part("更正", count, tuple(faults))
