"""Each rule of the figures broken on purpose: the report stops, says which, and leads to the inspections."""

import datetime

import pytest

from drawings import public_log
from drawings.models import (
    ChecklistPoint,
    Correction,
    Draw,
    DrawFile,
    Finding,
    Inspection,
    LogEntry,
    LogKind,
    Measure,
    QuarterReport,
    Redaction,
    Selection,
)
from drawings.states import Refused
from drawings.statistics import checks, figures, queries, verbs


@pytest.fixture
def first(done, forge):
    """The first inspection of a quarter that is done and adds up: nothing was found there."""
    assert queries.quarter(done).kind == "final"
    row = Inspection.objects.order_by("pk").first()
    row.findings.all().delete()
    row.measures.all().delete()
    Inspection.objects.filter(pk=row.pk).update(outcome="clean", postponed_to=None)
    publish_anew(row, forge)
    assert queries.quarter(done).kind == "final"
    return row


def publish_anew(row, forge):
    """Let the log say what the tables say of it now."""
    row = Inspection.objects.get(pk=row.pk)
    entry = LogEntry.objects.get(kind=LogKind.FINDING, subject=row.log_subject)
    forge(LogEntry, entry.pk, digest=row.log_digest(row.public_record()))


def change(row, **values):
    Inspection.objects.filter(pk=row.pk).update(**values)


def broken(draw):
    """What does not hold, but for the digests: they break with whatever is changed, and have their own tests."""
    return {check.code: check for check in queries.quarter(draw).broken if check.code != "digests"}


def test_a_take_that_is_not_what_was_drawn(first, done, forge):
    file = DrawFile.objects.get(draw=done, name="commit.txt")
    line = next(line for line in file.content.splitlines() if line.startswith("stratum general"))
    words = line.split()
    assert words[-1] == "3", line
    forge(DrawFile, file.pk, content=file.content.replace(line, " ".join([*words[:-1], "2"])))
    found = broken(Draw.objects.get(pk=done.pk))
    assert set(found) == {"take"}
    assert found["take"].fault == "一般排污单位：承诺文件 2 家，抽签结果 3 家"


def test_a_unit_of_a_class_that_the_commit_does_not_know(first, done, forge):
    general = done.selections.filter(stratum="general").first()
    forge(Selection, general.pk, stratum="key-emitting")
    found = broken(done)
    assert {"classes", "take"} == set(found)
    assert "抽中的单位：各类相加 5，合计 6" in found["classes"].fault


def test_a_unit_that_nobody_was_sent_to(first, done, organiser, make_source):
    spare = make_source(700)
    Selection.objects.create(
        draw=done, source=spare, stratum="general", rank=99, ticket="0" * 64, name=spare.name,
        replaces=first.selection,
    )  # fmt: skip
    assert {code: check.fault for code, check in broken(done).items()} == {
        "places": "一般排污单位：4 和 3，合计：7 和 6"
    }


# rule -> (what is changed of the first inspection, what else breaks with it)
ROWS = {
    "complete": ({"visited_at": None}, {"places"}),
    "early": ({"visited_at": datetime.datetime(2026, 10, 8, 0, 59, tzinfo=datetime.UTC)}, set()),
    "order": ({"published_at": datetime.datetime(2026, 10, 8, 2, 0, tzinfo=datetime.UTC)}, set()),
}


@pytest.mark.parametrize("code", ROWS)
def test_a_row_that_cannot_be_true(code, first, done):
    values, also = ROWS[code]
    change(first, **values)
    found = broken(done)
    assert set(found) == {code} | also
    assert [one.pk for one in found[code].concerned] == [first.pk]
    assert found[code].fault.startswith("1 家")


def test_a_visit_in_the_minute_of_the_publication_is_not_too_early(first, done):
    change(first, visited_at=done.published_at.replace(second=0), published_at=done.published_at)
    Draw.objects.filter(pk=done.pk).update(published_at=done.published_at.replace(second=30))
    assert broken(Draw.objects.get(pk=done.pk)) == {}


def test_a_result_without_conclusion(first, done):
    change(first, outcome="")
    assert set(broken(done)) == {"complete", "places", "dated"}


def test_a_failed_point_where_nothing_was_found(first, done):
    Finding.objects.create(inspection=first, point=ChecklistPoint.objects.first(), verdict="fail")
    found = broken(done)
    assert [one.pk for one in found["clean"].concerned] == [first.pk]
    assert set(found) - {"measures"} == {"clean"}


def test_fewer_measures_than_units_with_problems(first, done):
    Measure.objects.all().delete()
    Inspection.objects.exclude(pk=first.pk).update(outcome="urged")
    Finding.objects.all().delete()
    assert broken(done) == {}
    Finding.objects.create(inspection=first, point=ChecklistPoint.objects.first(), verdict="fail")
    assert set(broken(done)) == {"clean", "measures"}


def test_a_measure_where_nothing_was_found(first, done):
    Measure.objects.create(inspection=first, kind="order")
    found = broken(done)
    assert set(found) == {"unmeasured"}
    assert [one.pk for one in found["unmeasured"].concerned] == [first.pk]


@pytest.mark.parametrize(
    ("outcome", "kind"), [("urged", "urge"), ("ordered", "order"), ("case", "case"), ("police", "transfer")]
)
def test_a_conclusion_without_its_own_measure(outcome, kind, first, done):
    change(first, outcome=outcome)
    assert broken(done) == {}  # without any the outcome counts
    Measure.objects.create(inspection=first, kind="order" if kind != "order" else "case")
    found = broken(done)
    assert set(found) == {"own_measure"}
    assert [one.pk for one in found["own_measure"].concerned] == [first.pk]
    Measure.objects.create(inspection=first, kind=kind)
    assert broken(done) == {}


