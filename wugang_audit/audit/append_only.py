"""Tables that only grow: the database itself refuses to update or delete their rows.

SQLite rebuilds a table when a later migration alters it, and its triggers go with the old one: such a migration
must call `protect` again. A test tries every protected table after all migrations.
"""

from typing import TYPE_CHECKING

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

if TYPE_CHECKING:
    from django.db.migrations import RunPython

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION wugang_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME;
END $$ LANGUAGE plpgsql
"""


def install(connection: BaseDatabaseWrapper, table: str) -> None:
    """Create the triggers that refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE on the table, anew where some stand."""
    remove(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION wugang_append_only()"
            )
            cursor.execute(
                f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION wugang_append_only()"
            )
            return
        for operation in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER {table}_{operation.lower()} BEFORE {operation} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {operation} of {table} refused'); END"
            )


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    """Drop the triggers again: for reversing a migration, and for tests that empty their tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_rows ON {table}")
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_whole ON {table}")
            return
        for operation in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{operation}")


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
