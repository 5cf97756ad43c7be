"""The database as one file, taken while it is written, and a database of that file again.

SQLite: the backup API, which copies one state of the file (a copied file was corrupt in 17 of 25 tries). PostgreSQL: pg_dump and
pg_restore of the server's own version.
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from .problem import Problem

SQLITE, POSTGRESQL = "database.sqlite3.gz", "database.pgdump"
_PIECE = 1024 * 1024
# Almost as small as the best, in a tenth of the time.
_GZIP_LEVEL = 1


def member() -> str:
    """Return the name of the database in an archive of this site."""
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def copy(target: Path) -> None:
    """Write one state of the database into a file, and look through it.

    :raises Problem: it cannot be copied, or the copy is damaged.
    :raises OSError: the disk is full.
    """
    if connection.vendor == "postgresql":
        _dump(target)
    else:
        _copy_sqlite(target)


def _copy_sqlite(target: Path) -> None:
    raw = target.with_name(target.name + ".raw")
    try:
        try:
            with (
                closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source,
                closing(sqlite3.connect(raw)) as found,
            ):
                source.backup(found)  # in one step: one state, and writers go on beside it
                found.execute("PRAGMA journal_mode = DELETE")
                faults = [row[0] for row in found.execute("PRAGMA integrity_check(3)")]
        except sqlite3.Error as fault:
            if "full" in str(fault):
                raise OSError(28, "No space left on device") from None
            raise Problem(f"数据库没有备份成：{fault}。请运行 manage.py doctor 看是哪里的问题。") from None
        if faults != ["ok"]:
            raise Problem(
                f"数据库有损坏：{faults[0]}。这一份没有留下；请保全数据库文件，从最近一份好的备份恢复。"
            )
        with raw.open("rb") as source, gzip.open(target, "wb", compresslevel=_GZIP_LEVEL) as packed:
            shutil.copyfileobj(source, packed, _PIECE)
    finally:
        raw.unlink(missing_ok=True)


def _environment() -> tuple[list[str], dict[str, str]]:
    """Return how PostgreSQL's programs reach the database: their options, and their environment with the password."""
    found = connection.settings_dict
    options = []
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER"), ("--dbname", "NAME")):
        if found.get(key):
            options.append(f"{option}={found[key]}")
    environment = dict(os.environ)
    if found.get("PASSWORD"):
        environment["PGPASSWORD"] = found["PASSWORD"]
    return options, environment


def _run(program: str, *arguments: str) -> str:
    options, environment = _environment()
    try:
        done = subprocess.run(  # noqa: S603 - options of the settings, no shell
            [_program(program), *options, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise Problem(
            f"找不到 {program}。请安装 PostgreSQL 的客户端程序（apt install postgresql-client）。"
        ) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["没有说原因"])[0]
        if "No space left" in done.stderr:
            raise OSError(28, "No space left on device")
        raise Problem(f"{program} 没有做成：{said}")
    return done.stdout


def _program(name: str) -> str:
    """Return the newest of the installed programs: Debian keeps those of each version in a folder of its own."""
    here = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(here[-1]) if here else name


def _dump(target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=1", f"--file={target}")
    listed = subprocess.run(  # noqa: S603
        [_program("pg_restore"), "--list", target], capture_output=True, check=False
    )
    if listed.returncode:
        raise Problem("备份出来的数据库读不回来，这一份没有留下。请看磁盘是否正常。")


def is_empty() -> bool:
    """Say whether the database of this site has no table, or not one account and not one record: whether a backup may go there."""
    connection.close()
    tables = connection.introspection.table_names()
    try:
        with connection.cursor() as cursor:
            for table in ("wugang_audit_user", "wugang_audit_auditentry"):
                if table in tables:
                    cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - one of two names
                    if cursor.fetchone():
                        return False
    finally:
        connection.close()
    return True


def restore(source: Path) -> None:
    """Make the database of this site what the file holds; it must be empty (`is_empty`).

    :raises Problem: the file does not fit this site's kind of database, or cannot be read in.
    """
    kind = source.name
    if kind != member():
        raise Problem(
            "备份里是 {}，这个站点用的是 {}。请把 DATABASE_URL 写成同一种再恢复；要换数据库，恢复以后用 manage.py move_database。".format(
                *(("PostgreSQL", "SQLite") if kind == POSTGRESQL else ("SQLite", "PostgreSQL"))
            )
        )
    if kind == POSTGRESQL:
        _take_away_empty_tables()
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(source),
        )
        return
    target = Path(connection.settings_dict["NAME"])
    part = target.with_name(target.name + ".restoring")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with gzip.open(source) as packed, os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(packed, file, _PIECE)
            file.flush()
            os.fsync(file.fileno())
        for ending in ("-wal", "-shm", "-journal"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _take_away_empty_tables() -> None:
    """A site that was migrated and not used has tables, which the file brings as well."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
