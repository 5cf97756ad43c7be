"""The formulas of the chain, to the byte, and what each of them covers."""

import datetime
import hashlib

import pytest
from django.db import connection
from django.http import HttpResponse

from wugang_audit.access.origin import OriginMiddleware
from wugang_audit.audit import append_only, chain, trail
from wugang_audit.audit.models import AuditEntry

TABLE = "wugang_audit_auditentry"
PREVIOUS = "0123456789abcdef" * 4
OLD = {
    "index": 7,
    "time": datetime.datetime(2026, 10, 8, 1, 0, tzinfo=datetime.UTC),
    "actor_id": 3,
    "actor_name": "沈组织",
    "action": "冻结名单",
    "target": "2026年第4季度",
    "target_key": "drawings.draw:1",
    "changes": {"units": 19, "commit": "ab"},
}
NEW = OLD | {
    "clock_behind": True,
    "address": "192.0.2.7",
    "request_id": "7K3M-Q9XA",
    "salt": "00112233445566778899aabbccddeeff",
}


def test_a_row_of_version_1_keeps_its_value():
    text = (
        f"{PREVIOUS}\t7\t2026-10-08T09:00:00+08:00\t沈组织\t冻结名单\tdrawings.draw:1\t2026年第4季度\t"
        '{"commit": "ab", "units": 19}'
    )
    value = chain.chain_value(PREVIOUS, AuditEntry(version=1, **OLD))
    assert (
        value
        == hashlib.sha256(text.encode()).hexdigest()
        == "e177ed026cf8f37132bd6ad0aa0a8fc1da3c3b6507fdcf0d4f742296e6f6ede8"
    )


def test_a_row_of_version_2_has_the_value_that_the_docstring_gives():
    text = (
        f'[2,"{PREVIOUS}",7,"2026-10-08T01:00:00.000000Z",true,3,"沈组织","冻结名单","2026年第4季度",'
        '"drawings.draw:1",{"commit":"ab","units":19},"192.0.2.7","7K3M-Q9XA",'
        '"00112233445566778899aabbccddeeff"]'
    )
    value = chain.chain_value(PREVIOUS, AuditEntry(version=2, **NEW))
    assert (
        value
        == hashlib.sha256(text.encode()).hexdigest()
        == "12f08366c972e058bfe6ac4c5ca6126801703cf5c1b6650476f028146318ca99"
    )


def test_a_value_that_looks_like_two_gives_another_text():
    moved = (
        {"action": "冻结名单\t2026", "target": "年第4季度"},
        {"action": "冻结名单", "target": "2026\t年第4季度"},
    )
    first, second = (chain.chain_value(PREVIOUS, AuditEntry(version=2, **NEW | each)) for each in moved)
    assert first != second


def test_every_column_changes_the_value():
    """A column that somebody adds to the table without a new formula fails here."""
    other = NEW | {
        "index": 8,
        "time": NEW["time"] + datetime.timedelta(microseconds=1),
        "actor_id": None,
        "actor_name": "别人",
        "action": "公布抽签结果",
        "target": "",
        "target_key": "drawings.draw:2",
        "changes": {"units": "19", "commit": "ab"},
        "clock_behind": False,
        "address": "192.0.2.8",
        "request_id": "",
        "salt": "",
    }
    columns = {field.attname for field in AuditEntry._meta.concrete_fields}
    assert columns - {"id", "chain", "version"} == set(other)
    values = {
        chain.chain_value(PREVIOUS, AuditEntry(version=2, **NEW | {name: other[name]})) for name in other
    }
    assert len(values | {chain.chain_value(PREVIOUS, AuditEntry(version=2, **NEW))}) == len(other) + 1


def test_a_version_without_a_formula_is_refused():
    with pytest.raises(ValueError, match="version 3"):
        chain.chain_value(PREVIOUS, AuditEntry(version=3, **NEW))


# --- in the database -----------------------------------------------------------------------------------------


@pytest.fixture
def entries(organiser, reviewer):
    """Three entries of a site from before the columns, then three of today."""
    append_only.remove(connection, TABLE)
    for number in range(6):
        entry = trail.record(organiser if number % 2 else reviewer, "试写", f"对象{number}", {"n": number})
        if number < 3:
            AuditEntry.objects.filter(pk=entry.pk).update(version=1, salt="")
            AuditEntry.objects.filter(pk=entry.pk).update(chain=_value_of(entry.pk))
    append_only.install(connection, TABLE)
    return AuditEntry.objects.order_by("index")


