"""Addresses match only what can exist: everything else is 404 before any query."""

import pytest
from django.urls import Resolver404, resolve
from django.urls.converters import PathConverter, StringConverter
from test_house import patterns

# Of Django's admin, no routes: old versions, which `RegistryAdmin` answers with 404; the apps by name; all the rest.
EXPRESSIONS = [
    r"^([^/]+)/history/([^/]+)/$",
    r"^(?P<app_label>wugang_audit|sources|enforcers|drawings|auth)/$",
    "(?P<url>.*)$",
]

NO_SERIALS = ["0", "00", "01", "-1", "+1", "1.0", "1e3", "１", "1 ", "%00", "1%00", "a", str(2**63), "9" * 40]
NO_CODES = [
    "2026Q5", "2026Q0", "2026Q4-1", "2026Q4-0", "2026Q4-02", "2026Q4-", "2026q4", "２０２６Q4", "0026Q4", "2026Q4\0",
    "2026Q4\n", "2026Q4 ", "26Q4", "2026Q4-1000", "A" * 5000, "\0", "\udcff",
]  # fmt: skip
NO_YEARS = ["0", "0000", "202", "20266", "-2026", "２０２６", "9" * 30]


def found(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def test_no_address_takes_any_text_or_any_number():
    loose = [
        str(entry.pattern)
        for _, entry in patterns()
        for converter in entry.pattern.converters.values()
        if type(converter) in (StringConverter, PathConverter) or "<int:" in str(entry.pattern)
    ]
    assert loose == []


def test_what_is_no_route_is_known():
    expressions = {str(entry.pattern) for _, entry in patterns() if "(" in str(entry.pattern)}
    assert expressions == set(EXPRESSIONS)


@pytest.mark.parametrize("serial", NO_SERIALS)
@pytest.mark.parametrize(
    "path",
    [
        "/draws/2026Q4/deposits/{}.tsr",
        "/inspections/{}/",
        "/inspections/publish/{}/",
        "/ceremony/2026Q4/substitutes/{}/decide/",
    ],
)
def test_a_serial_is_a_number_that_a_key_can_be(path, serial):
    assert found(path.format("1")) and found(path.format(2**63 - 1))
    assert found(path.format(serial)) is None


@pytest.mark.parametrize("code", NO_CODES)
def test_a_code_is_a_quarter_and_the_number_of_a_try(code):
    for path in ("/draws/{}/", "/ceremony/{}/", "/ceremony/{}/void/", "/draws/{}/commit.txt"):
        assert (
            found(path.format("2026Q4"))
            and found(path.format("2026Q4-2"))
            and found(path.format("2026Q1-12"))
        )
        assert found(path.format(code)) is None


@pytest.mark.parametrize("year", NO_YEARS)
def test_a_year_has_four_digits(year):
    assert found("/plans/2026/") and found("/plans/2026/1/")
    assert (
        found(f"/plans/{year}/") is None
        and found(f"/plans/2026/{year}/" if len(year) > 4 else "/plans/2026/0/") is None
    )


def test_a_unit_has_a_number_of_the_registry_and_a_file_one_of_seven_names():
    assert found("/units/410481-0001/") and found("/draws/2026Q4/pool.tsv")
    for junk in ("\0", "a b", "甲", "A" * 56, "..", "%2e"):
        assert found(f"/units/{junk}/") is None
        assert found(f"/inspections/units/{junk}/") is None
        assert found(f"/draws/2026Q4/{junk}") is None


@pytest.mark.parametrize("key", [*NO_SERIALS, "__fk__", "_5F5F", "1/2", "add2"])
def test_the_admin_knows_rows_by_their_key_alone(key, admin, login):
    client = login(admin)
    for step in ("change/", "history/", "delete/", "history/1/"):
        for table in ("enforcers/officer", "sources/pollutionsource", "enforcers/recusal"):
            assert client.get(f"/admin/{table}/{key}/{step}").status_code == 404
    assert client.get(f"/admin/r/{key}/{key}/").status_code == 404
