"""What happened with a unit in one order of time: measures, corrections, what the law hid, and nothing that is not public."""

import datetime

import pytest
from redaction_cases import LAW

from drawings.amendments import substitutes
from drawings.disclosure.unit_page import unit_page
from drawings.inspections import verbs
from drawings.models import Correction, Inspection, Measure, Plan, Redaction
from drawings.states import InspectionState
from sources.models import PollutionSource
from wugang_audit import clock as clock_of_site


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def visit(draw_in, report):
    inspection = Inspection.objects.filter(selection__draw=draw_in("published")).first()
    Measure.objects.create(inspection=inspection, kind="order", due_on="2026-11-30")
    Measure.objects.create(inspection=inspection, kind="case")
    return report(inspection, outcome="case")


def events(visit):
    page = unit_page(visit.selection.source.number)
    return [(f"{event.day}", event.what, event.words, event.code) for event in page.events]


def hide(visit, organiser, text, **about):
    return Redaction.objects.create(
        draw=visit.selection.draw, text=text, target=f"{text}/{visit.pk}", legal_reason=LAW, redacted_on="2026-12-20",
        declared_by=organiser, **about,
    )  # fmt: skip


def test_measures_are_told_with_the_result_and_have_no_day_of_their_own(visit):
    (found,) = [each for each in events(visit) if each[1] == "公开检查结果"]
    day, _, words, code = found
    assert (day, code) == ("2026-10-13", "2026Q4")
    assert words.endswith("；处理措施：责令改正（2026年11月30日前改正）、立案")


def closed_and_replaced(visit, report, clock, organiser, organiser2):
    clock.move(days=7)
    rows = Inspection.objects.filter(selection__draw=visit.selection.draw, selection__stratum="general")
    gone = rows.exclude(pk=visit.pk).first()
    report(gone, InspectionState.APPROVED, outcome="closed")
    row = substitutes.declare_unit(selection=gone.selection, evidence="现场已停产", away={}, actor=organiser)
    assert "替补" not in {each.what for each in unit_page(gone.selection.source.number).events}
    return gone.selection, substitutes.confirm(substitution=row, actor=organiser2).unit


def test_who_steps_in_was_not_drawn_on_the_day_of_the_draw(visit, report, clock, organiser, organiser2):
    gone, instead = closed_and_replaced(visit, report, clock, organiser, organiser2)
    (event,) = unit_page(instead.source.number).events
    assert (event.day, event.what) == (clock_of_site.today(), "替补")
    assert event.words == "2026年第4季度抽查，替补不能检查的单位"
    assert (event.other.number, event.other.name) == (gone.source.number, gone.name)


def test_who_was_replaced_and_who_stepped_in_name_and_link_each_other(
    visit, report, clock, organiser, organiser2, stranger
):
    gone, instead = closed_and_replaced(visit, report, clock, organiser, organiser2)
    event = unit_page(gone.source.number).events[0]
    assert (event.day, event.what, event.other.number) == (
        clock_of_site.today(), "替补", instead.source.number,
    )  # fmt: skip
    assert event.words == "2026年第4季度抽查，不能检查（单位已停产、关闭或搬迁），替补单位是"
    for one, other in ((gone, instead), (instead, gone)):
        page = stranger.get(f"/units/{one.source.number}/").content.decode()
        assert page.count(f'<a href="/units/{other.source.number}/">{other.name}</a>') == 2


def test_what_the_registry_says_stands_on_its_day(draw_in, clock):
    draw_in("published")
    unit = PollutionSource.objects.filter(selections=None, category="general").first()
    told = []
    for days, what in ((2, {"name": "虚构改名后厂"}), (3, {"is_active": False}), (5, {"is_active": True})):
        clock.move(days=days)
        for field, value in what.items():
            setattr(unit, field, value)
        unit.save()
        told.append(clock_of_site.today())
    found = [(event.day, event.what) for event in unit_page(unit.number).events]
    assert found == list(zip(told, ("改名", "退出名录", "恢复"), strict=True))[::-1]


def test_who_stood_still_at_a_freeze_reads_it_once(draw_in):
    draw = draw_in("published")
    (event,) = unit_page("410481-0018").events
    assert (event.what, event.words) == ("冻结名单", "2026年第4季度抽查：停产，不参加抽签")
    assert event.day == clock_of_site.day_of(draw.frozen_at)


def test_a_correction_stands_with_its_words_and_leads_to_the_result(visit, head, clock, stranger):
    clock.moment = datetime.datetime(2026, 11, 20, 1, tzinfo=datetime.UTC)
    verbs.correct(inspection=visit, actor=head, text="面积应为 3 亩")
    assert events(visit)[0] == ("2026-11-20", "更正", "面积应为 3 亩", "2026Q4")
    page = stranger.get(f"/units/{visit.selection.source.number}/").content.decode()
    listed = page[page.index('class="unit-events"') :]
    assert listed.index("面积应为 3 亩") < listed.index("责令改正") < listed.index("抽中")
    assert '<a class="small no-print" href="#2026Q4">看这次结果</a>' in listed


def test_what_the_law_hid_stands_with_its_reason_and_without_its_words(
    visit, head, organiser, stranger, clock
):
    clock.moment = datetime.datetime(2026, 11, 20, 1, tzinfo=datetime.UTC)
    verbs.correct(inspection=visit, actor=head, text="SECRET-correction")
    hide(visit, organiser, "correction", correction=Correction.objects.get())
    hide(visit, organiser, "summary", inspection=visit)
    found = events(visit)
    assert [each[:2] for each in found[:2]] == [("2026-12-20", "依法隐去")] * 2
    assert all(LAW in each[2] and each[3] == "2026Q4" for each in found[:2])
    assert {each[2].partition("：")[0] for each in found[:2]} == {
        Redaction.Text("correction").label,
        Redaction.Text("summary").label,
    }
    page = stranger.get(f"/units/{visit.selection.source.number}/").content.decode()
    assert "SECRET-correction" not in page and visit.summary not in page


def test_of_a_result_that_is_hidden_as_a_whole_no_measure_is_left(visit, organiser):
    hide(visit, organiser, "finding", inspection=visit)
    assert [each[1] for each in events(visit)] == ["依法隐去", "公开检查结果", "抽中"]


def test_a_redaction_that_waits_for_the_head_is_no_event(visit, organiser):
    row = hide(visit, organiser, "summary", inspection=visit)
    Redaction.objects.filter(pk=row.pk).update(redacted_on=None)
    assert "依法隐去" not in {each[1] for each in events(visit)}
