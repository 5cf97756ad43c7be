"""The rows behind quotas, voids and substitutions: whom they concern, by public names, on a page and in a file."""

import csv
import io

import pytest

from drawings.amendments import substitutes, withdrawals
from drawings.models import Inspection, Plan
from drawings.states import InspectionState
from wugang_audit import clock
from wugang_audit.calendar.words import day_in_words


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def substituted(draw_in, report, organiser, organiser2):
    """A unit that was found closed, and what became of it."""
    draw = draw_in("published")
    task = Inspection.objects.filter(selection__draw=draw).order_by("pk").last()
    report(task, InspectionState.APPROVED, outcome="closed")
    row = substitutes.declare_unit(selection=task.selection, evidence="现场已停产", away={}, actor=organiser)
    row = substitutes.confirm(substitution=row, actor=organiser2)
    assert row.effective_at and row.unit
    return row


def rows(stranger, figure):
    """Return what the page of a figure shows, and its file without the header."""
    page = stranger.get(f"/statistics/2026/rows/{figure}/")
    answer = stranger.get(f"/statistics/2026/rows/{figure}.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))[1:]
    assert f"/statistics/2026/rows/{figure}.csv" in page.content.decode() or not lines
    return page, lines


def test_a_substitution_leads_to_both_units(substituted, stranger):
    page, lines = rows(stranger, "unit_substitutions")
    text = page.content.decode()
    gone = substituted.places.get().selection
    for one in (gone, substituted.unit):
        assert f'<a href="/units/{one.source.number}/">{one.name}</a>' in text
        assert f"{one.source.number} {one.name}" in lines[0][3]
    day = clock.day_of(substituted.effective_at)
    # Days in words for people, and as files write them in the file.
    assert f"第 1 次替补，{day_in_words(day)}生效" in text
    assert len(lines) == 1 and lines[0][1] == f"第 1 次替补，{day} 生效" and lines[0][4] == "1"


def test_a_withdrawn_name_is_on_no_row_of_a_substitution(substituted, organiser, stranger):
    gone = substituted.places.get().selection
    for one in (gone, substituted.unit):
        withdrawals.withdraw(
            draw=one.draw, kind="unit", reason="保存期满", idents=[one.source.number], actor=organiser
        )
    page, lines = rows(stranger, "unit_substitutions")
    for one in (gone, substituted.unit):
        assert one.name not in page.content.decode() and one.name not in "".join(lines[0])
        assert one.source.number in lines[0][3]


def test_the_quota_says_its_sum_class_by_class(draw_in, stranger):
    draw = draw_in("published")
    page, lines = rows(stranger, "quota")
    assert [int(line[4]) for line in lines] == [quota.wanted for quota in draw.quotas() if quota.wanted]
    assert all("→" in line[2] for line in lines)
    assert 'href="/statistics/2026/rows/drawn/"' in page.content.decode()
    narrowed = stranger.get("/statistics/2026/rows/quota/?category=key").context["draws"]
    assert [each.label for each in narrowed] == ["重点排污单位"]
    for each in page.context["draws"]:
        assert f'href="{each.drawn_url}"' in page.content.decode()
        units = stranger.get(each.drawn_url).context["units"]
        assert units and {(unit.draw.code, unit.label) for unit in units} == {(draw.code, each.label)}


def test_a_void_says_when_and_why(draw_in, stranger):
    draw = draw_in("void-frozen")
    page, lines = rows(stranger, "voided")
    day = clock.day_of(draw.voided_at)
    assert f"{day_in_words(day)}作废" in page.content.decode()
    assert [line[1:3] for line in lines] == [[f"{day} 作废", draw.void_reason]]


@pytest.mark.parametrize("figure", ["quota", "unit_substitutions", "officer_substitutions", "drawn"])
def test_a_sealed_draw_has_no_row(draw_in, stranger, figure):
    draw_in("sealed-published")
    page, lines = rows(stranger, figure)
    assert lines == [] and "没有这样的" in page.content.decode()


def test_each_tile_and_each_point_leads_to_its_rows(draw_in, report, stranger):
    draw = draw_in("published")
    for row in Inspection.objects.filter(selection__draw=draw)[:2]:
        report(row, outcome="urged").findings.update(verdict="fail")
    page = stranger.get("/statistics/2026/").content.decode()
    for figure in ("drawn", "quota", "visited", "in_time", "due", "unpublished", "faulty"):
        assert f'href="/statistics/2026/rows/{figure}/"' in page
    assert 'href="/statistics/2026/rows/looked_at/?point=' in page
    point = page.split("/rows/looked_at/?point=")[1].split('"')[0]
    assert len(stranger.get(f"/statistics/2026/rows/looked_at/?point={point}").context["page"].rows) == 2
    assert not stranger.get("/statistics/2026/rows/looked_at/?point=none.x").context["page"].rows


def test_the_units_of_the_coverage_have_names_in_their_file(draw_in, stranger, organiser):
    draw = draw_in("published")
    answer = stranger.get("/statistics/2026/coverage-units.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    names = {line[0]: line[1] for line in lines[1:]}
    one = draw.selections.first()
    assert lines[0][:2] == ["污染源编码", "单位名称"] and names[one.source.number] == one.name
    withdrawals.withdraw(
        draw=draw, kind="unit", reason="保存期满", idents=[one.source.number], actor=organiser
    )
    text = b"".join(stranger.get("/statistics/2026/coverage-units.csv")).decode("utf-8-sig")
    assert one.source.number in text and one.name not in text