def _value_of(pk):
    entry = AuditEntry.objects.get(pk=pk)
    before = AuditEntry.objects.filter(index=entry.index - 1).first()
    return chain.chain_value(before.chain if before else chain.START, entry)


def test_old_rows_and_new_ones_hang_together(entries):
    assert [entry.version for entry in entries] == [1, 1, 1, 2, 2, 2]
    assert trail.first_break(entries) is None


@pytest.mark.parametrize(
    ("index", "values"),
    [
        (5, {"actor_id": None}),
        (5, {"address": "192.0.2.7"}),
        (5, {"request_id": "7K3M-Q9XA"}),
        (5, {"clock_behind": True}),
        (5, {"salt": ""}),
        (5, {"version": 1}),
        (5, {"version": 9}),
        (2, {"address": "192.0.2.7"}),
        (2, {"clock_behind": True}),
        (2, {"request_id": "7K3M-Q9XA"}),
        (2, {"salt": "00112233445566778899aabbccddeeff"}),
        (2, {"version": 2}),
    ],
)
def test_a_changed_column_is_noticed_in_its_row(forge_entry, entries, index, values):
    forge_entry(index, **values)
    assert trail.first_break(entries.all()) == index


def test_a_row_of_the_old_formula_after_one_of_the_new_is_refused(forge_entry, entries):
    """Whoever could go back to version 1 would have actor_id outside the chain again, in rows of today."""
    pk = entries.get(index=6).pk
    forge_entry(6, version=1, salt="")
    forge_entry(6, chain=_value_of(pk))
    last = entries.get(index=5)
    assert trail.why_broken(last, entries.get(index=6)) == "用了比上一条旧的链值算法"


def test_the_numbers_of_the_database_follow_the_index(forge_entry, entries):
    forge_entry(6, id=-5)
    assert trail.first_break(entries.all()) == 6


@pytest.mark.parametrize(
    "changes",
    [
        {1: "a", 10: "b", 9: "c"},
        {"fraction": 1e22, "pair": (1, None, True)},
        {"text": "a\0b\\u0000 \ud800 制表\t符"},
        {"nested": [{"z": 1, "a": [0.1]}]},
    ],
)
def test_the_chain_holds_for_what_the_database_gives_back(organiser, changes):
    trail.record(organiser, "试写", "对象\0\ud800\t", changes)
    assert trail.first_break(AuditEntry.objects.order_by("index")) is None


def test_an_entry_says_where_the_request_came_from(organiser, rf):
    site = OriginMiddleware(lambda request: trail.record(organiser, "试写", "对象") and HttpResponse())
    answer = site(rf.get("/", REMOTE_ADDR="192.0.2.7"))
    trail.record(None, "试写", "命令")
    assert list(AuditEntry.objects.order_by("index").values_list("address", "request_id")) == [
        ("192.0.2.7", answer["X-Request-ID"]),
        ("", ""),
    ]


# --- the machine's clock -------------------------------------------------------------------------------------


def test_an_entry_while_the_clock_is_behind_carries_the_last_time_and_a_mark(clock, organiser):
    first = trail.record(organiser, "试写", "准")
    clock.move(seconds=-1)
    second = trail.record(organiser, "试写", "慢一秒")
    clock.move(hours=-1)
    third = trail.record(organiser, "试写", "慢一小时")
    clock.move(hours=2)
    fourth = trail.record(organiser, "试写", "又准")
    assert [each.clock_behind for each in (first, second, third, fourth)] == [False, True, True, False]
    assert first.time == second.time == third.time < fourth.time
    assert trail.first_break(AuditEntry.objects.order_by("index")) is None


def test_entries_of_one_second_are_not_marked(clock, organiser):
    """Times are kept to the second: what comes half a second later is not behind."""
    clock.move(microseconds=900_000)
    trail.record(organiser, "试写", "一")
    clock.move(microseconds=-800_000)
    assert trail.record(organiser, "试写", "二").clock_behind is False


def test_a_time_that_descends_is_a_break_even_where_its_chain_was_computed(entries, forge_entry):
    last, before = entries.get(index=6), entries.get(index=5)
    last.time = before.time - datetime.timedelta(seconds=1)
    forge_entry(6, time=last.time, chain=chain.chain_value(before.chain, last))
    assert trail.why_broken(before, entries.get(index=6)) == "时间早于上一条"
