"""SQLite's planner is told how many rows there are, after an answer, and never at the cost of who writes."""

import sqlite3

import pytest
from django.core.signals import request_finished
from django.db import connection

from sources.models import PollutionSource
from wugang_audit.server import planner

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL counts its rows by itself"),
]


@pytest.fixture
def counted(make_source):
    """What SQLite knows of the units: ``counted()`` gives the rows of `sqlite_stat1`."""
    make_source(1)
    make_source(2)

    def rows():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
            if not cursor.fetchone()[0]:
                return []
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [PollutionSource._meta.db_table])
            return cursor.fetchall()

    yield rows
    if rows():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_stat1")


def answer_is_out():
    """What happens at the end of each request; the receivers of Django itself would close the test's connection."""
    for receiver in request_finished._live_receivers(sender=None)[0]:
        if receiver.__module__ == planner.__name__:
            receiver(signal=request_finished, sender=None)
            return
    raise AssertionError("nobody listens")


def test_it_is_told_when_it_is_time_and_not_after_every_answer(counted, monkeypatch):
    answer_is_out()
    assert counted() == []  # the process has just begun
    monkeypatch.setattr(planner, "_due", 0.0)
    answer_is_out()
    assert counted()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_stat1")
    answer_is_out()
    assert counted() == []


def test_who_writes_is_not_waited_for_and_the_next_one_waits_as_before(counted, caplog):
    def patience():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            return cursor.fetchone()[0]

    before = patience()
    assert before > 0
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert planner.look_at_tables() is False
        assert patience() == before
    finally:
        other.rollback()
        other.close()
    assert planner.look_at_tables() is True and counted()
    assert patience() == before


def test_a_transaction_that_goes_on_is_left_alone(counted, monkeypatch):
    from django.db import transaction

    monkeypatch.setattr(planner, "_due", 0.0)
    with transaction.atomic():
        answer_is_out()
    assert counted() == []
