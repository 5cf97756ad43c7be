"""Writes many rows of one model together with their simple-history rows, in a constant number of statements.

The values go through a temporary table; the database itself makes the rows and their history from it, so no history
row ever passes through Python. What comes out equals what simple-history's own bulk helpers write; these know no
deletion. The caller holds the transaction and, on SQLite, with it the only right to write. Needs SQLite 3.33 or PostgreSQL.
"""
# ruff: noqa: S608 - the names of tables and columns are those of the models, quoted

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from types import NoneType

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from .history_kinds import HistoryKind


def create(
    model: type[models.Model],
    names: Iterable[str],
    rows: Sequence[Mapping],
    *,
    actor: AbstractBaseUser | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> list[int]:
    """Insert one row for each mapping and return their new primary keys, in the same order.

    :param names: the fields that the mappings hold; the others get their defaults. A foreign key may be given as
        the object or as its key; what else a mapping holds does not matter.
    :param actor: the account that goes into the history, or None.
    :param at: the date of the history rows, now by default: all that one import writes shares one.
    """
    if not rows:
        return []
    names = set(names)
    keys = _new_keys(model, len(rows))
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    values = [_values(field, rows, field.name in names, adding=True) for field in fields]
    _through_table(model, fields, zip(keys, *values, strict=True), HistoryKind.CREATED, (actor, reason, at))
    return keys


def update(
    model: type[models.Model],
    names: Iterable[str],
    keys: Sequence[int],
    rows: Sequence[Mapping],
    *,
    actor: AbstractBaseUser | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> None:
    """Set the named fields of the rows with these primary keys, each to what its mapping holds.

    Fields that keep the time of the last change (``auto_now``) are set too.
    """
    if not keys:
        return
    names = set(names)
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if field.name in names or getattr(field, "auto_now", False)
    ]
    values = [_values(field, rows, field.name in names, adding=False) for field in fields]
    _through_table(model, fields, zip(keys, *values, strict=True), HistoryKind.CHANGED, (actor, reason, at))


def delete(
    model: type[models.Model],
    keys: Sequence[int],
    *,
    actor: AbstractBaseUser | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> None:
    """Delete the rows with these primary keys; the history keeps each as it last stood.

    Nothing goes with them: a row that another one refers to makes the database refuse.
    """
    if keys:
        _through_table(model, [], ((key,) for key in keys), HistoryKind.DELETED, (actor, reason, at))


def revert(
    model: type[models.Model],
    versions: models.QuerySet,
    *,
    actor: AbstractBaseUser | None,
    reason: str,
    at: datetime.datetime,
) -> None:
    """Undo what these versions record, each by one version more: history only ever grows.

    What was created goes; what was changed gets the values of the version before it; what was deleted comes back
    under its old primary key. Fields that keep the time of the last change get ``at``.

    :param versions: rows of the model's history, one for an object, each the last that counts; a changed object has
        an earlier one.
    :param at: the date of the new history rows.
    """
    key = model._meta.pk
    earlier = model.history.model._base_manager.filter(
        **{key.attname: models.OuterRef(key.attname)}, history_id__lt=models.OuterRef("history_id")
    )
    before = models.Subquery(earlier.order_by("-history_id").values("history_id")[:1])
    listed = versions.order_by().annotate(before=before)
    query, parameters = listed.values_list(
        key.attname, "history_id", "history_type", "before"
    ).query.sql_with_params()
    target, staged = _quoted(model._meta.db_table), _quoted(f"undone_{model._meta.db_table}")
    said = actor, reason, at
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} AS {query}", parameters)
        _write_history(cursor, model, staged, HistoryKind.DELETED, *said, of=HistoryKind.CREATED)
        chosen = f"SELECT {_quoted(key.column)} FROM {staged} WHERE history_type = %s"
        cursor.execute(
            f"DELETE FROM {target} WHERE {_quoted(key.column)} IN ({chosen})", [HistoryKind.CREATED]
        )
        _restore(cursor, model, staged, at)
        _write_history(cursor, model, staged, HistoryKind.CHANGED, *said, of=HistoryKind.CHANGED)
        _write_history(cursor, model, staged, HistoryKind.CREATED, *said, of=HistoryKind.DELETED)
        cursor.execute(f"DROP TABLE {staged}")


def _restore(cursor: CursorWrapper, model: type[models.Model], staged: str, at: datetime.datetime) -> None:
    """Give the changed rows their earlier values back, and put the deleted ones back."""
    history = model.history.model
    target, past = _quoted(model._meta.db_table), _quoted(history._meta.db_table)
    key = _quoted(model._meta.pk.column)
    fields = history.tracked_fields
    values = [
        "%s" if getattr(field, "auto_now", False) else f"{past}.{_quoted(field.column)}" for field in fields
    ]
    moments = [
        field.get_db_prep_save(at, connection) for field in fields if getattr(field, "auto_now", False)
    ]
    columns = [_quoted(field.column) for field in fields]
    settings = ", ".join(
        f"{column} = {value}" for column, value in zip(columns, values, strict=True) if column != key
    )
    cursor.execute(
        f"UPDATE {target} SET {settings} FROM {past} JOIN {staged} ON {past}.history_id = {staged}.before "
        f"WHERE {target}.{key} = {staged}.{key} AND {staged}.history_type = %s",
        [*moments, HistoryKind.CHANGED],
    )
    cursor.execute(
        f"INSERT INTO {target} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {past} "
        f"JOIN {staged} ON {past}.history_id = {staged}.history_id WHERE {staged}.history_type = %s",
        [*moments, HistoryKind.DELETED],
    )


def check_references() -> None:
    """Let a reference that was created concurrently fail here, not when the transaction ends.

    :raises django.db.IntegrityError: if there is one. SQLite has one writer, so there can be none.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _new_keys(model: type[models.Model], count: int) -> list[int]:
    """Take primary keys as the database itself would give them out."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quoted(table), key, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # AUTOINCREMENT never gives a key twice, not even that of a deleted row.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        return list(range(last + 1, last + 1 + count))


def _values(field: models.Field, rows: Sequence[Mapping], given: bool, adding: bool) -> Iterable:
    """Return the field's values of all rows as the database driver takes them, made one by one when asked for."""
    if getattr(field, "auto_now", False) or (adding and getattr(field, "auto_now_add", False)):
        return repeat(_prepare(field)(field.pre_save(field.model(), adding)), len(rows))
    if not given:
        return map(_prepare(field), (field.get_default() for _ in rows))
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
    unchanged = _UNCHANGED.get(type(field), ())
    related = field.is_relation
    database = connections[DEFAULT_DB_ALIAS]  # asked for once: the proxy costs as much as the work

    def prepare(value: object) -> object:
        if isinstance(value, unchanged):
            return value
        if related and isinstance(value, models.Model):
            value = value.pk
        return field.get_db_prep_save(value, database)

    return prepare


def _through_table(
    model: type[models.Model],
    fields: list[models.Field],
    lines: Iterable[tuple],
    kind: HistoryKind,
    said: tuple[AbstractBaseUser | None, str, datetime.datetime | None],
) -> None:
    """Create, change or delete rows with their history.

    :param lines: for each row its primary key and the values of the fields.
    :param said: who acts, why, and when.
    """
    target, staged = _quoted(model._meta.db_table), _quoted(f"bulk_{model._meta.db_table}")
    key = _quoted(model._meta.pk.column)
    columns = [_quoted(field.column) for field in fields]
    listed = ", ".join([key, *columns])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} AS SELECT {listed} FROM {target} WHERE 1 = 0")
        _fill(cursor, staged, listed, len(columns) + 1, lines)
        if kind == HistoryKind.CREATED:
            cursor.execute(f"INSERT INTO {target} ({listed}) SELECT {listed} FROM {staged} ORDER BY {key}")
        elif kind == HistoryKind.CHANGED:
            settings = ", ".join(f"{column} = {staged}.{column}" for column in columns)
            cursor.execute(
                f"UPDATE {target} SET {settings} FROM {staged} WHERE {target}.{key} = {staged}.{key}"
            )
        _write_history(cursor, model, staged, kind, *said)
        if kind == HistoryKind.DELETED:  # only now: the history is written from the rows themselves
            cursor.execute(f"DELETE FROM {target} WHERE {key} IN (SELECT {key} FROM {staged})")
        # After a failure the rollback takes the table away.
        cursor.execute(f"DROP TABLE {staged}")


