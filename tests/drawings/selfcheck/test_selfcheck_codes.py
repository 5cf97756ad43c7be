"""A code that the program does not know, in whatever column: `verify_log` says which it is, and goes on to its end."""

import pytest
from attack_cases import faults_of_verify_log
from django.apps import apps
from django.db import connection, models, transaction
from redaction_cases import LAW, target
from test_selfcheck_objections import PUBLIC, said

from drawings.amendments import redactions, withdrawals
from drawings.inspections import record_verbs
from drawings.inspections import verbs as inspecting
from drawings.inspections.aftercare import verbs
from drawings.models import CoSign, LogEntry, Objection, ObjectionAnswer, OnSiteRecord, Supplement
from drawings.models.redactions import Redaction
from drawings.selfcheck import examine
from wugang_audit.audit import append_only

UNKNOWN = "zz9"
# What nothing public or logged says the same about.
BESIDE = {"Inspection.outcome", "SearchText.kind", "StrongerDisclosure.kind"}


@pytest.fixture
def full(site, reviewer, head, organiser):
    """A site with an answer that was sent back, a text that is to be hidden, names that were withdrawn, a record put right."""
    draw = site.draw()
    row = said(site.inspection(), "炉号有误。")
    answer = verbs.answer(objection=row, actor=reviewer, answer="不改。", **PUBLIC)
    verbs.send_back(objection=row, answer=answer.pk, note="请写依据", actor=head)
    redactions.ask(draw=draw, target=target(draw, "检查时间应为上午"), legal_reason=LAW, actor=reviewer)
    withdrawals.withdraw(draw=draw, kind="officer", reason="到期", actor=organiser)
    row = site.inspection("submitted")
    inspecting.send_back(inspection=row, actor=reviewer, version=row.version, comment="请补充照片编号。")
    record = OnSiteRecord.objects.standing().get(inspection=row)
    made = record_verbs.supplement(record=record, actor=record.frozen_by, text="门牌号有误。")
    record_verbs.decide_supplement(supplement=made, actor=record.second, verdict="confirm")
    assert faults_of_verify_log() == []
    connection.check_constraints()  # PostgreSQL drops no trigger while checks wait
    for table in append_only.protected_tables():
        append_only.remove(connection, table)
    return site


def coded():
    """Yield (model, column) of every column of a draw's tables that holds one of some codes."""
    for model in apps.get_app_config("drawings").get_models():
        if "historical" not in model._meta.model_name:  # they say what a row was once
            for column in model._meta.local_fields:
                if column.choices and isinstance(column, models.CharField):
                    yield model, column


def altered(model, column, code=UNKNOWN):
    """Write the code into the last row that has one there; return whether there is such a row."""
    row = model._base_manager.exclude(**{column: ""}).order_by("-pk").first()
    return bool(row and model._base_manager.filter(pk=row.pk).update(**{column: code}))


def told():
    return [line for line in faults_of_verify_log() if not line.startswith("表 ")]  # but for the triggers


NAMED = {
    (ObjectionAnswer, "decision", UNKNOWN): "第 1 次答复的决定：登记的代码“zz9”认不出来",
    (Objection, "kind", UNKNOWN): "：类型：登记的代码“zz9”认不出来",
    (CoSign, "verdict", UNKNOWN): "第 1 份的第 1 次意见：登记的代码“zz9”认不出来",
    (Supplement, "decision", UNKNOWN): "第 1 份的第 1 次补正的意见：登记的代码“zz9”认不出来",
    (Supplement, "decision", ""): "第 1 份的第 1 次补正的意见：登记的代码“”认不出来",
}


@pytest.mark.long
def test_an_unknown_code_in_any_column_is_a_fault_with_its_row(full):
    seen, silent = set(), set()
    for model, column in coded():
        name = f"{model.__name__}.{column.name}"
        with transaction.atomic():
            if altered(model, column.name):
                seen.add(name)
                if not told():
                    silent.add(name)
            transaction.set_rollback(True)
    assert silent <= BESIDE
    assert {"ObjectionAnswer.decision", "CoSign.verdict", "Supplement.decision", "Redaction.text"} <= seen
    for (model, column, code), words in NAMED.items():
        with transaction.atomic():
            assert altered(model, column, code)
            assert any(words in line for line in told()), (words, told())
            transaction.set_rollback(True)
    # Nor is a log whose rows say no moment the end of it.
    LogEntry.objects.filter(subject="2026Q4", kind="commit").update(time="gestern")
    assert any(line.startswith("2026Q4：日志和审计记录：登记的内容认不出来") for line in told())


@pytest.mark.parametrize("fault", [KeyError("zz9"), ValueError("zz9"), Redaction.DoesNotExist("zz9")])
def test_what_cannot_be_compared_has_failed_and_the_rest_is_compared(
    published_draw, monkeypatch, fault, caplog
):
    """Whatever an altered table does to the code that reads it: one line says so, no other line goes missing."""

    def fails(*_):
        raise fault

    sound = [line.text for line in examine.examine()]
    monkeypatch.setitem(examine.DRAWN, "现场记录", fails)
    monkeypatch.setitem(examine.OF_SITE, "异议和纠错", fails)
    lines = [*examine.examine()]
    words = f"登记的内容认不出来，没有核对完（{type(fault).__name__}："
    wrong = [line.text.partition(words)[0] for line in lines if not line.holds]
    assert wrong == ["异议和纠错：", "2026Q4：现场记录："]
    right = [line.text for line in lines if line.holds]
    assert right == [text for text in sound if "现场记录：" not in text and "异议和纠错：" not in text]
    assert "verify_log: 现场记录" in caplog.text  # with its traceback, for who looks for the cause
