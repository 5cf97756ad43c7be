"""The pages of the public figures: the way there, without data, in nonsense, and their pictures."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.template.loader import render_to_string

from drawings.disclosure import charts, figure_views, scatter
from drawings.disclosure.figure_tables import Line, Table, columns
from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import ORGANISING, Counted
from drawings.models import Inspection, PublishedResult, Selection
from drawings.models.published_results import empty
from drawings.statistics.published import DEFINITIONS
from sources.models import PollutionSource


@pytest.fixture
def visited(published_draw, report):
    """Three published results at three places."""
    found = []
    for number, row in enumerate(Inspection.objects.filter(selection__draw=published_draw)[:3]):
        PollutionSource.objects.filter(pk=row.selection.source_id).update(
            longitude=f"113.{4 + number}0004", latitude="33.3", township="尹集镇"
        )
        found.append(report(row, outcome=("clean", "urged", "closed")[number]))
    return found


def test_from_home_to_the_share_by_township_in_two_clicks(visited, stranger):
    home = stranger.get("/").content.decode()
    assert home.count('href="/statistics/"') == 2
    page = stranger.get("/statistics/").content.decode()
    assert (
        "2026年统计" in page and '<a class="no-print" href="/statistics/2026/townships.csv" download>' in page
    )
    assert 'href="/statistics/2026/rows/faulty/?township=' in page


def test_an_empty_site_says_that_nothing_is_there_yet(db, stranger):
    page = stranger.get("/statistics/")
    assert page.status_code == 200 and "还没有可以统计的抽签" in page.content.decode()
    nothing = stranger.get("/statistics/2026/")
    assert nothing.status_code == 404 and "还没有冻结过名单的抽签" in nothing.content.decode()


def test_a_draw_that_is_only_frozen_counts_nothing(frozen_draw, stranger):
    page = stranger.get("/statistics/2026/").content.decode()
    assert "还没有公开名单的抽签" in page and "<table" not in page


def test_an_unknown_year_names_those_that_are_known(visited, stranger):
    for period in ("2031", "0000", "9999Q4", "2026Q1"):
        page = stranger.get(f"/statistics/{period}/")
        assert page.status_code == 404 and 'href="/statistics/2026/"' in page.content.decode()
    for file in (
        "2031/townships.csv",
        "2031/rows/faulty.csv",
        "2026/nothing.csv",
        "2026/rows/nothing/",
        "2026Q5/",
    ):
        assert stranger.get(f"/statistics/{file}").status_code == 404


def test_nonsense_finds_no_row_and_stays_text(visited, stranger):
    for value in ("x" * 10_000, "<script>alert(1)</script>", "' OR 1=1 --", "9" * 400, ".", "甲.乙"):
        for name in ("township", "industry", "category", "point"):
            page = stranger.get("/statistics/2026/rows/visited/", {name: value})
            text = page.content.decode()
            assert page.status_code == 200 and "<script>alert" not in text and "没有这样的检查结果" in text


def test_a_lost_cursor_leads_to_the_first_page(visited, stranger):
    page = stranger.get("/statistics/2026/rows/visited/?after=nowhere")
    assert "翻页位置认不出来" in page.content.decode() and len(page.context["page"].rows) == 2


def test_head_of_a_file_has_no_body(visited, stranger):
    answer = stranger.head("/statistics/2026/townships.csv")
    assert answer.status_code == 200 and b"".join(answer) == b""


def test_every_picture_has_its_words_and_a_table(visited, stranger):
    for address in ("/statistics/2026/", "/statistics/2026/places/"):
        page = stranger.get(address).content.decode()
        pictures = re.findall(r'<svg class="chart-picture".*?</svg>', page, re.S)
        assert pictures and "<table" in page
        for picture in pictures:
            # Links stand in the picture of the places alone, for a pointer: its legend and its table have them for all.
            assert ('role="img"' in picture) != ("<a " in picture)
            root = ET.fromstring(picture)
            by_id = {each.get("id"): each for each in root.iter() if each.get("id")}
            said = [by_id[each].text for each in root.get("aria-labelledby").split()]
            assert all(said) and said[1].endswith("。")
            fills = re.findall(r"url\(#([\w-]+)\)", picture)
            assert set(fills) <= set(by_id)


def table(*lines):
    return Table("townships", "各乡镇", "乡镇", "2026", columns("visited", "faulty"), lines)


def test_bars_are_as_long_as_their_shares_and_leave_out_few(db):
    lines = [Line("a", "甲镇", {"visited": 8, "faulty": 2}), Line("b", "乙镇", {"visited": 4, "faulty": 4})]
    found = charts.bars(table(*lines), "faulty")
    assert [(bar.label, bar.words, bar.width) for bar in found.bars] == [(("甲镇",), "2/8，25.0%", 160.0)]
    assert (found.left_out, found.is_cut) == (1, False)
    assert charts.bars(table(lines[1]), "faulty") is None and charts.bars(table(), "faulty") is None
    twenty = (Line(str(n), f"{n}镇", {"visited": 9, "faulty": 1}) for n in range(20))
    many = charts.bars(table(*twenty), "faulty")
    assert (len(many.bars), many.left_out, many.is_cut) == (charts.SHOWN, 20 - charts.SHOWN, True)


def test_a_long_label_takes_more_lines_and_loses_no_character(db):
    names = ("治理设施与排放口 · 治理设施按要求正常运行，没有擅自停用或者拆除", "甲镇")
    lines = [Line(name, name, {"visited": 8, "faulty": 2}) for name in names]
    found = charts.bars(table(*lines), "faulty")
    long, short = found.bars
    assert "".join(long.label).replace("·", " · ").replace("  ", " ") == names[0]
    assert [len(line) for line in long.label] == [10, 12, 10, 0]
    places = [y for y, _ in long.lines]
    assert places == sorted(places) and long.words_y == places[-1] < long.bar_y
    assert long.y + long.height == short.y and found.height == short.y + short.height


def test_columns_stand_on_the_floor_and_the_highest_fills_the_picture():
    lines = [Line("2026Q1", "2026年第1季度", {"drawn": 10, "visited": 5, "faulty": 0})]
    [(label, _, bars)] = charts.columns(table_of_quarters(lines), charts.SERIES).groups
    assert label == "第1季度"
    assert [bar.height for bar in bars] == [charts.GROUP_HEIGHT, charts.GROUP_HEIGHT / 2, 0]
    assert all(bar.y + bar.height == charts.FLOOR for bar in bars)


@pytest.mark.parametrize(("name", "style"), [*dict.fromkeys(("classes", "townships", "industries", "points"), "hatch").items(), *dict.fromkeys(("deadlines", "coverage"), "blue").items()])  # fmt: skip
def test_the_red_hatch_says_problems_and_nothing_else(name, style, stranger, visited):
    drawn = figure_views.BARS[name]
    whole = DEFINITIONS[drawn].share_of
    lines = (Line("a", "甲", {whole: 8, drawn: 2}),)
    found = charts.bars(Table(name, "表", "项", "2026", columns(whole, drawn), lines), drawn)
    assert found.style == style
    picture = render_to_string(found.template, {"chart": found})
    assert f"chart-frame--{style}" in picture and ("url(#hatch" in picture) == (style == "hatch")


def test_voids_and_substitutions_are_no_problems():
    lines = [Line("2026Q1", "2026年第1季度", dict.fromkeys(ORGANISING, 1))]
    found = charts.columns(
        Table("organising", "作废", "季度", "2026", columns(*ORGANISING), tuple(lines)), ORGANISING
    )
    assert [style for style, _ in found.legend] == ["white", "blue", "grey"]
    of_quarters = charts.columns(
        table_of_quarters([Line("", "季", {"drawn": 1, "faulty": 1})]), charts.SERIES
    )
    assert of_quarters.legend == (("white", "抽中"), ("blue", "已检查"), ("hatch", "发现问题"))


def table_of_quarters(lines):
    return Table("quarters", "各季度", "季度", "2026", columns("drawn", "visited", "faulty"), tuple(lines))


def test_the_scatter_draws_each_unit_by_its_outcome(visited):
    found = scatter.places(Counted(Period.read("2026")))
    assert {each.code: each.count for each in found.groups} == {"clean": 1, "faulty": 1, "outside": 1}
    assert [(each.group, len(each.marks)) for each in found.marks] == [
        ("clean", 1),
        ("faulty", 1),
        ("outside", 1),
    ]
    assert found.without == 0
    [(township, counts)] = found.townships
    assert township == "尹集镇" and [each.label for each in counts] == ["未发现问题", "发现问题", "没有进厂"]
    assert [each.count for each in counts] == [1, 1, 1]


def test_the_scatter_leaves_out_the_hidden_the_nameless_and_the_placeless(visited):
    empty(visited[0])
    Selection.objects.filter(pk=visited[1].selection_id).update(name="")
    PollutionSource.objects.filter(pk=visited[2].selection.source_id).update(longitude=None)
    found = scatter.places(Counted(Period.read("2026")))
    assert (found.drawn, found.without) == (0, 1)


def test_no_place_is_told_finer_than_a_kilometre(visited, stranger):
    PollutionSource.objects.update(longitude="113.456789", latitude="33.298765")
    file = b"".join(stranger.get("/statistics/2026/places.csv")).decode("utf-8-sig").splitlines()
    assert file[1:] == ["113.46,33.30,1,1,1"]
    page = stranger.get("/statistics/2026/places/").content.decode()
    assert "113.456" not in page and "33.298" not in page
    marks = stranger.get("/statistics/2026/places/").context["places"].marks
    assert [mark.x for some in marks for mark in some.marks] == [257, 260, 263]


def test_legend_marks_and_table_lead_to_the_results_of_their_outcome(visited, stranger):
    page = stranger.get("/statistics/2026/places/")
    found = page.context["places"]
    legend = {each.code: each.url for each in found.groups}
    marks = {each.group: each.url for each in found.marks}
    [(_, counts)] = found.townships
    for number, code in enumerate(("clean", "faulty", "outside")):
        assert legend[code] == f"/statistics/2026/rows/{code}/"
        assert marks[code] == counts[number].url == f"{legend[code]}?township=%E5%B0%B9%E9%9B%86%E9%95%87"
        for url in (legend[code], marks[code]):
            assert f'href="{url}"' in page.content.decode()
            [row] = stranger.get(url).context["page"].rows
            assert row.number == visited[number].selection.source.number


def test_a_mark_names_no_unit_and_is_no_stop_for_the_keyboard(visited, stranger):
    """Who lies in a cell stays inside: the links name outcome and township alone, however few units there are."""
    picture = re.search(r'<svg class="chart-picture".*?</svg>', stranger.get("/statistics/2026/places/").content.decode(), re.S)[0]  # fmt: skip
    assert picture.count("<a ") == picture.count('tabindex="-1"') == 3
    root = ET.fromstring(picture)
    [drawn] = [each for each in root if each.get("aria-hidden") == "true"]
    assert {each for each in root.iter() if each.tag.endswith("}a") or each.tag == "a"} <= set(drawn.iter())
    for row in visited:
        assert row.selection.source.number not in picture and row.selection.name not in picture


def test_a_mark_on_a_border_leads_to_all_and_one_without_township_to_those_without(visited, stranger):
    """Marks with the same rows share a link: a large county's page has as many as outcomes and townships."""
    ground = PollutionSource.objects.filter(pk__in=[row.selection.source_id for row in visited[:2]])
    ground.update(longitude="113.4", latitude="33.3")
    results = PublishedResult.objects.filter(inspection=visited[1].pk)
    results.update(is_faulty=False)
    found = stranger.get("/statistics/2026/places/").context["places"]
    assert found.marks[0].marks[0].label == "尹集镇：2 家未发现问题"
    assert [each.url for each in found.groups if not each.count] == [""]
    results.update(township="")
    [border, _] = stranger.get("/statistics/2026/places/").context["places"].marks
    assert (border.url, [mark.label for mark in border.marks]) == (
        "/statistics/2026/rows/clean/", ["2 家未发现问题"],
    )  # fmt: skip
    ground.filter(pk=visited[1].selection.source_id).update(longitude="113.6")
    page = stranger.get("/statistics/2026/places/").context["places"]
    apart = {each.url.rpartition("/")[2]: each.marks[0].label for each in page.marks}
    assert apart["?township=-"] == "没有登记：1 家未发现问题"
    [unfiled] = [counts[0].url for name, counts in page.townships if name == "没有登记"]
    assert len(stranger.get(unfiled).context["page"].rows) == 1


