"""Moving the site from SQLite to PostgreSQL: every row of every table, proven by equal digests on both sides.

While it runs the old database takes no writes: what was acknowledged is moved. The new one becomes whole at once, or stays empty.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import environ
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..audit import append_only
from .backups.problem import Problem
from .conditions import first_line, missing_migrations

SOURCE, TARGET = "default", "moved"
_ROWS = 5000  # read at a time
_WIDE = 1 << 256


class Moved(NamedTuple):
    """One table on both sides."""

    table: str
    rows: int
    digest: str  # of all rows, in whatever order, hex


def tables() -> list[type[models.Model]]:
    """Return the models of all tables with rows of the site."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def move(address: str, told: Callable[[Moved], None]) -> list[Moved]:
    """Copy all rows to an empty PostgreSQL database, and compare both sides.

    :param address: of that database, ``postgres://user:password@host:5432/name``.
    :param told: called for each table that was compared.
    :raises Problem: why not; the old database was not changed, the new one has no rows.
    """
    source = connections[SOURCE]
    if source.vendor != "sqlite":
        raise Problem(
            "这个站点用的不是 SQLite，没有什么要搬的。两个 PostgreSQL 之间请用 manage.py backup 和 restore。"
        )
    if missing_migrations():
        raise Problem("请先运行 manage.py migrate：搬的是本版本的表。")
    try:
        config = (
            environ.Env.db_url_config(address) if address.startswith(("postgres://", "postgresql://")) else {}
        )
    except ValueError:  # a port that is no number
        config = {}
    if not config:
        raise Problem(
            "新库的地址写得不对：应当是 postgres://用户名:密码@主机:5432/库名，密码里的 @ 写成 %40。"
        )
    connections.databases[TARGET] = connections.databases[SOURCE] | {
        "OPTIONS": {}, "TEST": {}, "CONN_HEALTH_CHECKS": False, **config,
    }  # fmt: skip
    target = connections[TARGET]
    try:
        _prepare(target, address)
        # The write lock: who writes meanwhile waits, and is told to come again.
        with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
            return _fill(target, told)
    except DatabaseError as fault:
        raise Problem(f"没有搬成，新库里没有留下数据：{first_line(fault)}") from None
    finally:
        target.close()
        del connections[TARGET], connections.databases[TARGET]


def _prepare(target: BaseDatabaseWrapper, address: str) -> None:
    """Make the tables, in a database that nobody uses.

    :raises Problem: it is not to be reached, or somebody uses it.
    """
    try:
        target.ensure_connection()
    except DatabaseError as fault:
        raise Problem(f"新库连不上：{first_line(fault)}。请核对地址，看 PostgreSQL 是否在运行。") from None
    users = apps.get_model("wugang_audit", "User")._meta.db_table
    if users in target.introspection.table_names():
        with target.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {users} LIMIT 1")  # noqa: S608 - a table of ours
            if cursor.fetchone():
                raise Problem("新库里已经有账号，没有搬。请另建一个空的库：createdb 库名。")
    run(address, "migrate", "--verbosity=0")


def run(address: str, *command: str) -> str:
    """Run a command of the site on the new database, in a process whose only database that is: a migration may not know another.

    :raises Problem: it failed.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter and commands
        [sys.executable, settings.BASE_DIR / "manage.py", *command],
        env=os.environ | {"DATABASE_URL": address},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["没有说原因"])[-1]
        raise Problem(f"新库上的 {command[0]} 没有做成：{said}")
    return done.stdout


def _fill(target: BaseDatabaseWrapper, told: Callable[[Moved], None]) -> list[Moved]:
    found = tables()
    names = [target.ops.quote_name(model._meta.db_table) for model in found]
    with target.cursor() as cursor:
        # They refuse what has to be done once: emptying what the migrations wrote, rows with values of their own.
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(names)}")
    sums = [_copy(model, target) for model in found]
    with target.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Before the triggers are back, which count as a change what is none.
        compared = [_compared(model, each, told) for model, each in zip(found, sums, strict=True)]
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        for statement in target.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)
    append_only.install_all(target)
    if lost := append_only.missing(target):
        raise Problem(f"新库的触发器不齐全：{lost[0]}。没有搬，请报告维护人员。")
    return compared


def _copy(model: type[models.Model], target: BaseDatabaseWrapper) -> Moved:
    """Write the rows of one table, and return what was read."""
    fields = model._meta.local_concrete_fields
    columns = ", ".join(target.ops.quote_name(field.column) for field in fields)
    table, total = target.ops.quote_name(model._meta.db_table), _Sum()
    with target.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in _rows(model, SOURCE):
            total.add(row)
            copy.write_row(
                [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]
            )
    return Moved(model._meta.db_table, total.rows, total.hex())


def _compared(model: type[models.Model], read: Moved, told: Callable[[Moved], None]) -> Moved:
    total = _Sum()
    for row in _rows(model, TARGET):
        total.add(row)
    if (total.rows, total.hex()) != (read.rows, read.digest):
        raise Problem(
            f"表 {read.table} 搬过去以后不一样：原来 {read.rows} 行，现在 {total.rows} 行。没有搬，旧库没有改动；请报告维护人员。"
        )
    told(read)
    return read


def _rows(model: type[models.Model], alias: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return model._base_manager.using(alias).order_by().values_list(*names).iterator(_ROWS)


class _Sum:
    """The digest of a table: the sum of its rows' SHA-256, the same in any order."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, row: tuple[Any, ...]) -> None:
        content = json.dumps(row, default=_plain, sort_keys=True, ensure_ascii=False).encode()
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(content).digest())) % _WIDE
        self.rows += 1

    def hex(self) -> str:
        return f"{self._sum:064x}"


def _plain(value: Any) -> Any:
    """Return what JSON knows of a value, the same whichever database it came from."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time | Decimal):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
