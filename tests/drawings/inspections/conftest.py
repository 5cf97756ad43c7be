"""One inspection of the published draw, its two officers, and a complete report of it."""

import dataclasses

import pytest
from django.utils import timezone
from visit_cases import send_in

from drawings.inspections import verbs
from drawings.inspections.field.report import Answer, Report
from drawings.models import ChecklistPoint, Inspection, Selection
from drawings.models.inspection import NOT_ENTERED
from wugang_audit import clock
from wugang_audit.calendar.models import HolidayNotice, SpecialDay


@pytest.fixture
def selection(published_draw) -> Selection:
    return published_draw.selections.first()


@pytest.fixture
def inspection(selection) -> Inspection:
    return selection.inspection


@pytest.fixture
def lead(selection):
    return selection.team.get(is_lead=True).officer.user


@pytest.fixture
def second(selection):
    return selection.team.get(is_lead=False).officer.user


@pytest.fixture
def outsider(selection, officers):
    """The officer who is not on the team."""
    team = {member.officer_id for member in selection.team.all()}
    (other,) = [officer for officer in officers if officer.pk not in team]
    return other.user


@pytest.fixture
def points(specialities):
    return list(ChecklistPoint.objects.all())


def measures_of(outcome):
    """The measure that goes with an outcome, due in a month where it must be due."""
    day = timezone.localdate() + timezone.timedelta(days=30)
    taken = {
        "urged": {"urge": None},
        "ordered": {"order": day},
        "case": {"case": None},
        "police": {"transfer": None},
    }
    return taken.get(outcome, {})


@pytest.fixture
def full(points):
    """Make a complete report with some of its parts replaced: ``full(outcome="urged")``.

    Where the outcome calls for a measure, the last point is not in order.
    """

    def make(**parts):
        outcome = parts.get("outcome", "clean")
        went_in = outcome not in NOT_ENTERED
        answers = {point.pk: Answer("pass") for point in points if went_in}
        if measures_of(outcome):
            answers |= {points[-1].pk: Answer("fail", "标志牌破损")}
        report = Report(
            visited_at=timezone.now().replace(second=0, microsecond=0),
            outcome="clean",
            summary="生产正常，设施运行正常。",
            answers=answers,
            measures=measures_of(outcome),
        )
        return dataclasses.replace(report, **parts)

    return make


@pytest.fixture
def fields():
    """Turn a report into what a browser sends for it."""

    def make(inspection, report, **more):
        values = report.flat()
        for name in ("visited_at", "shown_at"):
            if name in values:
                values[name] = f"{timezone.localtime(values[name]):%Y-%m-%dT%H:%M}"
        return {"version": inspection.version} | values | more

    return make


@pytest.fixture
def today_is_worked(db):
    """Make today a day of work, whatever the day on which the tests run: a visit of today gets no hint."""
    day = clock.today()
    notice = HolidayNotice.objects.create(
        year=day.year, title="虚构通知", document_number="虚构〔1〕号", issued_on=day
    )
    SpecialDay.objects.create(day=day, is_workday=True, name="虚构", notice=notice)


@pytest.fixture
def step(lead, reviewer, head, full):
    """Take an inspection as far as wanted: ``step(inspection, "submitted", "approved")``."""

    def go(inspection, *states):
        for state in states:
            verb, arguments = {
                "submitted": (send_in, {"actor": inspection_lead(inspection), "report": full()}),
                "returned": (verbs.send_back, {"actor": reviewer, "comment": "请补充照片编号。"}),
                "approved": (verbs.approve, {"actor": reviewer}),
                "published": (verbs.publish, {"actor": head}),
            }[state]
            inspection = verb(inspection=inspection, version=inspection.version, **arguments)
        return inspection

    return go


def inspection_lead(inspection):
    return inspection.selection.team.get(is_lead=True).officer.user
