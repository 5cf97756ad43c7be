"""The scatter of all units: who is drawn where, who is listed instead, and how it stays small."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources import scatter as drawn
from sources.models import PollutionSource
from wugang_audit.access.roles import Role

PAGE = "/registry/where/"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def units(make_source):
    make_source(1, longitude="113.2", latitude="33.6", category="key", township="甲镇")
    make_source(2, longitude="113.5", latitude="33.3", category="general", township="甲镇")
    make_source(3, longitude="113.9", latitude="33.3", township="乙镇")
    make_source(4, longitude="113.5", township="乙镇")
    make_source(5, longitude="113.5", latitude="33.3", is_active=False)


def test_each_unit_in_the_county_stands_at_its_place(units):
    found = drawn.scatter(PollutionSource.objects.registered())
    assert [(mark.number, mark.x, mark.y, mark.category) for mark in found.marks] == [
        ("410481-0001", 0.0, 0.0, "key"), ("410481-0002", 300.0, 359.0, "general"),
    ]  # fmt: skip
    assert [unit.number for unit in found.outside] == ["410481-0003"] and found.outside_total == 1
    assert [unit.number for unit in found.without] == ["410481-0004"] and found.without_total == 1
    assert [(each.category, each.units) for each in found.classes] == [
        ("key", 1),
        ("special", 0),
        ("general", 1),
    ]


def test_the_page_links_to_each_unit_and_names_the_picture(client, units):
    page = client.get(PAGE).content.decode()
    assert (
        page.count('href="/inspections/units/410481-0001/"') == 2
    )  # in the picture and in the list below it
    assert '<title id="scatter-title">2 家单位按经纬度的分布</title>' in page
    assert "style=" not in page and "<script>" not in page
    assert (
        all(f'href="/inspections/units/410481-000{n}/"' in page for n in (3, 4)) and "410481-0005" not in page
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("township=甲镇", {1, 2}),
        ("township=乙镇", {3, 4}),
        ("category=key", {1}),
        ("category=x", {1, 2, 3, 4}),
    ],
)
def test_the_page_is_narrowed_by_township_and_class(client, units, query, shown):
    page = client.get(f"{PAGE}?{query}").content.decode()
    assert {int(number) for number in re.findall(r"units/410481-000(\d)/", page)} == shown


def test_a_class_is_the_one_of_today(client, make_source):
    special = {"category": "special", "special_until": "2020-01-01", "category_after": "key"}
    make_source(1, longitude="113.5", latitude="33.3", **special)
    assert "mark--key" in client.get(f"{PAGE}?category=key").content.decode()


def test_many_units_are_counted_in_cells(make_source, monkeypatch):
    monkeypatch.setattr(drawn, "MOST", 2)
    for serial in range(1, 5):
        make_source(serial, longitude="113.5001", latitude=Decimal("33.3") + Decimal(serial) / 100_000)
    make_source(9, longitude="113.3", latitude="33.4", category="key")
    found = drawn.scatter(PollutionSource.objects.registered())
    assert [(mark.label, mark.number) for mark in found.marks] == [
        ("4 家一般排污单位", ""),
        ("1 家重点排污单位", ""),
    ]
    assert found.in_cells and found.drawn == 5 and found.marks[0].size > found.marks[1].size


def test_the_page_asks_as_much_for_many_units_as_for_few(client, make_source):
    counts = []
    for serials in (range(1, 3), range(3, 30)):
        for serial in serials:
            make_source(serial, longitude="113.5", latitude="33.3" if serial % 3 else None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_the_keeper_is_led_to_the_registry(client, units, login, person):
    assert "?check=outside" in client.get(PAGE).content.decode()
    page = login(person("o", Role.ORGANISER)).get(PAGE).content.decode()
    assert "/admin/" not in page


def test_the_list_and_the_data_checks_lead_to_the_page(client, units):
    for address in ("/admin/sources/pollutionsource/", "/health/"):
        assert PAGE in client.get(address).content.decode()


@pytest.mark.parametrize("most", [drawn.MOST, 0])  # one by one, and counted in cells
def test_a_unit_without_a_class_stands_on_the_map_and_in_its_legend(client, make_source, monkeypatch, most):
    monkeypatch.setattr(drawn, "MOST", most)
    make_source(1, longitude="113.5", latitude="33.3", category="")
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "没有监管类别" in page.context["scatter"].marks[0].label
    assert [each.units for each in page.context["scatter"].classes if not each.category] == [1]
