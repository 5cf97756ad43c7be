"""One count for all workers of the site."""

import os

import pytest

from wugang_audit.access import shared_buckets
from wugang_audit.access.shared_buckets import SharedBuckets
from wugang_audit.access.throttle import Rate

RATE = Rate("test", burst=3, per_second=0.5)


@pytest.fixture
def at():
    return [100.0]


@pytest.fixture
def buckets(at):
    return SharedBuckets(clock=lambda: at[0])


def in_a_worker(do):
    """Run it in a process of its own, as a worker; return what it returned, a small number."""
    child = os.fork()
    if not child:
        os._exit(do())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_so_many_at_once_and_then_one_after_another(buckets, at):
    assert [buckets.take("192.0.2.1", RATE) for _ in range(4)] == [0, 0, 0, 2]
    at[0] += 2
    assert [buckets.take("192.0.2.1", RATE) for _ in range(2)] == [0, 2]
    assert buckets.take("192.0.2.2", RATE) == 0
    assert buckets.take("192.0.2.1", Rate("other", 3, 0.5)) == 0


def test_what_did_not_count_is_given_back_and_never_more(buckets):
    for _ in range(10):
        assert buckets.take("192.0.2.1", RATE) == 0
        buckets.give("192.0.2.1", RATE)
    buckets.give("192.0.2.1", RATE)
    assert [buckets.take("192.0.2.1", RATE) for _ in range(4)] == [0, 0, 0, 2]


def test_all_workers_count_together(buckets):
    waits = [in_a_worker(lambda: buckets.take("192.0.2.1", RATE)) for _ in range(4)]
    assert waits == [0, 0, 0, 2]
    assert buckets.take("192.0.2.1", RATE) == 2


def test_a_worker_that_dies_in_the_middle_holds_up_nobody(buckets):
    def die():
        with buckets._locked():
            os._exit(7)

    assert in_a_worker(die) == 7
    assert buckets.take("192.0.2.1", RATE) == 0


def test_where_there_is_no_room_the_oldest_is_forgotten(monkeypatch, at):
    monkeypatch.setattr(shared_buckets, "SLOTS", 8)
    buckets = SharedBuckets(clock=lambda: at[0])
    for number in range(9):
        at[0] += 0.01
        for _ in range(3):
            assert buckets.take(f"192.0.2.{number}", RATE) == 0
    assert buckets.take("192.0.2.8", RATE) and buckets.take("192.0.2.1", RATE)
    assert buckets.take("192.0.2.0", RATE) == 0
