"""What the files of all draws call a unit: read in one query, kept, and forgotten as soon as a name was withdrawn."""

import pytest
from hat_cases import frozen_with

from drawings.amendments import withdrawals
from drawings.disclosure import frozen
from drawings.models import Selection

UNIT = "410481-0002"


@pytest.fixture
def codes(organiser, monkeypatch):
    """Four draws: two names of the unit, one draw that does not know it, and one that its name left."""
    monkeypatch.setattr(frozen, "_named", type(frozen._named)())
    rows = {
        "2026Q1": [(UNIT, "key", "in", (), "先前的名字厂")],
        "2026Q2": [(UNIT, "key", "in", (), "后来的名字厂")],
        "2026Q3": [("410481-0001", "key", "in", (), "别的厂")],
        "2026Q4": [(UNIT, "key", "in", (), "")],
    }
    return [frozen_with(organiser, units, {"key": 1}, code=code).code for code, units in rows.items()]


def test_however_many_draws_there_are_two_queries_tell_it_and_one_where_it_was_read_before(
    codes, django_assert_num_queries
):
    names = dict(zip(codes, ("先前的名字厂", "后来的名字厂", "", ""), strict=True))
    with django_assert_num_queries(2):
        assert frozen.unit_names(UNIT, codes) == names
    with django_assert_num_queries(1):
        assert frozen.unit_names(UNIT, codes) == names


def test_of_what_a_process_keeps_there_is_an_end(codes, monkeypatch):
    monkeypatch.setattr(frozen, "NAMED", 2)
    frozen.unit_names(UNIT, codes)
    assert len(frozen._named) == 2
    assert frozen.unit_names(UNIT, codes)["2026Q1"] == "先前的名字厂"


def test_a_name_that_is_withdrawn_is_gone_at_once(published_draw, organiser, clock):
    unit = Selection.objects.filter(draw=published_draw).first().source
    code = published_draw.code
    assert frozen.unit_names(unit.number, [code]) == {code: unit.name}
    type(unit).objects.filter(pk=unit.pk).update(is_active=False)
    withdrawals.withdraw(
        draw=published_draw, kind="unit", reason="到期", actor=organiser, idents=[unit.number]
    )
    assert frozen.unit_names(unit.number, [code]) == {code: ""}
