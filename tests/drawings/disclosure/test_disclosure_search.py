"""The search of results, paging, and whatever people type into an address."""

import datetime
import html
import re

import pytest

from drawings.disclosure import paging
from drawings.models import Inspection, Redaction
from drawings.models.published_results import empty, keep


@pytest.fixture
def disclosed(draw_in, report):
    """All six inspections of the published draw, with their results open."""
    draw = draw_in("published")
    return [report(inspection) for inspection in Inspection.objects.filter(selection__draw=draw)]


def shown(stranger, **query):
    return shown_on(stranger.get("/results/", query))


def shown_on(page):
    return [result.name for result in page.context["page"].rows]


def test_results_are_found_by_a_part_of_the_name(disclosed, stranger):
    name = disclosed[0].selection.name
    assert shown(stranger, q=name[2:]) == [name]
    assert shown(stranger, q="没有这家") == []
    assert shown(stranger, q="%") == []


def test_results_are_narrowed_by_quarter_and_class(disclosed, stranger):
    assert len(shown(stranger, quarter="2026Q4")) == 6
    assert len(shown(stranger, category="key")) == 2
    assert len(shown(stranger, category="general", quarter="2026Q4")) == 3
    keys = {one.selection.name for one in disclosed if one.selection.stratum == "key"}
    assert set(shown(stranger, category="key")) == keys


def turned(stranger, page, way, **query):
    """The page that the link of this one leads to."""
    text = stranger.get("/results/", query).content.decode() if page is None else page.content.decode()
    href = re.search(rf'rel="{way}" href="([^"]*)"', text)
    return stranger.get("/results/" + html.unescape(href[1])) if href else None


