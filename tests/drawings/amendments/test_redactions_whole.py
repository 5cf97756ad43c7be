"""A finding that goes as a whole: what may be asked for beside it, before it and after it."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redaction_cases import LAW, SUMMARY, answers, hide, publish, refused

from drawings.amendments import hideable, redactions
from drawings.inspections.field.report import Report
from drawings.models import ChecklistPoint, Draw, DrawFile, Redaction
from sources.models import PermitCondition
from wugang_audit.audit import append_only


@pytest.fixture
def published(published_draw, reviewer, head):
    """A published result with words that are to be hidden."""
    first = published_draw.selections.first().inspection
    return publish(first, reviewer, head, f"{SUMMARY}。生产正常，未见异常排放")


@pytest.fixture
def draw(published):
    return Draw.objects.get()


def test_of_a_record_that_went_as_a_whole_nothing_more_is_hidden(draw, published, reviewer, head):
    whole, summary = f"finding/{published.pk}", f"summary/{published.pk}"
    redactions.ask(draw=draw, target=whole, legal_reason=LAW, actor=reviewer)
    refused(draw, summary, reviewer, "“检查结果全文”已经有人申请隐去，不能再隐去“检查情况”")
    redactions.confirm(redaction=Redaction.objects.get(), actor=head)
    refused(draw, summary, reviewer, "“检查结果全文”已经依法隐去，不能再隐去“检查情况”")
    texts = hideable.of_inspection(draw, published)
    assert hideable.still_public(draw, texts) == []


def test_where_the_bundle_holds_an_older_program_the_rest_stays(draw, published, reviewer, head):
    """Its verifier would refuse the bundle from then on: it lies in it for ever."""
    append_only.remove(connection, DrawFile._meta.db_table)
    old = DrawFile.objects.get(draw=draw, name="verify.py")
    new = old.content.replace("\nHIDES_THE_REST_LATER = True\n", "\n")
    DrawFile.objects.filter(pk=old.pk).update(content=new)
    hide(draw, f"summary/{published.pk}", reviewer, head)
    assert hideable.still_public(draw, hideable.of_inspection(draw, published)) == []
    refused(draw, f"finding/{published.pk}", reviewer, "较早的复算程序，不认得先隐去检查情况、再隐去全文")


def test_after_the_summary_the_rest_may_be_asked_for_once_it_is_hidden(
    draw, published, reviewer, head, login
):
    texts, url = hideable.of_inspection(draw, published), f"/ceremony/2026Q4/redactions/{published.pk}/"
    row = redactions.ask(draw=draw, target=f"summary/{published.pk}", legal_reason=LAW, actor=reviewer)
    assert hideable.still_public(draw, texts) == []
    redactions.confirm(redaction=row, actor=head)
    assert [each.target for each in hideable.still_public(draw, texts)] == [f"finding/{published.pk}"]
    page = login(reviewer)
    assert "检查结果全文" in page.get(url).content.decode()
    page.post(url, {"target": f"finding/{published.pk}", "legal_reason": LAW})
    assert Redaction.objects.waiting().get().text == "finding"
    assert "没有可以隐去的内容" in page.get(url).content.decode()


def test_the_head_reads_all_of_a_result_before_it_goes_as_a_whole(
    draw, published_draw, reviewer, head, login
):
    row = published_draw.selections.last().inspection
    PermitCondition.objects.create(
        source=row.selection.source, code="one", outlet_kind="water", outlet_code="DW001", pollutant="氨氮",
        limit="5", limit_unit="mg/L",
    )  # fmt: skip
    due = timezone.localdate() + datetime.timedelta(days=30)
    report = Report(
        visited_at=timezone.now().replace(second=0, microsecond=0), outcome="ordered", summary=SUMMARY,
        answers=answers("储罐渗漏"), measures={"order": due}, readings={("DW001", "氨氮"): Decimal("7.5")},
    )  # fmt: skip
    row = publish(row, reviewer, head, report)
    redactions.ask(draw=draw, target=f"summary/{row.pk}", legal_reason=LAW, actor=reviewer)
    page = login(head).get("/ceremony/redactions/").content.decode()
    assert (SUMMARY in page, "储罐渗漏" in page) == (True, False)
    redactions.refuse(redaction=Redaction.objects.get(), actor=head)
    redactions.ask(draw=draw, target=f"finding/{row.pk}", legal_reason=LAW, actor=reviewer)
    page = login(head).get("/ceremony/redactions/").content.decode()
    point = ChecklistPoint.objects.order_by("pk").first()
    said = (
        SUMMARY,
        point.name,
        "储罐渗漏",
        "7.5 mg/L（限值 5 mg/L），超过限值",
        f"改正期限 {due}",
        "说明只供审核，不公开",
    )
    assert [words for words in said if words not in page] == []


def test_whole_results_are_read_in_as_many_queries_whatever_their_number(
    draw, published_draw, reviewer, head, login
):
    client, counts = login(head), []
    for selection in published_draw.selections.all()[1:4]:
        row = publish(selection.inspection, reviewer, head, SUMMARY)
        redactions.ask(draw=draw, target=f"finding/{row.pk}", legal_reason=LAW, actor=reviewer)
        with CaptureQueriesContext(connection) as captured:
            client.get("/ceremony/redactions/")
        counts.append(len(captured))
    assert counts[1] == counts[2]
