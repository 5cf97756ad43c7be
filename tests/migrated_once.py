"""The tables of the tests, migrated once: the other processes of a run, and the next runs, begin with a copy.

All migrations take each process a quarter of a minute. What a copy was made of is in its name: each file of the site,
each installed package, and the day. Of PostgreSQL it lies beside the database of the tests. Tests of an upgrade migrate as a site does.
"""

import datetime
import fcntl
import hashlib
import platform
import sqlite3
from contextlib import closing, contextmanager
from importlib.metadata import distributions
from unittest import mock

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.creation import BaseDatabaseCreation
from house import ROOT

# A migration may import any module of the site, and read any file of it.
PARTS = ("wugang_audit", "sources", "enforcers", "drawings", "fixtures")
PREFIX = "wugang_migrated_"

_create = BaseDatabaseCreation.create_test_db


def made_of(root=ROOT):
    """Return a digest of all that the migrated tables can depend on."""
    digest = hashlib.sha256()
    installed = sorted(f"{each.name} {each.version}" for each in distributions())
    told = platform.python_version(), sqlite3.sqlite_version, settings.INSTALLED_APPS, installed
    digest.update(repr(told).encode())
    digest.update(datetime.date.today().isoformat().encode())  # a migration may write the day
    for path in sorted(path for part in PARTS for path in (root / part).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


class OfSqlite:
    """A file in pytest's cache."""

    def __init__(self, connection, folder, name):
        self.connection, self.folder, self.path = connection, folder, folder / f"{name}.sqlite3"

    def exists(self):
        return self.path.exists()

    def keep(self):
        """Copy the migrated database to where it is looked for, whole or not at all; those of other code go."""
        for path in self.folder.glob(f"{PREFIX}*"):
            path.unlink()
        part = self.folder / "part"
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as target:
            self.connection.connection.backup(target)
        part.rename(self.path)

    @contextmanager
    def given(self):
        """Let a database that is made meanwhile be a copy; the migrations have nothing left to do."""

        def copied(command, **_):
            if command == "migrate":
                self.connection.ensure_connection()
                with closing(sqlite3.connect(self.path)) as source:
                    source.backup(self.connection.connection)

        with mock.patch("django.core.management.call_command", copied):
            yield


class OfPostgresql:
    """A database on the same server."""

    def __init__(self, connection, _, name):
        self.connection, self.name = connection, name

    def _run(self, statement, *values):
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def exists(self):
        return bool(self._run("SELECT 1 FROM pg_database WHERE datname = %s", self.name))

    def keep(self):
        """Copy the migrated database; those of other code go."""
        for (name,) in self._run("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", PREFIX):
            self._run(f'DROP DATABASE "{name}"')
        self.connection.close()  # a database in use cannot be copied
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.connection.settings_dict["NAME"]}"')

    @contextmanager
    def given(self):
        with (
            mock.patch.dict(self.connection.settings_dict["TEST"], TEMPLATE=self.name),
            mock.patch("django.core.management.call_command"),
        ):
            yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request, tmp_path_factory):
    """pytest-django's own, and: the first process that makes its database keeps a copy, the others wait for it."""
    cache = getattr(request.config, "cache", None)  # of a run without pytest's cache nothing is left
    folder = cache.mkdir("migrated") if cache else tmp_path_factory.mktemp("migrated")

    def create_test_db(self, *args, **kwargs):
        name = PREFIX + made_of()
        of = OfSqlite if self.connection.vendor == "sqlite" else OfPostgresql
        copy = of(self.connection, folder, name)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if copy.exists():
                with copy.given():
                    return _create(self, *args, **kwargs)
            made = _create(self, *args, **kwargs)
            copy.keep()
            self.connection.ensure_connection()
            return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", create_test_db)
        for connection in connections.all():
            if connection.vendor == "sqlite":  # nothing of it need survive a machine that stops
                options = connection.settings_dict["OPTIONS"]
                patch.setitem(options, "init_command", options["init_command"] + "PRAGMA synchronous=OFF;")
        yield
