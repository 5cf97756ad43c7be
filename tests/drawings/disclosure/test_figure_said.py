"""What stands beside public figures: draws for practice, since when there are data, filters that cannot be used, titles."""

import csv
import datetime
import html
import io
import re

import pytest
from walked_tables import Tables

from drawings.disclosure import home
from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import LINKED, TABLES, Counted
from drawings.models import Draw, EntropySource, Inspection, Selection


@pytest.fixture
def visited(draw_in, report):
    """Two published results of a draw with the machine's own numbers."""
    draw = draw_in("published")
    rows = Inspection.objects.filter(selection__draw=draw).order_by("selection__source__number")
    return [report(row, outcome=outcome) for row, outcome in zip(rows, ("clean", "urged"), strict=False)]


def title_of(client, url):
    page = client.get(url).content.decode()
    return html.unescape(re.search("<title>(.*?)</title>", page, re.S)[1]).strip()


def lines_of(client, url):
    return list(csv.reader(io.StringIO(b"".join(client.get(url)).decode("utf-8-sig"))))


# --- practice ------------------------------------------------------------------------------------------------
def test_where_all_is_practice_such_a_draw_is_counted_and_marked_everywhere(visited, stranger):
    page = stranger.get("/statistics/2026/").content.decode()
    assert 'href="/statistics/2026Q4/">2026年第4季度</a> <span class="tag tag--warn">演示</span>' in page
    assert "下面的数据也算它" in page
    for figure in ("drawn", "quota"):
        rows = stranger.get(f"/statistics/2026/rows/{figure}/").content.decode()
        assert '2026年第4季度抽查</a> <span class="tag tag--warn">演示</span>' in rows, figure
        filed = lines_of(stranger, f"/statistics/2026/rows/{figure}.csv")[1:]
        assert filed and {line[0] for line in filed} == {"2026年第4季度抽查（演示）"}
    header, *filed = lines_of(stranger, "/statistics/2026/rows/published.csv")
    assert {line[header.index("演示抽签")] for line in filed} == {"是"} and len(filed) == 2
    assert lines_of(stranger, "/statistics/2026/quarters.csv")[1][0] == "2026年第4季度（演示）"


def test_on_a_real_site_no_figure_counts_a_draw_for_practice(visited, stranger, settings):
    settings.ALLOW_SYSTEM_ENTROPY = False
    counted = Counted(Period.read("2026"))
    assert [make(counted).lines for make in TABLES.values()] == [()] * len(TABLES)
    assert counted.practised == 1
    assert home.figures(2026) == home.Figures(draws=0, drawn=0, results=0, sealed=0)
    page = stranger.get("/statistics/2026/").content.decode()
    assert "另有 1 次演示（演练）抽签，不是正式的抽查" in page and "下面的数据也算它" not in page
    for figure in sorted(LINKED):
        assert 'href="/units/' not in stranger.get(f"/statistics/2026/rows/{figure}/").content.decode(), (
            figure
        )
    EntropySource.objects.update(source="dice10")
    assert Counted(Period.read("2026")).practised == 0
    assert Counted(Period.read("2026")).classes().lines
    drawn = Selection.objects.count()
    assert home.figures(2026) == home.Figures(draws=1, drawn=drawn, results=2, sealed=0)


def test_a_void_for_practice_is_no_void_of_a_real_site(draw_in, stranger, settings):
    draw_in("void-drawn")
    assert Counted(Period.read("2026")).organising().total.counts["voided"] == 1
    settings.ALLOW_SYSTEM_ENTROPY = False
    assert Counted(Period.read("2026")).organising().total is None
    assert "没有这样的抽签" in stranger.get("/statistics/2026/rows/voided/").content.decode()


