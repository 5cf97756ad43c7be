"""A place that a substitution filled late has a last day of its own, for all who ask whether a visit is late."""

import datetime

import pytest
from amendment_cases import team, unit_of

from drawings import reminders
from drawings.deadlines import Standing
from drawings.inspections.tasks.board import board
from drawings.inspections.tasks.home import open_tasks
from drawings.inspections.tasks.problems import last_day
from drawings.models import Draw, Inspection
from drawings.selfcheck.evidence import Evidence
from drawings.selfcheck.visits import visits
from drawings.statistics import counted
from drawings.statistics.figures import count
from wugang_audit.audit.models import AuditEntry

OVER = datetime.date(2026, 10, 7)  # the day before
# Ten working days after 2026-10-08, and 10-10, a Saturday, is one of them by the State Council's notice.
OWN = datetime.date(2026, 10, 21)
ENTRY = "定替补的检查期限"


@pytest.fixture
def late(draw, holidays):
    """The draw's last day for visits was yesterday."""
    Draw.objects.update(visit_by=OVER)
    draw.refresh_from_db()
    return draw


def days(row):
    return {visit.substitute_by for visit in Inspection.objects.filter(selection__in=filled(row))}


def filled(row):
    return [row.unit_id] if row.is_unit else [place.selection_id for place in row.places.all()]


@pytest.mark.parametrize("kind", ["officer", "unit"])
def test_a_substitute_after_the_last_day_has_ten_working_days(
    late, declare, closed, take_effect, organiser, clock, kind
):
    """Yesterday is over for all; whoever steps in today is late for nobody: board, tasks, mails, figures, trail."""
    selection = late.selections.first()
    row = take_effect(declare(late, team(selection)[0]) if kind == "officer" else closed(selection))
    late = Draw.objects.get(pk=late.pk)
    assert days(row) == {OWN}
    mine = set(Inspection.objects.filter(selection__in=filled(row)).values_list("pk", flat=True))
    open_ones = {visit.pk for visit in Inspection.objects.filter(state="draft")}

    def overdue(day):
        """Late visits by each way that counts them, which must agree."""
        [line] = board(organiser, [late], day).draws
        _, everything = reminders.due(day)
        return (
            len(set(Inspection.objects.late(day).values_list("pk", flat=True))),
            line.counts.late,
            sum(n for (kind, *_), n in everything.counts.items() if kind == Standing.OVERDUE),
        )

    others = len(open_ones - mine)
    assert overdue(OVER + datetime.timedelta(days=1)) == (others,) * 3
    assert overdue(OWN) == (others,) * 3
    assert overdue(OWN + datetime.timedelta(days=1)) == (len(open_ones),) * 3
    assert (count(late).of("overdue"), count(late).of("postponed")) == (others, 0)

    visit = Inspection.objects.get(pk=min(mine))
    [task] = [
        each
        for member in visit.selection.team.all()
        for each in open_tasks(member.officer.user, clock().date())
        if each.inspection.pk == visit.pk
    ][:1]
    assert (task.due_on, task.is_late, visit.due_because) == (OWN, False, "替补")
    entries = AuditEntry.objects.filter(action=ENTRY)
    assert {entry.changes["until"] for entry in entries} == {OWN.isoformat()} and len(entries) == len(mine)
    assert visits(Evidence(late)).faults == ()


def test_a_visit_by_its_own_day_is_on_time_and_after_it_late(late, closed, take_effect, put_visit):
    row = take_effect(closed(late.selections.first()))
    visit = row.unit.inspection
    for day, on_time in ((OWN, True), (OWN + datetime.timedelta(days=1), False)):
        put_visit(visit, day)
        done = Inspection.objects.filter(pk=visit.pk)
        assert (done.filter(counted.on_time(late)).exists(), done.filter(counted.late(late)).exists()) == (
            on_time,
            not on_time,
        )


@pytest.fixture
def put_visit():
    def do(visit, day):
        at = datetime.datetime.combine(day, datetime.time(15), datetime.UTC)  # 23:00 of that day
        Inspection.objects.filter(pk=visit.pk).update(
            state="submitted", outcome="clean", visited_at=at - datetime.timedelta(hours=1)
        )

    return do


def test_where_there_is_time_enough_nothing_changes(draw, holidays, declare, take_effect):
    row = take_effect(declare(draw, team(draw.selections.first())[0]))
    assert days(row) == {None}
    assert not AuditEntry.objects.filter(action=ENTRY).exists()


def test_what_was_put_off_further_keeps_that_day_and_can_be_put_off_again(
    late, declare, take_effect, organiser
):
    selection = late.selections.first()
    far = OWN + datetime.timedelta(days=1)
    Inspection.objects.filter(selection=selection).update(postponed_to=far)
    take_effect(declare(late, team(selection)[0], unit=unit_of(selection), reason="recused"))
    visit = Inspection.objects.get(selection=selection)
    assert (visit.substitute_by, visit.due_on, visit.due_because) == (None, far, "延期")

    other = Inspection.objects.exclude(pk=visit.pk).filter(state="draft").first()
    Inspection.objects.filter(pk=other.pk).update(postponed_to=OVER, substitute_by=OWN)
    other = Inspection.objects.with_due().get(pk=other.pk)
    assert (other.due, other.due_on, other.due_because) == (OWN, OWN, "替补")


def test_without_a_day_of_the_draw_a_task_has_the_day_that_it_was_given(draw):
    visit = Inspection.objects.first()
    Draw.objects.update(visit_by=None)
    for fields, due in (
        ({}, None),
        ({"substitute_by": OWN}, OWN),
        ({"substitute_by": None, "postponed_to": OVER}, OVER),
    ):
        Inspection.objects.filter(pk=visit.pk).update(**fields)
        row = Inspection.objects.with_due().get(pk=visit.pk)
        assert (row.due, row.due_on) == (due, due)


def test_a_substitute_long_after_the_quarter_may_still_be_put_off(draw, settings):
    visit = Inspection.objects.first()
    visit.substitute_by = datetime.date(2027, 3, 1)
    assert last_day(visit) == datetime.date(2027, 3, 31)


def test_the_public_page_says_that_substitutes_have_days_of_their_own(late, stranger):
    page = stranger.get(f"/draws/{late.code}/").content.decode()
    assert "2026年10月7日</time> 以前（含当日）查完；后来替补的、另定了期限的，按各自的期限。" in page
