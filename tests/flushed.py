"""Tests with real transactions empty the tables afterwards: also those whose triggers refuse that."""

from django.db import connection
from django.test import TransactionTestCase

from wugang_audit.audit import append_only

_flush = TransactionTestCase._fixture_teardown


def _flush_protected_tables_too(self):
    """Empty the tables after a test with real transactions: the triggers would refuse that."""
    for table in append_only.protected_tables():
        append_only.remove(connection, table)
    _flush(self)
    for table in append_only.protected_tables():
        append_only.install(connection, table)


TransactionTestCase._fixture_teardown = _flush_protected_tables_too