# --- since when ----------------------------------------------------------------------------------------------
def test_a_window_that_begins_before_the_first_draw_says_since_when_there_are_data(visited, stranger, clock):
    begins = Counted(Period.read("2026")).begins
    assert Counted(Period.read("2026")).cut_years == (1, 2, 3)
    page = stranger.get("/statistics/2026/").content.decode()
    assert "的第一次抽签开始" in page and "“3 年内查过”实际只数" in page
    rows = stranger.get("/statistics/2026/rows/base/").content.decode()
    meanings = [column.meaning for column in Counted(Period.read("2026")).coverage().columns]
    assert ["的第一次抽签开始" in meaning for meaning in meanings] == [False, True, True, True]
    header = lines_of(stranger, "/statistics/2026/coverage-units.csv")[0]
    assert header[-3:] == [f"{years} 年内查过（数据从 {begins} 起）" for years in (1, 2, 3)]
    assert "以来没有" in rows and "三年内没有" not in rows
    clock.moment = datetime.datetime(begins.year + 2, 12, 1, tzinfo=datetime.UTC)
    later = Counted(Period.read("2026"))
    assert later.cut_years == (1, 2, 3)  # the period ended long ago, and its windows with it
    Draw.objects.update(drawn_at=datetime.datetime(2022, 1, 4, tzinfo=datetime.UTC))
    assert Counted(Period.read("2026")).cut_years == ()
    assert lines_of(stranger, "/statistics/2026/coverage-units.csv")[0][-1] == "3 年内查过"
    assert "三年内没有" in stranger.get("/statistics/2026/rows/base/").content.decode()


# --- filters and titles --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("figure", "asked", "label"),
    [
        ("drawn", "township=尹集镇", "乡镇（街道）"),
        ("seen1", "industry=26", "行业大类"),
        ("quota", "point=a.b", "检查项目"),
        ("voided", "category=key", "类别"),
    ],
)
def test_a_filter_that_these_rows_do_not_know_is_said_and_makes_no_file(
    visited, stranger, figure, asked, label
):
    page = stranger.get(f"/statistics/2026/rows/{figure}/?{asked}").content.decode()
    assert f"不能按{label}分开看" in page and "下面是全部" in page
    answer = stranger.get(f"/statistics/2026/rows/{figure}.csv?{asked}")
    if figure != "seen1":  # its file is another one
        assert answer.status_code == 302
        assert f"不能按{label}分开看" in stranger.get(answer["Location"]).content.decode()
    both = stranger.get("/statistics/2026/rows/drawn/?township=-&category=key").content.decode()
    assert "下面只按类别：重点排污单位" in both


def test_titles_name_figure_filter_and_unit(visited, stranger):
    assert title_of(stranger, "/statistics/2026/rows/visited/?category=key").startswith(
        "2026年：已检查（类别：重点排污单位） - "
    )
    assert title_of(stranger, "/results/?quarter=2026Q4&faulty=yes").startswith(
        "检查结果：2026年第4季度，发现问题 - "
    )
    assert title_of(stranger, "/results/?sort=name").startswith("检查结果 - ")
    assert title_of(stranger, "/results/?since=x").startswith("错误：")
    assert title_of(stranger, "/units/?q=钢铁").startswith("查单位：钢铁 - ")
    assert title_of(stranger, "/log/?page=2").startswith("公开日志，第 2 页 - ")
    assert title_of(stranger, "/draws/2026Q4/?q=钢铁").startswith("2026年第4季度抽查：查“钢铁” - ")
    one = visited[0].selection
    number = one.source.number
    assert title_of(stranger, f"/say/?unit={number}").startswith(f"异议和纠错：{one.name} - ")
    about = title_of(stranger, f"/say/?unit={number}&draw=2026Q4")
    assert about.startswith(f"异议和纠错：{one.name}，2026年第4季度")
    assert title_of(stranger, "/say/").startswith("怎样提异议、怎样纠错 - ")


# --- names of tables -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("page", "nameless"),
    [
        ("<table><tr><td>1</td></tr></table>", 1),
        ("<table aria-label=' '></table>", 1),
        ("<table><caption> </caption></table>", 1),
        ('<table aria-labelledby="gone"></table>', 1),
        ('<h2 id="here">甲</h2><table aria-labelledby="here"></table>', 0),
        ("<table><caption><b>甲</b></caption><tr><td>1</td></tr></table><table aria-label='乙'></table>", 0),
    ],
)
def test_a_table_without_a_name_is_noticed(page, nameless):
    assert Tables(page).nameless == nameless
