"""The inspections of a draw: each published finding and correction against its row of the log."""

from collections.abc import Iterator

from ..models import finding_files
from ..models.draw import Selection
from ..models.finding_record import Parts, PartsOf
from ..models.inspection import Inspection
from ..models.log import LogKind
from ..models.public_photos import photos_row, photos_texts
from ..models.visit import OnSiteRecord
from ..protocol import verify
from ..states import InspectionState
from .evidence import Evidence, Part
from .moves import Ways


def inspections(evidence: Evidence) -> Part:
    """Compare states, findings, dates and people; a few queries, whose rows are read side by side."""
    draw, faults, count = evidence.draw, [], 0
    ways = Ways(evidence)
    rows = Inspection.objects.filter(selection__draw=draw)
    parts = PartsOf(rows.filter(state=InspectionState.PUBLISHED))
    records = {
        pk: draw.log_digest(text)
        for pk, text in OnSiteRecord.objects.standing()
        .filter(inspection__selection__draw=draw, inspection__state=InspectionState.PUBLISHED)
        .values_list("inspection", "text")
        .iterator(chunk_size=2000)
    }
    photos = photos_texts(rows)
    joined = rows.select_related("selection__draw", "selection__source")
    for row in joined.order_by("pk").iterator(chunk_size=2000):
        count += 1
        name = evidence.unit(row.selection.source.number, row.pk)
        found = [*ways.faults(row), *_published(evidence, row, parts.of(row.pk))]
        if row.pk in records:
            found += _recorded(evidence, row, records[row.pk])
        if row.pk in photos:
            found += _with_photos(evidence, row, photos[row.pk])
        faults += [f"检查结果 {name}：{fault}" for fault in found]
        if row.item_id != draw.item_id:
            faults.append(f"检查任务 {name}：抽查事项和抽签的不一致")
    faults += _missing(evidence)
    faults += evidence.log.left(LogKind.AUDIT, LogKind.FINDING)
    return Part("检查结果", count, tuple(faults))


def _missing(evidence: Evidence) -> Iterator[str]:
    """Name the drawn units that have no inspection: each gets one together with its team."""
    lost = Selection.objects.filter(draw=evidence.draw, inspection=None).order_by("pk")
    for pk, number in lost.values_list("pk", "source__number"):
        name = f"（数据库编号 {pk}）" if evidence.is_secret else f" {number}"
        yield f"抽中的单位{name}：没有检查任务"


def _published(evidence: Evidence, row: Inspection, parts: Parts) -> Iterator[str]:
    """Hold what is published of an inspection against its row of the log; of a hidden one the redaction says what it was."""
    if row.state != InspectionState.PUBLISHED:
        return
    try:
        published = finding_files.finding(evidence.draw, row, parts)
    except verify.Invalid as reason:
        yield f"写不成公开的记载：{reason}"
        return
    subject = evidence.draw.log_subject(row.selection.source.number)
    if fault := evidence.log.claim(LogKind.FINDING, subject, published.digest, row.published_at):
        yield fault


def _recorded(evidence: Evidence, row: Inspection, digest: str) -> Iterator[str]:
    """Hold the on-site record of a published inspection, which the public does not see, against its row of the log."""
    subject = evidence.draw.log_subject(row.selection.source.number)
    if fault := evidence.log.claim(LogKind.AUDIT, subject, digest, row.published_at):
        yield f"现场记录：{fault}"


def _with_photos(evidence: Evidence, row: Inspection, text: str) -> Iterator[str]:
    """Hold the list of the photos that were published with a finding against its row of the log."""
    key = photos_row(evidence.draw, row.selection.source.number, text)
    if fault := evidence.log.claim(*key, row.published_at):
        yield f"公开的照片：{fault}"


def corrections(evidence: Evidence) -> Part:
    """Compare each correction with its row; one that was altered leaves its row without a document."""
    faults, count, draw = [], 0, evidence.draw
    for row, published in finding_files.corrections(draw):
        count += 1
        number = row.inspection.selection.source.number
        subject = draw.log_subject(number)
        if fault := evidence.log.claim(LogKind.CORRECTION, subject, published.digest, row.at):
            faults.append(f"检查结果 {evidence.unit(number, row.pk)} 的更正：{fault}")
    faults += evidence.log.left(LogKind.CORRECTION)
    return Part("更正", count, tuple(faults))
