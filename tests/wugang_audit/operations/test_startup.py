"""What the site does not start with, and the command that mends it; each with the server's own module, in a process of its own."""

import subprocess
import sys

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from django.db import connection
from killed import environment

from wugang_audit.accounts.demo import PASSWORD
from wugang_audit.audit.models import AuditEntry
from wugang_audit.operations import startup
from wugang_audit.operations.conditions import Finding, Level

START = "import wugang_audit.wsgi; print('up')"


def start(**more):
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def demo(person):
    """An account of the demonstration, as `manage.py demo` opens it."""
    user = person("organiser", full_name="沈组织")
    user.password = make_password(PASSWORD)
    user.save()
    return user


@pytest.mark.django_db(transaction=True)
def test_a_database_of_this_version_is_served(admin):
    assert start()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_end_the_start_with_the_command(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, applied FROM django_migrations WHERE app = 'drawings' ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE id = %s", [row[0]])
    try:
        status, said = start()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (id, app, name, applied) VALUES (%s, 'drawings', %s, %s)", row
            )
    assert status == startup.CONFIGURATION
    assert row[1] in said and "manage.py migrate" in said and "Traceback" not in said and "up\n" not in said


@pytest.mark.django_db(transaction=True)
def test_the_password_of_the_demonstration_opens_no_site(demo):
    demo.password = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())  # as the server itself compares it
    demo.save()
    status, said = start(DEMO="False")
    assert status == startup.CONFIGURATION and "manage.py close_demo_accounts" in said
    assert start(DEMO="True")[0] == 0


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_reason(monkeypatch):
    monkeypatch.setattr(startup, "database", lambda: Finding("database", "数据库", Level.FAULT, "连不上"))
    assert startup.refusal() == ""


@pytest.mark.django_db
def test_the_accounts_are_closed_and_the_trail_says_so(demo, person, capsys):
    other = person("li", full_name="李某")
    other.password = make_password(PASSWORD)  # of an officer of the demonstration, under whatever name
    other.save()
    own = person("wang", full_name="王某")
    call_command("close_demo_accounts")
    for user in (demo, other, own):
        user.refresh_from_db()
    assert not demo.is_active and not other.is_active and own.is_active
    assert not demo.check_password(PASSWORD)
    assert "共 2 个" in capsys.readouterr().out
    assert AuditEntry.objects.filter(action="修改账号", target__contains="沈组织").exists()
    assert startup.refusal() == ""
    call_command("close_demo_accounts")
    assert "没有用演示密码的账号" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_name_as_in_the_demonstration_is_no_fault(person, password):
    person("organiser", full_name="沈组织")
    assert startup.refusal() == ""
