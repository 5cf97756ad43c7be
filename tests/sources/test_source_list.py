"""The list of units stays quick however long the registry is: it never counts to the end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import PollutionSource
from wugang_audit import paging

LIST = "/admin/sources/pollutionsource/"
CODE = "91410481MA4N01234T"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def many(make_source, monkeypatch):
    """321 units, of which only 210 are counted: more than the admin shows on one page if asked for all."""
    monkeypatch.setattr(paging, "LIMIT", 210)
    first = make_source(1)
    copies = [PollutionSource(number=f"410481-{n:04d}") for n in range(2, 322)]
    fields = [f.name for f in PollutionSource._meta.concrete_fields if f.name not in ("id", "number")]
    for copy in copies:
        for name in fields:
            setattr(copy, name, getattr(first, name))
    PollutionSource.objects.bulk_create(copies)


def shown(response):
    return [unit.number for unit in response.context["cl"].result_list]


def test_no_query_of_the_list_counts_without_a_limit(client, many):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(LIST)
    about = [each["sql"] for each in asked if '"sources_pollutionsource"' in each["sql"]]
    assert [sql for sql in about if "COUNT(" in sql] == []
    assert [sql for sql in about if "LIMIT" not in sql and "DISTINCT" not in sql] == []
    assert "210+" in response.content.decode()


def test_pages_go_on_beyond_the_count_to_the_last_unit(client, many):
    assert shown(client.get(LIST))[0] == "410481-0001"
    last = client.get(f"{LIST}?p=7")
    assert shown(last) == [f"410481-{n:04d}" for n in range(301, 322)]
    pages = list(last.context["cl"].paginator.get_elided_page_range(7))
    assert pages == [1, "…", 6, 7]
    first = list(last.context["cl"].paginator.get_elided_page_range(1))
    assert first == [1, 2, "…"]


def test_a_short_list_is_counted_in_full(client, make_source):
    make_source(1), make_source(2)
    response = client.get(LIST)
    assert response.context["cl"].result_count == 2


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("410481-0002", ["410481-0002"]), ("410481", ["410481-0001", "410481-0002", "410481-0003"]),
        (CODE.lower(), ["410481-0003"]), (CODE[:10], ["410481-0003"]), ("八台", ["410481-0002"]),
        ("1号", ["410481-0001"]), ("0481-0002", []),
    ],
)  # fmt: skip
def test_codes_are_found_by_their_beginning_names_by_any_part(client, make_source, asked, numbers):
    make_source(1), make_source(2, township="八台镇"), make_source(3, credit_code=CODE)
    assert shown(client.get(LIST, {"q": asked})) == numbers
