"""``manage.py verify_audit``: the trail recomputed, and held against the heads that the public log has of it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from drawings import public_log
from drawings.models import LogEntry
from wugang_audit.audit import append_only, trail
from wugang_audit.audit.chain import START, chain_value
from wugang_audit.audit.models import AuditEntry

TABLE = "wugang_audit_auditentry"


@pytest.fixture
def long_trail(person):
    """Thirty entries; the head of the twentieth and of the last stand in the log."""
    first, second = person("first"), person("second")
    for number in range(1, 31):
        trail.record(first if number % 3 else second, "试写", f"对象{number}", {"n": number})
        if number in (20, 30):
            public_log.anchor()


@pytest.fixture
def tamper(long_trail):
    """Run statements on the trail's table as somebody who may drop its triggers."""

    def do(*statements):
        append_only.remove(connection, TABLE)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(TABLE))
        append_only.install(connection, TABLE)

    return do


def faults(capsys):
    """The lines that the command fails; empty when it exits with 0."""
    try:
        call_command("verify_audit")
    except CommandError as error:
        assert "请保全数据库并报告负责人" in str(error)
        return [
            line.removeprefix("不通过：")
            for line in capsys.readouterr().out.splitlines()
            if line.startswith("不通过：")
        ]
    assert capsys.readouterr().out.endswith("结论：全部通过\n")
    return []


def test_a_whole_trail_passes(long_trail, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out.splitlines() == [
        f"通过：{len(append_only.protected_tables())} 张只增不改的表：数据库的保护（触发器）齐全",
        "通过：审计记录：全部 30 条前后相连",
        "通过：记下的 2 个审计链头都还在；最近一个之后又有 0 条，还没有记下",
        "通过：账号的角色：2 个账号，都和审计记录一致",
        "结论：全部通过",
    ]


def test_the_last_twenty_rows_cut_off_are_missed(tamper, capsys):
    tamper('DELETE FROM {0} WHERE "index" > 10')
    assert faults(capsys) == [
        f"公开日志第 {row} 条记下的审计链头：审计记录里没有第 {index} 条了，末尾可能被截去"
        for row, index in ((1, 20), (2, 30))
    ]


def test_rows_after_the_last_anchor_can_be_cut_and_the_command_says_how_many_there_are(tamper, capsys):
    """What remains possible. README says so; the daily command closes the gap."""
    trail.record(None, "试写", "最后一条")
    call_command("verify_audit")
    assert "最近一个之后又有 1 条，还没有记下" in capsys.readouterr().out
    tamper('DELETE FROM {0} WHERE "index" = 31')
    assert faults(capsys) == []


def swapped(*columns):
    """Statements that exchange these columns between the rows 12 and 15."""
    names = ", ".join(f'"{column}"' for column in columns)
    yield f'CREATE TEMP TABLE two AS SELECT {names}, 27 - "index" AS place FROM {{0}} WHERE "index" IN (12, 15)'
    if "index" in columns:
        yield 'UPDATE {0} SET "index" = "index" + 100 WHERE "index" IN (12, 15)'
        yield 'UPDATE {0} SET "index" = CASE "index" WHEN 112 THEN 15 ELSE 12 END WHERE "index" > 100'
    else:
        for column in columns:
            yield (
                f'UPDATE {{0}} SET "{column}" = (SELECT two."{column}" FROM two WHERE two.place = {{0}}."index") '
                'WHERE "index" IN (12, 15)'
            )
    yield "DROP TABLE two"


@pytest.mark.parametrize(
    ("statements", "index", "reason"),
    [
        ([*swapped("index")], 12, "链值和内容对不上"),
        ([*swapped("time", "action", "target", "changes", "salt")], 12, "链值和内容对不上"),
        ([*swapped("chain")], 12, "链值和内容对不上"),
        (['UPDATE {0} SET actor_id = NULL WHERE "index" = 7'], 7, "链值和内容对不上"),
        (["UPDATE {0} SET address = '192.0.2.9' WHERE \"index\" = 7"], 7, "链值和内容对不上"),
        (["UPDATE {0} SET request_id = 'AAAA-AAAA' WHERE \"index\" = 7"], 7, "链值和内容对不上"),
        (['DELETE FROM {0} WHERE "index" = 7'], 7, "缺第 7 条，下一条是第 8 条"),
        (
            [
                'DELETE FROM {0} WHERE "index" = 7',
                'UPDATE {0} SET "index" = "index" + 100 WHERE "index" > 7',
                'UPDATE {0} SET "index" = "index" - 101 WHERE "index" > 7',
            ],
            7,
            "链值和内容对不上",
        ),
    ],
)
def test_a_changed_trail_is_noticed_where_it_was_changed(tamper, capsys, statements, index, reason):
    tamper(*statements)
    assert faults(capsys)[0] == (f"审计记录：第 {index} 条起不能再信（前 {index - 1} 条前后相连）：{reason}")


def test_a_trail_whose_chain_was_written_anew_does_not_fit_the_heads_in_the_log(tamper, forge_entry, capsys):
    """Attack: delete a row, renumber the rest, and compute every chain value again."""
    tamper(
        'DELETE FROM {0} WHERE "index" = 7',
        'UPDATE {0} SET "index" = "index" + 100 WHERE "index" > 7',
        'UPDATE {0} SET "index" = "index" - 101 WHERE "index" > 7',
    )
    chain = START
    for entry in AuditEntry.objects.order_by("index"):
        chain = chain_value(chain, entry)
        forge_entry(entry.index, chain=chain)
    assert trail.first_break(AuditEntry.objects.order_by("index")) is None
    assert faults(capsys) == [
        "公开日志第 1 条记下的审计链头：审计记录第 20 条的链值与它不同，记录被改过",
        "公开日志第 2 条记下的审计链头：审计记录里没有第 30 条了，末尾可能被截去",
    ]


def test_a_row_of_the_log_that_names_no_entry_is_a_fault_and_not_an_error(long_trail, capsys):
    for subject in ("audit/", "audit/0", "audit/1x", f"audit/{10**30}"):
        public_log.append("audit", subject, "0" * 64)
    lines = faults(capsys)
    assert len(lines) == 4 and all(line.endswith("写的不是审计记录的序号") for line in lines)


def test_a_trail_written_anew_with_many_anchors_is_told_in_few_lines(long_trail, capsys):
    for number in range(1, 12):
        public_log.append("audit", f"audit/{number}", "0" * 64)
    assert faults(capsys)[-1] == "另有 6 个记下的审计链头也对不上"


def test_the_head_is_put_into_the_log_once(long_trail, capsys):
    before = LogEntry.objects.count()
    call_command("anchor_audit")
    trail.record(None, "试写", "又一条")
    call_command("anchor_audit")
    call_command("unseal_due")
    assert LogEntry.objects.count() == before + 1
    last, entry = LogEntry.objects.last(), AuditEntry.objects.latest("index")
    assert (last.kind, last.subject, last.digest) == ("audit", "audit/31", entry.chain)
    assert capsys.readouterr().out.splitlines() == [
        "审计记录没有新的内容，日志里已有它的链头。",
        f"已记入公开日志第 {last.index} 条：audit/31 {entry.chain}",
    ]
    trail.record(None, "试写", "第三条")
    call_command("unseal_due")  # daily on every site: it leaves the head too
    assert LogEntry.objects.last().subject == "audit/32"
