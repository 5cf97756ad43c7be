"""The demonstration, built once for all processes of a run.

Its time stands still, so that quarters and due days are the same on every day of the year.
"""

import contextlib
import datetime
import fcntl
import os
import sqlite3

import emptied
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from wugang_audit import clock as site_clock

NOW = timezone.make_aware(datetime.datetime(2026, 11, 27, 10, 20))


def build():
    # The command lets the machine's own numbers pass: for its site alone, and not for the tests that follow.
    allowed = override_settings(
        ALLOW_SYSTEM_ENTROPY=settings.ALLOW_SYSTEM_ENTROPY,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with transaction.atomic(), site_clock.at(NOW), allowed:
        call_command("demo", no_serve=True)


@contextlib.contextmanager
def built_in_a_file(folder):
    """Put the demonstration in place of an SQLite database; who comes first builds it, the others wait for a copy."""
    connection.ensure_connection()
    path = folder / "demo.sqlite3"
    with contextlib.closing(sqlite3.connect(":memory:")) as before:
        emptied.copy(connection.connection, before)
        with (folder / "demo.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with contextlib.closing(sqlite3.connect(path)) as kept:
                if kept.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                    build()
                    emptied.copy(connection.connection, kept)
                else:
                    emptied.copy(kept, connection.connection)
        try:
            yield
        finally:
            emptied.copy(before, connection.connection)


@contextlib.contextmanager
def built_in_a_transaction():
    with transaction.atomic():
        build()
        # PostgreSQL counts the rows of a table after a commit alone: with none it plans each query as if all were empty.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration for one module; each test runs in a transaction of its own inside."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of the whole run
    is_file = connection.vendor == "sqlite"
    with django_db_blocker.unblock(), built_in_a_file(folder) if is_file else built_in_a_transaction():
        yield
