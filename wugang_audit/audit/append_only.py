"""Tables that only grow: the database itself refuses to update, replace or delete their rows.

Each app names them in ``append_only`` of its `AppConfig`; a migration calls `protect`. In ``blankable`` it may name one column of
such a table whose text can be emptied, for ever: a person's name must be able to leave, while the row stays. In ``filled_once``
it names tables of another kind, with the fields that steps fill in later: of a row that was made, only what is still empty may
be written, once, and it is never deleted. ``filled_together`` names groups of fields that one step fills: they may be written as
long as the first of the group is empty, and after that not even those that were left empty. ``changeable`` names those fields of
such a table that may change at any time. SQLite rebuilds a table when a later
migration alters it, and its triggers go with the old one: such a migration must call `protect` again (the check of
`missing` says so).

What the triggers cannot refuse: whoever owns the file (SQLite) or the tables (PostgreSQL) can drop them. `missing` notices,
and the chains show what was changed meanwhile.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from . import sqlite_triggers

if TYPE_CHECKING:
    from django.db.migrations import RunPython

_FUNCTION = "wugang_append_only"
_SOURCE = """
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS = 1 THEN
        IF to_jsonb(NEW) = jsonb_set(to_jsonb(OLD), ARRAY[TG_ARGV[0]], '""') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME;
END """
_FILLED_ONCE = "wugang_filled_once"
_FILLED_ONCE_SOURCE = """
DECLARE
    was jsonb := to_jsonb(OLD);
    kept jsonb := was;
    told text;
    named text[];  -- a column, then by which one, or that it changes freely
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH told IN ARRAY TG_ARGV LOOP
            named := string_to_array(told, ' ');
            IF named[2] = 'freely' OR was -> COALESCE(named[3], named[1]) IN ('null', '""') THEN
                kept := jsonb_set(kept, named[1:1], to_jsonb(NEW) -> named[1]);
            END IF;
        END LOOP;
        IF to_jsonb(NEW) = kept THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME;
END """
_SOURCES = {_FUNCTION: _SOURCE, _FILLED_ONCE: _FILLED_ONCE_SOURCE}
# PostgreSQL's own bits of a trigger (pg_trigger.h): per row 1, before 2, delete 8, update 16, truncate 32.
_POSTGRES_TRIGGERS = {"rows": 1 | 2 | 8 | 16, "whole": 2 | 32}


class Beside(NamedTuple):
    """Triggers of another kind on the same tables, which an app answers for: known by what stands in their names."""

    mark: str
    faults: Callable[[BaseDatabaseWrapper], list[str]]  # a line in Chinese for each
    install: Callable[[BaseDatabaseWrapper], None]


_beside: list[Beside] = []


def beside(triggers: Beside) -> None:
    """Register triggers of another kind: they are no fault here, and missing ones are named and installed with ours."""
    _beside.append(triggers)


def _is_ours(name: str) -> bool:
    return not any(each.mark in name for each in _beside)


def protected_tables() -> list[str]:
    """Return the names of all tables that the installed apps declare as append-only."""
    only_grow = [
        config.get_model(name)._meta.db_table
        for config in apps.get_app_configs()
        for name in getattr(config, "append_only", ())
    ]
    return only_grow + list(writable())


def blankable() -> dict[str, str]:
    """Return {table: the column that may be emptied} of the protected tables that have one."""
    return {
        config.get_model(name)._meta.db_table: column
        for config in apps.get_app_configs()
        for name, column in getattr(config, "blankable", {}).items()
    }


def writable() -> dict[str, dict[str, str | None]]:
    """Return {table: {column: the one that must still be empty for it to be written, or None: at any time}}.

    Of the tables whose rows steps complete; their other columns never change.
    """
    found: dict[str, dict[str, str | None]] = {}
    for config in apps.get_app_configs():
        for name, fields in getattr(config, "filled_once", {}).items():
            _add(found, config, name, {field: field for field in fields})
        for name, groups in getattr(config, "filled_together", {}).items():
            _add(found, config, name, {field: group[0] for group in groups for field in group})
        for name, fields in getattr(config, "changeable", {}).items():
            _add(found, config, name, dict.fromkeys(fields))
    return found


def _add(
    found: dict[str, dict[str, str | None]], config: AppConfig, name: str, fields: dict[str, Any]
) -> None:
    meta = config.get_model(name)._meta
    columns = {meta.get_field(field).column: by and meta.get_field(by).column for field, by in fields.items()}
    found.setdefault(meta.db_table, {}).update(columns)


def install(connection: BaseDatabaseWrapper, table: str) -> None:
    """Create the triggers that refuse UPDATE, DELETE, REPLACE (SQLite) and TRUNCATE (PostgreSQL), anew where some stand."""
    remove(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in _wanted_on_sqlite(cursor, table).values():
                cursor.execute(statement)
            return
        for name, source in _SOURCES.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $${source}$$ LANGUAGE plpgsql"
            )
        function, columns = _guard(table)
        arguments = ", ".join(f"'{column}'" for column in columns)
        cursor.execute(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}({arguments})"
        )
        cursor.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
        )
        connection.check_constraints()  # no table is altered while its foreign keys wait to be checked
        for name in _POSTGRES_TRIGGERS:  # ALWAYS: also under session_replication_role = replica
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _guard(table: str) -> tuple[str, tuple[str, ...]]:
    """Return PostgreSQL's function for the rows of a table, and the columns that it is told."""
    if columns := writable().get(table):
        return _FILLED_ONCE, tuple(_told(column, by) for column, by in columns.items())
    return _FUNCTION, tuple(filter(None, [blankable().get(table)]))


