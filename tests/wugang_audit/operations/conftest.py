"""A second database of the tests: to restore into, or to move to."""

import pytest
from django.db import connection


@pytest.fixture
def empty_database(tmp_path):
    """The address of a database of its own, without a table."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/target/db.sqlite3"
        return
    found = connection.settings_dict
    other = f"{found['NAME']}_empty"  # on the same server
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {other}")
        cursor.execute(f"CREATE DATABASE {other}")
    yield f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{other}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {other} WITH (FORCE)")
