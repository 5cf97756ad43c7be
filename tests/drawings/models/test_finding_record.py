"""The canonical text of a published finding, to the byte: the log holds its digest, so it never changes."""

import datetime

import pytest

from drawings.disclosure.objects import Result
from drawings.disclosure.results import complete, newest_first
from drawings.models import ChecklistPoint, ChecklistVersion, Finding, Inspection
from drawings.models.canonical import canonical_text
from drawings.models.inspection import Outcome
from drawings.public_fields import (
    FINDING,
    FINDING_BESIDE_RECORD,
    FINDING_PARTS,
    FINDING_RECORD,
    RESULT,
    RESULT_BESIDE_RECORD,
    Line,
    Record,
)

KEYS = {"pk", "selection_id", "inspection_id", "item_id"}  # what joins the rows; no fact of a finding
VISIT = datetime.datetime(2026, 10, 9, 16, 30, tzinfo=datetime.UTC)  # after midnight in Shanghai


@pytest.fixture
def found(published_draw):
    """The inspection of a unit whose registry number is 410481-0001, with a report: ``found(summary="…")``."""

    def make(*, outcome="clean", summary="生产正常。", visited_at=VISIT, **verdicts) -> Inspection:
        inspection = Inspection.objects.select_related("selection__draw", "selection__source").first()
        inspection.selection.source.number = (
            "410481-0001"  # in memory alone: the text says what the object holds
        )
        inspection.outcome, inspection.summary, inspection.visited_at = outcome, summary, visited_at
        inspection.record_form = "finding/1"
        inspection.save(update_fields=["record_form"])
        for code, verdict in verdicts.items():
            point, _ = ChecklistPoint.objects.get_or_create(
                code=code, version=ChecklistVersion.objects.get(), defaults={"name": code, "section": "其他"}
            )
            Finding.objects.create(inspection=inspection, point=point, verdict=verdict, note="HIDDEN-note")
        return inspection

    return make


@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_outcome_is_written_by_its_code(found, outcome):
    assert found(outcome=outcome).public_record() == (
        "finding/1\n"
        "draw 2026Q4\n"
        "unit 410481-0001\n"
        "visited 2026-10-10\n"
        f"outcome {outcome}\n"
        "summary 生产正常。\n"
    )


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        ("生产正常。", "summary 生产正常。\n"),
        ("", "summary \n"),
        ("一行\n两行", "summary 一行\\n两行\n"),
        ("一行\r\n两行\r\n", "summary 一行\\n两行\\n\n"),
        ("一行\r两行", "summary 一行\r两行\n"),
        ("C:\\厂区", "summary C:\\\\厂区\n"),
        ("\\n 不是换行\n", "summary \\\\n 不是换行\\n\n"),
        ("\\\r\n", "summary \\\\\\n\n"),
    ],
)
def test_a_summary_stands_in_one_line(found, summary, line):
    assert found(summary=summary).public_record() == (
        f"finding/1\ndraw 2026Q4\nunit 410481-0001\nvisited 2026-10-10\noutcome clean\n{line}"
    )


def test_points_stand_in_the_order_of_their_codes_and_only_with_a_verdict(found):
    row = found(outcome="ordered", summary="渗漏一处。", water="pass", air="fail", waste="", noise="absent")
    assert row.public_record() == (
        "finding/1\n"
        "draw 2026Q4\n"
        "unit 410481-0001\n"
        "visited 2026-10-10\n"
        "outcome ordered\n"
        "summary 渗漏一处。\n"
        "point air fail\n"
        "point noise absent\n"
        "point water pass\n"
    )


def test_a_finding_whose_points_are_all_open_names_none(found):
    row = found(outcome="closed", summary="大门上锁。", visited_at=VISIT.replace(hour=15), water="", air="")
    assert row.public_record() == (
        "finding/1\ndraw 2026Q4\nunit 410481-0001\nvisited 2026-10-09\noutcome closed\nsummary 大门上锁。\n"
    )


# --- one list for the text and for the page -------------------------------------------------------------------------


def test_the_page_reads_every_column_that_the_text_says_and_the_named_ones_beside():
    assert set(RESULT) - KEYS == {*FINDING_RECORD.columns, *RESULT_BESIDE_RECORD}
    assert set(FINDING) - KEYS == {*FINDING_PARTS["findings"], *FINDING_BESIDE_RECORD}
    assert set(FINDING_RECORD.columns).isdisjoint(RESULT_BESIDE_RECORD)
    assert set(FINDING_RECORD.points.columns).isdisjoint(FINDING_BESIDE_RECORD)


def test_the_page_of_results_fetches_just_the_listed_columns(found):
    found()
    Inspection.objects.update(state="published", visited_at=VISIT, published_at=VISIT)
    assert set(newest_first().first()) == set(RESULT)


def test_a_field_that_is_added_to_the_list_is_in_the_text(found):
    more = Record(
        FINDING_RECORD.form,
        (*FINDING_RECORD.lines, Line("item", ("item__subject",))),
        FINDING_RECORD.points,
    )
    row = found()
    text = canonical_text(more, row, [("water", "pass")])
    assert text == f"{row.public_record()}item {row.item.subject}\npoint water pass\n"


# Where the page's object shows each column of the text, written as the text writes it. A line that is added to the
# text has no entry here until the page shows it.
CODE_OF = {outcome.label: outcome.value for outcome in Outcome}
SHOWN = {
    "selection__draw__code": lambda result: result.draw.code,
    "selection__source__number": lambda result: result.number,
    "visited_at": lambda result: result.visited_on.isoformat(),
    "outcome": lambda result: CODE_OF[result.outcome],
    "summary": lambda result: result.summary,
}


def written_from_the_page(result: Result) -> str:
    lines = [
        " ".join([line.word, *(SHOWN[column](result) for column in line.columns)])
        for line in FINDING_RECORD.lines
    ]
    points = [f"{FINDING_RECORD.points.word} {each.point} {each.verdict}" for each in result.findings]
    return "".join(line + "\n" for line in [FINDING_RECORD.form, *lines, *sorted(points)])


@pytest.mark.parametrize("outcome", Outcome.values)
def test_the_page_shows_everything_that_the_text_says(found, outcome):
    """The points of this test are named by their codes, so the text can be written from what the page shows."""
    row = found(water="pass", air="fail", waste="", noise="absent")
    Inspection.objects.filter(pk=row.pk).update(
        state="published", visited_at=VISIT, published_at=VISIT, outcome=outcome, summary="渗漏一处。"
    )
    (result,) = complete(list(newest_first()), with_findings=True)
    text = Inspection.objects.get(pk=row.pk).public_record()
    assert written_from_the_page(result) == text
    assert text.count("\npoint ") == 3


def test_a_noted_point_without_a_verdict_is_in_no_record(found):
    """The officers' note stays inside; a point on which they decided nothing says nothing."""
    told = found(water="pass", air="").public_record()
    assert "HIDDEN-note" not in told
    assert [line for line in told.splitlines() if line.startswith("point")] == ["point water pass"]
