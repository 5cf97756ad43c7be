"""Python's garbage collector waits while a draw makes its rows, and not a moment longer."""

import gc

import pytest

from drawings.ceremony import verbs
from drawings.ceremony.collector import no_collection
from drawings.ceremony.preflight import checks
from drawings.protocol import verify
from drawings.states import Refused

pytestmark = pytest.mark.django_db


def test_nothing_is_collected_within_and_everything_afterwards():
    assert gc.isenabled()
    with no_collection():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_refusal_begins_collecting_again():
    with pytest.raises(Refused), no_collection():
        raise Refused("不行")
    assert gc.isenabled()


def test_two_at_a_time_leave_it_as_it_was_whichever_ends_first():
    for ends in ((0, 1), (1, 0)):
        waits = [no_collection(), no_collection()]
        for wait in waits:
            wait.__enter__()
        for number in ends:
            waits[number].__exit__(None, None, None)
        assert gc.isenabled()


def test_the_steps_with_many_rows_run_without_it(draft, organiser, settings, monkeypatch):
    settings.ALLOW_SYSTEM_ENTROPY = True
    source = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")
    looked = checks.snapshot(draft).fingerprint
    seen = {}

    def watched(module, name):
        work = getattr(module, name)

        def tell(*args, **named):
            seen[name] = gc.isenabled()
            return work(*args, **named)

        monkeypatch.setattr(module, name, tell)

    watched(checks, "snapshot")
    watched(verbs, "frozen_files")
    watched(verbs, "_store")
    draw = verbs.freeze(draw=draft, sources=[source], seen=looked, actor=organiser)
    verbs.draw_from_system(draw=draw, actor=organiser)
    assert seen == {"snapshot": False, "frozen_files": False, "_store": False}
    assert gc.isenabled()
