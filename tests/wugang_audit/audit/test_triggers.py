"""A trigger that is missing, off or another one is noticed: by the check, at the start, and by both commands."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection

from wugang_audit.audit import append_only, checks
from wugang_audit.audit.models import AuditEntry

TABLE = "wugang_audit_auditentry"
DO_NOTHING = "BEGIN SELECT 1; END"
ON_SQLITE = {
    f"缺少触发器 {TABLE}_insert": f"DROP TRIGGER {TABLE}_insert",
    f"缺少触发器 {TABLE}_update": f"DROP TRIGGER {TABLE}_update",
    f"缺少触发器 {TABLE}_delete": f"DROP TRIGGER {TABLE}_delete",
    f"上的触发器 {TABLE}_update 不是本系统安装的那一个": (
        f"DROP TRIGGER {TABLE}_update; CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} {DO_NOTHING}"
    ),
    "多出了触发器 quiet": f"CREATE TRIGGER quiet AFTER INSERT ON {TABLE} {DO_NOTHING}",
}
ON_POSTGRESQL = {
    f"缺少触发器 {TABLE}_rows": f"DROP TRIGGER {TABLE}_rows ON {TABLE}",
    f"缺少触发器 {TABLE}_whole": f"DROP TRIGGER {TABLE}_whole ON {TABLE}",
    f"上的触发器 {TABLE}_rows 被停用": f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_rows",
    f"上的触发器 {TABLE}_whole 被停用": f"ALTER TABLE {TABLE} ENABLE REPLICA TRIGGER {TABLE}_whole",
    f"上的触发器 {TABLE}_rows 不是本系统安装的那一个": (
        f"DROP TRIGGER {TABLE}_rows ON {TABLE}; CREATE TRIGGER {TABLE}_rows BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW WHEN (OLD.id < 0) EXECUTE FUNCTION wugang_append_only(); "
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_rows"
    ),
    f"上的触发器 {TABLE}_whole 不是本系统安装的那一个": (
        "CREATE OR REPLACE FUNCTION wugang_append_only() RETURNS trigger AS "
        "$$BEGIN RETURN NEW; END$$ LANGUAGE plpgsql"
    ),
    "多出了规则 quiet": f"CREATE RULE quiet AS ON UPDATE TO {TABLE} DO INSTEAD NOTHING",
}
FAULTS = ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL


def broken_by(statement):
    with connection.cursor() as cursor:
        first, _, second = statement.partition("; CREATE")
        cursor.execute(first)
        if second:
            cursor.execute("CREATE" + second)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named(db, fault):
    broken_by(FAULTS[fault])
    assert f"表 {TABLE} {fault}" in append_only.missing()


@pytest.fixture
def dropped(db):
    """The first fault of the list: what the ways of noticing are tried on."""
    fault = next(iter(FAULTS))
    broken_by(FAULTS[fault])
    return f"表 {TABLE} {fault}"


def test_the_check_of_the_database_fails(dropped):
    with pytest.raises(SystemCheckError, match=dropped):
        call_command("check", databases=["default"])
    call_command("check")  # without a database it says nothing, and asks none


def test_the_server_says_it_when_it_starts(dropped, caplog, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction goes on
    checks.log_missing_triggers()
    assert [dropped in record.getMessage() for record in caplog.records] == [True]


def test_a_database_that_is_not_up_yet_does_not_keep_the_server_from_starting(db, caplog, monkeypatch):
    def away():
        raise OperationalError("away")

    monkeypatch.setattr(append_only, "missing", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    checks.log_missing_triggers()
    assert "could not be checked" in caplog.text


@pytest.mark.parametrize("command", ["verify_audit", "verify_log"])
def test_both_commands_say_it(dropped, capsys, command):
    with pytest.raises(CommandError):
        call_command(command)
    assert f"不通过：{dropped}" in capsys.readouterr().out


def test_the_auditor_reads_it(dropped, auditor, login):
    text = login(auditor).get("/audit/check/").content.decode()
    assert dropped in text and "核验不通过" in text


def test_triggers_are_installed_again_and_the_trail_says_so(dropped, capsys):
    call_command("restore_triggers")
    assert append_only.missing() == []
    assert AuditEntry.objects.get(action="重新安装触发器").changes == {"缺少": [dropped]}
    call_command("restore_triggers")
    assert AuditEntry.objects.count() == 1
    assert capsys.readouterr().out.endswith("触发器齐全，没有什么要装。\n")
