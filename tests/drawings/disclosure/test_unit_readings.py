"""Readings against their limits on the page of a unit: what the rule asks for, and nothing that the law hid or a seal covers."""

import re

import pytest
from kept_cases import read, read_anew
from redaction_cases import LAW

from drawings.disclosure.unit_page import unit_page
from drawings.disclosure.visit_facts import ReadingTaken
from drawings.models import Inspection, Redaction, StrongerDisclosure
from drawings.models.published_results import empty
from sources.models import PollutionSource

READINGS = (
    ("DW001", "氨氮", "61.5", "mg/L", "50", True),
    ("DW001", "pH", "7.2", "", "6-9", False),
    ("DA001", "颗粒物", "12", "mg/m³", "30", False),
    ("总排口", "化学需氧量", "30", "mg/L", "", None),
    ("总排口", "温度", "20", "°C", "35", False),
    ("厂界", "臭气浓度", "12", "无量纲", "20", False),
    ("厂界", "湿度", "12", "%", "20", False),
    ("厂界", "噪声", "58", "dB(A)", "60", False),
)


@pytest.fixture
def rule(db):
    """Set the rule of one kind as it is shipped, or as asked for: ``rule("noise", is_active=True)``."""

    def set_to(kind, **fields):
        shipped = {"is_active": kind != "noise", "categories": ["key"], "specialities": []}
        return StrongerDisclosure.objects.update_or_create(kind=kind, defaults=shipped | fields)[0]

    for kind in ("water", "gas", "noise"):
        set_to(kind)
    return set_to


@pytest.fixture
def visit(draw_in, report, rule):
    """Publish a visit with readings of a unit of this class: ``visit("key")``."""
    draw = draw_in("published")

    def make(category, state="published"):
        inspection = Inspection.objects.filter(selection__draw=draw, selection__stratum=category).first()
        for outlet, pollutant, value, unit, limit, is_over in READINGS:
            inspection.readings.create(
                outlet=outlet, pollutant=pollutant, value=value, unit=unit, limit=limit, is_over=is_over
            )
        return report(inspection, state)

    return make


def shown(inspection):
    """Return (outlet, pollutant) of each line of the table."""
    series = unit_page(inspection.selection.source.number).series
    return [(line.reading.outlet, line.reading.pollutant) for line in series.lines] if series else []


def test_waste_water_and_waste_gas_of_a_key_unit_stand_there_as_it_is_shipped(visit, stranger):
    one = visit("key")
    assert shown(one) == [
        ("DA001", "颗粒物"), ("DW001", "氨氮"), ("DW001", "pH"), ("厂界", "臭气浓度"), ("总排口", "化学需氧量"), ("总排口", "温度"),
    ]  # fmt: skip
    page = stranger.get(f"/units/{one.selection.source.number}/").content.decode()
    table = re.search(r'aria-labelledby="readings".*?</section>', page, re.S)[0]
    assert "废水、废气现场读数和许可限值" in table and 'href="/about/#stronger"' in table
    first = re.findall(r"<tr>.*?</tr>", table, re.S)[2]
    for words in (
        "2026年10月11日",
        "DW001（废水）",
        "氨氮",
        "61.5 mg/L",
        "50 mg/L",
        "不符合",
        'href="#2026Q4"',
    ):
        assert words in first
    assert "没有写" in table and "不判断" in table and "噪声" not in table


def test_other_classes_have_no_such_table_until_the_rule_says_so(visit, rule):
    one = visit("general")
    assert shown(one) == []
    rule("noise", is_active=True, categories=[])
    assert shown(one) == [("厂界", "噪声")]
    rule("water", categories=["general", "special"])
    assert len(shown(one)) == 5
    rule("water", categories=["general"], is_active=False)
    assert shown(one) == [("厂界", "噪声")]


def test_a_rule_for_groups_is_for_units_of_these_groups(visit, rule, specialities):
    one = visit("key")
    mine = one.selection.source.speciality.code
    other = next(code for code in specialities if code != mine)
    rule("gas", is_active=False)
    rule("water", specialities=[other])
    assert shown(one) == []
    rule("water", specialities=[other, mine])
    assert len(shown(one)) == 4
    PollutionSource.objects.filter(pk=one.selection.source_id).update(speciality=None)
    assert shown(one) == []


def test_the_class_is_that_of_the_visit_not_of_today(visit):
    one = visit("key")
    PollutionSource.objects.filter(pk=one.selection.source_id).update(category="general")
    assert len(shown(one)) == 6


