"""Ways round the append-only tables that PostgreSQL alone has, tried by a role that does not own the tables.

It was granted all that can be granted: what a careless administrator would do.
"""

import os

import pytest
from appendonly_cases import TABLES, rows
from django.db import DatabaseError, connection, transaction
from psycopg.errors import UniqueViolation

from wugang_audit.audit import append_only


@pytest.fixture
def guest(filled, sql):
    """Act as a role with every privilege on every table, that owns none."""
    role = f"guest_{os.getpid()}"  # roles are of the whole cluster: one for each run
    sql(f"CREATE ROLE {role}")
    sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    sql(f"SET LOCAL ROLE {role}")
    yield role
    sql("RESET ROLE")


REFUSED = {
    "an update": ("UPDATE {0} SET id = id", "append-only"),
    "a deletion": ("DELETE FROM {0}", "append-only"),
    "truncate": ("TRUNCATE {0} CASCADE", "append-only"),
    "an upsert": (
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        "append-only",
    ),
    "merge": (
        "MERGE INTO {0} USING {0} AS o ON {0}.id = o.id WHEN MATCHED THEN UPDATE SET id = o.id",
        "append-only",
    ),
    "replica": ("SET LOCAL session_replication_role = replica", "permission denied"),
    "disable": ("ALTER TABLE {0} DISABLE TRIGGER ALL", "must be owner"),
    "disable ours": ("ALTER TABLE {0} DISABLE TRIGGER {0}_rows", "must be owner"),
    "drop trigger": ("DROP TRIGGER {0}_rows ON {0}", "must be owner"),
    "drop table": ("DROP TABLE {0} CASCADE", "must be owner"),
    "rule": ("CREATE RULE quiet AS ON UPDATE TO {0} DO INSTEAD NOTHING", "must be owner"),
    "rename": ("ALTER TABLE {0} RENAME TO elsewhere", "must be owner"),
    "owner": ("ALTER TABLE {0} OWNER TO CURRENT_USER", "must be owner"),
    "function": (
        "CREATE OR REPLACE FUNCTION public.wugang_append_only() RETURNS trigger AS "
        "$$BEGIN RETURN NEW; END$$ LANGUAGE plpgsql",
        "permission denied|must be owner",
    ),
    "function of rows that steps complete": (
        "CREATE OR REPLACE FUNCTION public.wugang_filled_once() RETURNS trigger AS "
        "$$BEGIN RETURN NEW; END$$ LANGUAGE plpgsql",
        "permission denied|must be owner",
    ),
    "drop function": ("DROP FUNCTION public.wugang_append_only() CASCADE", "must be owner"),
    "child table": ("CREATE TEMP TABLE child () INHERITS ({0})", "must be owner"),
    "an update of a view": (
        "CREATE TEMP VIEW seen AS SELECT * FROM {0}; UPDATE seen SET id = id",
        "append-only",
    ),
}


@pytest.mark.parametrize("way", REFUSED)
def test_a_role_that_does_not_own_the_tables_changes_nothing(guest, sql, way):
    statement, message = REFUSED[way]
    for table in TABLES:
        before = rows(table)
        with pytest.raises(DatabaseError, match=message), transaction.atomic():
            sql(statement.format(table))
        assert before and rows(table) == before


@pytest.mark.parametrize("table", TABLES)
def test_copy_adds_rows_and_replaces_none(guest, table):
    before = rows(table)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            text = b"".join(bytes(part) for part in copy)
        with (
            pytest.raises(UniqueViolation),
            transaction.atomic(),
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            copy.write(text)
    assert rows(table) == before


def test_a_trigger_that_a_guest_adds_is_noticed(guest, sql):
    sql(
        "CREATE TRIGGER aaa BEFORE INSERT ON drawings_logentry FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )
    assert append_only.missing() == ["表 drawings_logentry 多出了触发器 aaa"]
