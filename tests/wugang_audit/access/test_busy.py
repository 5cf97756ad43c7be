"""While a long import holds a SQLite database, whoever wants to write is told so, and whoever reads is not disturbed."""

import os
import sqlite3
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from wugang_audit.access import busy
from wugang_audit.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere(monkeypatch):
    """Hold the write lock from another connection; on other databases there is none to hold."""
    monkeypatch.setattr(busy, "LOOK_AGAIN", 0.01)
    connections["default"].close()  # the next one waits in short turns
    if connection.vendor != "sqlite":
        yield None
        return
    holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    holder.close()
    connections["default"].close()


@contextmanager
def somebody_importing():
    """Let another thread, as another process would, hold the sign that an import is written."""
    there, done = threading.Event(), threading.Event()

    def hold():
        with busy.importing():
            there.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    there.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_who_writes_the_import_waits_for_others(elsewhere):
    if elsewhere is not None:
        threading.Timer(0.2, elsewhere.execute, ["ROLLBACK"]).start()
    with busy.importing():
        write()


def write():
    with transaction.atomic():
        User.objects.update(full_name="甲")


def test_the_sign_can_be_read_under_another_account(tmp_path, settings):
    settings.IMPORT_LOCKS_DIR = tmp_path
    usual = os.umask(0o022)
    with busy.importing():
        os.umask(usual)
        (sign,) = tmp_path.iterdir()
        assert sign.stat().st_mode & 0o044 == 0o044
        sign.chmod(0o444)  # as a file of somebody else is to the site
        with busy.importing():
            assert busy.is_importing() == (connection.vendor == "sqlite")


def test_a_sign_that_cannot_be_read_disturbs_nobody(tmp_path, settings, monkeypatch):
    def refused(*_):
        raise PermissionError

    settings.IMPORT_LOCKS_DIR = tmp_path
    monkeypatch.setattr(busy.os, "open", refused)
    assert not busy.is_importing()


def test_who_wants_to_write_is_told_while_an_import_is_written(elsewhere):
    with somebody_importing():
        if elsewhere is None:
            write()
            assert not busy.is_importing()
            return
        assert busy.is_importing()
        with pytest.raises(busy.Importing):
            write()
        with pytest.raises(busy.Importing):
            User.objects.update(full_name="甲")
        assert User.objects.count() == 0
    assert not busy.is_importing()
    elsewhere.execute("ROLLBACK")
    write()


def test_any_other_wait_goes_on_until_it_is_over(elsewhere):
    if elsewhere is not None:
        threading.Timer(0.2, elsewhere.execute, ["ROLLBACK"]).start()
    write()


def test_a_wait_ends_after_the_time_that_is_set(elsewhere, monkeypatch):
    if elsewhere is None:
        return
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    with pytest.raises(OperationalError, match="database is locked") as refused:
        write()
    assert not isinstance(refused.value, busy.Importing)


def test_the_page_says_it_in_words(db):
    def locked(*_):
        raise OperationalError("database is locked") from sqlite3.OperationalError()

    client = Client(raise_request_exception=False)
    with somebody_importing(), connection.execute_wrapper(locked):
        response = client.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    said = "名录正在导入，请稍后再试" in response.content.decode()
    assert said == (connection.vendor == "sqlite")


def test_a_page_that_only_looks_writes_nothing_of_its_visitor_meanwhile(login, admin, elsewhere, monkeypatch):
    if elsewhere is not None:
        elsewhere.execute("ROLLBACK")
    client = login(admin)
    monkeypatch.setattr("wugang_audit.accounts.sessions.WRITE_EVERY", 0)
    if elsewhere is not None:
        elsewhere.execute("BEGIN IMMEDIATE")
    with somebody_importing():
        assert client.get("/admin/sources/pollutionsource/import/").status_code == 200
