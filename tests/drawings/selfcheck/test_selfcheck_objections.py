"""Objections and their answers against the trail: each change behind the site's back is named."""

import datetime

import pytest
from django.db import connection
from tampering_cases import again, cut_trail, rows, without

from drawings.inspections.aftercare import stamp, verbs
from drawings.inspections.aftercare.about import about_unit
from drawings.models import Objection, ObjectionAnswer
from drawings.selfcheck.evidence import Part
from drawings.selfcheck.objections import objections
from wugang_audit.audit import append_only
from wugang_audit.audit.models import AuditEntry

PUBLIC = {"goes_public": True, "public_text": "该单位认为炉号有误。"}


def said(result, text):
    about = about_unit(result.selection.source.number, result.selection.draw.code)
    sent = stamp.Stamp(stamp.fresh(), stamp.Verdict.GOOD, True)
    receipt = verbs.receive(about=about, kind="objection", text=text, sender=verbs.Sender(), stamp=sent)
    return Objection.objects.get(number=receipt.number)


@pytest.fixture
def site(published_draw, report, reviewer, head):
    """One that was answered twice, published and hidden, and one that waits."""
    result = report(published_draw.selections.first().inspection)
    row = said(result, "炉号有误。")
    first = verbs.answer(objection=row, actor=reviewer, answer="不改。", **PUBLIC)
    verbs.send_back(objection=row, answer=first.pk, note="请写依据", actor=head)
    second = verbs.answer(objection=row, actor=reviewer, answer="已核实，不改。", **PUBLIC)
    verbs.confirm(objection=row, answer=second.pk, actor=head)
    verbs.hide(objection=row, because="个人信息保护法第四十七条，含个人信息", actor=head)
    said(result, "另有一处。")


RETURNED, PUBLISHED = {"decision": "returned"}, {"decision": "confirmed"}
CHANGES = {
    "what was said": (rows(Objection, text="没有意见。"), "内容和审计记录第"),
    "when it is due": (rows(Objection, due_on=datetime.date(2030, 1, 1)), "内容和审计记录第"),
    "when it came": (rows(Objection, received_at="2020-01-01T00:00Z"), "收到：时间是"),
    "state": (rows(Objection, state="closed"), "状态和答复不一致"),
    "the answer": (rows(ObjectionAnswer, PUBLISHED, answer="已核实，已改。"), "第 2 次答复和审计记录第"),
    "what the public reads": (rows(ObjectionAnswer, PUBLISHED, public_text="无。"), "第 2 次答复和审计记录第"),
    "an answer that was sent back": (rows(ObjectionAnswer, RETURNED, answer=""), "第 1 次答复和审计记录第"),
    "why it was sent back": (rows(ObjectionAnswer, RETURNED, note=""), "第 1 次答复的决定：理由和审计记录第"),
    "confirmed instead": (rows(ObjectionAnswer, RETURNED, decision="confirmed"), "第 1 次答复的决定：审计记录里没有这一步"),
    "a decision that is none": (rows(ObjectionAnswer, RETURNED, decision="zz9"), "第 1 次答复的决定：登记的代码“zz9”认不出来"),
    "a kind that is none": (rows(Objection, kind="zz9"), "类型：登记的代码“zz9”认不出来"),
    "why it is hidden": (rows(ObjectionAnswer, PUBLISHED, hidden_because="其他"), "依法隐去的理由和审计记录第"),
    "not hidden": (rows(ObjectionAnswer, PUBLISHED, hidden_at=None, hidden_by=None), "站上没有依法隐去"),
    "deleted": (without(Objection, state="received"), "站上没有它说的异议或纠错"),
    "answer deleted": (without(ObjectionAnswer, **PUBLISHED), "站上没有它说的答复或决定"),
    "one more": (
        again(Objection, number=lambda site: "x", stamp_digest=lambda site: "x"),
        "收到：审计记录里没有这一步",
    ),
    "trail of the confirmation": (cut_trail("确认异议的答复"), "第 2 次答复的决定：审计记录里没有这一步"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_an_objection_is_named(site, name):
    assert objections() == Part("异议和纠错", 2)
    for model in (AuditEntry, Objection, ObjectionAnswer):
        append_only.remove(connection, model._meta.db_table)
    change, words = CHANGES[name]
    change(None)
    assert any(words in fault for fault in objections().faults), objections().faults


def test_who_decided_is_held_against_the_trail(site, organiser):
    append_only.remove(connection, ObjectionAnswer._meta.db_table)
    ObjectionAnswer.objects.filter(decision="confirmed").update(decided_by=organiser)
    (fault,) = objections().faults
    assert "第 2 次答复的决定人和审计记录第" in fault


def test_what_came_before_the_trail_kept_digests_is_not_asked_for_them(site):
    append_only.remove(connection, AuditEntry._meta.db_table)
    for entry in AuditEntry.objects.filter(action__in=["收到异议或纠错", "答复异议或纠错"]):
        entry.changes.pop("words")
        AuditEntry.objects.filter(pk=entry.pk).update(changes=entry.changes)
    assert objections() == Part("异议和纠错", 2)


def test_the_trail_holds_no_word_of_it(site):
    told = " ".join(str(changes) for changes in AuditEntry.objects.values_list("changes", flat=True))
    assert "炉号" not in told and "依据" not in told
