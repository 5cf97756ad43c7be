"""A site of SQLite becomes one of PostgreSQL: every row, or none."""

import re
import subprocess
import sys

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from house import ROOT
from killed import environment

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a PostgreSQL to move to")


@pytest.fixture
def address(empty_database):
    """Of what is moved to."""
    return empty_database


@pytest.fixture
def manage(tmp_path):
    """Run a command on a site of SQLite, or of another address: status and what was said."""

    def run(*arguments, url=f"sqlite:///{tmp_path}/db.sqlite3"):
        passwords = {"ADMIN_PASSWORD": "Kq7-vhw-Ronde-31", "SECURITY_PASSWORD": "Zs4-mpt-Valse-82"}
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *arguments],
            cwd=ROOT, env=environment(DATA_DIR=str(tmp_path), DATABASE_URL=url, **passwords),
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def filled(manage):
    """A small site with accounts, law, holidays and a trail."""
    assert manage("migrate", "--verbosity=0") == (0, "")
    assert manage("loaddata", "specialities", "law", "inspection_items", "holidays")[0] == 0
    names = [
        "--admin-username",
        "su",
        "--admin-name",
        "苏管理",
        "--security-username",
        "cao",
        "--security-name",
        "曹安全",
    ]
    status, said = manage("createsuperuser", "--noinput", *names)
    assert status == 0, said


@pytest.mark.long
@on_postgresql
def test_every_row_is_moved_and_the_chains_hold(manage, filled, address):
    status, said = manage("move_database", "postgres://a@127.0.0.1:1/none")
    assert status == 1 and "新库连不上" in said
    status, said = manage("move_database", address)
    assert status == 0, said
    rows = dict(reversed(line.split(" 行  ")) for line in re.findall(r"\d+ 行  \w+", said))
    assert rows["wugang_audit_user"] == "2" and int(rows["wugang_audit_auditentry"]) >= 2
    status, said = manage("verify_audit", url=address)
    assert status == 0 and "触发器）齐全" in said, said
    # What comes after goes on where the old one ended: numbers, chain.
    names = [
        "--admin-username",
        "su2",
        "--admin-name",
        "苏二",
        "--security-username",
        "cao2",
        "--security-name",
        "曹二",
    ]
    assert manage("createsuperuser", "--noinput", *names, url=address)[0] == 0
    assert manage("verify_audit", url=address)[0] == 0
    status, said = manage("move_database", address)
    assert status == 1 and "已经有账号" in said


@pytest.mark.long
@on_postgresql
def test_one_row_that_does_not_arrive_leaves_none(manage, filled, address, tmp_path):
    manage("migrate", "--verbosity=0", url=address)
    with psycopg.connect(address) as new:  # a column that keeps less than it is given
        new.execute("ALTER TABLE wugang_audit_user ALTER full_name TYPE char(60)")
    status, said = manage("move_database", address)
    assert status == 1 and "表 wugang_audit_user 搬过去以后不一样" in said
    with psycopg.connect(address) as new:
        assert new.execute("SELECT count(*) FROM wugang_audit_user").fetchone() == (0,)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://a@b/c", "postgres://"),
        ("nonsense", "postgres://"),
    ],
)
def test_what_is_no_new_database_is_said(address, words):
    if connection.vendor != "sqlite":
        words = "用的不是 SQLite"
    with pytest.raises(CommandError, match=words):
        call_command("move_database", address)
