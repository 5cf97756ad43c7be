"""Inserts many rows of one model, as the database driver takes them: no instance is made, a tenth of the work of bulk_create.

The caller holds the transaction and, on SQLite, with it the only right to write.
"""
# ruff: noqa: S608 - the names of tables and columns are those of the models, quoted

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from types import NoneType

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorWrapper


def insert(model: type[models.Model], names: Iterable[str], rows: Sequence[Mapping]) -> list[int]:
    """Insert one row for each mapping and return their new primary keys, ascending, in the same order.

    :param names: the fields that the mappings hold; the others get their defaults. A foreign key may be given as
        the object or as its key.
    """
    if not rows:
        return []
    keys, fields, lines = new_rows(model, names, rows)
    listed = ", ".join(quoted(field.column) for field in (model._meta.pk, *fields))
    with connection.cursor() as cursor:
        fill(cursor, quoted(model._meta.db_table), listed, 1 + len(fields), lines)
    return keys


def new_rows(
    model: type[models.Model], names: Iterable[str], rows: Sequence[Mapping]
) -> tuple[list[int], list[models.Field], Iterable[tuple]]:
    """Return new primary keys, the other fields of the table, and lines of key and values as the driver takes them."""
    names = set(names)
    keys = new_keys(model, len(rows))
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    values = [values_of(field, rows, field.name in names, adding=True) for field in fields]
    return keys, fields, zip(keys, *values, strict=True)


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """Take primary keys as the database itself would give them out."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [quoted(table), key, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # AUTOINCREMENT never gives a key twice, not even that of a deleted row.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        return list(range(last + 1, last + 1 + count))


def values_of(field: models.Field, rows: Sequence[Mapping], given: bool, adding: bool) -> Iterable:
    """Return the field's values of all rows as the database driver takes them, made one by one when asked for."""
    if getattr(field, "auto_now", False) or (adding and getattr(field, "auto_now_add", False)):
        return repeat(_prepare(field)(field.pre_save(field.model(), adding)), len(rows))
    if not given and field.has_default() and callable(field.default):  # such as a secret: another in each row
        return map(_prepare(field), (field.get_default() for _ in rows))
    if not given:
        return repeat(_prepare(field)(field.get_default()), len(rows))
    return map(_prepare(field), map(itemgetter(field.name), rows))


# Of these Django would give the driver back what it got: no value, text, and yes or no are most of all there is.
_UNCHANGED = {
    models.CharField: (str, NoneType),
    models.TextField: (str, NoneType),
    models.BooleanField: (bool, NoneType),
    models.DateField: NoneType,
    models.DecimalField: NoneType,
}


def _prepare(field: models.Field) -> Callable[[object], object]:
    related = field.is_relation
    unchanged = (int, NoneType) if related else _UNCHANGED.get(type(field), ())
    database = connections[DEFAULT_DB_ALIAS]  # asked for once: the proxy costs as much as the work

    def prepare(value: object) -> object:
        if isinstance(value, unchanged):
            return value
        if related and isinstance(value, models.Model):
            value = value.pk
        return field.get_db_prep_save(value, database)

    return prepare


def fill(cursor: CursorWrapper, table: str, listed: str, width: int, lines: Iterable[tuple]) -> None:
    """Put lines of values into a table; listed: its columns, as many as width says, quoted as the table is."""
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        return
    places = ", ".join(["%s"] * width)
    cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({places})", lines)


def quoted(name: str) -> str:
    """Return the name of a table or a column as a statement may hold it."""
    return connection.ops.quote_name(name)
