"""The record finding/2 of an inspection, written from its tables; and the two files of a draw."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from drawings import public_fields
from drawings.disclosure.results import complete, newest_first
from drawings.disclosure.visit_facts import NO_FACTS
from drawings.models import (
    Checklist,
    ChecklistPoint,
    ChecklistVersion,
    Correction,
    Draw,
    FacilityState,
    Finding,
    Inspection,
    InspectionChecklist,
    Measure,
    Reading,
    Redaction,
)
from drawings.models.finding_files import finding_files, serial_of
from drawings.models.finding_record import as_name, correction_of, decimal_text, public_text
from drawings.models.inspection import Outcome
from drawings.models.redaction_record import redaction_of
from drawings.protocol import verify

VISIT = datetime.datetime(2026, 10, 9, 16, 30, tzinfo=datetime.UTC)  # after midnight in Shanghai
NONCE, OTHER = "0123456789abcdef" * 2, "f" * 32
WORDS = "渗漏一处。\r\n路径 C:\\厂区\t2 号"


@pytest.fixture
def row(published_draw):
    """A published inspection with something in every table beside it."""
    inspection = Inspection.objects.select_related("selection__draw", "selection__source").first()
    Inspection.objects.filter(pk=inspection.pk).update(
        state="published", visited_at=VISIT, published_at=VISIT, outcome="ordered", summary=WORDS, nonce=NONCE
    )
    for code, number, verdicts in (
        ("water-list", 3, {"water": "pass"}),
        ("air-list", 1, {"air": "fail", "waste": ""}),
    ):
        version = ChecklistVersion.objects.create(
            checklist=Checklist.objects.create(code=code), number=number
        )
        InspectionChecklist.objects.create(inspection=inspection, version=version)
        for name, verdict in verdicts.items():
            point = ChecklistPoint.objects.create(code=name, name=name, section="其他", version=version)
            clauses = ["《虚构法》第二条", "《虚构法》第一条"] if name == "air" else []
            Finding.objects.create(
                inspection=inspection, point=point, verdict=verdict, note="HIDDEN-note", clauses=clauses
            )
    Measure.objects.create(inspection=inspection, kind="urge")
    Measure.objects.create(inspection=inspection, kind="order", due_on=datetime.date(2026, 11, 9))
    for pollutant, value, unit, limit, is_over in (
        ("总汞", "0", "mg/L", "不得检出", None),
        ("化学需氧量", "61.5", "mg/L", "50", True),
        ("酸碱度", "7.20", "", "6-9", False),
        ("氨氮", "100", "mg/L", "", None),
    ):
        Reading.objects.create(
            inspection=inspection,
            outlet="DW001",
            pollutant=pollutant,
            value=Decimal(value),
            unit=unit,
            limit=limit,
            is_over=is_over,
        )
    FacilityState.objects.create(inspection=inspection, facility="TA002", name="HIDDEN", is_running=False)
    FacilityState.objects.create(inspection=inspection, facility="TA001", is_running=True)
    return Inspection.objects.select_related("selection__draw", "selection__source").get(pk=inspection.pk)


def test_a_record_says_what_stands_in_the_tables_and_names_the_summary_by_its_digest(row):
    shown = verify.text_digest(NONCE, "渗漏一处。\n路径 C:\\厂区\t2 号")
    assert row.public_record() == "\n".join(
        [
            "finding/2",
            "draw\t2026Q4",
            f"unit\t{row.selection.source.number}",
            "visited\t2026-10-10",
            "checklist\tair-list\t1",
            "checklist\twater-list\t3",
            "outcome\tordered",
            "measure\torder\t2026-11-09",
            "measure\turge\t-",
            "point\tair-list/air\tfail",
            "point\twater-list/water\tpass",
            "clause\tair-list/air\t《虚构法》第一条",
            "clause\tair-list/air\t《虚构法》第二条",
            "reading\tDW001\t化学需氧量\t61.5\tmg/L\t50\tover",
            "reading\tDW001\t总汞\t0\tmg/L\t不得检出\t-",
            "reading\tDW001\t氨氮\t100\tmg/L\t-\t-",
            "reading\tDW001\t酸碱度\t7.2\t-\t6-9\twithin",
            "facility\tTA001\ton",
            "facility\tTA002\toff",
            f"summary\t{shown}",
            "",
        ]
    )


def test_what_was_published_before_keeps_its_form(row):
    Inspection.objects.filter(pk=row.pk).update(record_form="finding/1", nonce="")
    text = Inspection.objects.get(pk=row.pk).public_record()
    assert text.startswith("finding/1\ndraw 2026Q4\n")
    assert text.endswith("summary 渗漏一处。\\n路径 C:\\\\厂区\t2 号\npoint air fail\npoint water pass\n")


def corrected(row, *made) -> list[Correction]:
    return [
        Correction.objects.create(inspection=row, text=text, nonce=nonce, by=row.selection.draw.created_by)
        for text, nonce in made
    ]


def hidden(row, text, of, **target) -> Redaction:
    person = row.selection.draw.created_by
    return Redaction.objects.create(
        draw=row.selection.draw,
        text=text,
        target=f"{text}/{len(target)}/{of[:5]}",
        of=of,
        legal_reason="个人信息保护法\n第四十七条",
        redacted_on=datetime.date(2026, 12, 1),
        declared_by=person,
        confirmed_by=person,
        confirmed_at=timezone.now(),
        **target,
    )


def test_the_files_hold_records_corrections_and_texts_in_order(row):
    corrected(row, ("其一", ""), ("其二\n行", OTHER))
    files = finding_files(row.selection.draw)
    records = verify.parse_findings(files["findings.txt"]).records
    unit = row.selection.source.number
    assert [type(record).__name__ for record in records] == [
        "FindingRecord",
        "OldCorrection",
        "CorrectionRecord",
    ]
    assert verify.parse_texts(files["texts.tsv"]).rows == [
        verify.Text("correction", f"{unit}/2", OTHER, "其二\n行"),
        verify.Text("summary", unit, NONCE, public_text(WORDS)),
    ]


def test_nothing_published_makes_no_file(published_draw):
    assert finding_files(published_draw) == {}


@pytest.mark.parametrize(("disclosure", "queries"), [("open", 10), ("sealed", 11)])
def test_the_queries_do_not_grow_with_the_findings(row, django_assert_num_queries, disclosure, queries):
    Draw.objects.update(disclosure=disclosure)
    draw = Draw.objects.get()
    with django_assert_num_queries(queries):
        finding_files(draw)
    Inspection.objects.update(
        state="published", visited_at=VISIT, published_at=VISIT, outcome="clean", summary="无", nonce=NONCE
    )
    corrected(row, ("其一", ""), ("其二", OTHER))
    draw = Draw.objects.get()
    with django_assert_num_queries(queries):
        files = finding_files(draw)
    assert files["findings.txt"].count("finding/2\n") == Inspection.objects.count()


def test_a_hidden_summary_leaves_its_digest_and_no_words(row):
    before = verify.parse_findings(finding_files(row.selection.draw)["findings.txt"]).records
    of = before[0].summary
    hidden(row, "summary", of, inspection=row)
    Inspection.objects.filter(pk=row.pk).update(summary="", nonce="")
    files = finding_files(row.selection.draw)
    record, redaction = verify.parse_findings(files["findings.txt"]).records
    assert record == before[0]
    unit = row.selection.source.number
    assert redaction == ("2026Q4", unit, "summary", of, "2026-12-01", "个人信息保护法\n第四十七条")
    assert "texts.tsv" not in files


def test_hidden_words_that_still_stand_in_the_table_are_not_published(row):
    of = verify.text_digest(NONCE, public_text(WORDS))
    hidden(row, "summary", of, inspection=row)
    assert "texts.tsv" not in finding_files(row.selection.draw)


def test_old_records_are_hidden_as_a_whole(row):
    Inspection.objects.filter(pk=row.pk).update(record_form="finding/1", nonce="")
    one, two = corrected(row, ("其一", ""), ("其二", OTHER))
    old = verify.digest(Inspection.objects.get(pk=row.pk).public_record())
    hidden(row, "correction", verify.digest("其一"), correction=one)
    hidden(row, "finding", old, inspection=row)
    hidden(row, "correction", verify.text_digest(OTHER, "其二"), correction=two)
    hidden(row, "witnesses", "")
    files = finding_files(row.selection.draw)
    records = verify.parse_findings(files["findings.txt"]).records
    words = [getattr(record, "text", "") for record in records]
    assert words == [
        "witnesses",
        verify.text_digest(OTHER, "其二"),
        "correction/1",
        "finding",
        "correction/2",
    ]
    assert Inspection.objects.get(pk=row.pk).public_record() == ""
    assert serial_of(two) == 2


def test_a_redaction_that_waits_or_was_refused_hides_nothing(row):
    waiting = hidden(row, "summary", "0" * 64, inspection=row)
    Redaction.objects.filter(pk=waiting.pk).update(redacted_on=None, confirmed_at=None)
    files = finding_files(row.selection.draw)
    assert "redaction/2" not in files["findings.txt"] and WORDS.split("\r")[0] in files["texts.tsv"]


def test_a_redaction_of_the_evidence_of_a_substitute_names_its_serial(row):
    from drawings.models import Substitution

    redaction = Redaction(text="evidence", legal_reason="依法", redacted_on=datetime.date(2026, 12, 1))
    redaction.substitution = Substitution(serial=3)
    assert redaction_of(redaction, "2026Q4").text == "evidence/3"


@pytest.mark.parametrize(
    ("value", "text"),
    [("61.500000", "61.5"), ("100.000000", "100"), ("0.000001", "0.000001"), ("0", "0"), ("1E+2", "100")],
)
def test_a_number_stands_in_plain_digits(value, text):
    assert decimal_text(Decimal(value)) == text


def test_words_of_a_table_take_the_form_of_names():
    assert as_name(" 1 号\u3000排放口 ") == "1 号 排放口"
    assert as_name("K\u0301") == as_name("\u1e30") == "Ḱ"


def test_a_correction_keeps_its_form():
    assert correction_of("d", "u", 1, "", "字") == verify.OldCorrection("d", "u", 1, "字")
    assert correction_of("d", "u", 1, "", "", "0" * 64) is None
    assert correction_of("d", "u", 1, NONCE, "", "0" * 64) == verify.CorrectionRecord("d", "u", 1, "0" * 64)


# --- what the page shows ----------------------------------------------------------------------------------------------

CODE_OF = {outcome.label: outcome.value for outcome in Outcome}


def test_the_page_shows_everything_that_the_record_says(row):
    """The points of this test are named by their codes, so the record can be written from what the page shows."""
    (result,) = complete(list(newest_first()), with_findings=True)
    facts = result.facts
    record = verify.FindingRecord(
        result.draw.code,
        result.number,
        result.visited_on.isoformat(),
        CODE_OF[result.outcome],
        verify.text_digest(NONCE, public_text(result.summary)),
        tuple((used.code, used.number) for used in facts.checklists),
        tuple((each.kind, each.due_on.isoformat() if each.due_on else "") for each in facts.measures),
        tuple((each.code, each.verdict) for each in result.findings),
        tuple((each.code, clause) for each in result.findings for clause in each.clauses),
        tuple(
            (
                each.outlet,
                each.pollutant,
                each.value,
                each.unit,
                each.limit,
                {True: "over", False: "within"}.get(each.is_over, ""),
            )
            for each in facts.readings
        ),
        tuple((each.facility, "on" if each.is_running else "off") for each in facts.facilities),
    )
    assert verify.write_finding(record) == row.public_record()


def test_each_relation_of_a_record_is_read_for_the_page_too():
    tuples = {
        "findings": public_fields.FINDING,
        "checklists": public_fields.CHECKLIST_USED,
        "measures": public_fields.MEASURE,
        "readings": public_fields.READING,
        "facilities": public_fields.FACILITY,
    }
    assert set(tuples) == set(public_fields.FINDING_PARTS) - {"redactions"}
    for relation, columns in tuples.items():
        assert set(public_fields.FINDING_PARTS[relation]) <= set(columns)


def test_the_page_of_a_unit_shows_readings_measures_and_facilities(row, client):
    text = client.get(f"/units/{row.selection.source.number}/").content.decode()
    for words in ("2026年11月9日前改正", "化学需氧量", "61.5 mg/L", "不得检出", "TA002 没有运行", "HIDDEN"):
        assert (words in text) == (words != "HIDDEN"), words


def test_what_was_published_as_finding_1_shows_nothing_that_its_record_does_not_say(row):
    Inspection.objects.filter(pk=row.pk).update(record_form="finding/1")
    (result,) = complete(list(newest_first()), with_findings=True)
    assert result.facts == NO_FACTS
