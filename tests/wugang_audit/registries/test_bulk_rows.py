"""Many rows at once come out as one at a time would have."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from drawings.models import Inspection, Selection, TeamMember
from sources.models import PollutionSource
from wugang_audit.registries import bulk_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(published_draw):
    """A draw that is published, and three units that it has not drawn."""
    draw = published_draw
    taken = draw.selections.values("source")
    return draw, list(PollutionSource.objects.exclude(pk__in=taken).order_by("number")[:3])


def rows_for(draw, units):
    return [
        {"draw": draw.pk, "source": unit.pk, "stratum": "general", "rank": 900 + n, "ticket": "ab" * 32}
        for n, unit in enumerate(units)
    ]


NAMES = ("draw", "source", "stratum", "rank", "ticket")


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_those_that_django_itself_would_insert(drawn):
    draw, units = drawn
    with transaction.atomic():
        keys = bulk_rows.insert(Selection, NAMES, rows_for(draw, units))
        found = [columns(Selection.objects.get(pk=key)) for key in keys]
        transaction.set_rollback(True)  # nothing deletes such a row
    one_by_one = [
        columns(Selection.objects.create(pk=key, draw=draw, source=unit, stratum="general", rank=900 + n, ticket="ab" * 32))
        for n, (key, unit) in enumerate(zip(keys, units, strict=True))
    ]  # fmt: skip
    assert found == one_by_one


def test_keys_ascend_behind_all_others_and_the_next_row_stands_behind_them(drawn):
    draw, units = drawn
    last = Selection.objects.order_by("pk").last().pk
    keys = bulk_rows.insert(Selection, NAMES, rows_for(draw, units[:2]))
    assert keys == sorted(keys) and keys[0] > last
    later = Selection.objects.create(
        draw=draw, source=units[2], stratum="general", rank=999, ticket="cd" * 32
    )
    assert later.pk > keys[-1]


def test_a_default_that_is_made_is_made_anew_for_each_row(drawn, item):
    draw, units = drawn
    keys = bulk_rows.insert(Selection, NAMES, rows_for(draw, units))
    bulk_rows.insert(Inspection, ("selection", "item"), [{"selection": key, "item": item} for key in keys])
    made = Inspection.objects.filter(selection__in=keys)
    assert len({one.token for one in made}) == 3
    assert {(one.state, one.outcome, one.item_id, bool(one.updated_at)) for one in made} == {
        ("draft", "", item.pk, True)
    }


def test_however_many_rows_the_statements_are_as_many(drawn):
    draw, units = drawn
    counts = []
    for some in (units[:1], units[1:]):
        with CaptureQueriesContext(connection) as captured:
            bulk_rows.insert(Selection, NAMES, [row | {"rank": 950 + len(some) + n} for n, row in enumerate(rows_for(draw, some))])  # fmt: skip
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 3


def test_no_rows_are_no_statement(drawn, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_rows.insert(TeamMember, ("selection",), []) == []
