"""The search of results, paging, and whatever people type into an address."""

import datetime

import pytest

from drawings.disclosure import paging
from drawings.models import Inspection, Redaction


@pytest.fixture
def disclosed(draw_in, report):
    """All six inspections of the published draw, with their results open."""
    draw = draw_in("published")
    return [report(inspection) for inspection in Inspection.objects.filter(selection__draw=draw)]


def shown(stranger, **query):
    return [result.name for result in stranger.get("/results/", query).context["page"].rows]


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


def test_pages_follow_each_other_without_a_count(disclosed, stranger, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 4)
    first, second = shown(stranger), shown(stranger, page=2)
    assert (len(first), len(second)) == (4, 2)
    assert not set(first) & set(second)
    text = stranger.get("/results/", {"page": 1, "quarter": "2026Q4"}).content.decode()
    assert "?quarter=2026Q4&amp;page=2" in text
    assert "上一页" not in text
    assert "这一页没有记录" in stranger.get("/results/?page=99").content.decode()


def _visited(inspection, day, hour=10, **more):
    moment = datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
    Inspection.objects.filter(pk=inspection.pk).update(visited_at=moment, **more)
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
    pages = [stranger.get("/results/", {"page": page, "quarter": "2026Q4"}) for page in (1, 2)]
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
    rows = stranger.get("/results/").context["page"].rows
    assert (rows[0].number, rows[0].visited_on) == (number, None)


JUNK = [
    "page=abc", "page=-1", "page=0", "page=99999999999999999999", "page=%00", "page=٣", "page=1e3",
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
