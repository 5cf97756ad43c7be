"""Making a quarter's report and approving it. What was made stays as it is: a later one is a new version."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ..models import Draw, QuarterReport
from ..states import DrawState, Refused
from . import queries, report, workbook
from .report import Kind


@transaction.atomic
def make(*, draw: Draw, kind: str, note: str, actor: User) -> QuarterReport:
    """Make the report of a quarter from the figures as they stand, and keep it with its workbook.

    :param kind: a code of `Kind`; the final one is refused while the quarter is open.
    :param note: what this version changes; must be given from the second version on.
    :raises Refused: what does not add up, what is still open, or nothing has changed.
    """
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("季度汇总表由抽查组织者编制。")
    draw = Draw.objects.select_for_update().get(pk=draw.pk)  # one at a time: versions are counted
    if draw.state != DrawState.PUBLISHED:
        raise Refused("这个季度没有已公布的抽签，没有可以汇总的数据。")
    found = queries.quarter(draw)
    _require_sound(found, kind)
    earlier = QuarterReport.objects.filter(year=draw.year, quarter=draw.quarter)
    last = earlier.defer("workbook").order_by("version").last()
    content, note = report.content(draw, found.counts, kind), " ".join(note.split())
    if last is not None and last.figures == content:
        raise Refused(f"数据和第 {last.version} 版完全一样，没有重复编制。")
    if last is not None and not note:
        raise Refused(f"已有第 {last.version} 版：请写明这一版为什么重新编制。")
    now = clock.now()
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    name = actor.full_name or actor.username
    made = workbook.write(content, version=version, made_at=timezone.localtime(now), made_by=name, note=note)
    row = QuarterReport.objects.create(
        year=draw.year, quarter=draw.quarter, version=version, figures=content, workbook=made,
        digest=digest_of(made), made_at=now, made_by=actor, note=note,
    )  # fmt: skip
    told = {"version": version, "digest": row.digest, "figures": QuarterReport.figures_digest(content)}
    trail.record(actor, f"编制季度{Kind(kind).label}", row, told)
    return row


@transaction.atomic
def approve(*, made: QuarterReport, digest: str, actor: User) -> QuarterReport:
    """Approve a report: from now on it is what the bureau has reported.

    :param digest: of the workbook that the head had before him.
    :raises Refused: it is interim, replaced, approved already, or the figures have changed since it was made.
    """
    row = QuarterReport.objects.select_for_update().get(pk=made.pk)
    if not actor.has_role(Role.HEAD) or row.made_by_id == actor.pk:
        raise PermissionDenied("季度汇总表由负责人批准，编制人不能批准自己编制的。")
    if row.figures["kind"] == Kind.INTERIM:
        raise Refused("进度表不批准、不上报：请等季度结束以后编制汇总表。")
    if row.approved_at is not None:
        raise Refused("这份汇总表已经批准过了。")
    if QuarterReport.objects.filter(year=row.year, quarter=row.quarter, version__gt=row.version).exists():
        raise Refused("已经有更新的版本，请打开最新一版。")
    if not (digest == row.digest == digest_of(bytes(row.workbook))):
        raise Refused("工作簿和编制时的指纹不一致，不能批准。请抽查组织者重新编制。")
    _require_unchanged(row)
    row.approved_at, row.approved_by = clock.now(), actor
    row.save(update_fields=["approved_at", "approved_by"])
    trail.record(actor, "批准季度汇总表", row, {"version": row.version, "digest": row.digest})
    return row


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a workbook, in hexadecimal: what anybody computes of the file."""
    return hashlib.sha256(content).hexdigest()


def _require_sound(found: queries.Quarter, kind: str) -> None:
    if found.broken:
        faults = "；".join(f"{check.rule}：{check.fault}" for check in found.broken)
        raise Refused(f"数据对不上，不能编制：{faults}。")
    if kind == Kind.FINAL and found.unfinished:
        faults = "；".join(check.fault for check in found.unfinished)
        raise Refused(f"这个季度还没有结束，不能编制汇总表：{faults}。现在可以编制进度表。")
    if kind == Kind.INTERIM and not found.unfinished:
        raise Refused("这个季度已经结束，请编制汇总表。")


def _require_unchanged(row: QuarterReport) -> None:
    """What is approved is true on the day of the approval: corrected since, it is made anew."""
    draw = Draw.objects.published().filter(year=row.year, quarter=row.quarter).first()
    if draw is None:
        raise Refused("这个季度的抽签已经作废，不能批准。")
    found = queries.quarter(draw)
    _require_sound(found, Kind.FINAL)
    if changed := report.differences(row.figures, report.content(draw, found.counts, Kind.FINAL)):
        shown = "；".join(changed[:5]) + (f" 等 {len(changed)} 处" if len(changed) > 5 else "")
        raise Refused(f"编制以后数据有了变动（{shown}），请抽查组织者重新编制。")
