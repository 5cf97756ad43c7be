"""Confirming several at once: the full text of each is on the page, and only what is ticked is confirmed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pages import said

from drawings.inspections.field.report import Answer
from drawings.inspections.review.content import Entry, in_short
from drawings.models import Inspection


@pytest.fixture
def approved(all_of_them, hand_in, step, points):
    rows = []
    for number, row in enumerate(all_of_them[:3], 1):
        answers = {point.pk: Answer("pass") for point in points} | {
            points[1].pk: Answer("fail", f"第{number}家阀门渗漏")
        }
        row = hand_in(row, outcome="ordered", summary=f"第{number}家\n两行", answers=answers)
        rows.append(step(row, "approved"))
    return rows


@pytest.fixture
def url(published_draw):
    return reverse("inspections:publish_all", args=[published_draw.pk])


def test_the_page_holds_the_full_text_of_each(approved, url, login, head, points):
    page = login(head).get(url)
    shown = page.content.decode()
    assert len(page.context["reports"]) == 3
    for number in (1, 2, 3):
        assert f"第{number}家\n两行" in shown and f"第{number}家阀门渗漏" in shown
    for report in page.context["reports"]:
        told = "".join(f"{entry.label}{entry.text}" for entry in report.entries)
        assert [point.name for point in points if point.name not in told] == []
    # Folded is nothing of the report itself: only the clauses of its points.
    of_form = shown.split('<form class="stack"', 1)[1].split("</form>")[0]
    assert of_form.count("<details") == of_form.count('<details class="clauses-of"><summary>依据') > 0


def test_the_oldest_stand_first(approved, url, login, head):
    def order():
        return [report.inspection for report in login(head).get(url).context["reports"]]

    first, second, third = approved
    assert order() == approved  # due on one day: as they were approved
    Inspection.objects.filter(pk=third.pk).update(publish_by="2026-10-01")
    Inspection.objects.filter(pk=first.pk).update(publish_by=None)
    assert order() == [third, second, first]


def test_nothing_is_ticked_before_it_was_read(approved, url, login, head):
    assert " checked" not in login(head).get(url).content.decode().split('<form class="stack"', 1)[1]


def test_without_a_tick_nothing_is_confirmed_and_the_page_says_so(approved, url, login, head):
    page = login(head).post(url, {})
    shown = page.content.decode()
    assert page.status_code == 200 and "还没有勾选" in shown
    assert 'href="#id_seen_0"' in shown and 'id="id_seen_error"' in shown
    assert not Inspection.objects.disclosed().exists()


def test_only_what_is_ticked_is_confirmed(approved, url, login, head):
    first, second, third = approved
    client = login(head)
    answer = client.post(url, {"seen": [f"{row.pk}@{row.version}" for row in (first, third)]}, follow=True)
    assert said(answer) == ["已确认公开 2 家单位的检查结果。"]
    assert set(Inspection.objects.disclosed()) == {first, third}


def test_a_tick_counts_for_the_text_that_was_read_alone(
    approved, url, login, head, give_back, hand_in, step, points
):
    first, second, third = approved
    ticks = [f"{row.pk}@{row.version}" for row in (first, second)]
    give_back(second, comment="改")
    answers = {points[1].pk: Answer("pass")}
    step(hand_in(second, summary="新的", answers=answers), "approved")
    answer = login(head).post(url, {"seen": ticks}, follow=True)
    assert said(answer)[1] == "另有 1 家没有公开：刚刚有了变动，或者内容写不成公开的记载。请点单位名称查看。"
    assert set(Inspection.objects.disclosed()) == {first}


@pytest.mark.parametrize("junk", ["", "x", "1", "@", "0@x", "9" * 30 + "@x"])
def test_a_tick_for_nothing_confirms_nothing_and_the_page_stays(junk, approved, url, login, head):
    page = login(head).post(url, {"seen": [junk]})
    assert page.status_code == 200 and page.context["form"].errors
    assert not Inspection.objects.disclosed().exists()


def test_what_was_ticked_stays_ticked_where_it_is_refused(approved, url, login, head, reviewer, give_back):
    row = approved[0]
    tick = f"{row.pk}@{row.version}"
    other = f"{approved[1].pk}@2020-01-01T00:00:00+00:00"
    page = login(head).post(url, {"seen": [other]})
    assert page.context["form"].non_field_errors() and page.context["ticked"] == [other]
    assert tick not in page.context["ticked"]


def test_the_page_costs_as_many_queries_with_one_report_as_with_three(approved, url, login, head):
    client = login(head)

    def cost():
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    three = cost()
    Inspection.objects.filter(pk__in=[row.pk for row in approved[1:]]).update(state="draft")
    assert cost() == three


def test_points_with_the_same_word_stand_together_and_none_is_lost():
    entries = [Entry("summary", "检查情况", "好")] + [
        Entry(f"verdict_{n}", f"{n}. 项", text)
        for n, text in enumerate(["符合", "符合", "不符合\n说明：漏", "符合", "", "", "不涉及"], 1)
    ]
    assert [(entry.label, entry.text) for entry in in_short(entries)] == [
        ("检查情况", "好"),
        ("符合（3 项）", "1. 项；2. 项；4. 项"),
        ("3. 项", "不符合\n说明：漏"),
        ("没有填（2 项）", "5. 项；6. 项"),
        ("不涉及（1 项）", "7. 项"),
    ]
