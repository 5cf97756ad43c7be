"""A fixture that is repeated leaves the same rows and the same objects as one that is made."""

import datetime
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone
from made_once import made_once, watched

from drawings.models import Draw, Inspection, Plan
from sources.models import PollutionSource

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL each test makes its own")


@contextmanager
def world():
    """A test of its own: what it writes is gone after it."""
    with watched() as made, transaction.atomic():
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(monkeypatch, request):
    if "published_draw" not in request.fixturenames:
        monkeypatch.setattr("made_once._kept", {})


def counted(rows):
    """A fixture that counts how often it is really made."""
    calls = []

    @made_once
    def made(**arguments):
        calls.append(1)
        PollutionSource.objects.bulk_create(rows())
        return PollutionSource.objects.get()

    return made, calls


@pytest.fixture
def unit(source_of):
    return lambda: [source_of(7)]


def test_in_the_same_world_it_is_made_once_and_its_rows_are_there_each_time(unit):
    made, calls = counted(unit)
    for _ in range(3):
        with world():
            assert made().name == PollutionSource.objects.get().name == "虚构7号化工厂"
    assert len(calls) == 1


def test_in_another_world_it_is_made_anew(unit, settings, monkeypatch):
    made, calls = counted(unit)

    def makes():
        before = len(calls)
        with world():
            made()
        return len(calls) - before

    assert (makes(), makes()) == (1, 0)
    with world():
        made(substitutes="PL5")
    assert len(calls) == 2
    with world():
        Draw.objects.filter(pk=1).update(quarter=4)  # an earlier write, even one that met nothing
        made()
    assert len(calls) == 3
    settings.PAGE_SIZE_OF_NOBODY = 3
    assert (makes(), makes()) == (1, 0)
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2026, 10, 8, tzinfo=datetime.UTC))
    assert (makes(), makes()) == (1, 0)


@pytest.mark.parametrize("time", ["first", "again"])
def test_a_published_draw_is_the_same_each_time(time, clock, plan, published_draw):
    assert published_draw.plan == plan
    assert Inspection.objects.filter(selection__draw=published_draw).count() == 6
    stored = Draw.objects.get()
    assert (stored.state, stored.published_at) == (published_draw.state, clock())


def test_what_it_was_given_is_what_it_holds_and_what_it_changed_is_changed(organiser):
    @made_once
    def made(organiser):
        organiser.full_name = "沈改名"
        organiser.save()
        return [Plan(title="甲", created_by=organiser)]

    for _ in range(2):
        organiser.full_name = "沈组织"
        with world() as around:
            around.values["organiser"] = organiser
            (plan,) = made(organiser=organiser)
            assert plan.created_by is organiser
            assert organiser.full_name == "沈改名"
