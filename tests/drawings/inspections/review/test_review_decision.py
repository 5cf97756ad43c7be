"""The form of the decision: what it refuses, where it says so, and what it keeps of what was typed."""

import pytest
from django.urls import reverse
from pages import said

from drawings.models import Inspection, ReviewNote


@pytest.fixture
def submitted(inspection, hand_in):
    return hand_in(inspection)


def post(client, name, row, **values):
    row = Inspection.objects.get(pk=row.pk)
    return client.post(reverse(f"inspections:{name}", args=[row.pk]), {"version": row.version} | values)


def test_who_wrote_a_note_does_not_approve_by_mistake(submitted, decide, reviewer):
    for decision in ("approve", "approve_next"):
        page = decide(reviewer, submitted, decision, note_on_summary="写明时间")
        assert list(page.context["form"].errors) == ["note_on_summary"]
        shown = page.content.decode()
        assert 'id="id_note_on_summary_error"' in shown and 'href="#id_note_on_summary"' in shown
        assert ">\n写明时间</textarea>" in shown
    submitted.refresh_from_db()
    assert (submitted.state, ReviewNote.objects.count()) == ("submitted", 0)


def test_a_decision_that_there_is_not_is_named_in_chinese(submitted, decide, reviewer):
    page = decide(reviewer, submitted, "approve_")
    assert "“审核结论”没有这个选项" in page.content.decode()


def test_an_approval_with_a_comment_on_the_whole_stands(submitted, decide, reviewer):
    decide(reviewer, submitted, "approve", comment="很清楚。")
    submitted.refresh_from_db()
    assert (submitted.state, submitted.review_comment) == ("approved", "很清楚。")


def test_the_head_does_not_publish_with_a_note_in_the_form(submitted, step, login, head):
    row = step(submitted, "approved")
    for written in ({"note_on_summary": "等一下"}, {"comment": "等一下"}):
        page = post(login(head), "publish", row, **written)
        assert list(page.context["form"].errors) == list(written)
        assert f'id="id_{next(iter(written))}_error"' in page.content.decode()
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_note_that_is_too_long_says_so_at_its_point_also_inside_a_fold(
    submitted, give_back, hand_in, decide, reviewer
):
    give_back(submitted, comment="改")
    row = hand_in(submitted, summary="改过")
    page = decide(reviewer, row, "return", note_on_outcome="字" * 501)
    assert list(page.context["form"].errors) == ["note_on_outcome"]
    [stretch] = [s for s in page.context["stretches"] if s.rows[0].point.change.field == "visited_at"]
    assert stretch.folded and stretch.is_open


def test_a_return_without_a_word_is_refused_at_the_comment(submitted, decide, reviewer):
    page = decide(reviewer, submitted, "return_next", note_on_summary="  ")
    assert list(page.context["form"].errors) == ["comment"]


def test_a_decision_that_is_none_is_refused(submitted, decide, reviewer):
    assert decide(reviewer, submitted, "publish").status_code == 200
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_a_page_out_of_date_shows_the_report_anew_and_keeps_the_notes(
    submitted, give_back, hand_in, login, reviewer
):
    old = Inspection.objects.get(pk=submitted.pk).version
    give_back(submitted, comment="改")
    hand_in(submitted, summary="改过")
    values = {"version": old, "decision": "return", "note_on_summary": "写明时间"}
    page = login(reviewer).post(reverse("inspections:review", args=[submitted.pk]), values)
    shown = page.content.decode()
    assert "改过这份检查" in shown and "<ins>改过</ins>" in shown and ">\n写明时间</textarea>" in shown
    assert not ReviewNote.objects.exists()


def test_where_nothing_can_be_decided_any_more_the_page_says_why(
    submitted, step, decide, reviewer, login, head
):
    step(submitted, "approved", "published")
    answer = decide(reviewer, submitted, "return", follow=True)
    assert said(answer) == ["这份检查现在是“已公开”，没有改动。"]
    answer = login(head).post(reverse("inspections:publish", args=[submitted.pk]), {}, follow=True)
    assert said(answer) == ["这份检查现在是“已公开”，没有改动。"]


def test_the_page_costs_as_many_queries_with_ten_points_as_with_more(
    inspection, hand_in, give_back, login, reviewer, full, points, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from drawings.inspections.field.report import Answer
    from drawings.models import ChecklistPoint, Finding

    def cost(row):
        client = login(reviewer)
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("inspections:detail", args=[row.pk])).status_code == 200
        return len(found)

    row = hand_in(inspection)
    give_back(row, **{f"verdict_{point.pk}": "核对" for point in points})
    row = hand_in(row, answers={point.pk: Answer("absent") for point in points})
    few = cost(row)
    give_back(row, comment="按新的项目查")
    more = ChecklistPoint.objects.bulk_create(
        ChecklistPoint(
            version=points[0].version, section="更多", code=f"more-{n}", name=f"第{n}项", position=n
        )
        for n in range(50, 53)
    )
    # As if the frozen record had them.
    Finding.objects.bulk_create(Finding(inspection=row, point=point, verdict="absent") for point in more)
    everything = [*points, *more]
    row = hand_in(row, answers={point.pk: Answer("pass") for point in everything})
    give_back(row, **{f"verdict_{point.pk}": "核对" for point in everything})
    row = hand_in(row, answers={point.pk: Answer("fail", "破损") for point in everything}, outcome="ordered")
    assert cost(row) == few
