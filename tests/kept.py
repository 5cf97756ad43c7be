"""What most tests begin with is made once in each process, by the very verbs, and written again for each later test.

A test that is about plans and draws takes 300 statements to get as far as a published draw: most of the time of the suite.
So `kept` remembers the statements that wrote, and what was returned. It repeats them for a test that has come to the same
point in the same way: the same statements before, clock, settings and patches. Else it makes the thing anew. What is
repeated goes through the database and its triggers as it did the first time; only the numbers of rows must be alike:
what counts them is set back before each test.
"""

import hashlib
import io
import itertools
import pickle
from functools import partial

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

READS = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA", "EXPLAIN")
_kept = {}
_numbers = itertools.count(1)
_of_this_test = []


class _Written:
    """What was written since the test began: the last thing that was kept, and the statements after it."""

    def __init__(self):
        self.last, self.since = 0, []
        self.into = []  # the statements of each thing that is being made: one may be part of another
        self.repeats = False

    def __call__(self, execute, sql, params, many, context):
        if many and not isinstance(params, list | tuple):
            params = list(params)
        result = execute(sql, params, many, context)
        if not self.repeats and not sql.startswith(READS):
            for statements in (self.since, *self.into):
                statements.append((sql, params, many))
        return result

    def point(self):
        """How the test came here, as a key."""
        return self.last, hashlib.sha256(repr(self.since).encode()).digest() if self.since else b""

    def again(self, statements):
        """Write what was written once."""
        self.repeats = True
        with connection.cursor() as cursor:
            for sql, params, many in statements:
                (cursor.executemany if many else cursor.execute)(sql, params)
        self.repeats = False
        for each in self.into:
            each.extend(statements)


class _Pickler(pickle.Pickler):
    """Of what the test holds already it writes the place alone: what is returned refers to the very same objects."""

    def __init__(self, file, held):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.places = {id(thing): place for place, thing in enumerate(held)}

    def persistent_id(self, thing):
        return self.places.get(id(thing)) if isinstance(thing, Model) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, held):
        super().__init__(file)
        self.persistent_load = held.__getitem__


def _overridden():
    """The settings that the test changed, one line each."""
    holder, lines = settings._wrapped, []
    while "default_settings" in vars(holder):
        lines += sorted(f"{name}={value!r}" for name, value in vars(holder).items() if name.isupper())
        holder = holder.default_settings
    return tuple(lines)


def _patched(monkeypatch):
    """What the test put in place of something else."""
    things = ((target, name) for target, name, _ in monkeypatch._setattr)
    return tuple(
        f"{getattr(target, '__name__', type(target))}.{name}={getattr(target, name, None)!r}"
        for target, name in things
    )


def _models(thing):
    """The rows in what was returned."""
    if isinstance(thing, Model):
        yield thing
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from _models(each)
    elif isinstance(thing, dict):
        yield from _models([*thing.values()])


@pytest.fixture
def kept(db, monkeypatch):
    """Make something once: ``kept("draft", lambda: verbs.start(...))``. The name says all that the lambda depends on
    beside the database, clock, settings and patches."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        yield lambda name, make: make()
        return
    written, held = _Written(), []

    def hold(thing):
        known = {id(each) for each in held}
        held.extend(each for each in _models(thing) if id(each) not in known)

    def do(name, make, given=None):
        hold(given)
        key = (name, *written.point(), repr(timezone.now), _overridden(), _patched(monkeypatch))
        if key in _kept:
            number, statements, pickled = _kept[key]
            written.again(statements)
            made, states = _Unpickler(io.BytesIO(pickled), held).load()
            for each, state in zip(held, states, strict=True):
                vars(each).clear()
                vars(each).update(state)
        else:
            before, number = len(held), next(_numbers)
            written.into.append(statements := [])
            try:
                made = make()
            finally:
                written.into.pop()
                del held[before:]  # what was kept within this is part of it
            # What was taken back in part cannot be written again.
            if not any(sql.startswith("ROLLBACK") for sql, _, _ in statements):
                file = io.BytesIO()
                _Pickler(file, held).dump((made, [vars(each) for each in held]))
                _kept[key] = number, statements, file.getvalue()
        written.last, written.since = number, []
        hold(made)
        return made

    _of_this_test.append(do)
    with connection.execute_wrapper(written):
        yield do
    _of_this_test.clear()


def once(verb, **given):
    """``verb(**given)`` for a function that is no fixture; where the test keeps nothing, it is just called."""
    if not _of_this_test:
        return verb(**given)
    rows = {name: each for name, each in given.items() if isinstance(each, Model)}
    name = (verb, *(each if isinstance(each, Model) else repr(each) for each in given.values()))
    return _of_this_test[0](name, partial(verb, **given), rows)
