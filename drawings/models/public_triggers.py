# ruff: noqa: S608 - the names of tables and columns are those of the database
"""The triggers by which every write that the public may see raises the version of what is public (`public_version`).

They are not part of any migration: SQLite drops a table's triggers when a migration builds it anew, and refuses to rename a table
that a trigger of another one names. So `manage.py migrate` takes all of them away before it changes anything and installs
them, as the tables then are, when it is done, and raises the version by itself. Where one is missing, no page is kept (`faults`).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from wugang_audit.audit import append_only

from .public_tables import Watched, watched
from .public_version import CLOCK, PublicVersion

ROWS = PublicVersion._meta.db_table
_TELL = "wugang_tell_public"
_OPERATIONS = ("INSERT", "UPDATE", "DELETE")
MARK = "_told"  # all of ours are named so: drawings_draw_told, drawings_draw_told_update


class Trigger(NamedTuple):
    """text: what the database keeps of it, by which it is known again; statements: what creates it."""

    text: str
    statements: tuple[str, ...]


_TELL_SOURCE = f"""
DECLARE
    free bigint;
    moment bigint := {CLOCK["postgresql"]};
BEGIN
    -- Once in a transaction; a savepoint that is rolled back takes this along.
    PERFORM set_config('wugang.told', 'yes', true);
    IF current_setting('transaction_isolation') = 'read committed' THEN
        SELECT id INTO free FROM {ROWS} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            UPDATE {ROWS} SET number = greatest(number + 1, moment) WHERE id = free;
            RETURN;
        END IF;
    END IF;
    INSERT INTO {ROWS} (number) VALUES (moment);
END """


def install(connection: BaseDatabaseWrapper) -> None:
    """Create all of them as the tables are now, in place of those that there are, and raise the version."""
    remove(connection)
    connection.check_constraints()  # PostgreSQL alters no table while its foreign keys wait to be checked
    with connection.cursor() as cursor:
        if ROWS not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_TELL}() RETURNS void AS $${_TELL_SOURCE}$$ LANGUAGE plpgsql"
            )
        for trigger in _wanted(connection, cursor).values():
            for statement in trigger.statements:
                cursor.execute(statement)
    tell(connection)


def tell(connection: BaseDatabaseWrapper) -> None:
    """Raise the version without a change."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {_TELL}()")
        else:
            for statement in _rise_on_sqlite():
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop all of them, also those of tables that are not watched any more."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _found(connection, cursor):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            return
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND tgname ~ %s",
            [_PATTERN],
        )
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')


_PATTERN = f"{MARK}(_insert|_update|_delete|_whole)?$"


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Return a line in Chinese for each trigger that is not as it should be; with any, nothing may be kept."""
    with connection.cursor() as cursor:
        if ROWS not in connection.introspection.table_names(cursor):
            return ["还没有记下公开内容版本的表，请运行 manage.py migrate"]
        wanted, found = _wanted(connection, cursor), _found(connection, cursor)
    lines = [
        f"表 {_table_of(name)} 缺少触发器 {name}，或者不是本系统安装的那一个"
        for name, trigger in wanted.items()
        if found.get(name) != trigger.text
    ]
    return lines + [
        f"表 {_table_of(name)} 多出了触发器 {name}" for name in sorted(found.keys() - wanted.keys())
    ]


def _table_of(name: str) -> str:
    return name.rpartition(MARK)[0]


def _wanted(connection: BaseDatabaseWrapper, cursor: Any) -> dict[str, Trigger]:
    """Return those that should be there, by name, of the tables that the database has."""
    names = set(connection.introspection.table_names(cursor))
    make = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    wanted: dict[str, Trigger] = {}
    for table, each in watched():
        if table in names:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            wanted.update(make(table, each, each.columns([column[0] for column in cursor.description])))
    return wanted


def _found(connection: BaseDatabaseWrapper, cursor: Any) -> dict[str, str]:
    """Return {name: what it does} of the triggers of ours that the database has and that are switched on."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: sql for name, sql in cursor.fetchall() if MARK in name}
    cursor.execute(
        "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace "
        "AND NOT tgisinternal AND tgenabled = 'A' AND tgname ~ %s",
        [_PATTERN],
    )
    return dict(cursor.fetchall())


def _counts(each: Watched, columns: list[str], differ: str) -> dict[str, str]:
    """Return {operation: the condition under which it raises the version}.

    :param differ: how the database says that two values differ, NULL or not.
    """
    was, becomes = (each.when.format(row=row) or "" for row in ("OLD", "NEW"))
    changed = " OR ".join(f'OLD."{name}" {differ} NEW."{name}"' for name in columns)
    update = f"({changed})" + (f" AND ({was} OR {becomes})" if was else "")
    return {"INSERT": becomes, "UPDATE": update, "DELETE": was}


# --- SQLite --------------------------------------------------------------------------------------------------


def _rise_on_sqlite() -> tuple[str, str]:
    clock = CLOCK["sqlite"]
    return (
        f"UPDATE {ROWS} SET number = max(number + 1, {clock})",
        f"INSERT INTO {ROWS} (id, number) SELECT 1, {clock} WHERE NOT EXISTS (SELECT 1 FROM {ROWS})",
    )


def _on_sqlite(table: str, each: Watched, columns: list[str]) -> Iterator[tuple[str, Trigger]]:
    raised = "; ".join(_rise_on_sqlite())
    for operation, condition in _counts(each, columns, "IS NOT").items():
        name = f"{table}{MARK}_{operation.lower()}"
        when = f"WHEN {condition} " if condition else ""
        text = f"CREATE TRIGGER {name} AFTER {operation} ON {table} {when}BEGIN {raised}; END"
        yield name, Trigger(text, (text,))


# --- PostgreSQL ----------------------------------------------------------------------------------------------


def _on_postgresql(table: str, each: Watched, columns: list[str]) -> Iterator[tuple[str, Trigger]]:
    conditions = _counts(each, columns, "IS DISTINCT FROM")
    branches = " ELSIF ".join(
        f"TG_OP = '{operation}' THEN told := {conditions[operation] or 'true'};" for operation in _OPERATIONS
    )
    source = f"""
DECLARE
    told boolean := true;  -- a TRUNCATE
BEGIN
    IF current_setting('wugang.told', true) = 'yes' THEN RETURN NULL; END IF;
    IF {branches} END IF;
    IF told THEN PERFORM {_TELL}(); END IF;
    RETURN NULL;
END """
    function = f"{table}{MARK}"
    create = f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger AS $wugang${source}$wugang$ LANGUAGE plpgsql"
    for name, event in (
        (f"{table}{MARK}", f"INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"),
        (f"{table}{MARK}_whole", f"TRUNCATE ON {table} FOR EACH STATEMENT"),
    ):
        # ALWAYS: also under session_replication_role = replica.
        statements = (
            create,
            f"CREATE TRIGGER {name} AFTER {event} EXECUTE FUNCTION {function}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        )
        yield name, Trigger(source, statements)


# --- when they come and go -----------------------------------------------------------------------------------


def take_away(using: str, plan: list[Any], **_: Any) -> None:
    """Before migrations: what changes tables must not meet a trigger that names one of them."""
    if plan:
        remove(connections[using])


def put_back(sender: AppConfig, using: str, **_: Any) -> None:
    """After migrations, and after the tables were emptied: install what is missing."""
    connection = connections[using]
    if faults(connection):
        install(connection)


append_only.beside(append_only.Beside(MARK, faults, install))
