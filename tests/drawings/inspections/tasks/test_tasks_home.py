"""An officer's home: what stands where, how far he is, whom he calls and which way he goes."""

import datetime
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drawings.inspections.tasks.map_links import map_links
from drawings.models import Draw, Inspection, Selection, TeamMember
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.calendar.models import SpecialDay

URL = "/inspections/"


@pytest.fixture
def shown(login, busy):
    """The sections of the officer's home, as (key, [(township, [inspection])])."""

    def do(**query):
        home = login(busy[0]).get(URL, query).context["home"]
        return [
            (section.key, [(place, [task.inspection for task in some]) for place, some in section.places])
            for section in home.sections
        ]

    return do


def more_tasks(draw, member, count, make_source):
    """Give an officer so many more tasks in a draw."""
    item = Inspection.objects.first().item
    for serial in range(100, 100 + count):
        source = make_source(serial, township=f"虚构{serial % 3}镇")
        selection = Selection.objects.create(
            draw=draw, source=source, stratum="general", rank=serial, ticket="0" * 64, name=source.name
        )
        TeamMember.objects.create(selection=selection, officer=member, name=member.name, is_lead=True)
        Inspection.objects.create(selection=selection, item=item)


def test_late_tasks_come_first_then_returned_ones_then_the_rest_by_township(
    published_draw, busy, due, put, shown
):
    due(published_draw, 20)
    rows = busy[1]
    put(rows[0], postponed_to=datetime.date(2026, 10, 6))
    put(rows[1], postponed_to=datetime.date(2026, 10, 5))
    put(rows[2], state="returned", review_comment="请补充")
    for row, place in zip(rows[3:], ["枣林镇", "八台镇", "枣林镇"], strict=False):
        PollutionSource.objects.filter(pk=row.selection.source_id).update(township=place)
    rest = {}
    for row in rows[3:]:
        rest.setdefault(PollutionSource.objects.get(pk=row.selection.source_id).township, []).append(row)
    assert shown() == [
        ("late", [("", [rows[1], rows[0]])]),
        ("returned", [("", [rows[2]])]),
        (f"draw-{published_draw.pk}", sorted(rest.items())),
    ]


def test_the_quarter_before_comes_before_this_one(published_draw, busy, due, shown, make_source, organiser):
    due(published_draw, 20)
    before = Draw.objects.create(
        code="2026Q3", year=2026, quarter=3, state="published", created_by=organiser,
        published_at=published_draw.published_at, visit_by=datetime.date(2026, 12, 31),
    )  # fmt: skip
    more_tasks(before, busy[0].officer, 1, make_source)
    assert [key for key, _ in shown()] == [f"draw-{before.pk}", f"draw-{published_draw.pk}"]


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-3, "已逾期 3 天", "bad"), (-1, "已逾期 1 天", "bad"), (0, "今天到期", "warn"), (1, "明天到期", "warn"),
        (7, "还有 7 天", "warn"), (8, "还有 8 天", "muted"),
    ],
)  # fmt: skip
def test_a_task_says_how_far_its_day_is(days, words, tone, published_draw, busy, due, login):
    day = due(published_draw, days)
    page = login(busy[0]).get(URL)
    task = page.context["home"].tasks[0]
    assert (task.due_on, task.in_words, task.tone, task.is_late) == (day, words, tone, days < 0)
    assert day.isoformat() in page.content.decode()


def test_a_counted_day_in_a_year_without_a_notice_is_marked_as_an_estimate(published_draw, busy, due, login):
    """The last working day of the quarter was counted; any other day was set by somebody, and holds whatever is announced."""
    SpecialDay.objects.all().delete()
    for day, marked in ((datetime.date(2026, 12, 31), True), (datetime.date(2026, 12, 30), False)):
        Draw.objects.update(visit_by=day)
        for url in (URL, reverse("inspections:print"), reverse("inspections:dossier", args=[busy[1][0].pk])):
            assert ("暂估" in login(busy[0]).get(url).content.decode()) == marked


def test_a_task_that_is_due_on_a_saturday_says_that_it_is_no_working_day(
    published_draw, busy, due, put, login
):
    due(published_draw, 20)
    row = busy[1][0]
    urls = (
        URL,
        reverse("inspections:print"),
        reverse("inspections:dossier", args=[row.pk]),
        f"{URL}{row.pk}/",
    )
    counts = []
    for day in (datetime.date(2026, 11, 14), datetime.date(2026, 11, 16)):
        put(row, postponed_to=day)
        counts.append([login(busy[0]).get(url).content.decode().count(">不是工作日<") for url in urls])
    assert counts == [[1, 1, 1, 1], [0, 0, 0, 0]]


def test_a_returned_task_is_not_late_for_the_visit_was_made(published_draw, busy, due, put, shown):
    due(published_draw, -1)
    for row in busy[1]:
        put(row, state="returned")
    assert [key for key, _ in shown()] == ["returned"]


def test_without_a_day_nothing_is_late(busy, login):
    """Draws of before there were days."""
    Draw.objects.update(visit_by=None)
    page = login(busy[0]).get(URL)
    assert [(task.due_on, task.is_late, task.in_words) for task in page.context["home"].tasks] == [
        (None, False, "") for _ in busy[1]
    ]
    assert "没有定期限" in page.content.decode()


