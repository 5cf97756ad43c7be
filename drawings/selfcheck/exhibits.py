"""Photos and PDFs of visits: each row held against the audit trail, from its addition to the row as it stands."""

from collections import defaultdict
from collections.abc import Iterator

from ..models.evidence import Evidence as Exhibit
from ..models.inspection import Inspection
from .evidence import Evidence, Part, Step
from .moves import Entries

ADDED = "添加现场证据"
CHANGED = ("补传证据原件", "修改证据说明", "移除现场证据", "标明证据可以公开", "撤销证据可以公开")


def exhibits(evidence: Evidence) -> Part:
    """Compare each photo and PDF with its entries; a fixed number of queries. The files: ``manage.py check_evidence``."""
    draw, faults, count = evidence.draw, [], 0
    entries = Entries(evidence, ADDED, *CHANGED)
    rows = defaultdict(list)
    for row in Exhibit.objects.filter(inspection__selection__draw=draw).order_by("pk"):
        rows[row.inspection_id].append(row)
        count += 1
    inspections = Inspection.objects.filter(selection__draw=draw).order_by("pk")
    for pk, number in inspections.values_list("pk", "selection__source__number").iterator(chunk_size=2000):
        found = _faults(evidence, rows[pk], entries.of(pk))
        faults += [f"检查任务 {evidence.unit(number, pk)}：{fault}" for fault in found]
    return Part("现场证据", count, tuple(faults))


def _faults(evidence: Evidence, rows: list[Exhibit], steps: list[Step]) -> Iterator[str]:
    """Follow the digests of each row: `before` of an entry is `after` of the one before it."""
    left: dict[int, str] = {}
    for step in steps:
        key = step.changes["exhibit"]
        if left.get(key) != step.changes.get("before"):
            yield f"现场证据 {key}：和审计记录第 {step.index} 条改动以前的内容接不上"
        left[key] = step.changes["after"]
    for row in rows:
        told = left.pop(row.pk, None)
        if told is None:
            yield f"现场证据 {row.pk}：审计记录里没有添加"
        elif told != evidence.draw.log_digest(row.as_stored()):
            yield f"现场证据 {row.pk}：内容和审计记录里的指纹不一致"
    yield from (f"现场证据 {key}：审计记录里有，站上没有" for key in sorted(left))
