"""A database of its own for each upgrade, and a server of its own that works on it."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest
from django.db import connection
from house import ROOT

# Commands one after the other in one process: to start each would take longer than most of them do.
COMMANDS = """
import sys
import django
django.setup()
from django.core.management import call_command
for each in sys.argv[1:]:
    call_command(*each.split())
"""


@pytest.fixture
def database(tmp_path):
    """The address of an empty database of the kind that the suite runs on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/db.sqlite3"
        return
    mine, name = connection.settings_dict, f"upgrade_{uuid.uuid4().hex}"
    server = f"postgres://{mine['USER']}:{mine['PASSWORD']}@{mine['HOST']}:{mine['PORT']}"
    with psycopg.connect(
        f"{server}/postgres", autocommit=True
    ) as own:  # no transaction may create a database
        own.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        own.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def run(database, tmp_path):
    """Run Python as on a server of its own, on the database that is brought up to date; return what it printed."""
    env = os.environ | {
        "DATABASE_URL": database,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "wugang_audit.settings",
        "ALLOWED_HOSTS": "testserver",
        "DEMO": "on",
        "SECURE_SSL_REDIRECT": "off",
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def manage(run):
    """Run commands of manage.py, such as ``manage("migrate --no-input", "check")``; one that fails fails the test."""

    def manage(*commands):
        return run("-c", COMMANDS, *commands)

    return manage