def test_the_latest_visit_stands_open_and_earlier_ones_are_folded(visit, stranger):
    one = visit("key")
    series = unit_page(one.selection.source.number).series
    assert series.latest == series.lines and series.earlier == ()
    older = tuple(
        type(line)(line.day, "2026Q3", "2026年第3季度", line.kind, line.reading) for line in series.lines
    )
    both = type(series)((*series.lines, *older), series.kinds)
    assert (both.latest, both.earlier) == (series.lines, older)


def test_what_is_not_published_or_hidden_by_law_is_not_there(visit, organiser, stranger):
    draft = visit("key", state="submitted")
    assert shown(draft) == []
    one = visit("special")
    StrongerDisclosure.objects.update(categories=[])
    assert len(shown(one)) == 6
    Redaction.objects.create(
        draw=one.selection.draw, text="finding", inspection=one, target=f"finding/{one.pk}",
        legal_reason=LAW, redacted_on="2026-12-20", declared_by=organiser,
    )  # fmt: skip
    empty(Inspection.objects.get(pk=one.pk))
    assert shown(one) == []
    assert "61.5" not in stranger.get(f"/units/{one.selection.source.number}/").content.decode()


def test_the_published_text_knows_nothing_of_the_rule(visit, rule):
    one = visit("key")
    before = one.public_record()
    assert "氨氮" in before
    rule("water", is_active=False)
    assert Inspection.objects.get(pk=one.pk).public_record() == before


@pytest.mark.parametrize(
    ("limit", "unit", "said"),
    [("30", "mg/L", "30 mg/L"), ("6-9", "", "6-9"), ("不得检出", "mg/L", "不得检出"), ("30 mg/L", "mg/L", "30 mg/L"), ("", "mg/L", "")],
)  # fmt: skip
def test_a_limit_has_the_unit_of_its_reading(limit, unit, said):
    assert ReadingTaken("DW001", "氨氮", "1", unit, limit, None).limit_said == said


def test_the_lines_say_every_day_and_quarter_as_the_rest_of_the_page_does(visit, stranger, rule):
    one = visit("key")
    text = stranger.get(f"/units/{one.selection.source.number}/").content.decode()
    code = one.selection.draw.code
    assert f'<a href="#{code}">{one.selection.draw.year}年第{one.selection.draw.quarter}季度</a>' in text
    assert not re.search(
        r">[^<]*20[0-9]{2}-[01][0-9]-[0-3][0-9]",
        re.sub(r"<(script|code)[^>]*>.*?</\1>", "", text, flags=re.S),
    )


def test_on_paper_readings_stand_once_and_points_as_a_count(visit, stranger, rule):
    one = visit("key")
    text = stranger.get(f"/units/{one.selection.source.number}/").content.decode()
    start = text.index('<section class="stack no-print" aria-labelledby="readings">')
    assert "data-print-open" not in text[start:]
    summary = re.search(
        r"<details>\s*<summary>全部检查项目（[^<]*）<span class=\"print-only\">，逐项见网页</span></summary>",
        text,
    )
    assert summary and summary.start() > start
    assert text.count('<td data-label="污染物">氨氮</td>') == 2  # one of them is not printed


def test_the_public_reads_which_rule_it_is_and_where_it_comes_from(rule, specialities, stranger):
    page = stranger.get("/about/").content.decode()
    assert "平舞环〔2024〕40号二（二）" in page and "信息公开强度”" in page
    assert "废水：抽中时属于重点排污单位的" in page and "噪声：" not in page
    code, group = next(iter(specialities.items()))
    rule("water", categories=[], specialities=[code])
    assert (
        f"废水：抽中时属于任何类别的，并且行业专业组是{group.name}的"
        in stranger.get("/about/").content.decode()
    )
    StrongerDisclosure.objects.update(is_active=False)
    assert "现在没有另外列出的读数" in stranger.get("/about/").content.decode()


def test_a_page_asks_no_more_for_more_readings(visit, django_assert_max_num_queries):
    one = visit("key")
    number = one.selection.source.number
    for n in range(30):
        one.readings.create(outlet=f"DW1{n:02d}", pollutant="氨氮", value="1", unit="mg/L")
    assert len(unit_page(number).series.lines) == 36
    with django_assert_max_num_queries(40) as few:
        unit_page(number)
    one.readings.exclude(outlet="DW001").delete()
    with django_assert_max_num_queries(len(few)) as fewer:
        unit_page(number)
    assert len(fewer) == len(few)


@pytest.mark.django_db(transaction=True)
def test_a_changed_rule_shows_at_once_on_a_page_that_was_kept(visit, rule, sql):
    one = visit("key")
    urls = [f"/units/{one.selection.source.number}/", "/about/"]
    before = read(urls)
    rule("water", is_active=False)
    after = read(urls)
    assert all(after[url] != before[url] for url in urls)
    assert after == read_anew(urls)
