"""Each figure counted again from the raw rows, one by one, in plain Python."""

import datetime

import pytest
from django.utils import timezone

from drawings.models import Correction, Finding, Inspection, InspectionMove, Measure, Redaction, Selection
from drawings.protocol import verify
from drawings.states import InspectionState
from drawings.statistics import checks, figures
from sources.models import PollutionSource

DUE = {3: datetime.date(2026, 9, 30), 4: datetime.date(2026, 12, 31)}
ENTERED = {"clean", "urged", "ordered", "case", "police"}
BY_OUTCOME = {"urge": "urged", "order": "ordered", "case": "case", "transfer": "police"}


def day(moment):
    return timezone.localtime(moment).date()


class Plain:
    """The figures of a draw for one stratum (None: all), by loops over whole tables."""

    def __init__(self, draw, stratum):
        self.draw, self.stratum = draw, stratum
        self.all = [row for row in Inspection.objects.all() if self.is_mine(row)]
        self.handed_in = [row for row in self.all if row.state != "draft"]

    def is_mine(self, inspection):
        selection = inspection.selection
        return selection.draw_id == self.draw.pk and self.stratum in (None, selection.stratum)

    def due(self, row):
        day = row.postponed_to or self.draw.visit_by or DUE[self.draw.quarter]
        return max(day, row.substitute_by or day)

    def measures(self, kind):
        number = 0
        for row in self.handed_in:
            entered = [each.kind for each in Measure.objects.all() if each.inspection_id == row.pk]
            number += kind in entered if entered else row.outcome == BY_OUTCOME[kind]
        return number

    def failed(self, row):
        points = [each for each in Finding.objects.all() if each.inspection_id == row.pk]
        return sum(each.verdict == "fail" for each in points)

    def numbers(self):
        commit = verify.parse_commit(self.draw.file("commit.txt"))
        drawn = [row for row in Selection.objects.all() if row.draw_id == self.draw.pk]
        drawn = [row for row in drawn if self.stratum in (None, row.stratum)]
        visited = [row for row in self.handed_in if row.outcome in ENTERED]
        published = [row for row in self.all if row.state == "published"]
        dated = [row for row in self.handed_in if row.visited_at]
        redacted = [row for row in Redaction.objects.all() if row.confirmed_at]
        about = [row.inspection or (row.correction and row.correction.inspection) for row in redacted]
        return {
            "registered": sum(s.base for s in commit.strata if self.stratum in (None, s.code)),
            "drawn": len([row for row in drawn if row.replaces_id is None]),
            "substitutes": len([row for row in drawn if row.replaces_id]),
            "visited": len(visited),
            "closed": len([row for row in self.handed_in if row.outcome == "closed"]),
            "untraced": len([row for row in self.handed_in if row.outcome == "untraced"]),
            "refused": len([row for row in self.handed_in if row.outcome == "refused"]),
            "unvisited": len(self.all) - len(self.handed_in),
            "overdue": len(
                [
                    row for row in self.all
                    if row.state == "draft" and day(timezone.now()) > self.due(row)
                ]
            ),
            "on_time": len([row for row in dated if day(row.visited_at) <= self.due(row)]),
            "late": len([row for row in dated if day(row.visited_at) > self.due(row)]),
            "postponed": len([row for row in self.all if row.postponed_to]),
            "faulty": len([row for row in visited if row.outcome != "clean" or self.failed(row)]),
            "problems": sum(self.failed(row) for row in self.handed_in),
            **{kind: self.measures(kind) for kind in BY_OUTCOME},
            "returned": len(
                [m for m in InspectionMove.objects.all() if self.is_mine(m.inspection) and m.state == "returned"]
            ),
            "published": len(published),
            "published_on_time": len(
                [
                    row for row in published
                    if day(row.published_at)
                    <= (row.publish_by or day(row.visited_at) + datetime.timedelta(days=28))
                ]
            ),
            "corrections": len([row for row in Correction.objects.all() if self.is_mine(row.inspection)]),
            "redactions": len([row for row in about if row and self.is_mine(row)]),
        }  # fmt: skip


def counted(counts, stratum):
    return {code: counts.of(code, stratum) for code in counts.values}


@pytest.mark.parametrize("seed", range(8))
def test_each_figure_is_what_loops_over_all_rows_count(seed, draw_of, filler, clock):
    draws = [draw_of(3), draw_of(4)]
    for number, draw in enumerate(draws):
        for _ in range((seed + number) % 3):
            filler(draw, seed).substitute()
        filler(draw, 100 * number + seed).fill()
    clock.move(
        days=10 * seed + 50
    )  # from 27 November 2026 to 5 February 2027: postponements are over by and by
    for draw in draws:
        counts = figures.count(draw)
        for stratum in counts.strata:
            assert counted(counts, stratum) == Plain(draw, stratum).numbers(), stratum
        assert counted(counts, figures.TOTAL) == Plain(draw, None).numbers()
        assert checks.broken(checks.examine(draw, counts)) == []


