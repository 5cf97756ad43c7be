"""What stands beside the results of a draw's inspections and in no row of the log: held against the audit trail.

Days by which something is due, the points as they read at the publication, and samplings, each entry of which begins
with the digest of the row that the entry before it left.
"""

from collections import defaultdict
from collections.abc import Iterator

from ..models.checklists import ChecklistVersion, InspectionChecklist, point_digests
from ..models.field_work import Sampling
from ..models.inspection import Inspection
from .evidence import Evidence, Part, Step
from .moves import Entries

POSTPONED = ("答复困难与问题",)
SUBSTITUTED = ("定替补的检查期限",)
DUE = ("提交检查", "审核通过")
PUBLISHED = ("确认公开",)
SAMPLED = ("申请采样监测", "填写采样监测", "作废采样申请")


def visits(evidence: Evidence) -> Part:
    """Compare each inspection with its entries; a fixed number of queries."""
    draw, faults, count = evidence.draw, [], 0
    entries = Entries(evidence, *POSTPONED, *SUBSTITUTED, *DUE, *PUBLISHED, *SAMPLED)
    used = InspectionChecklist.objects.filter(inspection__selection__draw=draw)
    points = point_digests(used.values("version"))
    versions = ChecklistVersion.objects.select_related("checklist").order_by()
    called = {f"{each.checklist.code}/{each.number}": f"{each}" for each in versions}
    samplings = defaultdict(list)
    for sampling in Sampling.objects.filter(inspection__selection__draw=draw).order_by("pk"):
        samplings[sampling.inspection_id].append(sampling)
    rows = Inspection.objects.filter(selection__draw=draw).select_related("selection__source")
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        steps = entries.of(row.pk)
        own = samplings[row.pk]
        count += 1 + len(own)
        name = evidence.unit(row.selection.source.number, row.pk)
        found = [*_days(row, steps), *_points(steps, points, called), *_samplings(evidence, own, steps)]
        faults += [f"检查任务 {name}：{fault}" for fault in found]
    return Part("期限、清单和采样", count, tuple(faults))


def _days(row: Inspection, steps: list[Step]) -> Iterator[str]:
    """Compare the days by which the visit and the publication are due. Entries of an older site tell no publication day."""
    until = [step.changes["until"] for step in steps if step.action in POSTPONED and "until" in step.changes]
    if (row.postponed_to and row.postponed_to.isoformat()) != (until[-1] if until else None):
        yield "延期到的日期和审计记录不一致"
    given = [step.changes["until"] for step in steps if step.action in SUBSTITUTED]
    if (row.substitute_by and row.substitute_by.isoformat()) != (given[-1] if given else None):
        yield "替补后的检查期限和审计记录不一致"
    due = [step for step in steps if step.action in DUE]
    if due and "publish_by" in due[-1].changes:
        if (row.publish_by and row.publish_by.isoformat()) != due[-1].changes["publish_by"]:
            yield f"应公开日期和审计记录第 {due[-1].index} 条不一致"
    elif not due and row.publish_by:
        yield "没有提交，却有应公开日期"


def _points(steps: list[Step], points: dict[str, str], called: dict[str, str]) -> Iterator[str]:
    """Say which versions have other points today than when the result was published.

    :param called: {``general/2``: what people call this version}.
    """
    for step in steps:
        for told in step.changes.get("wording", ()) if step.action in PUBLISHED else ():
            version, _, digest = told.partition(" ")
            if points.get(version) != digest:
                name = called.get(version, version)  # one that is gone is named as the trail has it
                yield f"检查清单“{name}”的检查项目和公开时的不一致（审计记录第 {step.index} 条）"


def _samplings(evidence: Evidence, rows: list[Sampling], steps: list[Step]) -> Iterator[str]:
    """Follow the digests of each sampling from its request to the row as it stands."""
    left: dict[int, str] = {}
    for step in steps:
        if step.action not in SAMPLED or "after" not in step.changes:
            continue
        key = step.changes["sampling"]
        if left.get(key) != step.changes.get("before"):
            yield f"采样 {key}：和审计记录第 {step.index} 条改动以前的内容接不上"
        left[key] = step.changes["after"]
    for row in rows:
        told = left.pop(row.pk, None)
        if told is None:
            yield f"采样 {row.pk}：审计记录里没有申请"
        elif told != evidence.draw.log_digest(row.as_stored()):
            yield f"采样 {row.pk}：内容和审计记录里的指纹不一致"
    yield from (f"采样 {key}：审计记录里有，站上没有" for key in sorted(left))
