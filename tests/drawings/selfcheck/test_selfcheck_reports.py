"""Reports of a quarter against the trail: each change behind the site's back is named."""

import hashlib

import pytest
from django.db import connection
from tampering_cases import again, cut_trail, rows, without

from drawings.models import QuarterReport
from drawings.selfcheck.evidence import Part
from drawings.selfcheck.reports import reports
from drawings.statistics import verbs
from wugang_audit.audit import append_only
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def approved(published_draw, organiser, head, monkeypatch):
    """A report with its two steps; what it counts is of no matter here."""
    monkeypatch.setattr(verbs, "_require_sound", lambda *found: None)
    made = verbs.make(draw=published_draw, kind="final", note="", actor=organiser)
    return verbs.approve(made=made, digest=made.digest, actor=head)


def altered(site):
    figures = QuarterReport.objects.get().figures
    figures["groups"][0]["rows"][0]["numbers"][-1] += 1
    QuarterReport.objects.update(figures=figures)


def redone(site):
    """Another workbook with its own digest."""
    QuarterReport.objects.update(workbook=b"other", digest=hashlib.sha256(b"other").hexdigest())


CHANGES = {
    "figures": (altered, "2026年第4季度汇总表第 1 版：数据和编制时的审计记录不一致"),
    "workbook": (rows(QuarterReport, workbook=b"other"), "工作簿和登记的指纹不一致"),
    "workbook and digest": (redone, "版次或工作簿的指纹和审计记录第"),
    "version": (rows(QuarterReport, version=2), "版次或工作簿的指纹和审计记录第"),
    "approved by nobody": (rows(QuarterReport, approved_at=None, approved_by=None), "批准"),
    "when it was made": (rows(QuarterReport, made_at="2020-01-01T00:00Z"), "编制：时间是"),
    "deleted": (without(QuarterReport), "站上没有它说的季度汇总表"),
    "one more": (again(QuarterReport, version=lambda site: 2), "编制：审计记录里没有这一步"),
    "trail of the approval": (cut_trail("批准季度汇总表"), "批准：审计记录里没有这一步"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_a_report_is_named(approved, name, head, organiser):
    assert reports().faults == ()
    for model in (AuditEntry, QuarterReport):
        append_only.remove(connection, model._meta.db_table)
    change, said = CHANGES[name]
    change(None)
    assert any(said in fault for fault in reports().faults), reports().faults


def test_who_approved_is_held_against_the_trail(approved, organiser, forge):
    forge(QuarterReport, approved.pk, approved_by=organiser)
    (fault,) = reports().faults
    assert "批准人和审计记录第" in fault


def test_a_report_of_an_older_site_is_not_asked_for_its_figures(approved):
    append_only.remove(connection, AuditEntry._meta.db_table)
    entry = AuditEntry.objects.get(action="编制季度汇总表")
    AuditEntry.objects.filter(pk=entry.pk).update(changes={"version": 1, "digest": approved.digest})
    assert reports() == Part("季度汇总表", 1)
