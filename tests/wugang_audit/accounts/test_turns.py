"""One password hash at a time in each lane; who finds no seat is told to come back."""

import threading

import pytest
from django.db import connection
from django.test import Client
from knocking import said

from wugang_audit.access.roles import Role
from wugang_audit.accounts import turns
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0)


def test_a_lane_has_one_turn_and_gives_it_back(impatient):
    with turns.turn(turns.OTHERS):
        with pytest.raises(turns.Busy), turns.turn(turns.OTHERS):
            pass
        with turns.turn(turns.KNOWN):
            pass
    with turns.turn(turns.OTHERS):
        pass


def test_who_waits_gets_the_turn_when_it_is_free():
    inside, done = threading.Event(), []
    with turns.turn(turns.OTHERS):

        def wait():
            inside.set()
            with turns.turn(turns.OTHERS):
                done.append("mine")

        thread = threading.Thread(target=wait)
        thread.start()
        inside.wait()
        assert done == []
    thread.join()
    assert done == ["mine"]


def test_beyond_the_seats_nobody_waits(monkeypatch):
    """With all the patience in the world: who finds no seat is sent away at once."""
    monkeypatch.setattr(turns, "PATIENCE", 3600)
    monkeypatch.setitem(turns.SEATS, turns.OTHERS, 0)
    with turns.turn(turns.OTHERS), pytest.raises(turns.Busy), turns.turn(turns.OTHERS):
        pass


def test_who_gave_up_leaves_the_seat_to_the_next(monkeypatch):
    waits, done = threading.Event(), []

    def wait():
        try:
            with turns.turn(turns.OTHERS):
                done.append("mine")
        except turns.Busy:
            done.append("no seat")
        waits.set()

    monkeypatch.setattr(turns.time, "sleep", lambda seconds: waits.set())
    with turns.turn(turns.OTHERS):
        monkeypatch.setattr(turns, "PATIENCE", 0)
        with pytest.raises(turns.Busy), turns.turn(turns.OTHERS):
            pass
        monkeypatch.setattr(turns, "PATIENCE", 3600)
        thread = threading.Thread(target=wait)
        thread.start()
        waits.wait()
    thread.join()
    assert done == ["mine"]


def test_a_turn_that_ended_in_an_error_is_free_again(impatient):
    with pytest.raises(ZeroDivisionError), turns.turn(turns.KNOWN):
        raise ZeroDivisionError
    with turns.turn(turns.KNOWN):
        pass


def test_who_finds_the_lane_full_is_asked_to_come_back_and_loses_no_try(
    organiser, knock, impatient, password
):
    with turns.turn(turns.OTHERS):
        answer = knock("organiser", password)
    assert (answer.status_code, answer["Retry-After"]) == (429, "5")
    assert "密码还没有核对" in said(answer)
    assert not AuditEntry.objects.exists()
    assert knock("organiser", password).status_code == 302


def test_who_is_known_at_an_address_does_not_queue_behind_strangers(person, knock, impatient, password):
    person("officer", Role.OFFICER)
    assert knock("officer", password).status_code == 302
    with turns.turn(turns.OTHERS):
        assert knock("officer", password).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_the_same_moment_are_no_more_tries_than_one_after_another(
    organiser, knock, monkeypatch
):
    monkeypatch.setattr(turns, "PATIENCE", 60)
    monkeypatch.setitem(turns.SEATS, turns.OTHERS, 12)
    start = threading.Barrier(8)

    def attack():
        try:
            client = Client()
            start.wait()
            knock("organiser", client=client)
        finally:
            connection.close()

    threads = [threading.Thread(target=attack) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEntry.objects.filter(action="登录失败").count() == 3  # the fourth must wait
