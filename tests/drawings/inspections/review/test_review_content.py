"""The report as it was handed in: kept in the same step, every field of the form, as a person reads it."""

import dataclasses
import datetime

import pytest
from django.db import DatabaseError
from django.utils import timezone
from visit_cases import arrived, send_in

from drawings.inspections import verbs
from drawings.inspections.field.forms import ReportForm
from drawings.inspections.field.permit_rows import permit_rows
from drawings.inspections.field.report import Answer, Report, stored
from drawings.inspections.field.sheet import sheet
from drawings.inspections.review.content import content, packed
from drawings.inspections.review.queries import current
from drawings.models import HandedIn, Inspection, Measure


def test_a_report_reads_as_people_say_it(points, clock):
    seen = datetime.datetime(2026, 10, 8, 9, 30, tzinfo=timezone.get_current_timezone())
    report = Report(
        seen,
        "ordered",
        "两行\n情况",
        {points[0].pk: Answer("fail", "阀门渗漏"), points[1].pk: Answer("pass")},
    )
    first, second, third, *others = points
    assert packed(content(report, points)) == [
        ["visited_at", "检查时间", "2026-10-08 09:30"],
        ["outcome", "检查结论", "责令改正"],
        ["summary", "检查情况", "两行\n情况"],
        [f"verdict_{first.pk}", f"1. {first.name}", "不符合\n说明：阀门渗漏"],
        [f"verdict_{second.pk}", f"2. {second.name}", "符合"],
        *([f"verdict_{each.pk}", f"{n}. {each.name}", ""] for n, each in enumerate([third, *others], 3)),
    ]


def test_every_field_of_the_form_is_in_it_under_the_name_of_the_form(inspection, full):
    """Notes stand with their verdict, days with their measure; a field that is added to the form must be readable too."""
    form = ReportForm(inspection=inspection)
    report = arrived(full(measures=dict.fromkeys(Measure.Kind)))
    words = {"met_post": "厂长", "remark": "正常", "statement": "没有意见"}
    report = dataclasses.replace(report, arrival=dataclasses.replace(report.arrival, **words))
    entries = {entry.field for entry in content(report, sheet(inspection).points)}
    fields = {name for name in form.fields if not form[name].is_hidden}
    assert entries == {name for name in fields if not name.startswith(("note_", "due_"))}


def test_a_field_that_only_the_report_knows_is_not_left_out(points):
    class Longer(Report):
        def flat(self):
            return super().flat() | {"reading_DW001": "12 mg/L"}

    assert packed(content(Longer(), points))[-1] == ["reading_DW001", "reading_DW001", "12 mg/L"]


def test_each_time_it_is_handed_in_is_kept_with_who_and_when(inspection, lead, second, full, step):
    row = send_in(
        inspection=inspection, actor=lead, version=inspection.version, report=full(summary="第一次")
    )
    row = step(row, "returned")
    row = send_in(inspection=row, actor=second, version=row.version, report=full(summary="第二次"))
    kept = HandedIn.objects.filter(inspection=row)
    assert [(one.number, one.by) for one in kept] == [(1, lead), (2, second)]
    assert [one.content for one in kept] == [
        packed(content(arrived(full(summary=text)), sheet(row).points, permit_rows(row)))
        for text in ("第一次", "第二次")
    ]
    assert current(row).entries == content(
        stored(Inspection.objects.get(pk=row.pk)), sheet(row).points, permit_rows(row)
    )


def test_a_draft_is_not_kept(inspection, lead, full):
    verbs.save_draft(inspection=inspection, actor=lead, version=inspection.version, report=full())
    assert not HandedIn.objects.exists()


def test_without_its_version_nothing_is_handed_in(inspection, lead, full, monkeypatch):
    def fails(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr("drawings.models.HandedIn.objects.create", fails)
    with pytest.raises(DatabaseError):
        send_in(inspection=inspection, actor=lead, version=inspection.version, report=full())
    row = Inspection.objects.get(pk=inspection.pk)
    assert (row.state, row.moves.count(), row.submitted_at) == ("draft", 0, None)


def test_what_was_handed_in_before_versions_were_kept_is_read_from_the_report(inspection, full, points):
    row, report = inspection, full(summary="旧")
    actor = inspection.selection.team.first().officer.user
    verbs.save_draft(inspection=row, actor=actor, version=row.version, report=report)
    row.refresh_from_db()
    row.moves.create(state="submitted", by=row.updated_by)
    Inspection.objects.filter(pk=row.pk).update(state="submitted")
    version = current(Inspection.objects.get(pk=row.pk))
    assert (version.number, version.entries) == (1, content(report, points))
