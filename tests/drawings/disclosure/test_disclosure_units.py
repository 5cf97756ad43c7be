"""A unit's page: each draw by quarter with its odds, what waits, what happened when, former names, struck-off units."""

import datetime
import re

import pytest
from django.utils.html import strip_tags
from hat_cases import frozen_with

from drawings.disclosure import pools
from drawings.disclosure.unit_page import unit_page
from drawings.models import Inspection, SearchText, Selection
from sources.models import PollutionSource

GENERAL = "general"


def rows_of(number):
    return {row.draw.code: row for row in unit_page(number).draws.rows}


def undrawn(draw, **which):
    return PollutionSource.objects.filter(**which).exclude(selections__draw=draw).first()


def text_of(stranger, number):
    response = stranger.get(f"/units/{number}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_unit_that_was_not_drawn_reads_its_odds_as_the_frozen_draw_has_them(draw_in, stranger):
    draw = draw_in("published")
    unit = undrawn(draw, operating_state="normal", exempt_reason="", category="general")
    row = rows_of(unit.number)[draw.code]
    drawn = Selection.objects.filter(draw=draw, stratum=GENERAL).count()
    assert (row.words, row.odds) == ("在名单里，没有抽中", f"9 家里抽 {drawn} 家：约 33.3%")
    assert row.odds in text_of(stranger, unit.number)


def test_a_drawn_unit_reads_the_same_odds(draw_in):
    draw = draw_in("published")
    unit = Selection.objects.filter(draw=draw, stratum=GENERAL).first().source
    row = rows_of(unit.number)[draw.code]
    assert (row.words, row.odds) == ("抽中", "9 家里抽 3 家：约 33.3%")


@pytest.mark.parametrize(
    "serial, words",
    [(18, "在名单里，停产，不参加抽签"), (19, "在名单里，豁免（不参与双随机），不参加抽签")],
)
def test_who_is_left_out_reads_why(draw_in, serial, words):
    draw = draw_in("published")
    row = rows_of(f"410481-{serial:04d}")[draw.code]
    assert (row.words, row.odds, row.selected) == (words, "", None)


@pytest.mark.parametrize(
    "name, words",
    [
        ("frozen", "在名单里，还没有抽签"), ("drawn", "在名单里，结果还没有公布"), ("void-frozen", "在名单里，没有抽签就作废了"),
    ],
)  # fmt: skip
def test_before_the_result_is_public_every_unit_reads_the_same(draw_in, name, words):
    draw = draw_in(name)
    rows = [rows_of(f"410481-{serial:04d}")[draw.code] for serial in range(9, 18)]
    assert {row.words for row in rows} == {words}
    assert len({row.odds for row in rows}) == 1


def test_a_unit_registered_later_is_not_in_the_hat(draw_in, make_source, clock):
    draw = draw_in("published")
    clock.move(days=3)
    late = make_source(40)
    page = unit_page(late.number)
    assert (page.draws.rows, page.draws.earlier) == ((), 1)
    assert page.since == datetime.date(2026, 10, 11)
    assert draw.code not in [event.code for event in page.events]


def test_a_struck_off_unit_keeps_its_page_and_says_so(draw_in, clock, stranger):
    draw = draw_in("published")
    unit = undrawn(draw, operating_state="normal", exempt_reason="", category="general")
    clock.move(days=3)
    unit.is_active = False
    unit.save()
    assert "2026年10月11日退出名录" in strip_tags(text_of(stranger, unit.number))
    assert draw.code in rows_of(unit.number)


def test_a_struck_off_unit_that_only_a_sealed_draw_knows_has_no_page_whether_it_was_drawn_or_not(
    draw_in, stranger
):
    draw = draw_in("sealed-published")
    drawn = Selection.objects.filter(draw=draw).first().source
    for unit in (drawn, undrawn(draw, operating_state="normal", exempt_reason="")):
        PollutionSource.objects.filter(pk=unit.pk).update(is_active=False)
        assert stranger.get(f"/units/{unit.number}/").status_code == 404


def test_a_former_name_stands_there_as_the_public_file_has_it(draw_in, clock):
    draw = draw_in("published")
    unit = undrawn(draw, category="general")
    old = unit.name
    clock.move(days=3)
    for name in ("虚构从未公开名称厂", "虚构改名后厂"):
        unit.name = name
        unit.save()
    page = unit_page(unit.number)
    assert page.unit.name == "虚构改名后厂"
    assert [(former.name, former.draw and former.draw.code) for former in page.former_names] == [
        (old, draw.code), ("虚构从未公开名称厂", None),
    ]  # fmt: skip


def test_a_drawn_unit_that_was_renamed_is_headed_by_the_name_of_today(draw_in, clock, stranger):
    draw = draw_in("published")
    unit = Selection.objects.filter(draw=draw).first().source
    old = unit.name
    clock.move(days=3)
    for name in ("虚构中间的名字厂", "虚构现在的名字厂"):
        unit.name = name
        unit.save()
    page = unit_page(unit.number)
    assert page.unit.name == "虚构现在的名字厂"
    assert [(each.name, each.draw and each.draw.code) for each in page.former_names] == [
        (old, draw.code), ("虚构中间的名字厂", None),
    ]  # fmt: skip
    assert page.renamed_on == datetime.date(2026, 10, 11)
    text = text_of(stranger, unit.number)
    assert "<h1>虚构现在的名字厂</h1>" in text
    assert f"曾用名：{old}、虚构中间的名字厂。2026年10月11日起登记为现在的名称。" in strip_tags(text)
    assert f"抽签时名称：{old}" in text
    found = stranger.get("/units/", {"q": old}).content.decode()
    assert ">虚构现在的名字厂</a>" in found and f"曾用名：{old}" in found
    form = stranger.get("/say/", {"unit": unit.number}).content.decode()
    assert "<h1>异议和纠错：虚构现在的名字厂</h1>" in form
    unit.is_active = False
    unit.save()
    page = unit_page(unit.number)
    assert (page.unit.name, page.renamed_on) == (old, None)
    assert "虚构现在的名字厂" not in text_of(stranger, unit.number)


def test_a_name_that_left_a_draw_heads_no_page(draw_in, clock, stranger):
    draw = draw_in("published")
    unit = Selection.objects.filter(draw=draw).first().source
    old = unit.name
    unit.name = "虚构撤下的名字厂"
    unit.save()
    SearchText.objects.filter(source=unit, kind="name").update(is_withdrawn=True)
    page = unit_page(unit.number)
    assert (page.unit.name, page.former_names, page.renamed_on) == (old, (), None)
    for url in (f"/units/{unit.number}/", f"/units/?q={old}", f"/say/?unit={unit.number}"):
        assert "虚构撤下的名字厂" not in stranger.get(url).content.decode(), url


def test_of_a_name_in_a_sealed_draw_alone_the_page_says_what_the_registry_says(draw_in, clock, stranger):
    """Drawn or not: nothing of the names differs while the seal stands."""
    draw = draw_in("sealed-published")
    drawn = Selection.objects.filter(draw=draw).first().source
    told = []
    for unit in (drawn, undrawn(draw, operating_state="normal", exempt_reason="")):
        old = unit.name
        unit.name = f"虚构{unit.number}新名厂"
        unit.save()
        page = unit_page(unit.number)
        assert page.unit.name == unit.name
        told.append([each.name.replace(old, "OLD") for each in page.former_names])
    assert told[0] == told[1]


def test_what_a_draw_called_a_unit_stands_in_its_row_where_that_is_another_name(draw_in, stranger):
    draw = draw_in("published")
    one, other = (row.source for row in Selection.objects.filter(draw=draw)[:2])
    assert "抽签时名称：" not in text_of(stranger, one.number)
    PollutionSource.objects.filter(pk=other.pk).update(name="虚构后来的名字厂")
    assert f"抽签时名称：{other.name}" in text_of(stranger, other.number)


def test_a_current_name_that_a_later_file_has_is_not_called_a_former_one(draw_in, monkeypatch):
    draw = draw_in("published")
    unit = Selection.objects.filter(draw=draw).first().source
    unit.name = "虚构现在的名字厂"
    unit.save()
    monkeypatch.setattr(
        "drawings.disclosure.frozen.unit_names", lambda number, codes: dict.fromkeys(codes, unit.name)
    )
    page = unit_page(unit.number)
    assert page.unit.name not in [each.name for each in page.former_names]


def test_a_former_name_that_was_withdrawn_is_not_told(draw_in, clock, monkeypatch):
    draw = draw_in("published")
    unit = undrawn(draw, category="general")
    unit.name = "虚构改名后厂"
    unit.save()
    monkeypatch.setattr("drawings.disclosure.frozen.names_left", lambda numbers: dict.fromkeys(numbers, ""))
    SearchText.objects.filter(source=unit, kind="former").update(is_withdrawn=True)
    assert unit_page(unit.number).former_names == ()


def test_what_is_awaited_says_until_when_and_then_that_it_is_late(draw_in, clock, stranger):
    draw = draw_in("published")
    number = Selection.objects.filter(draw=draw).first().source.number
    assert draw.visit_by == datetime.date(2026, 12, 31)
    assert "应在" in text_of(stranger, number) and "过了检查期限" not in text_of(stranger, number)
    clock.move(days=90)
    assert "过了检查期限" in text_of(stranger, number) and "尚未说明原因" in text_of(stranger, number)
    clock.move(days=60)
    assert "公开期限都已经过了" in text_of(stranger, number)


def test_a_draw_and_its_unit_say_the_same_word_of_a_result_that_is_not_there(draw_in, clock, stranger):
    draw = draw_in("published")
    one, postponed, *_ = Selection.objects.filter(draw=draw).order_by("source__number")
    Inspection.objects.filter(selection=postponed).update(postponed_to=datetime.date(2027, 3, 1))

    def said(selection):
        page = stranger.get(f"/draws/{draw.code}/").content.decode()
        number = selection.source.number
        row = re.search(rf'id="unit-{number}".*?</tr>', page, re.S)[0]
        told = strip_tags(row[row.index('检查结果">') + len('检查结果">') :])
        return told.strip(), text_of(stranger, number)

    for days, word in ((0, "未公开"), (90, "过了检查期限"), (40, "逾期")):
        clock.move(days=days)
        of_draw, of_unit = said(one)
        assert of_draw == (word if word == "未公开" else f"{word} 尚未说明原因")
        assert word in of_unit and ("尚未说明原因" in of_unit) == ("尚未说明原因" in of_draw)
        if days < 130:
            assert said(postponed)[0] == "未公开（延期后的期限 2027年3月1日）"


def test_a_postponed_visit_reads_its_own_day_and_not_why(draw_in, clock, stranger):
    draw = draw_in("published")
    selection = Selection.objects.filter(draw=draw).first()
    Inspection.objects.filter(selection=selection).update(postponed_to=datetime.date(2027, 1, 20))
    clock.move(days=90)
    waits = rows_of(selection.source.number)[draw.code].waits
    assert (waits.due.day, waits.because, waits.is_overdue) == (datetime.date(2027, 1, 20), "延期", False)
    assert "延期后的期限" in text_of(stranger, selection.source.number)


def test_events_stand_in_one_order_of_time_the_latest_first(draw_in, report, clock):
    draw = draw_in("published")
    clock.move(days=2)
    inspection = Inspection.objects.filter(selection__draw=draw).first()
    report(inspection)
    page = unit_page(inspection.selection.source.number)
    assert [event.what for event in page.events][-1] == "抽中"
    assert {"抽中", "检查", "公开检查结果"} <= {event.what for event in page.events}
    assert [event.day for event in page.events] == sorted((event.day for event in page.events), reverse=True)


def test_a_pool_is_read_once_in_a_process_and_again_where_its_digest_differs(
    organiser, db, django_assert_num_queries
):
    pools._kept.cache_clear()
    names = [f"410481-{n:04d}" for n in range(1, 4)]
    draw = frozen_with(
        organiser,
        [(names[0], GENERAL, "in", (), "一"), (names[1], GENERAL, "again", (), "二"), (names[2], "key", "stopped", (), "三")],
        {GENERAL: 1},
    )  # fmt: skip
    found = pools.stood_in(names[0], [draw.code])[draw.code]
    assert (found.stratum, found.standing, found.odds) == (
        GENERAL,
        "in",
        "本年没抽过的先抽，1 家里抽 1 家：100%",
    )
    with django_assert_num_queries(1):
        assert pools.stood_in(names[1], [draw.code])[draw.code].standing == "again"
        last = pools.stood_in
    with django_assert_num_queries(1):
        assert last(names[2], [draw.code])[draw.code].chances is None
    with django_assert_num_queries(1):
        assert last("410481-9999", [draw.code]) == {draw.code: None}
