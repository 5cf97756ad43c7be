"""The orders of the list of results: each page of each order, forwards and backwards, in the list and in its files."""

import csv
import datetime
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.amendments import withdrawals
from drawings.disclosure import paging, result_rows
from drawings.disclosure.result_lists import ORDERS
from drawings.models import Inspection, PublishedResult
from drawings.models.published_results import NAMELESS, keep, name_key_of

NAMES = ("舞钢市安泰化工厂", "舞钢市博远化工厂", "ＡＢ化工厂", "Alpha化工厂", "鑫源养殖场", "垚鑫养殖场")
OTHER = {"newest": "name", "oldest": "name", "name": "oldest", "number": "name"}


@pytest.fixture
def results(draw_in, report):
    """Six published results of four days, with names in no order."""
    found = []
    rows = Inspection.objects.filter(selection__draw=draw_in("published"))
    for number, row in enumerate(rows):
        day = datetime.datetime(2026, 11, 1 + number // 2 * 2, 10, tzinfo=datetime.UTC)
        visit = report(Inspection.objects.get(pk=row.pk), visited_at=day)
        PublishedResult.objects.filter(inspection=visit).update(name_key=name_key_of(NAMES[number]))
        found.append(visit)
    return found


def wanted(order):
    """Return the numbers in an order, by plain Python."""
    rows = list(PublishedResult.objects.all())
    for column, falls in reversed(ORDERS[order].keys):
        rows.sort(key=lambda row: getattr(row, column), reverse=falls)
    return [row.number for row in rows]


def asked(order):
    """Return what an address says of an order: of the first one nothing."""
    return "" if order == "newest" else order


def walk(stranger, query, way):
    """Return the numbers of all pages, page by page, by the links of the pager."""
    found, address = [], f"/results/?{query}" + ("" if way == "next" else "&before=end")
    while address:
        page = stranger.get(address)
        assert "翻页位置认不出来" not in page.content.decode()
        found.append([row.number for row in page.context["page"].rows])
        link = re.search(rf'rel="{way}" href="([^"]*)"', page.content.decode())
        address = "/results/" + html.unescape(link[1]) if link else ""
    return found


@pytest.mark.parametrize("order", ORDERS)
def test_all_pages_of_an_order_forwards_and_backwards(results, stranger, monkeypatch, order):
    monkeypatch.setattr(paging, "PAGE", 2)
    right = wanted(order)
    there = walk(stranger, f"sort={asked(order)}", "next")
    assert [len(page) for page in there] == [2, 2, 2] and sum(there, []) == right
    back = walk(stranger, f"sort={asked(order)}", "prev")
    assert sum(reversed(back), []) == right
    narrowed = walk(stranger, f"sort={asked(order)}&since=2026-11-03", "next")
    later = set(PublishedResult.objects.filter(day__gte="2026-11-03").values_list("number", flat=True))
    assert sum(narrowed, []) == [number for number in right if number in later]


def test_names_stand_in_the_order_of_their_pinyin_and_rarer_characters_around(results):
    assert sorted(NAMES, key=name_key_of) == [
        "Alpha化工厂",
        "垚鑫养殖场",
        "ＡＢ化工厂",
        "舞钢市安泰化工厂",
        "舞钢市博远化工厂",
        "鑫源养殖场",
    ]
    assert all(name_key_of(name) < NAMELESS for name in (*NAMES, "𠮷野家", "\U0010ffff"))
    assert name_key_of("") == NAMELESS and len(name_key_of("𠮷" * 200)) == 96


@pytest.mark.parametrize("order", ORDERS)
def test_a_cursor_of_another_order_leads_to_the_first_page(results, stranger, monkeypatch, order):
    monkeypatch.setattr(paging, "PAGE", 2)
    other = stranger.get("/results/", {"sort": asked(OTHER[order])}).context["page"].after
    page = stranger.get("/results/", {"sort": asked(order), "after": other})
    if (order == "name") == (OTHER[order] == "name"):
        assert not page.context["lost"]
    else:
        assert "翻页位置认不出来" in page.content.decode()
        assert [row.number for row in page.context["page"].rows] == wanted(order)[:2]
    for forged in ("2026-11-01~410481-0001~2026Q4~" + "a" * 97, "2026-11-01~410481-0001~2026Q4~XY", "~~~"):
        assert stranger.get("/results/", {"sort": asked(order), "after": forged}).context["lost"]


@pytest.mark.parametrize("order", ORDERS)
def test_the_files_that_a_list_links_go_by_its_order(results, stranger, monkeypatch, order):
    monkeypatch.setattr(result_rows, "BATCH", 2)
    text = stranger.get("/results/", {"sort": asked(order), "category": "general"}).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="(/results/results\.[^"]*)"', text)]
    assert len(links) == 2
    rows = b"".join(stranger.get(links[0])).decode("utf-8-sig")
    numbers = [row["污染源编码"] for row in csv.DictReader(io.StringIO(rows, newline=""))]
    general = set(PublishedResult.objects.filter(stratum="general").values_list("number", flat=True))
    right = (
        sorted(general) if order == "newest" else [number for number in wanted(order) if number in general]
    )
    assert numbers == right and len(numbers) > 1
    assert ("sort" in links[1]) == (order != "newest")


def test_a_withdrawn_name_stands_behind_all_others_at_once(results, organiser):
    draw = results[0].selection.draw
    first = PublishedResult.objects.get(inspection=results[0])
    assert first.name_key != NAMELESS
    withdrawals.withdraw(draw=draw, kind="unit", reason="保存期满", idents=[first.number], actor=organiser)
    first.refresh_from_db()
    assert first.name_key == NAMELESS and wanted("name")[-1] == first.number
    assert PublishedResult.objects.filter(name_key=NAMELESS).count() == 1
    assert keep(Inspection.objects.get(pk=results[0].pk)).name_key == NAMELESS


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the other one's plans depend on how many rows there are"
)
def test_no_page_of_an_order_sorts(results, stranger, monkeypatch, order):
    monkeypatch.setattr(paging, "PAGE", 2)
    after = stranger.get("/results/", {"sort": asked(order)}).context["page"].after
    for query in (
        {"sort": asked(order)},
        {"sort": asked(order), "after": after},
        {"sort": asked(order), "before": "end"},
    ):
        with CaptureQueriesContext(connection) as captured:
            stranger.get("/results/", query)
        lists = [q["sql"] for q in captured if "LIMIT" in q["sql"] and "name_key" in q["sql"]]
        assert len(lists) == 1
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {lists[0]}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "USING INDEX published_by_" in plan and "TEMP B-TREE FOR ORDER BY" not in plan, plan