def test_the_seeds_leave_no_figure_at_zero(draw_of, filler, clock):
    """Else a figure that counts nothing would pass."""
    draw = draw_of(4)
    clock.move(days=90)
    never = set(figures.count(draw).values)
    for seed in range(8):
        filler(draw, seed).substitute()
        Finding.objects.all().delete()
        Measure.objects.all().delete()
        Redaction.objects.all().delete()
        filler(draw, seed).fill()
        counts = figures.count(draw)
        never -= {code for code in never if counts.of(code)}
    assert never == set()


def test_the_day_that_was_set_for_the_draw_counts_before_the_end_of_the_quarter(draw_of, filler, clock):
    draw = draw_of(4)
    filler(draw).fill(InspectionState.SUBMITTED)
    row = Inspection.objects.first()
    Inspection.objects.exclude(pk=row.pk).update(visited_at=clock())
    for visited, on_time in (("2026-11-20T23:59:00+08:00", True), ("2026-11-21T00:00:00+08:00", False)):
        moment = datetime.datetime.fromisoformat(visited)
        Inspection.objects.filter(pk=row.pk).update(visited_at=moment, postponed_to=None, substitute_by=None)
        draw.visit_by = datetime.date(2026, 11, 20)
        counts = figures.count(draw)
        assert counts.of("on_time") == counts.of("drawn") - (not on_time)
        assert counts.of("late") == (not on_time)
        Inspection.objects.filter(pk=row.pk).update(postponed_to=datetime.date(2026, 11, 21))
        assert figures.count(draw).of("late") == 0


def test_a_task_is_overdue_from_the_day_after_its_last_one(draw_of, clock):
    draw = draw_of(4)
    postponed = Inspection.objects.first()
    Inspection.objects.filter(pk=postponed.pk).update(postponed_to=datetime.date(2027, 1, 8))
    tasks = Inspection.objects.count()
    for moment, overdue in (
        ("2026-12-31T23:59:00+08:00", 0),
        ("2027-01-01T00:00:00+08:00", tasks - 1),
        ("2027-01-08T23:59:00+08:00", tasks - 1),
        ("2027-01-09T00:00:00+08:00", tasks),
    ):
        clock.moment = datetime.datetime.fromisoformat(moment)
        counts = figures.count(draw)
        assert (counts.of("overdue"), counts.of("late"), counts.of("unvisited")) == (overdue, 0, tasks)
        assert checks.broken(checks.examine(draw, counts)) == []
    Inspection.objects.update(postponed_to=datetime.date(2026, 11, 1))  # earlier than the draw's own
    clock.moment = datetime.datetime.fromisoformat("2026-11-02T00:00:00+08:00")
    assert figures.count(draw).of("overdue") == tasks


def test_a_draft_counts_as_nothing_but_a_task(draw_of, filler, clock):
    draw = draw_of(4)
    for row in Inspection.objects.all():
        filler(draw).task(row, InspectionState.DRAFT, "case")
    Inspection.objects.update(postponed_to=None)
    counts = figures.count(draw)
    assert {code for code in counts.values if counts.of(code)} - {"returned"} == {
        "registered", "drawn", "unvisited",
    }  # fmt: skip


@pytest.mark.parametrize(("more_units", "drawn"), [(0, 6), (100, 31)])
def test_a_quarter_is_counted_by_as_many_queries_with_few_units_as_with_many(
    more_units,
    drawn,
    draw_of,
    filler,
    source_of,
    django_assert_num_queries,
    django_assert_max_num_queries,
    clock,
):
    PollutionSource.objects.bulk_create(source_of(serial) for serial in range(100, 100 + more_units))
    draw = draw_of(4)
    filler(draw).fill()
    # The commit, and two for each of the eight kinds of rows.
    with django_assert_num_queries(17):
        counts = figures.count(draw)
    assert counts.of("drawn") == drawn
    with django_assert_max_num_queries(29):  # fewer where nothing was corrected
        checks.examine(draw, counts)


def test_names_and_codes_of_the_figures_stand_once():
    codes = [figure.code for figure in figures.FIGURES]
    assert len(set(codes)) == len(codes) == 23
    assert len({figure.name for figure in figures.FIGURES}) == 23
    assert all(figure.definition.endswith("。") for figure in figures.FIGURES)
