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

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

READS = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA", "EXPLAIN")
_kept = {}
_numbers = itertools.count(1)


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
    """Of what the test holds already it writes the name alone: what is returned refers to the very same objects."""

    def __init__(self, file, held):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.names = {id(thing): name for name, thing in held.items()}

    def persistent_id(self, thing):
        return self.names.get(id(thing)) if isinstance(thing, Model) else None


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


def _models(thing, name):
    """The rows in what was returned, each by a name of its own."""
    if isinstance(thing, Model):
        yield name, thing
    elif isinstance(thing, list | tuple):
        for i, each in enumerate(thing):
            yield from _models(each, (*name, i))
    elif isinstance(thing, dict):
        for key, each in thing.items():
            yield from _models(each, (*name, key))


@pytest.fixture
def kept(db, monkeypatch):
    """Make something once: ``kept("draft", lambda: verbs.start(...))``. The name says all that the lambda depends on
    beside the database, clock, settings and patches."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        yield lambda name, make: make()
        return
    written, held = _Written(), {}

    def do(name, make):
        key = (name, *written.point(), repr(timezone.now), _overridden(), _patched(monkeypatch))
        if key in _kept:
            number, statements, pickled = _kept[key]
            written.again(statements)
            made, states = _Unpickler(io.BytesIO(pickled), held).load()
            for each, state in states.items():
                vars(held[each]).clear()
                vars(held[each]).update(state)
        else:
            before, number = dict(held), next(_numbers)
            written.into.append(statements := [])
            try:
                made = make()
            finally:
                written.into.pop()
            held.clear()  # what was kept within this is part of it, and has no name when this is repeated
            held.update(before)
            # What was taken back in part cannot be written again.
            if not any(sql.startswith("ROLLBACK") for sql, _, _ in statements):
                file = io.BytesIO()
                _Pickler(file, held).dump((made, {each: vars(thing) for each, thing in held.items()}))
                _kept[key] = number, statements, file.getvalue()
        written.last, written.since = number, []
        known = {id(thing) for thing in held.values()}
        held.update((at, thing) for at, thing in _models(made, (name,)) if id(thing) not in known)
        return made

    with connection.execute_wrapper(written):
        yield do
