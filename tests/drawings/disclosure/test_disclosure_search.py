"""The search of results, paging, and whatever people type into an address."""

import pytest

from drawings.disclosure import paging
from drawings.models import Inspection


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