def test_the_progress_counts_what_is_handed_in_and_a_filter_changes_nothing(busy, put, login):
    rows = busy[1]
    put(rows[0], state="submitted")
    put(rows[1], state="published")
    put(rows[2], state="returned")
    for query in ({}, {"q": "没有这一家"}):
        page = login(busy[0]).get(URL, query)
        [progress] = page.context["home"].progress
        assert (progress.done, progress.total) == (2, len(rows))
        bar = f'<progress value="2" max="{len(rows)}" aria-label="{progress.title}">2/{len(rows)}</progress>'
        assert bar in page.content.decode()


def test_a_finished_quarter_leaves_the_progress_when_another_is_open(
    published_draw, busy, put, login, make_source, organiser
):
    for row in busy[1]:
        put(row, state="submitted")
    home = login(busy[0]).get(URL).context["home"]
    assert [(each.title, each.done) for each in home.progress] == [(published_draw.title, len(busy[1]))]
    later = Draw.objects.create(
        code="2027Q1", year=2027, quarter=1, state="published", created_by=organiser,
        published_at=published_draw.published_at,
    )  # fmt: skip
    more_tasks(later, busy[0].officer, 2, make_source)
    home = login(busy[0]).get(URL).context["home"]
    assert [(each.title, each.done, each.total) for each in home.progress] == [(later.title, 0, 2)]


def test_the_filter_looks_for_a_name_in_both_lists(busy, put, login, shown):
    rows = busy[1]
    put(rows[0], state="submitted")
    name = rows[1].selection.name
    assert [row for _, places in shown(q=name) for _, some in places for row in some] == [rows[1]]
    page = login(busy[0]).get(URL, {"q": rows[0].selection.name})
    assert (page.context["home"].tasks, list(page.context["page_obj"])) == ([], [rows[0]])
    assert "没有找到" in page.content.decode()
    assert len(shown(q="字" * 61)) == len(shown())  # no name is so long: nothing is narrowed


def test_the_partner_s_number_is_a_link_without_chinese(busy, login):
    user, rows = busy
    Officer.objects.exclude(user=user).update(phone="１３９-0000-9999（办公室）")
    text = login(user).get(URL).content.decode()
    links = re.findall(r'href="(tel:[^"]*)"', text)
    assert links.count("tel:13900009999") >= len(rows)
    assert all(re.fullmatch(r"tel:\+?[0-9,]+", link) for link in links)
    assert user.officer.phone not in text.split("<main", 1)[1].split("</main", 1)[0]


def test_the_way_leads_by_coordinates_or_else_by_the_address(source_of):
    unit = source_of(7, longitude="113.512345", latitude="33.301234", address="工业路1号")
    amap, baidu = (urlsplit(link.url) for link in map_links(unit))
    assert (amap.scheme, amap.netloc, amap.path) == ("https", "uri.amap.com", "/navigation")
    asked = parse_qs(amap.query)
    to = "113.512345,33.301234,检查地点"
    assert asked == {"to": [to], "mode": ["car"], "coordinate": ["wgs84"], "callnative": ["1"]}
    assert parse_qs(baidu.query)["location"] == ["33.301234,113.512345"]
    unit = source_of(7, address="工业路1号")
    amap, baidu = (urlsplit(link.url) for link in map_links(unit))
    assert parse_qs(amap.query)["keyword"] == ["舞钢市院岭街道工业路1号"]
    assert parse_qs(baidu.query)["address"] == ["舞钢市院岭街道工业路1号"]
    assert map_links(source_of(7)) == []


def test_a_link_to_a_map_tells_it_neither_the_unit_nor_where_the_officer_came_from(busy, login):
    PollutionSource.objects.update(longitude="113.512345", latitude="33.301234")
    page = login(busy[0]).get(URL)
    links = re.findall(r'<a href="(https://[^"]+)"([^>]*)>', page.content.decode())
    assert len(links) == 2 * len(busy[1])
    assert {rest for _, rest in links} == {' target="_blank" rel="noreferrer noopener"'}
    assert not any("虚构" in str(parse_qs(urlsplit(url).query)) for url, _ in links)
    assert page["Referrer-Policy"] == "same-origin"
    assert "geo:" not in page.content.decode()


def test_the_list_on_paper_holds_the_open_tasks_in_their_order_and_no_navigation(
    published_draw, busy, due, put, login
):
    due(published_draw, 5)
    put(busy[1][0], state="submitted")
    put(busy[1][2], postponed_to=datetime.date(2026, 10, 1))
    page = login(busy[0]).get(reverse("inspections:print"))
    rows = [task.inspection for task in page.context["tasks"]]
    assert rows[0] == busy[1][2]
    assert set(rows) == set(busy[1][1:])
    text = page.content.decode()
    assert "<nav" not in text
    assert "data-print" in text
    assert "1. " + busy[1][2].selection.name in text


def test_the_home_costs_as_many_queries_with_thirty_tasks_as_with_three(
    busy, login, make_source, published_draw
):
    client, counts = login(busy[0]), []
    Inspection.objects.exclude(pk__in=[row.pk for row in busy[1][:3]]).delete()
    for count in (0, 27):
        more_tasks(published_draw, busy[0].officer, count, make_source)
        for url in (URL, reverse("inspections:print")):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_a_long_list_of_done_ones_comes_in_pages_that_keep_the_filter(busy, put, login, monkeypatch):
    monkeypatch.setattr("drawings.inspections.tasks.views.PER_PAGE", 2)
    for row in busy[1][:3]:
        put(row, state="submitted")
    page = login(busy[0]).get(URL, {"q": "虚构", "page": "2"})
    assert len(page.context["page_obj"]) == 1
    assert "page=1" in page.content.decode() and "q=%E8%99%9A%E6%9E%84&amp;page=1" in page.content.decode()