def test_a_published_result_that_the_log_does_not_have(first, done, forge):
    row = LogEntry.objects.get(kind=LogKind.FINDING, subject=first.log_subject)
    forge(LogEntry, row.pk, subject="2026Q4/410481-9999")
    found = broken(done)
    assert found["findings"].fault == "1 家在公开日志里的条数不对，公开日志里有 1 家没有对应的检查"
    assert [one.pk for one in found["findings"].concerned] == [first.pk]


def test_a_result_that_stands_in_the_log_twice(first, done):
    public_log.append(LogKind.FINDING, first.log_subject, "0" * 64)
    assert [one.pk for one in broken(done)["findings"].concerned] == [first.pk]


def test_a_correction_that_the_log_does_not_have(first, done, organiser):
    Correction.objects.create(inspection=first, text="少了一条", by=organiser)
    assert [one.pk for one in broken(done)["corrections"].concerned] == [first.pk]
    public_log.append(LogKind.CORRECTION, first.log_subject, "0" * 64)
    assert broken(done) == {}


def altered(draw):
    """The inspections whose published words are not those of the log."""
    found = {check.code: check for check in queries.quarter(draw).broken}
    return [one.pk for one in found["digests"].concerned] if "digests" in found else []


@pytest.mark.parametrize("outcome", ["closed", "refused"])
def test_a_published_result_that_was_changed_in_the_tables(outcome, first, done):
    """The figures of these outcomes add up as before: only the log knows."""
    assert altered(done) == []
    change(first, outcome=outcome)
    assert broken(done) == {}
    assert altered(done) == [first.pk]


def test_a_published_point_and_a_published_correction_that_were_changed(first, done, forge):
    Finding.objects.create(inspection=first, point=ChecklistPoint.objects.first(), verdict="absent")
    assert altered(done) == [first.pk]
    Finding.objects.filter(inspection=first).delete()
    assert altered(done) == []
    correction = Correction.objects.exclude(inspection=first).first()
    forge(Correction, correction.pk, text="另一段文字")
    assert altered(done) == [correction.inspection_id]


def test_what_the_law_hid_is_held_against_its_redaction(first, done, organiser, clock):
    """A record that is hidden as a whole cannot be written again: the redaction says what its digest was."""
    entry = LogEntry.objects.get(kind=LogKind.FINDING, subject=first.log_subject)
    hidden = Redaction.objects.create(
        draw=done, target="x", text="finding", inspection=first, of=entry.digest, legal_reason="含个人信息",
        redacted_on="2027-04-26", declared_by=organiser, confirmed_by=organiser, confirmed_at=clock(),
    )  # fmt: skip
    assert altered(done) == []
    Redaction.objects.filter(pk=hidden.pk).update(of="1" * 64)
    assert altered(done) == [first.pk]


@pytest.mark.parametrize("outcome", ["closed", "untraced", "refused"])
def test_measures_against_a_unit_that_was_not_there(outcome, first, done):
    """As the form has it: a unit that refuses entry may get measures, and points seen from outside may fail."""
    change(first, outcome=outcome)
    Finding.objects.create(inspection=first, point=ChecklistPoint.objects.first(), verdict="fail")
    assert broken(done) == {}
    Measure.objects.create(inspection=first, kind="case")
    found = broken(done)
    assert set(found) == ({"unentered"} if outcome != "refused" else set())
    if found:
        assert [one.pk for one in found["unentered"].concerned] == [first.pk]


@pytest.mark.parametrize(("left", "sign", "right", "holds"), [(2, "=", 2, True), (2, "=", 3, False), (3, ">=", 2, True), (2, ">=", 3, False)])  # fmt: skip
def test_a_sum_is_compared_for_each_class_and_in_all(left, sign, right, holds):
    values = {"a": {"key": left, "": left}, "b": {"key": right, "": right}}
    check = checks._compared("x", "甲等于乙", ("a",), sign, ("b",))(None, figures.Counts(("key",), values))
    assert check.holds == holds
    assert check.fault == ("" if holds else f"重点排污单位：{left} 和 {right}，合计：{left} 和 {right}")


def test_more_results_in_time_than_results_stop_the_report(done):
    counts = figures.count(done)
    counts.values["published_on_time"]["key"] = counts.of("published", "key") + 1
    assert "shown" in {check.code for check in checks.broken(checks.examine(done, counts))}


def test_more_overdue_tasks_than_tasks_that_wait_stop_the_report(done):
    counts = figures.count(done)
    counts.values["overdue"]["key"] = counts.of("unvisited", "key") + 1
    assert "waiting" in {check.code for check in checks.broken(checks.examine(done, counts))}


@pytest.mark.parametrize("kind", ["final", "interim"])
def test_what_does_not_add_up_stops_both_kinds_of_report(kind, first, done, organiser):
    change(first, outcome="")
    with pytest.raises(Refused, match="数据对不上，不能编制：.*提交过的检查都有检查时间和检查结论：1 家没有"):
        verbs.make(draw=done, kind=kind, note="", actor=organiser)
    assert not QuarterReport.objects.exists()


def test_the_page_says_what_does_not_add_up_and_leads_there(first, done, login, organiser):
    change(first, outcome="")
    page = login(organiser).get(f"/desk/statistics/{done.code}/").content.decode()
    assert "数据对不上，不能编制汇总表" in page
    assert f'href="/inspections/{first.pk}/"' in page
    assert "编制汇总表</button>" not in page and "编制进度表</button>" not in page
