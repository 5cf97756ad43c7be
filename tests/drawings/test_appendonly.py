"""The database itself refuses to change what must only grow: tried on every table after all migrations."""

import pytest
from django.db import DatabaseError, connection, transaction

TABLES = (
    "wugang_audit_auditentry",
    "drawings_logentry",
    "drawings_drawfile",
    "drawings_selection",
    "drawings_teammember",
)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_rows_can_be_neither_changed_nor_deleted(published_draw, table, statement):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        before = cursor.fetchone()[0]
        assert before > 0
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        assert cursor.fetchone()[0] == before
