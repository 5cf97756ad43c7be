"""What happens at the gate: who was met, the record of both officers, and how the firm took it."""

import datetime
import io
from dataclasses import replace

from PIL import Image, ImageDraw

from drawings.inspections import record_verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import Report
from drawings.models import FirmSignature, Inspection, OnSiteRecord
from drawings.models.inspection import Outcome
from drawings.models.visit import Entry

MINUTE = datetime.timedelta(minutes=1)
Kind = FirmSignature.Kind
ENTRY_OF = {Outcome.CLOSED: Entry.STOPPED, Outcome.UNTRACED: Entry.GONE, Outcome.REFUSED: Entry.REFUSED}
MET = (("钱有方", "环保主管"), ("孙满仓", "厂长"), ("李长顺", "生产负责人"), ("周得水", "安环科科长"))
REMARKS = ("厂区大门开着，正在生产。", "检查时两条生产线在运行，一条检修。", "")
STATEMENTS = ("没有意见。", "问题属实，马上整改。", "设备昨天刚送修，请给几天时间。")
OBJECTION = "固废间台账应为 2 页缺签字，记录里写成了 1 页。"
SUPPLEMENT = "现场情况里生产线数错了：是三条，其中一条检修。"
WRONG, RIGHT = "两条生产线在运行，一条检修", "三条生产线，两条在运行，一条检修"


def arrival(report: Report, turn: int) -> Arrival:
    """How a visit began, by what it came to."""
    entry = ENTRY_OF.get(Outcome(report.outcome), Entry.ENTERED)
    if entry in (Entry.STOPPED, Entry.GONE):
        return Arrival(entry=entry.value, remark=report.summary)
    name, post = MET[turn % len(MET)] if entry == Entry.ENTERED else ("", "门卫")
    shown_at = report.visited_at and report.visited_at + 3 * MINUTE
    return Arrival(
        entry=entry.value,
        met_name=name,
        met_post=post,
        shown_at=shown_at,
        notice_given=True,
        remark=REMARKS[turn % len(REMARKS)] if entry == Entry.ENTERED else report.summary,
        statement=STATEMENTS[turn % len(STATEMENTS)] if entry == Entry.ENTERED else "",
    )


def freeze(row: Inspection, report: Report, turn: int) -> OnSiteRecord:
    """Freeze the record of a report by the lead, as its form does."""
    lead = row.selection.team.get(is_lead=True).officer.user
    whole = report if report.arrival != Arrival() else _arrived(report, turn)
    return record_verbs.freeze(inspection=row, actor=lead, version=row.version, report=whole)


def sign(record: OnSiteRecord, turn: int) -> None:
    """Let the other officer confirm, some after an objection, and the firm sign, some not."""
    said = {"record": record, "digest": record.digest}
    if turn % 11 == 5:
        record_verbs.cosign(**said, actor=record.second, verdict="object", note=OBJECTION)
    record_verbs.cosign(**said, actor=record.second, verdict="confirm")
    visit = record.inspection.visit
    if visit.entry == Entry.REFUSED:
        more = {"kind": Kind.REFUSED, "reason": "门卫拒绝签字", "witness": "吴见证，居委会工作人员"}
    elif visit.entry != Entry.ENTERED:
        more = {"kind": Kind.ABSENT, "reason": "现场没有人"}
    else:
        drawn = turn % 3 != 1
        more = {"kind": Kind.DRAWN if drawn else Kind.PAPER, "name": visit.met_name, "post": visit.met_post}
        more |= {"image": _signature(turn)} if drawn else {}
    record_verbs.sign(**said, actor=record.frozen_by, **more)
    if turn % 7 == 3:
        right = (
            {"target": "remark", "value": visit.remark.replace(WRONG, RIGHT)} if WRONG in visit.remark else {}
        )
        made = record_verbs.supplement(record=record, actor=record.frozen_by, text=SUPPLEMENT, **right)
        record_verbs.decide_supplement(supplement=made, actor=record.second, verdict="confirm")


def is_frozen(row: Inspection) -> bool:
    return standing(row) is not None


def _arrived(report: Report, turn: int) -> Report:
    return replace(report, arrival=arrival(report, turn))


def _signature(turn: int) -> bytes:
    """A line as a finger might draw it: nobody's name."""
    picture = Image.new("L", (600, 240), "white")
    points = [(60 + 40 * step, 120 + ((step * 7 + turn * 13) % 9 - 4) * 18) for step in range(13)]
    ImageDraw.Draw(picture).line(points, fill="black", width=6, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
