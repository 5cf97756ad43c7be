"""Whether the site may serve: probes, the administrator's page, the desk."""

import datetime
import shutil
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from drawings.models import LogEntry
from wugang_audit import clock
from wugang_audit.audit import append_only, trail
from wugang_audit.operations import conditions
from wugang_audit.operations.conditions import Level

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


def away(*_, **__):
    raise OperationalError("could not connect to server\nIs it running?")


@pytest.fixture
def no_database():
    with mock.patch.object(connection, "cursor", away):
        yield


def room(free):
    return mock.patch.object(shutil, "disk_usage", lambda _: mock.Mock(free=free * MB))


def state(client):
    answer = client.get("/healthz/ready")
    return answer.status_code, answer.json()["conditions"]


def test_a_site_that_is_well_is_alive_and_ready(client):
    assert client.get("/healthz/live").content == b"ok\n"
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "conditions": dict.fromkeys(("database", "migrations", "triggers", "disk", "clock"), "ok"),
    }
    assert answer["Cache-Control"] == "no-store"


def test_without_its_database_it_is_alive_and_not_ready(client, no_database):
    assert client.get("/healthz/live").status_code == 200
    assert state(client) == (503, {"database": "fault", "disk": "ok"})


def test_a_probe_needs_no_tls_and_no_session(client, settings, django_assert_num_queries):
    settings.SECURE_SSL_REDIRECT = True
    with django_assert_num_queries(0):
        assert client.get("/healthz/live").status_code == 200
    assert client.post("/healthz/live").status_code == 405
    assert "Set-Cookie" not in client.get("/healthz/ready").headers


def test_it_does_not_tell_a_stranger_where_anything_lies(client, settings):
    with room(1):
        assert str(settings.DATA_DIR) not in client.get("/healthz/ready").content.decode()


@pytest.mark.parametrize(
    ("free", "level", "status"), [(5000, "ok", 200), (1000, "warning", 200), (100, "fault", 503)]
)
def test_room_on_the_disk(client, free, level, status):
    with room(free):
        answered, found = state(client)
    assert (answered, found["disk"]) == (status, level)


def test_a_disk_that_may_only_be_read_is_a_fault(client):
    with mock.patch.object(conditions, "may_write", lambda _: False):
        assert state(client)[1]["disk"] == "fault"
        assert "不能写" in conditions.disk().words


def test_migrations_that_wait_and_those_of_a_newer_version(client):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'drawings' ORDER BY id DESC LIMIT 1")
        (last,) = cursor.fetchone()
        cursor.execute("UPDATE django_migrations SET name = '9999_of_tomorrow' WHERE name = %s", [last])
    assert conditions.missing_migrations() == [f"drawings.{last}"]
    assert conditions.newer_migrations() == ["drawings.9999_of_tomorrow"]
    assert "manage.py migrate" in conditions.migrations().fix
    assert state(client)[1]["migrations"] == "fault"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('drawings', %s, %s)",
            [last, clock.now()],
        )
    assert "更新的版本" in conditions.migrations().words


def test_a_lost_trigger_is_named(client):
    table = LogEntry._meta.db_table
    with mock.patch.object(append_only, "missing", lambda: [f"{table}：缺少触发器"]):
        assert state(client) == (
            503,
            dict.fromkeys(("database", "disk", "clock", "migrations"), "ok") | {"triggers": "fault"},
        )
        assert table in conditions.triggers().words


def test_a_clock_behind_the_last_record(client):
    trail.record(None, "测试", "时钟")
    with clock.at(clock.now() - datetime.timedelta(hours=2)):
        assert state(client)[1]["clock"] == "fault"
        assert "7,1" in conditions.clock().words or "7,2" in conditions.clock().words
    with clock.at(clock.now() - datetime.timedelta(seconds=3)):
        assert conditions.clock().level is Level.GOOD


def test_the_administrator_is_told_before_the_disk_is_full(login, admin, organiser):
    with room(1000):
        assert "磁盘空间" in login(admin).get(reverse("desk")).content.decode()
        assert "磁盘空间" not in login(organiser).get(reverse("desk")).content.decode()
        page = login(admin).get(reverse("system_status")).content.decode()
    assert "还剩 1000 MB" in page and "怎么办" in page
    assert "磁盘空间" not in login(admin).get(reverse("desk")).content.decode()
