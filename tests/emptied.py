"""How the tables are emptied after a test with real transactions."""

import sqlite3
from importlib import import_module

from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

from wugang_audit.audit import append_only

_RULE = import_module("drawings.migrations.0026_stronger_disclosure")
_flush = TransactionTestCase._fixture_teardown
_emptied = []  # of SQLite: a copy in memory of the database as the first flush left it


def _flush_protected_tables_too(self):
    """Empty the tables after a test with real transactions: the triggers would refuse that.

    To flush a hundred tables and fill what Django keeps in them takes half a second; to copy the emptied file, some milliseconds.
    """
    connection.ensure_connection()
    if _emptied:
        copy(_emptied[0], connection.connection)
        return
    for table in append_only.protected_tables():
        append_only.remove(connection, table)
    _flush(self)
    for table in append_only.protected_tables():
        append_only.install(connection, table)
    _RULE.ship(apps, None)  # a migration wrote it, and every site has it
    if connection.vendor == "sqlite":
        _emptied.append(sqlite3.connect(":memory:", check_same_thread=False))
        copy(connection.connection, _emptied[0])


def copy(source, target):
    """Copy a whole SQLite database; raise an error if somebody holds a lock on it for ten seconds."""
    waited = []

    def once_more(status, _, __):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            waited.append(status)
            assert len(waited) < 40, "a connection of the test still holds a lock"

    source.backup(target, progress=once_more)


TransactionTestCase._fixture_teardown = _flush_protected_tables_too
