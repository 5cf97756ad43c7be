"""The database itself refuses to change what must only grow: each way is tried on every table, after all migrations."""

import pytest
from appendonly_cases import FILLED_ONCE, TABLES, rows
from django.db import DatabaseError, connection, transaction

from drawings import public_log
from drawings.models import Deposit, LogEntry
from wugang_audit.audit import append_only

WAYS = {
    "an update": "UPDATE {0} SET id = id",
    "an update of the primary key": "UPDATE {0} SET id = id + 1000",
    "a deletion": "DELETE FROM {0}",
    "an upsert": "INSERT INTO {0} SELECT * FROM {0} WHERE true ON CONFLICT (id) DO UPDATE SET id = excluded.id",
    "an update from another table": "UPDATE {0} SET id = {0}.id FROM {0} AS other WHERE other.id = {0}.id",
}
WAYS_ON_SQLITE = {
    "insert or replace": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    "replace": "REPLACE INTO {0} SELECT * FROM {0}",
    "update or replace": "UPDATE OR REPLACE {0} SET id = id + 1",
    "an update of the row's number": "UPDATE {0} SET rowid = rowid + 1000",
    "a deletion by the row's number": "DELETE FROM {0} WHERE _rowid_ > 0",
    "a returning deletion": "DELETE FROM {0} RETURNING id",
}
WAYS_ON_POSTGRESQL = {
    "truncate": "TRUNCATE {0} CASCADE",
    "a returning deletion": "WITH gone AS (DELETE FROM {0} RETURNING id) SELECT * FROM gone",
    "merge": "MERGE INTO {0} USING {0} AS o ON {0}.id = o.id WHEN MATCHED THEN UPDATE SET id = o.id",
    "merge that deletes": "MERGE INTO {0} USING {0} AS o ON {0}.id = o.id WHEN MATCHED THEN DELETE",
    "an update of a view": "CREATE TEMP VIEW seen AS SELECT * FROM {0}; UPDATE seen SET id = id",
    "replica": "SET LOCAL session_replication_role = replica; UPDATE {0} SET id = id",
}
WAYS |= WAYS_ON_SQLITE if connection.vendor == "sqlite" else WAYS_ON_POSTGRESQL


def test_these_are_the_tables_that_the_apps_protect(db):
    assert sorted(append_only.protected_tables()) == sorted(TABLES + FILLED_ONCE)
    assert append_only.missing() == []


@pytest.mark.parametrize("way", WAYS)
def test_rows_can_be_neither_changed_nor_deleted(filled, sql, way):
    for table in TABLES:
        before = rows(table)
        assert before, table
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(WAYS[way].format(table))
        assert rows(table) == before


def test_what_is_new_is_still_written(filled, organiser):
    public_log.append("void", "2026Q3", "0" * 64)
    Deposit.objects.create(draw=filled, kind="notice", where="别处", by=organiser)
    assert LogEntry.objects.last().subject == "2026Q3"
