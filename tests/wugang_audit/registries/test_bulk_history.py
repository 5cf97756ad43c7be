"""Writing in bulk: rows and history exactly as simple-history's own helpers would write them."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from enforcers.models import Ability, Officer, Recusal
from sources.models import Category, PollutionSource, Speciality
from wugang_audit.registries import bulk_history

NOW = datetime.datetime(2026, 10, 8, 9, 30, 0, 123456, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOW)
    return set_to


def units(specialities):
    """Rows with everything that could be lost on the way: rare characters, tabs, quotes, no value, exact numbers."""
    speciality = specialities["livestock"]
    plain = {
        "category": Category.GENERAL,
        "industry_code": "0313",
        "speciality": speciality,
        "permit_expiry": None,
    }
    return [
        plain | {"number": "b-2", "name": "𠮷·厂\\N", "longitude": Decimal("113.510922"), "address": "a\tb\n'\"\\"},
        plain | {"number": "a-1", "name": "乙厂", "longitude": None, "address": ""},
        plain
        | {
            "number": "c-3", "name": "丙厂", "longitude": Decimal("113.5"), "address": "%s NULL",
            "permit_expiry": datetime.date(2028, 7, 1), "category": Category.KEY,
        },
    ]  # fmt: skip


def written(model, order, without=()):
    """All rows and all versions, without the keys that must differ between two ways of writing the same."""
    without = {"id", "history_id", *without}
    return [
        [{name: value for name, value in row.items() if name not in without} for row in manager.values()]
        for manager in (model.objects.order_by(*order), model.history.order_by("history_id"))
    ]


def test_new_rows_and_their_history_equal_those_of_the_slow_way(clock, specialities, admin):
    rows = units(specialities)
    names = list(rows[0])
    bulk_create_with_history(
        [PollutionSource(**row) for row in rows],
        PollutionSource,
        default_user=admin,
        default_change_reason="导入 甲.xlsx",
    )
    slow = written(PollutionSource, ["id"])
    PollutionSource.objects.all().delete()
    PollutionSource.history.all().delete()
    keys = bulk_history.create(PollutionSource, names, rows, actor=admin, reason="导入 甲.xlsx")
    assert written(PollutionSource, ["id"]) == slow
    assert [PollutionSource.objects.get(pk=key).number for key in keys] == ["b-2", "a-1", "c-3"]
    assert list(PollutionSource.history.order_by("history_id").values_list("id", flat=True)) == keys


def test_changed_rows_and_their_history_equal_those_of_the_slow_way(clock, specialities, admin):
    rows = units(specialities)
    names = list(rows[0])
    outcomes = []
    for way in ("slow", "fast"):
        clock(NOW)
        keys = bulk_history.create(PollutionSource, names, rows, actor=None, reason="x")
        clock(LATER)
        changed = [
            row | {"address": f"新{n}", "longitude": Decimal("113.6")} for n, row in enumerate(rows[:2])
        ]
        if way == "slow":
            objects = [PollutionSource.objects.get(pk=key) for key in keys[:2]]
            for each, row in zip(objects, changed, strict=True):
                each.address, each.longitude, each.updated_at = row["address"], row["longitude"], LATER
            bulk_update_with_history(
                objects, PollutionSource, ["address", "longitude", "updated_at"],
                default_user=admin, default_change_reason="改",
            )  # fmt: skip
        else:
            bulk_history.update(
                PollutionSource, ["address", "longitude"], keys[:2], changed, actor=admin, reason="改"
            )
        outcomes.append(written(PollutionSource, ["number"]))
        PollutionSource.objects.all().delete()
        PollutionSource.history.all().delete()
    assert outcomes[0] == outcomes[1]
    assert [row["updated_at"] for row in outcomes[1][0]] == [LATER, LATER, NOW]
    assert [row["history_type"] for row in outcomes[1][1]] == ["+", "+", "+", "~", "~"]


def test_defaults_and_times_of_making_are_filled_in(clock, specialities, make_officer, make_source, admin):
    officer, unit = make_officer(1, "甲"), make_source(1)
    bulk_history.create(
        Ability, ["officer", "speciality"], [{"officer": officer.pk, "speciality": specialities["livestock"]}],
        actor=admin, reason="x",
    )  # fmt: skip
    bulk_history.create(
        Recusal, ["officer", "source", "reason"], [{"officer": officer, "source": unit, "reason": "亲属"}],
        actor=admin, reason="x",
    )  # fmt: skip
    assert officer.abilities.get().level == Ability.Level.COMPETENT
    assert officer.recusals.get().created_at == NOW
    assert (Ability.history.get().level, Recusal.history.get().created_at) == (Ability.Level.COMPETENT, NOW)


def test_a_row_saved_afterwards_gets_a_key_of_its_own(specialities, make_source):
    rows = units(specialities)
    make_source(8).delete()
    keys = bulk_history.create(PollutionSource, list(rows[0]), rows, actor=None, reason="x")
    assert len({*keys, make_source(9).pk}) == 4


def test_a_second_write_in_the_same_transaction_finds_no_leftover(specialities):
    first, second, third = units(specialities)
    for row in (first, second):
        bulk_history.create(PollutionSource, list(row), [row], actor=None, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_history.create(PollutionSource, list(first), [first], actor=None, reason="x")
    bulk_history.create(PollutionSource, list(third), [third], actor=None, reason="x")
    assert PollutionSource.objects.count() == 3


def test_nothing_to_write_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_history.create(Officer, [], [], actor=None, reason="x") == []
        bulk_history.update(Officer, [], [], [], actor=None, reason="x")
        bulk_history.delete(Officer, [], actor=None, reason="x")


def test_the_number_of_statements_is_the_same_for_any_number_of_rows(specialities):
    counts = []
    for size in (1, 1500):
        row = units(specialities)[1]
        rows = [row | {"number": f"{size}-{n}"} for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            keys = bulk_history.create(PollutionSource, list(row), rows, actor=None, reason="x")
            bulk_history.update(PollutionSource, ["name"], keys, rows, actor=None, reason="y")
            bulk_history.delete(PollutionSource, keys, actor=None, reason="z")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (PollutionSource.objects.count(), PollutionSource.history.count()) == (0, 3 * 1501)


def test_deleted_rows_stay_in_the_history_as_they_last_stood(clock, specialities, admin):
    rows = units(specialities)
    keys = bulk_history.create(PollutionSource, list(rows[0]), rows, actor=None, reason="x")
    before = {row["id"]: row for row in PollutionSource.objects.values()}
    bulk_history.delete(PollutionSource, keys[:2], actor=admin, reason="去掉", at=LATER)
    assert list(PollutionSource.objects.values()) == [before[keys[2]]]
    last = {row["id"]: row for row in PollutionSource.history.filter(history_type="-").values()}
    said = {
        "history_type": "-", "history_date": LATER, "history_user_id": admin.pk, "history_change_reason": "去掉",
    }  # fmt: skip
    assert {key: row | {"history_id": 0} for key, row in last.items()} == {
        key: before[key] | said | {"history_id": 0} for key in keys[:2]
    }
    assert PollutionSource.history.count() == 5


def test_a_deletion_equals_that_of_the_slow_way(clock, specialities, make_officer, admin):
    outcomes = []
    for way in ("slow", "fast"):
        officer = make_officer(1 if way == "slow" else 2, "甲", "livestock", "chemical-pharma")
        Ability.history.all().delete()
        lost = list(officer.abilities.all())
        if way == "slow":
            for ability in lost:
                ability._history_user, ability._change_reason = admin, "去掉"
                ability.delete()
        else:
            bulk_history.delete(Ability, [each.pk for each in lost], actor=admin, reason="去掉")
        assert not officer.abilities.exists()
        versions = Ability.history.order_by("speciality").values()
        keys = ("id", "history_id", "officer_id")
        outcomes.append([{name: row[name] for name in row if name not in keys} for row in versions])
    assert outcomes[0] == outcomes[1]


def test_what_others_refer_to_is_not_deleted(specialities, make_source):
    make_source(1)
    chemical = specialities["chemical-pharma"]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_history.delete(Speciality, [chemical.pk], actor=None, reason="x")
        connection.check_constraints()  # they are looked at when a transaction ends
    assert Speciality.objects.filter(pk=chemical.pk).exists()
