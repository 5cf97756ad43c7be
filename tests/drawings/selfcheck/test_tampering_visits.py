"""Inspections and their moves changed behind the site's back: `verify_log` notices each change."""

import datetime

from tampering_cases import again, another_item, cut_trail, rows, unnoticed, without

from drawings.models import Correction, Finding, Inspection, InspectionMove, OnSiteRecord, Reading, Redaction

HOUR = datetime.timedelta(hours=1)


def new_finding(site):
    """Publish a report that nobody has approved."""
    row = site.inspection("approved")
    Inspection.objects.filter(pk=row.pk).update(state="published", published_at=row.reviewed_at)


def of_visit(state, **fields):
    """Change fields of the first inspection in a state; a text that begins with @ names one of the cast."""

    def change(site):
        values = {
            name: site.cast[value[1:]] if str(value).startswith("@") else value
            for name, value in fields.items()
        }
        Inspection.objects.filter(pk=site.inspection(state).pk).update(**values)

    return change


def of_sealed(site):
    """Let somebody else have approved what was handed in while the draw was sealed."""
    row = Inspection.objects.get(selection__draw__code="2026Q3", state="published")
    Inspection.objects.filter(pk=row.pk).update(reviewed_by=site.cast["organiser"])


def move_of_sealed(site):
    """Take away a move that was made while the draw was sealed."""
    InspectionMove.objects.filter(inspection__selection__draw__code="2026Q3", state="submitted").delete()


def moved_elsewhere(site):
    """Hang a move on another inspection."""
    row = InspectionMove.objects.filter(inspection=site.inspection()).first()
    InspectionMove.objects.filter(pk=row.pk).update(inspection=site.inspection("approved"))


def steps_swapped(site):
    """Let the reviewer have handed in, and the officer have found it in order."""
    first, second, *_ = InspectionMove.objects.filter(inspection=site.inspection()).order_by("pk")
    InspectionMove.objects.filter(pk=first.pk).update(by=second.by)
    InspectionMove.objects.filter(pk=second.pk).update(by=first.by)


def item_of_tasks(site):
    Inspection.objects.filter(pk=site.inspection().pk).update(item=another_item(site))


def reading_added(site):
    Reading.objects.create(inspection=site.inspection(), outlet="DW001", pollutant="氨氮", value=1)


def hidden_alone(site):
    """Let a summary be hidden, with its digest, without a word in the log."""
    row = site.inspection()
    Redaction.objects.create(
        pk=1,
        draw=row.selection.draw,
        text="summary",
        target="summary/1",
        inspection=row,
        of="0" * 64,
        legal_reason="依法",
        redacted_on=datetime.date(2026, 12, 1),
        declared_by=site.cast["head"],
        confirmed_at=row.published_at,
    )


