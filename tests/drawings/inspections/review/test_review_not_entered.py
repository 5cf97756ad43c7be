"""A unit that was closed when the officers came: its points need not be filled in, and no page makes a list of them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from drawings.inspections import verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.report import Answer
from drawings.inspections.review.content import Entry, in_short
from drawings.models import Inspection, OnSiteRecord


def url(inspection, name="detail", *more):
    return reverse(f"inspections:{name}", args=[inspection.pk, *more])


@pytest.mark.parametrize("outcome", ["closed", "untraced", "refused"])
def test_the_reviewer_reads_how_many_and_not_which(outcome, inspection, hand_in, login, reviewer, points):
    hand_in(inspection, outcome=outcome, answers={}, summary="厂门上锁")
    html = login(reviewer).get(url(inspection)).content.decode()
    assert f"<summary>没有进厂，不用填的 {len(points)} 项</summary>" in html
    assert "没有填的" not in html
    assert html.count(f"；{len(points)}. {points[-1].name}") == 0
    # He may still write something about a point.
    assert html.count(f'name="note_on_verdict_{points[-1].pk}"') == 1


def test_what_was_filled_in_all_the_same_is_shown(inspection, hand_in, login, reviewer, points):
    hand_in(inspection, outcome="refused", answers={points[0].pk: Answer("fail", "门口未公示")})
    html = login(reviewer).get(url(inspection)).content.decode()
    assert f"不用填的 {len(points) - 1} 项" in html
    assert "说明：门口未公示" in html


def test_an_earlier_version_says_it_in_one_line(inspection, hand_in, login, lead, points):
    hand_in(inspection, outcome="closed", answers={})
    html = login(lead).get(url(inspection, "version", 1)).content.decode()
    assert f"没有进厂，{len(points)} 项检查项目不用填。" in html
    assert html.count("没有填") == 0
    assert points[0].name not in html


def test_what_was_taken_out_since_the_last_time_is_no_blank(
    inspection, hand_in, give_back, login, reviewer, points
):
    hand_in(inspection)
    give_back(inspection, "请核对结论。")
    # As a report that was handed in before records were frozen could be changed.
    OnSiteRecord.objects.update(
        set_aside_at=timezone.now(), set_aside_by=reviewer, set_aside_because="旧记录"
    )
    hand_in(inspection, outcome="closed", answers={}, arrival=Arrival(entry="stopped", remark="停产"))
    html = login(reviewer).get(url(inspection)).content.decode()
    assert "不用填" not in html
    assert html.count("<del>符合</del>") == len(points)


def test_the_officers_read_that_nothing_is_missing(inspection, lead, login, full):
    verbs.save_draft(
        inspection=inspection,
        actor=lead,
        version=inspection.version,
        report=full(outcome="closed", answers={}),
    )
    html = login(lead).get(url(inspection)).content.decode()
    assert "没有进厂，检查项目不用填。" in html
    row = Inspection.objects.get(pk=inspection.pk)
    verbs.save_draft(inspection=row, actor=lead, version=row.version, report=full(outcome="", answers={}))
    assert "没有填检查项目。" in login(lead).get(url(inspection)).content.decode()


def test_the_head_reads_it_in_one_line():
    closed = [
        Entry("outcome", "检查结论", "停产未查"),
        Entry("verdict_1", "1. 排污许可", ""),
        Entry("verdict_2", "2. 环评", ""),
    ]
    assert in_short(closed)[1:] == [Entry("verdict_1", "检查项目（2 项）", "没有进厂，不用填")]
    clean = [Entry("outcome", "检查结论", "未发现问题"), *closed[1:]]
    assert in_short(clean)[1:] == [Entry("verdict_1", "没有填（2 项）", "1. 排污许可；2. 环评")]
