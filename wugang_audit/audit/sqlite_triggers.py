# ruff: noqa: S608 - the names of tables and columns are those of the database, quoted
"""SQLite's triggers of an append-only table, as text.

UPDATE and DELETE are refused outright. ``INSERT OR REPLACE`` is neither: SQLite removes the row in the way without firing its
DELETE trigger (unless ``recursive_triggers`` is on, which the one who writes decides), and ``ON CONFLICT DO UPDATE`` meets
the UPDATE trigger only. So an insert is refused that meets the primary key or any unique index of a row: they are read from the
table itself, and none can be forgotten.
"""

import re
from collections.abc import Mapping
from typing import Any

_OPERATIONS = ("update", "delete", "insert")


def names(table: str) -> list[str]:
    """Return the names of the table's triggers."""
    return [f"{table}_{operation}" for operation in _OPERATIONS]


def wanted(
    cursor: Any, table: str, blankable: str | None = None, writable: Mapping[str, str | None] = {}
) -> dict[str, str]:
    """Return {name: the statement that creates the trigger} for the table as it stands in the database.

    :param blankable: the column that may be emptied while all others stay as they are.
    :param writable: {column: the one that must still be empty for it to be written, or None: at any time}; all others stay as
        they are.
    """
    unless_kept = (
        _unless_filled(cursor, table, writable) if writable else _unless_emptied(cursor, table, blankable)
    )
    triggers = {
        f"{table}_{word.lower()}": f"CREATE TRIGGER {table}_{word.lower()} BEFORE {word} ON {table} {unless}"
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {word} of {table} refused'); END"
        for word, unless in (("UPDATE", unless_kept), ("DELETE", ""))
    }
    in_the_way = " OR ".join(_meetings(cursor, table))
    triggers[f"{table}_insert"] = (
        f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN {in_the_way} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE of {table} refused'); END"
    )
    return triggers


def found(cursor: Any, table: str) -> dict[str, str]:
    """Return {name: statement} of the triggers that the database has on the table."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
    return dict(cursor.fetchall())


def _unless_emptied(cursor: Any, table: str, column: str | None) -> str:
    """Return the condition of an update that does anything but empty the column."""
    if column is None:
        return ""
    cursor.execute(f"PRAGMA table_info({table})")
    others = [name for _, name, *_ in cursor.fetchall() if name != column]
    kept = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in others)
    return f"WHEN NOT (NEW.\"{column}\" IS '' AND {kept}) "


def _unless_filled(cursor: Any, table: str, writable: Mapping[str, str | None]) -> str:
    """Return the condition of an update that changes anything but what may still be written."""
    cursor.execute(f"PRAGMA table_info({table})")
    names = [name for _, name, *_ in cursor.fetchall()]
    kept = (
        f'(NEW."{name}" IS OLD."{name}"'
        + (f" OR COALESCE(OLD.\"{writable[name]}\", '') = '')" if name in writable else ")")
        for name in names
        if writable.get(name, name) is not None
    )
    return f"WHEN NOT ({' AND '.join(kept)}) "


def _meetings(cursor: Any, table: str) -> list[str]:
    """Return a condition for the primary key and for each unique index: that the new row meets a row that is there."""
    cursor.execute(f"PRAGMA table_info({table})")
    columns = {name: key for _, name, _, _, _, key in cursor.fetchall()}
    conditions = [_meeting(table, [name for name, key in columns.items() if key])]
    cursor.execute(f"PRAGMA index_list({table})")
    for _, index, is_unique, origin, is_partial in sorted(cursor.fetchall(), key=lambda row: row[1]):
        if not is_unique or origin == "pk":
            continue
        cursor.execute(f"PRAGMA index_info({index})")
        keys = [name for _, _, name in cursor.fetchall()]
        if None in keys:
            raise ValueError(f"{index} of {table} is on an expression: say here how rows meet in it.")
        conditions.append(_meeting(table, keys, _where(cursor, index) if is_partial else "", [*columns]))
    return conditions


def _where(cursor: Any, index: str) -> str:
    """Return the condition that rows fulfil which stand in a partial index."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = %s", [index])
    return re.split(r"\sWHERE\s", cursor.fetchone()[0], maxsplit=1)[1]


def _meeting(table: str, keys: list[str], where: str = "", columns: list[str] | None = None) -> str:
    met = " AND ".join(f'"{key}" = NEW."{key}"' for key in keys)
    if not where:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {met})"
    # Both rows must stand in a partial index; the new one is given the table's column names for its condition.
    new = ", ".join(f'NEW."{name}" AS "{name}"' for name in columns or [])
    return (
        f"EXISTS (SELECT 1 FROM {table} WHERE {met} AND ({where})) "
        f"AND EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {where})"
    )
