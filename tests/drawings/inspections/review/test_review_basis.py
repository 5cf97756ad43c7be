"""What becomes public beside the words of a report stands before reviewer and head: lists, clauses; and what does not."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drawings.inspections.field.report import Answer
from drawings.inspections.review.content import Entry
from drawings.models import Draw, Inspection, LegalBasis

CITED = "《虚构环境法》第九条"
GONE = "《虚构旧法》第一条"
PRIVATE_NOTE = "说明只供审核，不公开"


@pytest.fixture
def noted(points):
    """A point that rests on a law in force and on one that is no more, and a note on it."""
    for law, article, until in (
        ("虚构环境法", "第九条", None),
        ("虚构旧法", "第一条", datetime.date(2020, 1, 1)),
    ):
        basis = LegalBasis.objects.create(
            law=law,
            article=article,
            text="虚构",
            in_force_from=datetime.date(2010, 1, 1),
            in_force_until=until,
        )
        points[1].bases.add(basis)
    return {point.pk: Answer("pass") for point in points} | {points[1].pk: Answer("fail", "阀门渗漏")}


def page_of(client, row):
    return client.get(reverse("inspections:detail", args=[row.pk])).content.decode()


def test_reviewer_and_head_read_lists_and_clauses_and_that_a_note_stays_inside(
    inspection, hand_in, noted, step, reviewer, head, login
):
    row = hand_in(inspection, outcome="urged", measures={"urge": None}, answers=noted)
    version = str(row.checklists.get().version)
    first = page_of(login(reviewer), row)
    row = step(row, "approved")
    bulk = reverse("inspections:publish_all", args=[row.selection.draw_id])
    for text in (first, page_of(login(head), row), login(head).get(bulk).content.decode()):
        decision = text.split('aria-labelledby="decision"')[0]
        assert f"采用：{version}" in decision
        assert decision.count(f'<span class="clause">{CITED}</span>') == 1
        assert GONE not in decision
        assert decision.count(PRIVATE_NOTE) == 1  # beside the one point that has a note


def test_without_a_note_nothing_is_said_of_one(inspection, hand_in, reviewer, login):
    assert PRIVATE_NOTE not in page_of(login(reviewer), hand_in(inspection))


def test_the_word_for_a_note_counts_in_a_point_alone():
    assert Entry("verdict_3", "3. 台账", "不符合\n说明：缺页").has_note
    assert not Entry("summary", "检查情况", "说明：缺页").has_note
    assert not Entry("verdict_3", "3. 台账", "符合").has_note


def test_the_officers_form_says_that_a_note_stays_inside(inspection, lead, login):
    page = login(lead).get(reverse("inspections:edit", args=[inspection.pk])).content.decode()
    assert "不符合时必填；只供审核，不公开" in page


def test_the_head_reads_of_a_visit_on_a_holiday_like_the_reviewer(
    inspection, hand_in, step, reviewer, head, login, full, today_is_worked
):
    sunday = datetime.datetime.fromisoformat("2026-10-11T10:00:00+08:00")
    row = hand_in(inspection)
    bulk = reverse("inspections:publish_all", args=[row.selection.draw_id])
    assert "不是工作日" not in page_of(login(reviewer), row)
    Inspection.objects.filter(pk=row.pk).update(visited_at=sunday)
    assert "不是工作日" in page_of(login(reviewer), row)
    Inspection.objects.filter(pk=row.pk).update(state="approved", reviewed_by=reviewer, reviewed_at=sunday)
    assert "不是工作日" in page_of(login(head), row)
    assert "不是工作日" in login(head).get(bulk).content.decode()


def test_more_reports_cost_no_more_queries(all_of_them, hand_in, step, noted, head, login, published_draw):
    client, counts = login(head), []
    url = reverse("inspections:publish_all", args=[Draw.objects.get().pk])
    for rows in (all_of_them[:1], all_of_them[1:3]):
        for row in rows:
            step(hand_in(row, outcome="urged", measures={"urge": None}, answers=noted), "approved")
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