CHANGES = {
    "item of a task": (item_of_tasks, "抽查事项和抽签的不一致"),
    "finding un-published": (rows(Inspection, {"state": "published"}, state="approved"), "状态是“已审核”，按审计记录应为“已公开”"),
    "finding published alone": (new_finding, "状态是“已公开”，按审计记录应为“已审核”"),
    "outcome": (rows(Inspection, {"state": "published"}, outcome="case"), "日志里没有这份内容"),
    "summary": (rows(Inspection, {"state": "published"}, summary="另一回事"), "日志里没有这份内容"),
    "nonce of a summary": (rows(Inspection, {"state": "published"}, nonce="f" * 32), "日志里没有这份内容"),
    "form of a record": (rows(Inspection, {"state": "published"}, record_form="finding/1"), "日志里没有这份内容"),
    "reading added": (reading_added, "日志里没有这份内容"),
    "redaction that nobody logged": (hidden_alone, "依法隐去 1（检查情况）：日志里没有这份内容"),
    "verdict": (rows(Finding, {"inspection__state": "published"}, verdict="fail"), "日志里没有这份内容"),
    "verdict deleted": (without(Finding, inspection__state="published"), "日志里没有这份内容"),
    "finding's published_at": (
        lambda site: rows(Inspection, {"state": "published"}, published_at=site.inspection().published_at + HOUR)(site),
        "检查结果 410481-",
    ),
    "who published a finding": (
        lambda site: rows(Inspection, {"state": "published"}, published_by=site.cast["organiser"])(site), "公开人和审计记录不一致"
    ),
    "who handed in": (of_visit("published", submitted_by="@head"), "：提交人和审计记录不一致"),
    "who handed in, not yet published": (of_visit("submitted", submitted_by="@head"), "：提交人和审计记录不一致"),
    "nobody handed in": (of_visit("approved", submitted_by=None), "：提交人和审计记录不一致"),
    "when it was handed in": (of_visit("published", submitted_at="2026-10-09T00:00Z"), "：提交：时间是"),
    "handed in without a time": (of_visit("submitted", submitted_at=None), "：提交：没有时间"),
    "who approved": (of_visit("published", reviewed_by="@organiser"), "：审核人和审计记录不一致"),
    "when it was approved": (of_visit("approved", reviewed_at="2026-10-09T00:00Z"), "：审核：时间是"),
    "approver of what nobody approved": (of_visit("submitted", reviewed_by="@reviewer"), "没有审核，却有审核时间或审核人"),
    "publisher of what nobody published": (of_visit("approved", published_by="@head"), "没有公开，却有公开时间或公开人"),
    "date of what was never handed in": (of_visit("draft", submitted_at="2026-10-09T00:00Z"), "没有提交，却有提交时间或提交人"),
    "what the reviewer wrote": (of_visit("approved", review_comment="另一个意见"), "审核意见和检查经过不一致"),
    "what the reviewer wrote in a move": (rows(InspectionMove, {"state": "approved"}, comment="x"), "审核意见和检查经过不一致"),
    "who approved under seal": (of_sealed, "2026Q3：检查结果 410481-"),
    "draft deleted": (without(Inspection, state="draft"), "：没有检查任务"),
    "move added": (again(InspectionMove), "：审计记录里没有这一步"),
    "move of a draft": (
        again(InspectionMove, inspection=lambda site: site.inspection("draft")), "检查经过 1：审计记录里没有这一步"
    ),
    "move deleted": (without(InspectionMove, state="approved"), "检查经过里没有和它相符的内容"),
    "move under seal deleted": (move_of_sealed, "检查经过里没有和它相符的内容"),
    "return hidden": (without(InspectionMove, state="returned"), "检查经过里没有和它相符的内容"),
    "move's state": (rows(InspectionMove, {"state": "returned"}, state="approved"), "检查经过 2：状态和审计记录"),
    "move's person": (
        lambda site: rows(InspectionMove, {"state": "approved"}, by=site.cast["head"])(site), "检查经过 2：操作人和审计记录"
    ),
    "move's date": (rows(InspectionMove, at="2026-11-01T00:00Z"), "检查经过 1：时间是"),
    "move hung elsewhere": (moved_elsewhere, "检查经过里没有和它相符的内容"),
    "steps swapped": (steps_swapped, "检查经过 1：操作人和审计记录"),
    "report approved alone": (rows(Inspection, {"state": "draft"}, state="approved"), "按审计记录应为“待填报”"),
    "on-site record altered": (
        rows(OnSiteRecord, {"inspection__state": "published"}, text="record/1\n"), "现场记录：日志里没有这份内容"
    ),
    "on-site record set aside": (
        rows(OnSiteRecord, {"inspection__state": "published"}, set_aside_at="2026-11-01T00:00Z"), "（固定现场记录，2026Q"
    ),
    "correction altered": (rows(Correction, text="没有更正。"), "的更正：日志里没有这份内容"),
    "correction's nonce": (rows(Correction, nonce=""), "的更正：日志里没有这份内容"),
    "correction deleted": (without(Correction), "（更正，2026Q4/410481-"),
    "correction added": (again(Correction, text="又一处更正"), "的更正：日志里没有这份内容"),
    "correction's date": (rows(Correction, at="2026-11-01T00:00Z"), "的更正：时间是"),
    "trail of what was handed in": (cut_trail("提交检查"), "没有提交，却有提交时间或提交人"),
    "trail of a return": (cut_trail("退回检查"), "审计记录"),
    "trail of a finding": (cut_trail("确认公开"), "按审计记录应为“已审核”"),
}  # fmt: skip


def test_each_change_of_a_visit_behind_the_sites_back_is_named(site, open_tables):
    assert unnoticed(site, CHANGES) == {}
