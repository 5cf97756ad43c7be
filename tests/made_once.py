"""Fixtures that are made once: what the verbs wrote in the first test is written again, statement by statement, in the others.

To draw and to publish take a tenth of a second, and thousands of tests begin with it. What a fixture that is marked `made_once`
writes and returns is kept, and repeated where the world is the same: all that the test wrote before, the clock, the settings,
and the fixtures of its own folder and module. It is of SQLite alone: there a test that is rolled back leaves the counters
of keys as they were.
"""

import hashlib
import io
import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
MOST = 400  # worlds that a process keeps

_now = timezone.now
_kept = {}


@dataclass
class World:
    """What a test has made so far."""

    written: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    around: list[str] = field(
        default_factory=list
    )  # fixtures of folders and modules, which may replace anything
    values: dict[str, object] = field(default_factory=dict)
    recorded: list[tuple] | None = None

    def __call__(self, execute, sql, params, many, context):
        if many:
            params = list(params)  # they may come from a generator
        result = execute(sql, params, many, context)
        self.note(sql, params, many)
        return result

    def note(self, sql, params, many):
        if sql.startswith(WRITES):
            self.written.update(repr((sql, params)).encode())
            if self.recorded is not None:
                self.recorded.append((sql, params, many))

    def key(self, name, arguments):
        changed, holder = [], settings._wrapped
        while isinstance(holder, UserSettingsHolder):
            changed.append(
                {k: v for k, v in vars(holder).items() if k not in ("default_settings", "_deleted")}
            )
            holder = holder.default_settings
        with connection.cursor() as cursor:
            cursor.execute("SELECT group_concat(name || seq) FROM sqlite_sequence")
            counters = cursor.fetchone()
        stopped = None if timezone.now is _now else timezone.now()
        plain = {k: v for k, v in arguments.items() if isinstance(v, str | int | None)}
        told = name, self.written.hexdigest(), self.around, stopped, changed, counters, plain
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def rows(self):
        """Yield (place, row) of each row that the fixtures gave to the test: what others hold is these very objects."""
        for name, value in self.values.items():
            if isinstance(value, Model):
                yield (name,), value
            elif isinstance(value, list | dict):
                for at, one in enumerate(value) if isinstance(value, list) else value.items():
                    if isinstance(one, Model):
                        yield (name, at), one


class _Pickler(pickle.Pickler):
    def __init__(self, file, world):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.places = {id(row): place for place, row in world.rows()}

    def persistent_id(self, obj):
        return self.places.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, world):
        super().__init__(file)
        self.world = dict(world.rows())

    def persistent_load(self, place):
        return self.world[place]


def _pickled(world, result, before):
    """Return what a fixture returned, and what it made of the rows that it was given."""
    changed = {place: vars(row) for place, row in world.rows() if vars(row) != before.get(place)}
    file = io.BytesIO()
    _Pickler(file, world).dump((result, changed))
    return file.getvalue()


def _repeat(world, statements, content):
    with connection.cursor() as cursor:
        raw = cursor.cursor  # the wrappers around it were told of the statements when they were kept
        for sql, params, many in statements:
            (raw.executemany if many else raw.execute)(sql, params)
            world.note(sql, params, many)
    result, changed = _Unpickler(io.BytesIO(content), world).load()
    rows = dict(world.rows())
    for place, state in changed.items():
        vars(rows[place]).clear()
        vars(rows[place]).update(state)
    return result


_world = None


def made_once(make):
    """Mark a fixture that does nothing but write rows and return them."""

    @wraps(make)
    def made(**arguments):
        world = _world
        if world is None or connection.vendor != "sqlite" or not connection.in_atomic_block:
            return make(**arguments)
        key = world.key(f"{make.__module__}.{make.__name__}", arguments)
        if key in _kept:
            return _repeat(world, *_kept[key])
        if len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        before = {place: dict(vars(row)) for place, row in world.rows()}
        world.recorded = []
        try:
            result = make(**arguments)
            _kept[key] = (world.recorded, _pickled(world, result, before))
        finally:
            world.recorded = None
        return result

    return made


@contextmanager
def watched():
    """Begin the world of a test."""
    global _world
    _world = World()
    with connection.execute_wrapper(_world):
        yield _world
    _world = None


@pytest.fixture(autouse=True)
def a_world_of_its_own():
    with watched():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Note what each fixture gave."""
    value = yield
    if _world is not None and fixturedef.scope == "function":
        if fixturedef.baseid:
            _world.around.append(
                f"{fixturedef.baseid}::{fixturedef.argname}={getattr(request, 'param', None)!r}"
            )
        _world.values[fixturedef.argname] = value
    return value
