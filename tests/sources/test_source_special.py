"""Special supervision ends by itself, on the day after its last one."""

import datetime

import pytest
from django.utils import timezone

from drawings.ceremony.preflight.snapshot import snapshot
from sources.models import Category, PollutionSource

LAST = datetime.date(2026, 9, 30)
DAY_AFTER = LAST + datetime.timedelta(days=1)


@pytest.fixture
def unit(make_source):
    return make_source(
        50, category="special", special_from="2026-07-01", special_until=LAST, category_after="key"
    )


@pytest.fixture
def on(monkeypatch):
    return lambda day: monkeypatch.setattr(timezone, "localdate", lambda *args: day)


@pytest.mark.parametrize(("day", "stratum"), [(LAST, "special"), (DAY_AFTER, "key")])
def test_a_unit_is_special_to_its_last_day_and_then_of_the_class_that_was_named(
    unit, draft, on, day, stratum
):
    on(day)
    strata = {row.unit: row.stratum for row in snapshot(draft).units}
    assert strata["410481-0050"] == stratum


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (datetime.date(2026, 6, 30), "key"), (datetime.date(2026, 7, 1), "special"),
        (LAST, "special"), (DAY_AFTER, "key"),
    ],
)  # fmt: skip
def test_the_database_and_the_program_count_a_unit_alike(unit, day, counted):
    unit.refresh_from_db()
    assert unit.category_on(day) == counted
    assert PollutionSource.objects.with_class(day).get().class_today == counted


def test_supervision_without_dates_goes_on_and_other_classes_never_change(make_source):
    make_source(1, category="special")
    make_source(2, category="general", special_until=LAST, category_after="key")
    classes = PollutionSource.objects.with_class(DAY_AFTER).values_list("class_today", flat=True)
    assert list(classes) == [Category.SPECIAL, Category.GENERAL]
    assert [unit.category_on(DAY_AFTER) for unit in PollutionSource.objects.all()] == list(classes)


def test_the_list_says_that_supervision_has_ended(unit, admin, login, on):
    on(DAY_AFTER)
    page = login(admin).get("/admin/sources/pollutionsource/").content.decode()
    assert "特殊监管已于 2026-09-30 到期，按重点排污单位" in page


@pytest.mark.parametrize(("day", "label"), [(LAST, "特殊监管对象"), (DAY_AFTER, "重点排污单位")])
def test_the_public_page_says_what_the_unit_counts_as_today(unit, stranger, on, day, label):
    on(day)
    assert stranger.get("/units/410481-0050/").context["page"].unit.category == label
