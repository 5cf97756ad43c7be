"""Published findings and their corrections in the public log."""

import pytest
from django.core.exceptions import PermissionDenied
from visit_cases import send_in

from drawings import public_log
from drawings.inspections import verbs
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import Answer
from drawings.models import Correction, Draw, Inspection, LogEntry
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def published(inspection, step):
    return step(inspection, "submitted", "approved", "published")


def last():
    """The last row but the head of the audit trail, which follows each."""
    return LogEntry.objects.exclude(kind="audit").last()


def test_the_record_says_line_by_line_what_the_public_page_shows(clock, inspection, lead, full, points):
    clock.move(days=1, hours=15)  # after midnight in Shanghai
    answers = {points[0].pk: Answer("fail", "HIDDEN-note"), points[1].pk: Answer("pass")}
    answers |= {point.pk: Answer("absent") for point in points[2:]}
    report = full(outcome="ordered", summary="渗漏一处。\n路径 C:\\厂区\\n", answers=answers)
    row = send_in(inspection=inspection, actor=lead, version=inspection.version, report=report)
    verdicts = {points[0].code: "fail", points[1].code: "pass"} | {
        point.code: "absent" for point in points[2:]
    }
    shown = verify.text_digest(row.nonce, "渗漏一处。\n路径 C:\\厂区\\n")
    assert row.public_record() == (
        f"finding/2\ndraw\t2026Q4\nunit\t{row.selection.source.number}\nvisited\t2026-10-10\n"
        + "checklist\tgeneral\t2\n"
        + f"outcome\tordered\nmeasure\torder\t{report.measures['order']}\n"
        + "".join(f"point\tgeneral/{code}\t{verdict}\n" for code, verdict in sorted(verdicts.items()))
        + f"summary\t{shown}\n"
    )


def test_a_finding_is_logged_when_it_is_published(published):
    entry = last()
    number = published.selection.source.number
    assert (entry.kind, entry.subject) == ("finding", f"2026Q4/{number}")
    assert entry.digest == verify.digest(Inspection.objects.get(pk=published.pk).public_record())


def test_the_on_site_record_is_logged_directly_above_its_finding(published):
    entry = last()
    above = LogEntry.objects.get(index=entry.index - 1)
    assert (above.kind, above.subject) == ("audit", entry.subject)
    assert above.digest == verify.digest(standing(published).text)


def test_each_finding_of_a_batch_is_logged(published_draw, step, head):
    rows = [step(each.inspection, "submitted", "approved") for each in published_draw.selections.all()[:3]]
    versions = {row.pk: row.version for row in rows}
    before = LogEntry.objects.count()
    verbs.publish_all(draw=published_draw, actor=head, versions=versions)
    rows_in_log = LogEntry.objects.filter(index__gt=before).values_list("kind", flat=True)
    assert list(rows_in_log) == ["audit", "finding"] * 3 + ["audit"]
    subjects = list(LogEntry.objects.filter(kind="finding").values_list("subject", flat=True))
    assert subjects == [f"2026Q4/{row.selection.source.number}" for row in rows]
    verify.parse_log(public_log.text())


def test_one_that_cannot_be_written_down_holds_up_none_of_a_batch(published_draw, step, head):
    first, second = (
        step(each.inspection, "submitted", "approved") for each in published_draw.selections.all()[:2]
    )
    limits = {
        "outlet": "DW001",
        "value": 1,
        "unit": "mg/L",
        "limit": "-",
    }  # a limit of one dash says that there is none
    first.readings.create(pollutant="化学需氧量", **limits)
    versions = {row.pk: row.version for row in (first, second)}
    assert verbs.publish_all(draw=published_draw, actor=head, versions=versions) == [second]
    first.refresh_from_db()
    assert first.state == "approved"
    with pytest.raises(Refused, match="不能公开"):
        verbs.publish_all(draw=published_draw, actor=head, versions={first.pk: first.version})


def test_the_log_of_a_sealed_draw_names_no_unit(published_draw, inspection, step):
    Draw.objects.update(disclosure="sealed")
    row = step(Inspection.objects.get(pk=inspection.pk), "submitted", "approved", "published")
    number = row.selection.source.number
    assert last().subject == f"2026Q4/{verify.salted_subject(published_draw.salt_text, number)}"


# --- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_entry_beside_the_old_one(published, reviewer, login):
    before = published.public_record()
    page = login(reviewer).post(
        f"/inspections/{published.pk}/correct/", {"text": "检查时间应为 9 时。\r\n其余不变。"}, follow=True
    )
    assert [str(message) for message in page.context["messages"]] == ["更正已公开，原来的结果仍然保留。"]
    correction = Correction.objects.get()
    assert (correction.text, correction.by) == ("检查时间应为 9 时。\n其余不变。", reviewer)
    entry = last()
    assert (entry.kind, entry.subject) == ("correction", f"2026Q4/{published.selection.source.number}")
    words = verify.text_digest(correction.nonce, correction.text)
    number = published.selection.source.number
    assert entry.digest == verify.digest(
        f"correction/2\ndraw\t2026Q4\nunit\t{number}\nserial\t1\ntext\t{words}\n"
    )
    assert Inspection.objects.get(pk=published.pk).public_record() == before
    assert "检查时间应为 9 时。" in page.content.decode()
    assert "检查时间" not in str(AuditEntry.objects.latest("index").changes)


def test_an_empty_correction_is_told_so(published, head, login):
    page = login(head).post(f"/inspections/{published.pk}/correct/", {"text": " \n"})
    assert page.context["correction"].errors == {"text": ["请写明更正内容。"]}
    assert Correction.objects.count() == 0


def test_a_second_click_corrects_once(published, head):
    verbs.correct(inspection=published, actor=head, text="面积应为 3 亩")
    with pytest.raises(Refused, match="没有重复记录"):
        verbs.correct(inspection=published, actor=head, text="面积应为 3 亩")
    assert LogEntry.objects.filter(kind="correction").count() == 1


def test_what_is_not_published_is_sent_back_and_not_corrected(inspection, step, head):
    row = step(inspection, "submitted", "approved")
    with pytest.raises(Refused, match="还没有公开"):
        verbs.correct(inspection=row, actor=head, text="面积应为 3 亩")


def test_nobody_else_corrects(published, lead, organiser, login):
    for person in (lead, organiser):
        with pytest.raises(PermissionDenied):
            verbs.correct(inspection=published, actor=person, text="面积应为 3 亩")
        assert login(person).post(f"/inspections/{published.pk}/correct/", {"text": "x"}).status_code == 403
