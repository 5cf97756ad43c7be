"""The reports of the quarters, as made and as approved: each against its entries of the audit trail."""

import hashlib
from collections.abc import Iterator

from ..models.reports import APPROVED, MADE, QuarterReport
from .evidence import EntriesBeside, Part, Step, unlike_step


def reports() -> Part:
    """Compare figures, workbook, people and times; of entries of an older site the figures are not asked."""
    entries = EntriesBeside(QuarterReport)
    faults, count = [], 0
    for row in QuarterReport.objects.order_by("pk").iterator(chunk_size=50):
        count += 1
        found = _faults(row, entries.take(row.pk))
        faults += [f"{row}第 {row.version} 版：{fault}" for fault in found]
    faults += entries.left("季度汇总表")
    return Part("季度汇总表", count, tuple(faults))


def _faults(row: QuarterReport, steps: list[Step]) -> Iterator[str]:
    made = next((step for step in steps if step.action.startswith(MADE)), None)
    approved = next((step for step in steps if step.action == APPROVED), None)
    yield from unlike_step("编制", row.made_at, row.made_by_id, made)
    yield from unlike_step("批准", row.approved_at, row.approved_by_id, approved)
    for step in filter(None, (made, approved)):
        if (step.changes.get("version"), step.changes.get("digest")) != (row.version, row.digest):
            yield f"版次或工作簿的指纹和审计记录第 {step.index} 条不一致"
    if hashlib.sha256(bytes(row.workbook)).hexdigest() != row.digest:
        yield "工作簿和登记的指纹不一致"
    told = made and made.changes.get("figures")
    if told and told != QuarterReport.figures_digest(row.figures):
        yield "数据和编制时的审计记录不一致"
