"""What the list of results can be narrowed by: each condition alone and together, in words, and never what the law hid."""

import datetime
import html
import re

import pytest
from redaction_cases import LAW

from drawings.models import Finding, Inspection, PublishedResult, Redaction
from drawings.models.published_results import empty, keep
from sources.models import PollutionSource

OUTCOMES = ("clean", "urged", "ordered", "closed", "clean", "case")
TOWNS = ("尹集镇", "尹集镇", "枣林镇", "枣林镇", "", "孤峰镇")


@pytest.fixture
def results(draw_in, report):
    """Six published results that differ in all that can be asked for; the last alone is in its township."""
    found = []
    for number, row in enumerate(Inspection.objects.filter(selection__draw=draw_in("published"))):
        PollutionSource.objects.filter(pk=row.selection.source_id).update(
            township=TOWNS[number], industry_code=("2614", "0311")[number % 2]
        )
        day = datetime.datetime(2026, 11, 1 + number, 10, tzinfo=datetime.UTC)
        visit = report(
            Inspection.objects.get(pk=row.pk),
            visited_at=day,
            outcome=OUTCOMES[number],
        )
        if number == 4:
            Finding.objects.filter(inspection=visit).update(verdict="fail")
            keep(visit)
        found.append(visit)
    return found


def numbers(stranger, **query):
    return {row.number for row in stranger.get("/results/", query).context["page"].rows}


ASKED = [
    ({"township": "尹集镇"}, {0, 1}),
    ({"industry": "26"}, {0, 2, 4}),
    ({"outcome": "clean"}, {0, 4}),
    ({"outcome": "hidden"}, set()),
    ({"faulty": "yes"}, {1, 2, 4, 5}),
    ({"faulty": "no"}, {0}),
    ({"since": "2026-11-03", "until": "2026-11-04"}, {2, 3}),
    ({"since": "2026/11/6"}, {5}),
    ({"quarter": "2026", "industry": "03", "faulty": "yes"}, {1, 5}),
    ({"township": "枣林镇", "outcome": "clean"}, set()),
]


@pytest.mark.parametrize(("query", "wanted"), ASKED, ids=[str(query) for query, _ in ASKED])
def test_each_condition_finds_its_own(results, stranger, query, wanted):
    assert numbers(stranger, **query) == {results[number].selection.source.number for number in wanted}


def test_the_speciality_is_asked_by_the_name_that_it_had(results, stranger):
    names = {row.speciality for row in PublishedResult.objects.all()} - {""}
    for name in names:
        mine = set(PublishedResult.objects.filter(speciality=name).values_list("number", flat=True))
        assert numbers(stranger, speciality=name) == mine


def test_each_condition_stands_as_words_that_take_it_out(results, stranger):
    page = stranger.get("/results/", {"township": "尹集镇", "faulty": "yes", "sort": "oldest", "x": "1"})
    text = page.content.decode()
    assert "共 1 条" in text
    links = [html.unescape(href) for href in re.findall(r'class="chip" href="(\?[^"]*)"', text)]
    assert [page.client.get("/results/" + link).context["form"].asked for link in links] == [
        {"faulty": "yes", "sort": "oldest"},
        {"township": "尹集镇", "sort": "oldest"},
    ]
    assert "乡镇（街道）：尹集镇" in text and "是否发现问题：发现问题" in text
    assert '<p class="print-only">条件：乡镇（街道）：尹集镇；是否发现问题：发现问题</p>' in text
    nothing = stranger.get("/results/?q=没有这家").content.decode()
    assert "没有符合条件的检查结果" in nothing
    (link,) = re.findall(r'href="(/units/\?q=[^"]*)"', nothing)
    assert stranger.get(link).context["asked"] == "没有这家"


WRONG = [
    ("since=明天", "“日期从”不是日期"),
    ("since=2026-12-01&until=2026-11-01", "“日期到”早于“日期从”，请对调。"),
    ("outcome=none", "“检查结论”没有这个选项"),
    ("sort=luck", "“排序”没有这个选项"),
    ("q=" + "长" * 3000, "最多写 100 个字"),
]


@pytest.mark.parametrize(("query", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_makes_no_sense_is_said_at_its_field(results, stranger, query, words):
    page = stranger.get(f"/results/?{query}")
    assert (page.status_code, page.context["page"].rows) == (200, ())
    assert words in page.content.decode()


def test_no_filter_tells_what_the_law_hid(results, stranger, organiser):
    gone = results[5]
    number = gone.selection.source.number
    Redaction.objects.create(
        draw=gone.selection.draw, text="finding", inspection=gone, target=f"finding/{gone.pk}",
        legal_reason=LAW, redacted_on="2026-12-20", declared_by=organiser,
    )  # fmt: skip
    empty(Inspection.objects.get(pk=gone.pk))
    page = stranger.get("/results/")
    assert number in {row.number for row in page.context["page"].rows}
    fields = page.context["form"].fields
    assert "孤峰镇" not in dict(fields["township"].choices)
    asked = [
        {name: value}
        for name in ("township", "industry", "speciality", "outcome", "faulty")
        for value, _ in fields[name].choices
        if value and value != "hidden"
    ]
    asked += [{"since": "2026-11-05", "until": "2026-11-07"}]
    assert [query for query in asked if number in numbers(stranger, **query)] == []
    day = str(PublishedResult.objects.get(inspection=gone).published_on)
    for query in ({"outcome": "hidden"}, {"since": day, "until": day}, {"category": gone.selection.stratum}):
        assert number in numbers(stranger, **query)


def test_more_than_a_thousand_are_not_counted(results, stranger, monkeypatch):
    from drawings.disclosure import paging, result_filters, result_views

    monkeypatch.setattr(paging, "PAGE", 2)
    for module in (result_filters, result_views):
        monkeypatch.setattr(module, "COUNTED", 3)
    assert "多于 3 条" in stranger.get("/results/?quarter=2026").content.decode()
    assert "共 3 条" in stranger.get("/results/?industry=26").content.decode()
    assert "多于 2 条" in stranger.get("/results/?q=" + results[0].selection.name[:2]).content.decode()
