"""Ways round the append-only tables that SQLite alone has, tried by somebody who has the file open."""

import sqlite3

import pytest
from appendonly_cases import TABLES, rows
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from drawings import public_log
from wugang_audit.audit import append_only


def keys_of(table):
    """Return the columns of each unique key of the table: by the models, not by the database."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    keys = [(field.column,) for field in model._meta.local_fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            keys.append(tuple(model._meta.get_field(name).column for name in constraint.fields))
    return keys


def replacing(table, row, key):
    """Return an INSERT OR REPLACE, with its values, of a row that meets the given one in this key alone."""
    for column in {column for each in keys_of(table) for column in each} - set(key):
        value = row[column]
        if column == "id":
            row[column] = None
        elif value is not None:
            row[column] = value + 10**6 if isinstance(value, int) else f"{value}x"
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})", [
        *row.values()
    ]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(("table", "key"), [(table, key) for table in TABLES for key in keys_of(table)])
def test_an_insert_that_would_replace_a_row_is_refused_whichever_key_it_meets(
    filled, sql, table, key, recursive
):
    before = rows(table)
    row = next(dict(each) for each in before if all(each[name] is not None for name in key))
    statement, values = replacing(table, row, key)
    sql(f"PRAGMA recursive_triggers = {recursive}")
    with pytest.raises(DatabaseError, match=f"append-only: REPLACE of {table}"), transaction.atomic():
        sql(statement, *values)
    sql("PRAGMA recursive_triggers = OFF")
    assert rows(table) == before


@pytest.mark.parametrize("value", ["'{}'", "{}.0", "'{}.0'", "CAST({} AS TEXT)", "' {} '"])
def test_a_key_in_other_clothes_is_the_same_key(filled, sql, value):
    """SQLite takes a text that reads as a number for the number."""
    table, before = "drawings_logentry", rows("drawings_logentry")
    first = dict(before[0])
    for column in ("id", '"index"', "rowid", "_rowid_", "oid"):
        names = f'{column}, "index", time' if column != '"index"' else f"{column}, time"
        rest = ", 10000, 'x'" if column != '"index"' else ", 'x'"
        statement = (
            f"INSERT OR REPLACE INTO {table} ({names}, kind, subject, digest, chain) VALUES ({{}}{rest}"
        )
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            key = first["index" if column == '"index"' else "id"]
            sql(f"{statement.format(value.format(key))}, 'void', 'x', 'x', 'x')")
    assert rows(table) == before


def test_an_insert_that_ignores_or_upserts_on_any_key_is_refused(filled, sql):
    copy = "INTO drawings_logentry SELECT * FROM drawings_logentry WHERE true"
    for statement in (
        f"INSERT {copy} ON CONFLICT (\"index\") DO UPDATE SET chain = 'x'",
        f"INSERT {copy} ON CONFLICT DO UPDATE SET chain = 'x'",
        f"INSERT OR IGNORE {copy}",
        f"INSERT {copy} ON CONFLICT DO NOTHING",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement)


def test_a_view_with_triggers_of_its_own_leads_to_the_same_refusal(filled, sql):
    sql("CREATE TEMP VIEW seen AS SELECT * FROM drawings_logentry")
    sql(
        "CREATE TEMP TRIGGER around INSTEAD OF UPDATE ON seen BEGIN "
        "INSERT OR REPLACE INTO drawings_logentry SELECT * FROM drawings_logentry WHERE id = OLD.id; END"
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("UPDATE seen SET chain = 'x'")
    sql("DROP VIEW seen")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_attached_to_another_one_keeps_its_triggers():
    public_log.append("void", "2026Q3", "0" * 64)
    other = sqlite3.connect(":memory:")
    other.execute("ATTACH ? AS site", [connection.settings_dict["NAME"]])
    for statement in (
        "INSERT OR REPLACE INTO site.drawings_logentry SELECT * FROM site.drawings_logentry",
        "UPDATE site.drawings_logentry SET chain = 'x'",
        "DELETE FROM site.drawings_logentry",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()
    assert public_log.recompute() == public_log.Chain(1, None)


@pytest.mark.django_db(transaction=True)
def test_whoever_owns_the_file_can_take_the_triggers_away_but_is_noticed():
    """PRAGMA writable_schema: no trigger stops this. README says so."""
    public_log.append("void", "2026Q3", "0" * 64)
    owner = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    owner.execute("PRAGMA writable_schema = ON")
    owner.execute("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'drawings_logentry'")
    owner.execute("PRAGMA writable_schema = RESET")
    owner.close()
    connection.close()  # the site reads the file's tables anew
    protecting = [
        f"表 drawings_logentry 缺少触发器 drawings_logentry_{name}" for name in ("update", "delete", "insert")
    ]
    missing = append_only.missing()
    assert missing[:3] == protecting
    # Those that tell of public changes went with them.
    assert len(missing) == 6 and all("_told_" in line for line in missing[3:])
    append_only.install(connection, "drawings_logentry")
