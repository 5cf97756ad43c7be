"""The inspections of a draw: each published finding and each correction against its row of the log."""

from collections.abc import Iterator
from typing import Any

from ..models.canonical import canonical_text
from ..models.draw import Selection
from ..models.inspection import Correction, Finding, Inspection
from ..models.log import LogKind
from ..public_fields import FINDING_RECORD
from ..states import InspectionState
from .evidence import Evidence, Part
from .moves import Beside, Ways


def inspections(evidence: Evidence) -> Part:
    """Compare states, findings, dates and people; a few queries, whose rows are read side by side."""
    draw, faults, count = evidence.draw, [], 0
    ways, verdicts = Ways(evidence), Beside(_verdicts(evidence))
    rows = Inspection.objects.filter(selection__draw=draw).select_related(
        "selection__draw", "selection__source"
    )
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        count += 1
        name = evidence.unit(row.selection.source.number, row.pk)
        found = [*ways.faults(row), *_published(evidence, row, verdicts.of(row.pk))]
        faults += [f"检查结果 {name}：{fault}" for fault in found]
        if row.item_id != draw.item_id:
            faults.append(f"检查任务 {name}：抽查事项和抽签的不一致")
    faults += _missing(evidence)
    faults += evidence.log.left(LogKind.FINDING)
    return Part("检查结果", count, tuple(faults))


def _missing(evidence: Evidence) -> Iterator[str]:
    """Name the drawn units that have no inspection: each gets one together with its team."""
    lost = Selection.objects.filter(draw=evidence.draw, inspection=None).order_by("pk")
    for pk, number in lost.values_list("pk", "source__number"):
        name = f"（数据库编号 {pk}）" if evidence.is_secret else f" {number}"
        yield f"抽中的单位{name}：没有检查任务"


def _verdicts(evidence: Evidence) -> Iterator[tuple[Any, ...]]:
    """Yield (inspection, *the columns of a point that the record says), ascending by inspection."""
    return (
        Finding.objects.filter(
            inspection__selection__draw=evidence.draw, inspection__state=InspectionState.PUBLISHED
        )
        .exclude(verdict="")
        .order_by("inspection")
        .values_list("inspection", *FINDING_RECORD.points.columns)
        .iterator(chunk_size=5000)
    )


def _published(evidence: Evidence, row: Inspection, points: list[tuple[Any, ...]]) -> Iterator[str]:
    """Hold what is published of an inspection against its row of the log."""
    if row.state == InspectionState.PUBLISHED:
        subject = evidence.draw.log_subject(row.selection.source.number)
        digest = evidence.draw.log_digest(canonical_text(FINDING_RECORD, row, points))
        if fault := evidence.log.claim(LogKind.FINDING, subject, digest, row.published_at):
            yield fault


def corrections(evidence: Evidence) -> Part:
    """Compare each correction with its row; one that was altered leaves its row without a document."""
    faults, count, draw = [], 0, evidence.draw
    rows = Correction.objects.filter(inspection__selection__draw=draw).order_by("pk")
    for pk, text, at, number in rows.values_list(
        "inspection", "text", "at", "inspection__selection__source__number"
    ).iterator(chunk_size=2000):
        count += 1
        fault = evidence.log.claim(LogKind.CORRECTION, draw.log_subject(number), draw.log_digest(text), at)
        faults += [f"检查结果 {evidence.unit(number, pk)} 的更正：{fault}"] if fault else []
    faults += evidence.log.left(LogKind.CORRECTION)
    return Part("更正", count, tuple(faults))