def _fill(cursor: CursorWrapper, staged: str, listed: str, width: int, lines: Iterable[tuple]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {staged} ({listed}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        return
    places = ", ".join(["%s"] * width)
    cursor.executemany(f"INSERT INTO {staged} ({listed}) VALUES ({places})", lines)


def _write_history(
    cursor: CursorWrapper,
    model: type[models.Model],
    staged: str,
    kind: HistoryKind,
    actor: AbstractBaseUser | None,
    reason: str,
    at: datetime.datetime | None,
    of: HistoryKind | None = None,
) -> None:
    """Record the rows of the staged table as they now stand; of: only those that this kind of version names."""
    history = model.history.model
    target, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    said = {
        "history_date": at or timezone.now(),
        "history_type": kind,
        "history_change_reason": reason,
        "history_user": actor.pk if actor is not None else None,
    }
    about = [history._meta.get_field(name) for name in said]
    own = [_quoted(field.column) for field in history.tracked_fields]
    columns = ", ".join([*own, *(_quoted(field.column) for field in about)])
    selected = ", ".join([*(f"{target}.{column}" for column in own), *["%s"] * len(about)])
    cursor.execute(
        f"INSERT INTO {_quoted(history._meta.db_table)} ({columns}) SELECT {selected} FROM {target} "
        f"JOIN {staged} ON {staged}.{key} = {target}.{key} "
        + (f"WHERE {staged}.history_type = %s " if of else "")
        + f"ORDER BY {target}.{key}",
        [
            *(
                field.get_db_prep_save(value, connection)
                for field, value in zip(about, said.values(), strict=True)
            ),
            *([of] if of else []),
        ],
    )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
