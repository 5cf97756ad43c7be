"""Reports and versions of checklists in the database itself: what a step fills in stays, and nothing else ever changes."""

import pytest
from appendonly_cases import FILLED_ONCE, rows
from django.db import DatabaseError, connection, transaction

from drawings.checklists import verbs
from drawings.checklists.drafts import digest_of
from drawings.models import ChecklistVersion, QuarterReport
from drawings.statistics import verbs as reports
from wugang_audit.audit import append_only

REPORT, VERSION, *_ = FILLED_ONCE
LATER = "'2030-01-01 00:00:00+00:00'"


@pytest.fixture
def made(published_draw, organiser, monkeypatch):
    """A report that nobody has approved; what it counts is of no matter here."""
    monkeypatch.setattr(reports, "_require_sound", lambda *found: None)
    return reports.make(draw=published_draw, kind="final", note="", actor=organiser)


@pytest.fixture
def next_version(specialities, admin):
    """The next version of the general checklist, beside the shipped one that is in use."""
    used = ChecklistVersion.objects.get(checklist__code="general")
    return verbs.new_draft(checklist=used.checklist, actor=admin, like=used)


@pytest.fixture
def refused(sql):
    """Say of a statement that the database refuses it and no row changes."""

    def do(table, statement, *values):
        before = rows(table)
        assert before
        connection.check_constraints()  # PostgreSQL truncates nothing while checks wait
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement.format(table), *values)
        assert rows(table) == before

    return do


def test_an_approved_report_changes_in_no_column(made, head, organiser, refused, sql):
    reports.approve(made=made, digest=made.digest, actor=head)
    changed = {
        "year": 2027, "quarter": 1, "version": 9, "figures": '{"a": 1}', "workbook": b"x", "digest": "f" * 64,
        "made_at": "2020-01-01 00:00:00+00:00", "made_by_id": head.pk, "note": "x", "id": 99,
        "approved_at": "2020-01-01 00:00:00+00:00", "approved_by_id": organiser.pk,
    }  # fmt: skip
    assert set(changed) == {field.column for field in QuarterReport._meta.fields}
    for column, value in changed.items():
        refused(REPORT, f"UPDATE {{}} SET {column} = %s", value)
    for column in ("approved_at", "approved_by_id"):
        refused(REPORT, f"UPDATE {{}} SET {column} = NULL")
    refused(REPORT, "DELETE FROM {}")


def test_a_report_that_waits_is_approved_and_not_altered(made, head, refused, sql):
    refused(REPORT, "UPDATE {} SET figures = '{{}}'")
    refused(REPORT, f"UPDATE {{}} SET approved_at = {LATER}, note = 'x'")
    refused(REPORT, "DELETE FROM {}")
    reports.approve(made=made, digest=made.digest, actor=head)
    assert QuarterReport.objects.get().approved_by == head


def test_a_version_in_use_is_withdrawn_once_and_not_altered(next_version, admin, refused):
    used = verbs.publish(version=next_version, actor=admin, seen=digest_of(next_version))
    for column, value in {
        "name": "x", "number": 9, "checklist_id": 2, "published_at": "2020-01-01 00:00:00+00:00", "published_by_id": None,
    }.items():  # fmt: skip
        refused(VERSION, f"UPDATE {{}} SET {column} = %s WHERE number = 3", value)
    refused(VERSION, "UPDATE {} SET published_at = NULL")
    refused(VERSION, "UPDATE {} SET name = ''")
    verbs.withdraw(version=used, actor=admin, reason="改了依据")
    refused(VERSION, "UPDATE {} SET withdrawn_at = NULL, withdrawn_by_id = NULL, withdrawn_because = ''")
    refused(VERSION, "UPDATE {} SET withdrawn_because = 'x' WHERE number = 3")
    refused(VERSION, "DELETE FROM {} WHERE number = 3")


def test_a_draft_is_saved_as_it_is_and_put_in_use(next_version, admin, refused):
    refused(VERSION, "UPDATE {} SET number = 7 WHERE number = 3")
    next_version.save()
    assert (
        str(verbs.publish(version=next_version, actor=admin, seen=digest_of(next_version)))
        == "通用检查清单第 3 版"
    )


def test_no_row_makes_room_for_another_one(made, next_version, filled, refused):
    replace, empty = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}", "TRUNCATE {0} CASCADE"
    for table in FILLED_ONCE:
        refused(table, replace if connection.vendor == "sqlite" else empty)


def test_whoever_drops_or_weakens_the_trigger_is_noticed(made, sql):
    assert append_only.missing() == []
    append_only.remove(connection, REPORT)
    assert any(REPORT in fault for fault in append_only.missing())
    append_only.install(connection, REPORT)
    assert append_only.missing() == []
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER {REPORT}_update")
        sql(f"CREATE TRIGGER {REPORT}_update BEFORE UPDATE ON {REPORT} WHEN 0 BEGIN SELECT 1; END")
    else:
        sql(f"DROP TRIGGER {REPORT}_rows ON {REPORT}")
        sql(
            f"CREATE TRIGGER {REPORT}_rows BEFORE UPDATE OR DELETE ON {REPORT} FOR EACH ROW "
            "EXECUTE FUNCTION wugang_filled_once('approved_at', 'approved_by_id', 'figures')"
        )
        sql(f"ALTER TABLE {REPORT} ENABLE ALWAYS TRIGGER {REPORT}_rows")
    name = f"{REPORT}_{'update' if connection.vendor == 'sqlite' else 'rows'}"
    assert append_only.missing() == [f"表 {REPORT} 上的触发器 {name} 不是本系统安装的那一个"]