def _told(column: str, by: str | None) -> str:
    """Say of a column to PostgreSQL's function when it may be written."""
    if by is None:
        return f"{column} freely"
    return column if by == column else f"{column} with {by}"


def _wanted_on_sqlite(cursor: Any, table: str) -> dict[str, str]:
    return sqlite_triggers.wanted(cursor, table, blankable().get(table), writable().get(table, {}))


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    """Drop the triggers again: for reversing a migration, and for tests that empty their tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in sqlite_triggers.names(table):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name in _POSTGRES_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}")


def missing(connection: BaseDatabaseWrapper = default_connection) -> list[str]:
    """Return a line in Chinese for each trigger of a protected table that is not there, is off, or is another one.

    A table that the database does not have yet is left out: the migrations bring it.
    """
    known = set(connection.introspection.table_names())
    look = _sqlite_faults if connection.vendor == "sqlite" else _postgres_faults
    return [
        f"表 {table} {fault}"
        for table in protected_tables()
        if table in known
        for fault in look(connection, table)
    ] + [fault for each in _beside for fault in each.faults(connection)]


def install_all(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers of every protected table anew, and those beside them."""
    for table in protected_tables():
        install(connection, table)
    for each in _beside:
        each.install(connection)


def examine() -> Iterator[tuple[bool, str]]:
    """Say of the protected tables whether the database still refuses their change: (holds, line in Chinese)."""
    faults = missing()
    if not faults:
        yield True, f"{len(protected_tables())} 张只增不改的表：数据库的保护（触发器）齐全"
    yield from ((False, f"{fault}，请查明原因后运行 manage.py restore_triggers 重新安装") for fault in faults)


def _sqlite_faults(connection: BaseDatabaseWrapper, table: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        wanted = _wanted_on_sqlite(cursor, table)
        found = sqlite_triggers.found(cursor, table)
    for name, statement in wanted.items():
        if name not in found:
            yield f"缺少触发器 {name}"
        elif found[name] != statement:
            yield f"上的触发器 {name} 不是本系统安装的那一个"
    yield from (f"多出了触发器 {name}" for name in sorted(found.keys() - wanted.keys()) if _is_ours(name))


def _postgres_faults(connection: BaseDatabaseWrapper, table: str) -> Iterator[str]:
    function, columns = _guard(table)
    told = "".join(f"{column}\\000" for column in columns)
    rows = f"{table}_rows"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgtype, tgenabled, tgqual IS NULL AND tgattr = '' "
            "AND proname = CASE WHEN tgname = %s THEN %s ELSE %s END "
            "AND prosrc = CASE WHEN tgname = %s THEN %s ELSE %s END "
            "AND encode(tgargs, 'escape') = CASE WHEN tgname = %s THEN %s ELSE '' END "
            "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [
                *(rows, function, _FUNCTION),
                *(rows, _SOURCES[function], _SOURCE),
                *(rows, told, table),
            ],
        )
        found = {name: rest for name, *rest in cursor.fetchall()}
        cursor.execute("SELECT rulename FROM pg_rules WHERE tablename = %s", [table])
        rules = [name for (name,) in cursor.fetchall()]
    for name, kind in _POSTGRES_TRIGGERS.items():
        kind_found, enabled, same = found.pop(f"{table}_{name}", (None, None, None))
        if kind_found is None:
            yield f"缺少触发器 {table}_{name}"
        elif enabled != "A":
            yield f"上的触发器 {table}_{name} 被停用"
        elif kind_found != kind or not same:
            yield f"上的触发器 {table}_{name} 不是本系统安装的那一个"
    yield from (f"多出了触发器 {name}" for name in sorted(found) if _is_ours(name))
    yield from (f"多出了规则 {name}" for name in rules)


def protect(*tables: str) -> "RunPython":
    """Return the migration operation that makes the tables append-only."""
    from django.db import migrations

    def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            install(schema_editor.connection, table)

    def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            remove(schema_editor.connection, table)

    return migrations.RunPython(forwards, backwards)
