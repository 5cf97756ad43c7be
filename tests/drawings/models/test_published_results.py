"""The row of a published result: written with the publication, emptied with the redaction, and by then no more changed."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from redaction_cases import hide, publish

from drawings.inspections import verbs
from drawings.models import Finding, Inspection, PublishedResult
from drawings.models.inspection import Outcome
from drawings.models.published_results import FiledUnder, division_of, keep
from drawings.statistics import counted
from sources.models import PollutionSource
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def visit(published_draw):
    row = published_draw.selections.first().inspection
    PollutionSource.objects.filter(pk=row.selection.source_id).update(township="尹集镇", industry_code="2614")
    return Inspection.objects.get(pk=row.pk)


def test_it_is_written_with_the_publication_and_the_registry_changes_it_no_more(visit, reviewer, head):
    assert not PublishedResult.objects.exists()
    publish(visit, reviewer, head, "生产正常")
    row = PublishedResult.objects.get()
    source, today = visit.selection.source, timezone.localdate()
    place = FiledUnder("尹集镇", "26", source.speciality.name)
    assert (row.year, row.quarter, row.number, row.stratum) == (
        2026,
        4,
        source.number,
        visit.selection.stratum,
    )
    assert (row.day, row.visited_on, row.published_on) == (today, today, today)
    assert (row.outcome, row.is_faulty, row.is_hidden, row.filed_under) == ("clean", False, False, place)
    entry = AuditEntry.objects.get(action="确认公开")
    assert entry.changes["filed_under"] == str(place)
    source.township, source.industry_code = "枣林镇", "0311"
    source.save()
    verbs.correct(inspection=visit, actor=head, text="面积应为 3 亩")
    assert PublishedResult.objects.get().filed_under == place


def test_a_publication_that_fails_leaves_none(visit, reviewer, head):
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(visit, reviewer, head, "生产正常")
        raise RuntimeError
    assert not PublishedResult.objects.exists()


@pytest.mark.parametrize(("what", "is_emptied"), [("summary", False), ("finding", True)])
def test_only_a_redaction_of_the_whole_empties_it(visit, published_draw, reviewer, head, what, is_emptied):
    publish(visit, reviewer, head, "生产正常")
    before = PublishedResult.objects.get()
    hide(published_draw, f"{what}/{visit.pk}", reviewer, head)
    row = PublishedResult.objects.get()
    assert (row.number, row.stratum, row.published_on) == (
        before.number,
        before.stratum,
        before.published_on,
    )
    assert row.is_hidden == is_emptied
    found = (row.visited_on, row.outcome, row.is_faulty, row.filed_under)
    assert found == (
        (None, "", None, FiledUnder())
        if is_emptied
        else (before.visited_on, "clean", before.is_faulty, before.filed_under)
    )


def test_a_problem_is_what_the_figures_count_as_one(published_draw, report):
    visits = list(Inspection.objects.filter(selection__draw=published_draw))
    for number, outcome in enumerate(Outcome):
        visit = visits[number % len(visits)]
        Finding.objects.filter(inspection=visit).delete()
        visit.checklists.all().delete()
        report(visit, outcome=outcome)
        for verdict in ("pass", "fail"):
            Finding.objects.filter(inspection=visit).update(verdict=verdict)
            row = keep(Inspection.objects.get(pk=visit.pk))
            counts = Inspection.objects.filter(counted.faulty(published_draw), pk=visit.pk).exists()
            entered = Inspection.objects.filter(counted.visited(published_draw), pk=visit.pk).exists()
            assert row.is_faulty == (counts if entered else None), (outcome, verdict)


def test_the_division_of_an_industry(db):
    assert [division_of(code) for code in ("2614", "26", "0311", "", "B", "9999")] == [
        "26",
        "26",
        "03",
        "",
        "",
        "",
    ]


def test_the_day_is_one_of_the_site_and_hidden_ones_stand_at_their_publication(published_draw, report):
    visit = Inspection.objects.filter(selection__draw=published_draw).first()
    moment = datetime.datetime.fromisoformat("2026-11-01T23:30:00+00:00")  # the day after in China
    report(visit, visited_at=moment)
    assert PublishedResult.objects.get().day == datetime.date(2026, 11, 2)


def test_the_values_of_a_column_are_found_without_reading_all_rows(published_draw, report):
    names = ["尹集镇", "枣林镇", "", "尹集镇"]
    for visit, name in zip(Inspection.objects.all(), names, strict=False):
        PollutionSource.objects.filter(pk=visit.selection.source_id).update(township=name)
        report(Inspection.objects.get(pk=visit.pk))
    assert sorted(PublishedResult.objects.distinct_values("township")) == sorted({"尹集镇", "枣林镇"})