def test_pages_follow_each_other_without_a_count(disclosed, stranger, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    for sort in ("", "oldest", "number"):
        query = {"quarter": "2026Q4", "sort": sort}
        page = stranger.get("/results/", query)
        assert "上一页" not in page.content.decode()
        way = [shown_on(page)]
        while page_after := turned(stranger, page, "next"):
            page = page_after
            way.append(shown_on(page))
        assert [len(names) for names in way] == [2, 2, 2]
        assert sorted(sum(way, [])) == sorted(each.selection.name for each in disclosed)
        assert shown_on(stranger.get("/results/", query | {"before": "end"})) == way[-1]
        back = turned(stranger, page, "prev")
        assert [shown_on(back), shown_on(turned(stranger, back, "prev"))] == [way[1], way[0]]
    assert way[0] == [each.selection.name for each in by_number(disclosed)][:2]


def test_the_other_order_is_exactly_the_other_way_round(disclosed, stranger):
    assert shown(stranger, sort="oldest") == shown(stranger)[::-1]


FORGED = [
    "x",
    "2026-10-09~x~2026Q5",
    "2026-02-30~x~2026Q4",
    "2026-10-09~' OR 1~2026Q4",
    "~~",
    "9" * 5000,
    "٢٠٢٦-10-09~1~2026Q4",
]


@pytest.mark.parametrize("place", FORGED)
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_place_that_is_none_leads_to_the_first_page_and_says_so(disclosed, stranger, way, place):
    page = stranger.get("/results/", {way: place})
    assert shown_on(page) == shown(stranger)
    assert "认不出来" in page.content.decode()


def test_a_place_that_somebody_made_up_is_one_like_any_other(disclosed, stranger):
    assert shown(stranger, after="1999-01-01~x~2026Q4") == []
    assert "这一页没有记录" in stranger.get("/results/?after=1999-01-01~x~2026Q4").content.decode()
    assert shown(stranger, before="1999-01-01~x~2026Q4") == shown(stranger)


def by_number(disclosed):
    return sorted(disclosed, key=lambda each: each.selection.source.number)


def _visited(inspection, day, hour=10, **more):
    moment = datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
    Inspection.objects.filter(pk=inspection.pk).update(visited_at=moment, **more)
    keep(Inspection.objects.get(pk=inspection.pk))
    return inspection.selection.source.number


def test_the_last_visit_comes_first_and_a_day_by_number_on_all_pages(disclosed, stranger, monkeypatch):
    by_number = sorted(disclosed, key=lambda each: each.selection.source.number)
    early, *same, late = by_number
    expected = [
        _visited(late, "2026-11-03"),
        # Later on the day comes no earlier in the list: the page shows the day alone. 00:00 is the day before in UTC.
        *(_visited(one, "2026-11-02", hour) for one, hour in zip(same, (0, 23, 9, 17), strict=True)),
        _visited(early, "2026-11-01", published_at="2026-12-30T10:00:00+08:00"),
    ]
    monkeypatch.setattr(paging, "PAGE", 4)
    first = stranger.get("/results/", {"quarter": "2026Q4"})
    pages = [first, turned(stranger, first, "next")]
    assert [row.number for page in pages for row in page.context["page"].rows] == expected
    assert "检查日期近的排在前面，同一天的按污染源编码排" in pages[0].content.decode()


def test_a_wholly_hidden_result_does_not_give_away_the_day_of_its_visit(disclosed, stranger, organiser):
    hidden, *others = sorted(disclosed, key=lambda each: each.selection.source.number)
    for one in others:
        _visited(one, "2026-11-05")
    number = _visited(hidden, "2026-11-01", published_at="2026-11-09T10:00:00+08:00")
    Redaction.objects.create(
        draw=hidden.selection.draw, text="finding", inspection=hidden, target=f"finding/{hidden.pk}",
        legal_reason="依法", redacted_on="2026-11-10", declared_by=organiser,
    )  # fmt: skip
    empty(Inspection.objects.get(pk=hidden.pk))
    rows = stranger.get("/results/").context["page"].rows
    assert (rows[0].number, rows[0].visited_on) == (number, None)


JUNK = [
    "page=abc", "after=", "after=%00", "before=%00", "after=a&before=b", "since=x", "since=2026-13-01", "until=0000-01-01",
    "since=2026-12-01&until=2026-01-01", "township=%27%3B--", "industry=999", "speciality=" + "x" * 10_000, "outcome=none",
    "faulty=maybe", "sort=name", "sort=%00", "quarter=2026", "quarter=0000", "q=<script>alert(1)</script>", "page=-1", "page=0", "page=99999999999999999999", "page=%00", "page=٣", "page=1e3",
    "q=%00", "q=a%00b", "q=" + "x" * 10_000, "q=%ED%A0%80", "q=%FF%FE", "q='%22;--", "q=\\", "q=%25_",
    "quarter=9", "quarter=2026Q9", "quarter=%00", "quarter=2030Q1", "category=none", "category=%00",
    "category=key&category=x", "unknown=1", "&&==", "q[]=1",
]  # fmt: skip


@pytest.mark.parametrize("query", JUNK)
def test_no_query_breaks_a_page(disclosed, stranger, query):
    for path in ("/", "/results/", "/log/", "/draws/", "/about/"):
        assert stranger.get(f"{path}?{query}").status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize(
    "path",
    [
        "/draws/none/", "/draws/%00/", "/draws/2026Q4%00/", "/draws/2026Q4%0A/", "/draws/-/", "/draws/甲/",
        "/draws/" + "x" * 10_000 + "/", "/draws/none/pool.tsv", "/draws/2026Q4/other.tsv", "/draws/2026Q4/log.tsv",
        "/draws/2026Q4/commitXtxt", "/draws/2026Q4/..%2Fsecret", "/draws/none/bundle.zip", "/units/none/",
        "/units/%00/", "/units/410481-0001%0A/", "/units/" + "9" * 200 + "/", "/plans/99999999999999999999/",
        "/plans/0/", "/plans/-1/", "/plans/2026a/", "/plans/%00/",
    ],
)  # fmt: skip
def test_an_address_of_nothing_is_404(disclosed, stranger, path):
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_public_only_reads(disclosed, stranger, public_urls, method):
    assert {getattr(stranger, method)(url).status_code for url in public_urls()} == {405}


def test_a_wrong_question_is_answered_with_what_is_wrong(disclosed, stranger):
    text = stranger.get("/results/?quarter=2030Q1").content.decode()
    assert "查询条件不对" in text
    assert 'class="error"' in text
