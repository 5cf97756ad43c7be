"""The name of a result is looked for by several words, as a unit is: in list, pages, parts of the question and files alike."""

import html
import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from drawings.amendments import withdrawals
from drawings.disclosure import paging
from drawings.models import Inspection
from sources.models import PollutionSource


@pytest.fixture(params=[2000, 0], ids=["gathered", "walked"])
def drawn(request, draft, draw_in, report, monkeypatch):
    """Six published results, their units drawn under names such as 舞钢倀儀铸造（07）Feng厂; looked for in both ways."""
    monkeypatch.setattr("drawings.disclosure.result_filters.NAMED", request.param)
    for at, unit in enumerate(PollutionSource.objects.order_by("pk")):
        own = chr(0x5000 + at) + chr(0x5100 + at)
        unit.name = f"舞钢{own}{('铸造', '养殖')[at % 2]}（{at:02}）Feng厂"
        unit.save()
    visits = Inspection.objects.filter(selection__draw=draw_in("published")).order_by("pk")
    return [report(visit).selection for visit in visits]


def asked(stranger, text):
    return sorted(row.name for row in stranger.get("/results/", {"q": text}).context["page"].rows)


def test_a_name_has_each_of_the_words_in_any_order(drawn, stranger):
    name, names = drawn[0].name, sorted(one.name for one in drawn)
    own, kind, number = name[2:4], name[4:6], name[7:9]
    for text in (
        f"{own} 舞钢", f"舞钢　{own}", f"{kind} {own} 舞钢", f"({number}) 舞钢", f"（{number}） {own}", f"FENG {own}",
        f"ｆｅｎｇ {number}", f"{own} {own} {number}", f"{name[:3]} {name[3:]}",
    ):  # fmt: skip
        assert asked(stranger, text) == [name], text
    assert asked(stranger, "feng 舞钢") == names
    assert asked(stranger, f"feng {kind}") == [each for each in names if kind in each]
    for text in (
        f"{own} 没有",
        f"{own} {drawn[1].name[2:4]}",
        f"{own} %%",
        f"{own} __",
        f"{own} ' OR 1=1",
        f'{own} "" OR',
    ):
        assert asked(stranger, text) == [], text
    # A word that is too short belongs to the others, and the name has them in one piece or not.
    assert (asked(stranger, f"舞 钢{own}"), asked(stranger, f"厂 {own}")) == ([name], [])


def test_only_the_name_that_was_drawn_is_looked_into(drawn, stranger):
    name, unit = drawn[0].name, drawn[0].source
    unit.name = "后来的名字"
    unit.save()
    assert asked(stranger, f"舞钢 {name[2:4]}") == [name]
    for word in (unit.number, unit.township, "后来的名字"):
        assert asked(stranger, f"{name[2:4]} {word}") == []
    assert asked(stranger, "后来 名字") == []


def test_a_withdrawn_name_is_found_by_no_words(drawn, stranger):
    name, number = drawn[0].name, drawn[0].source.number
    assert asked(stranger, f"舞钢 {name[2:4]}") == [name]
    withdrawals.withdraw(draw=drawn[0].draw, kind="unit", reason="到期", actor=None, idents=[number])
    for words in (
        f"舞钢 {name[2:4]}",
        f"{name[2:4]} {name[4:6]}",
        f"{number} 舞钢",
        "单位 撤下",
        "名称 撤下",
    ):
        assert asked(stranger, words) == [], words
    assert asked(stranger, "舞钢 Feng") == sorted(one.name for one in drawn[1:])


def test_page_and_files_find_the_same(drawn, stranger):
    kind = drawn[0].name[4:6]
    wanted, query = asked(stranger, f"feng {kind}"), {"q": f"feng {kind}"}
    csv = stranger.get("/results/results.csv", query).content.decode("utf-8-sig")
    book = load_workbook(BytesIO(stranger.get("/results/results.xlsx", query).content))
    cells = {str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
    assert wanted and [name for name in sorted(one.name for one in drawn) if name in csv] == wanted
    assert [name for name in sorted(one.name for one in drawn) if name in cells] == wanted


def test_pages_follow_each_other(drawn, stranger, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    page, way = stranger.get("/results/", {"q": "舞钢  feng"}), []
    while page:
        way += [row.name for row in page.context["page"].rows]
        links = re.findall(r'rel="next" href="([^"]*)"', page.content.decode())
        page = stranger.get("/results/" + html.unescape(links[0])) if links else None
    assert sorted(way) == sorted(one.name for one in drawn)


def test_the_words_are_one_part_of_the_question_however_many_spaces_part_them(drawn, stranger):
    pages = [
        stranger.get("/results/", {"q": text, "category": "key"}) for text in ("舞钢 厂F", " 舞钢　 厂F ")
    ]
    parts = [[(chip.words, chip.rest) for chip in page.context["chips"]] for page in pages]
    assert parts[0] == parts[1] and parts[0][0] == ("舞钢 厂F", "category=key")


def test_however_many_words_are_asked_the_queries_are_as_few(drawn, stranger):
    def queries(text):
        with CaptureQueriesContext(connection) as captured:
            assert stranger.get("/results/", {"q": text}).status_code == 200
        return len(captured)

    few = queries("舞钢 铸造")
    assert queries(" ".join(chr(0x4E00 + at) + chr(0x4F00 + at) for at in range(33))) <= few
    assert "最多写 100 个字" in stranger.get("/results/", {"q": "铸造 " * 50}).content.decode()


def test_who_finds_no_result_is_offered_the_units_that_are_called_so(draw_in, report, stranger):
    draw = draw_in("published")
    selection = Inspection.objects.filter(selection__draw=draw).first().selection
    report(selection.inspection)
    unit, other = selection.source, PollutionSource.objects.exclude(selections__draw=draw).first()
    PollutionSource.objects.filter(pk=unit.pk).update(name="虚构后来的名字厂")
    for asked, number in (
        ("后来的名字", unit.number),
        (other.name, other.number),
        (other.number, other.number),
    ):
        answer = stranger.get("/results/", {"q": asked})
        assert not answer.context["page"].rows
        assert f'<a href="/units/{number}/">' in answer.content.decode(), asked
    # With a result there is nothing to offer, and of nobody nothing is.
    assert "名录里" not in stranger.get("/results/", {"q": selection.name}).content.decode()
    assert "名录里也没有找到“不存在的厂”" in stranger.get("/results/", {"q": "不存在的厂"}).content.decode()
