"""The list of units stays quick however long the registry is: it never counts to the end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources import search
from sources.models import PollutionSource
from wugang_audit import pagination

LIST = "/admin/sources/pollutionsource/"
BY_KEY = '"sources_pollutionsource"."id" IN ('
CODE = "91410481MA4N01234T"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def many(make_source, monkeypatch):
    """321 units, of which only 210 are counted: more than the admin shows on one page if asked for all."""
    monkeypatch.setattr(pagination, "LIMIT", 210)
    first = make_source(1)
    copies = [PollutionSource(number=f"410481-{n:04d}") for n in range(2, 322)]
    fields = [f.name for f in PollutionSource._meta.concrete_fields if f.name not in ("id", "number")]
    for copy in copies:
        for name in fields:
            setattr(copy, name, getattr(first, name))
    PollutionSource.objects.bulk_create(copies)


def shown(response):
    return [unit.number for unit in response.context["cl"].result_list]


def asked_of_units(client, address):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    return response, [each["sql"] for each in asked if '"sources_pollutionsource"' in each["sql"]]


def test_no_query_of_the_list_counts_without_a_limit(client, many):
    response, about = asked_of_units(client, LIST)
    assert [sql for sql in about if "COUNT(" in sql or "DISTINCT" in sql] == []
    assert [sql for sql in about if "LIMIT" not in sql and BY_KEY not in sql and "RECURSIVE" not in sql] == []
    assert "210+" in response.content.decode()


def test_a_search_reads_the_names_once(client, make_source):
    make_source(1), make_source(2), make_source(3, name="别的厂")
    response, about = asked_of_units(client, f"{LIST}?q=化工厂")
    assert shown(response) == ["410481-0001", "410481-0002"]
    assert [BY_KEY in sql for sql in about if "LIKE" in sql] == [False, True]
    response, about = asked_of_units(client, f"{LIST}?q=没有的")
    assert (shown(response), len([sql for sql in about if "LIKE" in sql])) == ([], 1)


def test_pages_go_on_beyond_the_count_to_the_last_unit(client, many):
    assert shown(client.get(LIST))[0] == "410481-0001"
    last = client.get(f"{LIST}?p=7")
    assert shown(last) == [f"410481-{n:04d}" for n in range(301, 322)]
    pages = list(last.context["cl"].paginator.get_elided_page_range(7))
    assert pages == [1, "…", 6, 7]
    first = list(last.context["cl"].paginator.get_elided_page_range(1))
    assert first == [1, 2, "…"]


@pytest.mark.parametrize("number", ["8", "0", "-1", "x", "9" * 30])
def test_a_page_that_is_not_there_leads_to_one_that_is(client, many, number):
    response = client.get(LIST, {"p": number}, follow=True)
    assert (response.status_code, shown(response)[0]) == (200, "410481-0001")


def test_a_page_beyond_the_count_knows_whether_others_follow(many):
    pages = pagination.LimitedPaginator(PollutionSource.objects.order_by("number"), 50)
    assert [pages.page(number).has_next() for number in (1, 6, 7)] == [True, True, False]
    assert [pages.get_page(number).number for number in ("7", "x")] == [7, 1]


@pytest.mark.parametrize(
    ("number", "asked"), [("ab-01", "AB-01"), ("AB-01", "ab-0"), ("ab-01", "AB-0"), ("aB-01", "Ab-01")]
)
def test_a_number_is_found_whatever_its_case(client, make_source, number, asked):
    make_source(1, number=number)
    assert shown(client.get(LIST, {"q": asked})) == [number]


def test_each_township_is_offered_once_and_in_order(make_source):
    for serial, township in enumerate(["尹集镇", "", "八台镇", "尹集镇", "枣林镇"]):
        make_source(serial, township=township)
    assert search.townships() == ["八台镇", "尹集镇", "枣林镇"]


def test_a_registry_without_units_offers_no_township(db):
    assert search.townships() == []


def test_all_conditions_can_be_taken_off_at_once_where_not_all_are_shown(client, make_source):
    make_source(1), make_source(2, township="八台镇")
    queries_of = [{}, {"q": "1号"}, {"township": "八台镇"}]
    assert ["全部去掉" in client.get(LIST, query).content.decode() for query in queries_of] == [
        False,
        True,
        True,
    ]


def test_a_short_list_is_counted_in_full(client, make_source):
    make_source(1), make_source(2)
    response = client.get(LIST)
    assert response.context["cl"].result_count == 2


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("410481-0002", ["410481-0002"]), ("410481", [f"410481-000{n}" for n in (1, 2, 3, 4)]),
        (CODE.lower(), ["410481-0003"]), (CODE[:10], ["410481-0003"]), ("八台", ["410481-0002"]),
        ("1号", ["410481-0001"]), ("0481-0002", []), ("八台 2号", ["410481-0002"]), ("八台 1号", []),
        ("GREEN", ["410481-0004"]), ("绿 green", ["410481-0004"]), ('"绿 Green"', ["410481-0004"]),
        (CODE[:3], ["410481-0003"]), ("  ", ["410481-0001", "410481-0002", "410481-0003", "410481-0004"]),
    ],
)  # fmt: skip
def test_codes_are_found_by_their_beginning_names_by_any_part(client, make_source, asked, numbers):
    make_source(1), make_source(2, township="八台镇"), make_source(3, credit_code=CODE)
    make_source(4, name="绿 Green厂")
    assert shown(client.get(LIST, {"q": asked})) == numbers
