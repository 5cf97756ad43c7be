"""When a result is to be published, and what is said of a visit on a holiday."""

import datetime
from datetime import date

import pytest
from django.contrib.messages import get_messages
from visit_cases import send_in

from drawings.inspections import verbs


@pytest.fixture
def saved(inspection, lead, login, full, fields, clock):
    """Save a draft of a visit on some day; returns what the page says."""

    def save(day):
        clock.moment = datetime.datetime.combine(day, datetime.time(10), tzinfo=datetime.UTC)
        report = full(visited_at=clock.moment.replace(hour=2))
        client = login(lead)
        response = client.post(f"/inspections/{inspection.pk}/edit/", fields(inspection, report))
        inspection.refresh_from_db()
        return [str(message) for message in get_messages(response.wsgi_request)]

    return save


def test_a_visit_on_a_holiday_is_kept_with_a_hint(saved, inspection, holidays):
    assert saved(date(2026, 10, 18)) == [
        "草稿已保存。",
        "检查时间：2026年10月18日（星期日）不是工作日，请核对日期。",
    ]
    assert inspection.visited_at is not None


@pytest.mark.parametrize("day", [date(2026, 10, 10), date(2026, 10, 12)])
def test_a_working_day_gets_none_though_it_be_a_saturday(saved, day, holidays):
    assert saved(day) == ["草稿已保存。"]


def test_where_no_notice_is_there_the_hint_says_so(saved):
    assert (
        saved(date(2026, 10, 10))[1] == "检查时间：2026年10月10日（星期六）不是工作日（暂估），请核对日期。"
    )


def test_the_day_of_publication_counts_from_the_visit(inspection, step, clock, holidays):
    row = step(inspection, "submitted")
    row.refresh_from_db()
    assert row.publish_by == date(2026, 11, 4)
    clock.move(days=3)
    row = step(inspection, "approved")
    row.refresh_from_db()
    # From the visit on 8 October, not from the approval.
    assert row.publish_by == date(2026, 11, 4)


def test_a_second_approval_counts_from_the_visit_as_it_is_on_record(
    inspection, step, clock, lead, reviewer, full, holidays
):
    row = step(inspection, "submitted", "approved")
    row = verbs.send_back(inspection=row, actor=reviewer, version=row.version, comment="时间不对")
    clock.move(days=1)
    row = send_in(inspection=row, actor=lead, version=row.version, report=full())
    row = verbs.approve(inspection=row, actor=reviewer, version=row.version)
    row.refresh_from_db()
    assert row.publish_by == date(2026, 11, 4)
