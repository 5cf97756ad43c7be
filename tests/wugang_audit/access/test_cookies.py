"""The cookies of the site, all of them, with TLS and without."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client
from house import ROOT

# Everything that sets a cookie: the log-in (session, token, whose forms these are), and a notice.
BROWSE = """
import django
django.setup()
from django.test import Client
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
user = User.objects.create_user("officer", "a-long-test-password", full_name="甲", roles=[Role.OFFICER])
client = Client(headers={"host": "localhost", "X-Forwarded-Proto": "https"})
client.post("/accounts/login/", {"username": "officer", "password": "wrong"})
client.post("/accounts/login/", {"username": "officer", "password": "a-long-test-password"})
for name, cookie in sorted(client.cookies.items()):
    print(name, bool(cookie["secure"]), bool(cookie["httponly"]), cookie["path"], cookie["domain"] or "-")
print(client.get("/accounts/sessions/").status_code)
"""


# Only what SQLite can copy is at hand at once; which cookies there are does not depend on the database.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="copies the tables as a file")
def test_with_tls_every_cookie_is_of_this_host_alone(tmp_path, db):
    # Read by a connection of its own: that of the test is in a transaction.
    tables, file = sqlite3.connect(connection.settings_dict["NAME"]), sqlite3.connect(tmp_path / "db")
    with closing(tables), closing(file):
        tables.backup(file)
    env = os.environ | {
        "SERVED_OVER_TLS": "True", "DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db",
        "DJANGO_SETTINGS_MODULE": "wugang_audit.settings", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", BROWSE], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "__Host-csrftoken True True / -",
        "__Host-forms_of True True / -",
        "__Host-messages True True / -",
        "__Host-sessionid True True / -",
        "200",
    ], done.stderr


def test_without_tls_they_have_names_that_a_browser_takes(person, password):
    person("organiser")
    client = Client()
    client.post("/accounts/login/", {"username": "organiser", "password": password})
    assert {"csrftoken", "sessionid"} <= set(client.cookies)
    assert not any(name.startswith("__") for name in client.cookies)
