"""Versions of checklists against the trail: each change behind the site's back is named."""

import pytest
from django.core.management import call_command
from django.db import connection
from tampering_cases import cut_trail, rows, without

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion
from drawings.selfcheck.checklists import checklists
from drawings.selfcheck.evidence import Part
from wugang_audit.audit import append_only
from wugang_audit.audit.models import AuditEntry

MINE = {"number": 3}


@pytest.fixture
def version(specialities, admin):
    """A version that an administrator put in use and withdrew."""
    shipped_one = ChecklistVersion.objects.get(checklist__code="general")
    draft = verbs.new_draft(checklist=shipped_one.checklist, actor=admin, like=shipped_one)
    assert draft.number == MINE["number"]
    used = verbs.publish(version=draft, actor=admin, seen=digest_of(draft))
    return verbs.withdraw(version=used, actor=admin, reason="改了依据")


def point_gone(site):
    ChecklistPoint.objects.filter(version__number=3).first().delete()


def version_gone(site):
    ChecklistPoint.objects.filter(version__number=3).delete()
    without(ChecklistVersion, **MINE)(site)


CHANGES = {
    "name": (rows(ChecklistVersion, MINE, name="专项清单"), "“专项清单第 3 版”：启用时的名称和审计记录第"),
    "a point less": (point_gone, "检查项目的个数和审计记录第"),
    "when it was put in use": (rows(ChecklistVersion, MINE, published_at="2020-01-01T00:00Z"), "启用：时间是"),
    "put in use by nobody": (rows(ChecklistVersion, MINE, published_by=None), "启用人和审计记录第"),
    "a draft again": (rows(ChecklistVersion, MINE, published_at=None, published_by=None), "启用："),
    "in use again": (rows(ChecklistVersion, MINE, withdrawn_at=None, withdrawn_by=None), "停用："),
    "why it was withdrawn": (rows(ChecklistVersion, MINE, withdrawn_because="别的"), "停用原因和审计记录第"),
    "withdrawn though nobody did": (
        rows(ChecklistVersion, {"number": 2}, withdrawn_at="2026-10-08T09:00Z"), "停用：审计记录里没有这一步",
    ),
    "deleted": (version_gone, "站上没有它说的检查清单版本"),
    "trail of the use": (cut_trail("启用检查清单"), "启用：审计记录里没有这一步"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_a_version_is_named(version, name):
    assert checklists() == Part("检查清单的版本", ChecklistVersion.objects.count())
    for model in (AuditEntry, ChecklistVersion):
        append_only.remove(connection, model._meta.db_table)
    change, said = CHANGES[name]
    change(None)
    assert any(said in fault for fault in checklists().faults), checklists().faults


def test_entries_of_an_older_site_tell_no_name(version, forge):
    append_only.remove(connection, AuditEntry._meta.db_table)
    entry = AuditEntry.objects.get(action="启用检查清单")
    del entry.changes["checklist_name"]
    entry.save()
    forge(ChecklistVersion, version.pk, name="改过的名称")
    assert checklists().faults == ()


def test_a_list_may_be_renamed_and_its_versions_keep_their_name(version):
    Checklist.objects.update(name="改过的名称")
    assert checklists().faults == ()


def test_nothing_says_what_the_name_of_a_shipped_version_was(version, forge):
    forge(ChecklistVersion, ChecklistVersion.objects.get(number=2).pk, name="改过的名称")
    assert checklists().faults == ()


def test_verify_log_asks_it_too(version, capsys):
    call_command("verify_log")
    count = ChecklistVersion.objects.count()
    assert f"通过：检查清单的版本：{count} 项，全部相符" in capsys.readouterr().out
