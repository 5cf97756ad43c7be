"""A query whose SQL is made once answers as the query itself does, whatever it is asked for."""

import datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from drawings.disclosure.prepared import prepared
from drawings.models import Draw
from sources.models import PollutionSource

pytestmark = pytest.mark.django_db
COLUMNS = ("pk", "number", "name", "is_active", "longitude")


@pytest.fixture
def units(registry):
    return list(PollutionSource.objects.order_by("number")[:8])


@prepared
def _by_key(keys):
    return PollutionSource.objects.filter(pk__in=keys, is_active=True).order_by("number").values(*COLUMNS)


@prepared
def _twice(number, keys, names):
    return (
        PollutionSource.objects.filter(Q(number=number) | Q(pk__in=keys) | Q(name__in=names))
        .order_by("pk")
        .values("pk")
    )


def _plain(**which):
    return list(PollutionSource.objects.filter(**which).order_by("number").values(*COLUMNS))


def test_rows_are_those_of_the_query(units):
    keys = [unit.pk for unit in units]
    assert _by_key(keys[:3]) == _plain(pk__in=keys[:3])
    assert _by_key(set(keys[3:6])) == _plain(pk__in=keys[3:6])
    assert _by_key(keys) == _plain(pk__in=keys)
    assert _by_key([]) == []
    assert _by_key([0]) == []
    assert _by_key([None]) == []
    assert _by_key([None, keys[0]]) == _plain(pk=keys[0])


def test_each_key_stands_where_it_was_asked(units):
    first, second, third, *_ = units
    asked = _twice(first.number, [second.pk], {third.name: None})
    assert [row["pk"] for row in asked] == sorted(unit.pk for unit in (first, second, third))
    assert [row["pk"] for row in _twice(third.number, [first.pk], ["nobody"])] == sorted((first.pk, third.pk))


def test_it_sees_what_changed_since(units):
    PollutionSource.objects.filter(pk=units[0].pk).update(is_active=False)
    assert _by_key([units[0].pk, units[1].pk]) == _plain(pk=units[1].pk)


def test_one_query_each_time(units):
    with CaptureQueriesContext(connection) as seen:
        _by_key([units[0].pk, units[1].pk])
        _by_key([units[2].pk, units[1].pk])
    assert len(seen) == 2


def test_many_lengths_are_few_queries(units, monkeypatch):
    made = []

    @prepared
    def counting(keys):
        made.append(len(keys))
        return PollutionSource.objects.filter(pk__in=keys).order_by("number").values(*COLUMNS)

    for length in range(1, 9):
        assert counting(unit.pk for unit in units[:length]) == _plain(pk__in=[u.pk for u in units[:length]])
    assert made == [1, 2, 4, 8]


def test_a_query_that_depends_on_the_day_is_refused(units):
    @prepared
    def since(keys):
        return Draw.objects.filter(pk__in=keys, unseal_on__gt=datetime.date(2026, 1, 1)).values("pk")

    with pytest.raises(ValueError, match="day"):
        since([units[0].pk])
