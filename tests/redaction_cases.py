"""A draw with published words of every kind that the law may hide, made by the very verbs of the site."""

import io
import zipfile

import pytest
from django.utils import timezone
from visit_cases import send_in

from drawings.amendments import hideable, redactions, substitutes, withdrawals
from drawings.ceremony.papers.verbs import deposit, name_witnesses
from drawings.inspections import verbs
from drawings.inspections.field.report import Answer, Report
from drawings.models import ChecklistPoint, Inspection, PrivacyMark, Redaction
from drawings.states import Refused
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry

LAW = "《个人信息保护法》第四十七条：本人要求删除"
OLD, NEW = "finding/1", "finding/2"
# The words that are to be hidden, by the kind of text.
SUMMARY, CORRECTION = "负责人甄隐名患病住院", "甄隐名的儿子在场"
OLD_SUMMARY, OLD_CORRECTION = "旧格式里写了贾藏言的病情", "旧格式的更正提到贾藏言"
PLACE, GONE = "公告栏，交给门卫万不留", "因为甄退名起诉"
WITNESS, EVIDENCE, AWAY, VOID = (
    "卜露面，人民陪审员",
    "甄不说的住院病历",
    "贾不谈家中变故",
    "录入人卜具名突发疾病",
)


def answers(note=""):
    """Say of all points that they are in order; with a note, the first one is not."""
    points = ChecklistPoint.objects.order_by("pk")
    found = {point.pk: Answer("pass") for point in points}
    return found | {points[0].pk: Answer("fail", note)} if note else found


def publish(inspection, reviewer, head, report):
    """Take a report from its lead officer to the public page; a text is the summary of one without findings."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    if isinstance(report, str):
        report = Report(
            visited_at=timezone.now().replace(second=0, microsecond=0),
            outcome="clean",
            summary=report,
            answers=answers(),
        )
    steps = (
        (send_in, lead, {"report": report}),
        (verbs.approve, reviewer, {}),
        (verbs.publish, head, {}),
    )
    for verb, actor, more in steps:
        inspection = verb(inspection=inspection, version=inspection.version, actor=actor, **more)
    return inspection


def as_an_old_site(monkeypatch):
    """From here on records are published in the forms of before: without nonces."""
    monkeypatch.setattr(verbs, "NEW_FORM", OLD)
    monkeypatch.setattr(verbs, "fresh_nonce", lambda: "")


def fill(draw, monkeypatch, organiser, reviewer, head):
    """Publish words of every kind but the void's in a published draw whose substitutes come from its seed."""
    one, two, three = Inspection.objects.filter(selection__draw=draw)[:3]
    _declare(three.selection, organiser, head)
    deposit(draw=draw, kind="notice", where="政务大厅", file=None, actor=organiser)
    deposit(draw=draw, kind="notice", where=PLACE, file=None, actor=organiser)
    publish(one, reviewer, head, f"{SUMMARY}\r\n生产正常")
    verbs.correct(inspection=one, actor=head, text="面积应为 3 亩")
    verbs.correct(inspection=one, actor=head, text=CORRECTION)
    with monkeypatch.context() as patch:
        as_an_old_site(patch)
        publish(two, reviewer, head, OLD_SUMMARY)
        verbs.correct(inspection=two, actor=head, text=OLD_CORRECTION)
    numbers = sorted(row.ident for row in draw.names.rows if row.kind == "unit")
    drawn = set(draw.selections.values_list("source__number", flat=True))
    for reason in ("保存期满", GONE):
        gone = next(each for each in numbers if each not in drawn)
        withdrawals.withdraw(draw=draw, kind="unit", reason=reason, actor=organiser, idents=[gone])
        drawn.add(gone)
    return one, two


def _declare(selection, organiser, head):
    lead, second = selection.team.order_by("-is_lead")
    when = timezone.now().replace(second=0, microsecond=0)
    gone = Report(visited_at=when, outcome="closed", summary="厂门上锁")
    send_in(
        inspection=selection.inspection,
        version=selection.inspection.version,
        actor=lead.officer.user,
        report=gone,
    )
    row = substitutes.declare_unit(
        selection=selection, evidence=EVIDENCE, away={second.officer.certificate_number: AWAY}, issue=None,
        actor=organiser,
    )  # fmt: skip
    return substitutes.confirm(substitution=row, actor=head)


def witnessed(draw, organiser):
    """Name a witness; to be called before the draw is published."""
    return name_witnesses(draw=draw, witnesses=f"{WITNESS}\n路人甲，某街道", actor=organiser)


def target(draw, words):
    """Return which published text of the draw has the words."""
    inspections = Inspection.objects.filter(selection__draw=draw, state="published")
    texts = [*hideable.of_draw(draw)]
    for row in inspections.select_related("selection__source", "selection__draw"):
        texts += hideable.of_inspection(draw, row)
    return next(each.target for each in texts if words in each.words)


def hide(draw, which, reviewer, head, reason=LAW):
    """Let a text go the whole way: asked for and confirmed; the names of witnesses as an older site did."""
    if which == "witnesses":
        row = asked_on_an_old_site(draw, reviewer, reason)
    else:
        row = redactions.ask(draw=draw, target=which, legal_reason=reason, actor=reviewer)
    return redactions.confirm(redaction=row, actor=head)


def asked_on_an_old_site(draw, reviewer, reason=LAW):
    """A request for the names of the witnesses, which no page of the public has: nobody can make one any more."""
    told = {"text": "witnesses", "reason": reason}
    row = Redaction.objects.create(
        draw=draw, text="witnesses", target="witnesses", legal_reason=reason, declared_by=reviewer
    )
    trail.record(reviewer, "申请依法隐去", draw, {"redaction": row.pk} | told)
    return row


def refused(draw, which, reviewer, match, reason=LAW, **more):
    count = Redaction.objects.count(), AuditEntry.objects.count(), PrivacyMark.objects.count()
    with pytest.raises(Refused, match=match):
        redactions.ask(draw=draw, target=which, legal_reason=reason, actor=reviewer, **more)
    assert (Redaction.objects.count(), AuditEntry.objects.count(), PrivacyMark.objects.count()) == count


def said(response):
    """All that an answer says, the files of a zip unpacked."""
    content = response.content
    if content[:2] != b"PK":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())