def test_a_page_asks_no_more_for_more_results(visited, stranger, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        stranger.get("/statistics/2026/")
    assert PublishedResult.objects.count() == 3


SUBPAGES = (
    "", "places/", "rows/faulty/", "rows/drawn/", "rows/seen1/", "rows/faulty.csv", "townships.csv", "coverage-units.csv",
    "places.csv",
)  # fmt: skip


@pytest.mark.parametrize("rest", SUBPAGES)
def test_every_page_of_an_unknown_period_says_which_years_there_are(visited, stranger, rest):
    for period in ("2031", "0000", "9999Q4", "2026Q1"):
        page = stranger.get(f"/statistics/{period}/{rest}")
        assert page.status_code == 404 and 'href="/statistics/2026/"' in page.content.decode()
    for period in ("2026Q5", "26", "2026Q", "２０２６", "2026q4"):
        page = stranger.get(f"/statistics/{period}/{rest}")
        assert page.status_code == 404 and 'role="search"' in page.content.decode()


def test_a_period_is_read_in_one_place():
    for code in ("2026", "2026Q4"):
        assert Period.read(code).code == code
    for code in ("", "26", "2026Q5", "2026Q", "２０２６", "2026 ", "2026Q4\n"):
        with pytest.raises(ValueError, match=f"^{re.escape(code)}$"):
            Period.read(code)


def test_the_units_of_the_coverage_are_one_click_away(visited, stranger):
    page = stranger.get("/statistics/2026/").content.decode()
    coverage = re.search(r'aria-labelledby="coverage".*?</section>', page, re.S)[0]
    links = {
        link: int(count) for link, count in re.findall(r'href="([^"]*/rows/[^"]*)">([0-9]+)</a>', coverage)
    }
    assert "/statistics/2026/rows/base/" in links and "/statistics/2026/rows/seen1/" in links
    for link, count in links.items():
        found = stranger.get(link)
        assert found.status_code == 200 and len(found.context["units"]) == count, link
    entered = {each.selection.source.number for each in visited if each.outcome != "closed"}
    seen = stranger.get("/statistics/2026/rows/seen1/").context["units"]
    assert {unit.number for unit in seen} == entered and all(unit.day and unit.name for unit in seen)
    none = [unit for unit in stranger.get("/statistics/2026/rows/base/").context["units"] if not unit.day]
    assert none and "以来没有" in stranger.get("/statistics/2026/rows/base/").content.decode()


def test_units_of_the_coverage_page_by_page_and_not_beyond(visited, stranger, monkeypatch):
    monkeypatch.setattr("drawings.disclosure.paging.PAGE", 4)
    found, number = [], 1
    while page := stranger.get("/statistics/2026/rows/base/", {"page": number}).context["units"]:
        found += [unit.number for unit in page]
        number += 1
    assert found == sorted(set(found)) and len(found) > 8
    beyond = stranger.get("/statistics/2026/rows/base/?category=key&page=99999").content.decode()
    assert "没有第 99999 页" in beyond and 'href="?category=key">回到第 1 页' in beyond
    last = stranger.get("/statistics/2026/rows/base/?page=99999").context["pager"].last
    assert len(stranger.get("/statistics/2026/rows/base/", {"page": last}).context["units"]) > 0
    assert last == number - 1
    assert stranger.get("/statistics/2026/rows/base/?page=x").context["units"][0].number == found[0]
    key = stranger.get("/statistics/2026/rows/base/?category=key&township=none")
    assert {unit.label for unit in key.context["units"]} == {"重点排污单位"}


def test_a_withdrawn_name_is_on_no_row_of_the_coverage(visited, stranger, organiser):
    from drawings.amendments import withdrawals

    one = visited[0].selection
    withdrawals.withdraw(
        draw=one.draw, kind="unit", reason="保存期满", idents=[one.source.number], actor=organiser
    )
    page = stranger.get("/statistics/2026/rows/seen1/").content.decode()
    assert one.source.number in page and one.name not in page
