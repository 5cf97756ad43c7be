"""Writes many rows of one model (see `bulk_rows`) together with their simple-history rows, in a constant number of statements.

The values go through a temporary table; the database itself makes the rows and their history from it, so no history
row ever passes through Python. What comes out equals what simple-history's own bulk helpers write; these know no
deletion. The caller holds the transaction and, on SQLite, with it the only right to write. Needs SQLite 3.33 or PostgreSQL.
"""
# ruff: noqa: S608 - the names of tables and columns are those of the models, quoted

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from .. import clock
from .bulk_rows import fill, new_rows, quoted, values_of
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
    keys, fields, lines = new_rows(model, names, rows)
    _through_table(model, fields, lines, HistoryKind.CREATED, (actor, reason, at))
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
    values = [values_of(field, rows, field.name in names, adding=False) for field in fields]
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
    target, staged = quoted(model._meta.db_table), quoted(f"undone_{model._meta.db_table}")
    said = actor, reason, at
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} AS {query}", parameters)
        _write_history(cursor, model, staged, HistoryKind.DELETED, *said, of=HistoryKind.CREATED)
        chosen = f"SELECT {quoted(key.column)} FROM {staged} WHERE history_type = %s"
        cursor.execute(
            f"DELETE FROM {target} WHERE {quoted(key.column)} IN ({chosen})", [HistoryKind.CREATED]
        )
        _restore(cursor, model, staged, at)
        _write_history(cursor, model, staged, HistoryKind.CHANGED, *said, of=HistoryKind.CHANGED)
        _write_history(cursor, model, staged, HistoryKind.CREATED, *said, of=HistoryKind.DELETED)
        cursor.execute(f"DROP TABLE {staged}")


def _restore(cursor: CursorWrapper, model: type[models.Model], staged: str, at: datetime.datetime) -> None:
    """Give the changed rows their earlier values back, and put the deleted ones back."""
    history = model.history.model
    target, past = quoted(model._meta.db_table), quoted(history._meta.db_table)
    key = quoted(model._meta.pk.column)
    fields = history.tracked_fields
    values = [
        "%s" if getattr(field, "auto_now", False) else f"{past}.{quoted(field.column)}" for field in fields
    ]
    moments = [
        field.get_db_prep_save(at, connection) for field in fields if getattr(field, "auto_now", False)
    ]
    columns = [quoted(field.column) for field in fields]
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
    target, staged = quoted(model._meta.db_table), quoted(f"bulk_{model._meta.db_table}")
    key = quoted(model._meta.pk.column)
    columns = [quoted(field.column) for field in fields]
    listed = ", ".join([key, *columns])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {staged} AS SELECT {listed} FROM {target} WHERE 1 = 0")
        fill(cursor, staged, listed, len(columns) + 1, lines)
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
    target, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    said = {
        "history_date": at or clock.now(),
        "history_type": kind,
        "history_change_reason": reason,
        "history_user": actor.pk if actor is not None else None,
    }
    about = [history._meta.get_field(name) for name in said]
    own = [quoted(field.column) for field in history.tracked_fields]
    columns = ", ".join([*own, *(quoted(field.column) for field in about)])
    selected = ", ".join([*(f"{target}.{column}" for column in own), *["%s"] * len(about)])
    cursor.execute(
        f"INSERT INTO {quoted(history._meta.db_table)} ({columns}) SELECT {selected} FROM {target} "
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
