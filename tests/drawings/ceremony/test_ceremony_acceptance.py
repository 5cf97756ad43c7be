"""A value is accepted whole or not at all: two readings at once, and a computation that fails."""

import pytest
from races import race

from drawings.ceremony import verbs
from drawings.models import Draw, EntropySource, LogEntry
from drawings.protocol import verify
from drawings.states import DrawState
from wugang_audit.audit.models import AuditEntry

THROWS = "47193058260471930582"
DICE = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")


@pytest.fixture
def waiting(draft, freeze, clock):
    draw = freeze(draft, DICE)
    clock.move(hours=1)
    return draw


def entry():
    return EntropySource.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_first_readings_at_once_are_a_first_and_a_second(waiting, organiser, reviewer):
    outcomes = race(
        *(lambda actor=actor: verbs.enter_value(entropy=entry(), value=THROWS, actor=actor) for actor in (organiser, reviewer))
    )  # fmt: skip
    assert outcomes == ["done", "done"]
    found = entry()
    assert {found.first_by, found.accepted_by} == {organiser, reviewer}
    assert Draw.objects.get().state == DrawState.DRAWN
    assert LogEntry.objects.filter(kind="entropy").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_reading_typed_twice_at_once_is_accepted_once(waiting, organiser, organiser2, reviewer):
    verbs.enter_value(entropy=entry(), value=THROWS, actor=organiser)
    outcomes = race(
        *(lambda actor=actor: verbs.enter_value(entropy=entry(), value=THROWS, actor=actor) for actor in (organiser2, reviewer))
    )  # fmt: skip
    assert outcomes == ["done", "refused"]
    assert AuditEntry.objects.filter(action="确认随机数").count() == 1
    assert LogEntry.objects.filter(kind="result").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_computation_that_fails_undoes_the_acceptance(waiting, organiser, reviewer, monkeypatch):
    verbs.enter_value(entropy=entry(), value=THROWS, actor=organiser)
    rows, entries = LogEntry.objects.count(), AuditEntry.objects.count()

    def fail(*known):
        raise OSError("disk full")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="disk full"):
        broken.setattr(verify, "draw", fail)
        verbs.enter_value(entropy=entry(), value=THROWS, actor=reviewer)
    found = entry()
    assert (found.value, found.accepted_by, found.accepted_at) == ("", None, None)
    assert (LogEntry.objects.count(), AuditEntry.objects.count()) == (rows, entries)
    assert Draw.objects.get().state == DrawState.FROZEN
    verbs.enter_value(entropy=found, value=THROWS, actor=reviewer)
    assert Draw.objects.get().state == DrawState.DRAWN


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_cannot_be_written_undoes_the_first_reading(waiting, organiser, monkeypatch):
    def fail(*known):
        raise OSError("disk full")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="disk full"):
        broken.setattr(verbs.trail, "record", fail)
        verbs.enter_value(entropy=entry(), value=THROWS, actor=organiser)
    assert entry().first_by is None
