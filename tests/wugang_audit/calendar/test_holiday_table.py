"""The table of holidays: what new sites load, and when a year counts as announced."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from notices import NOTICES, announced

from wugang_audit.calendar import queries
from wugang_audit.calendar.models import HolidayNotice, SpecialDay
from wugang_audit.calendar.workdays import Due


def test_the_fixture_holds_every_day_of_the_notices_and_no_other(holidays):
    assert dict(SpecialDay.objects.values_list("day", "is_workday")) == announced()
    found = HolidayNotice.objects.values_list("document_number", "year", "issued_on", "text")
    assert {number: (year, f"{issued_on}", text) for number, year, issued_on, text in found} == {
        number: (year, issued_on, text.strip()) for number, (year, issued_on, text) in NOTICES.items()
    }


def test_every_row_of_the_fixture_would_pass_the_form(holidays):
    for row in [*HolidayNotice.objects.all(), *SpecialDay.objects.select_related("notice")]:
        row.full_clean()


def test_a_day_is_named_by_the_notice_that_decided_it(holidays):
    decided = dict(SpecialDay.objects.values_list("day", "notice__document_number"))
    assert decided[date(2020, 2, 1)] == "国办发明电〔2020〕1号"
    assert decided[date(2019, 5, 1)] == "国办发明电〔2019〕3号"
    named = SpecialDay.objects.filter(day__in=[date(2020, 10, 1), date(2022, 12, 31)])
    assert [day.name for day in named] == ["国庆节、中秋节", "元旦"]


def test_the_calendar_is_one_query(holidays):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = queries.calendar()
    assert len(asked) == 1
    assert found.after(date(2026, 9, 30), 20) == Due(date(2026, 11, 3), False)
    assert not found.is_estimated(date(2019, 1, 1), date(2026, 12, 31))
    assert found.is_estimated(date(2027, 1, 4))


def test_without_any_notice_every_year_is_an_estimate(db):
    assert queries.calendar().after(date(2026, 9, 30), 1) == Due(date(2026, 10, 5), True)


def test_half_a_notice_does_not_announce_a_year(holidays):
    """A single day of it made 1 January a working day, and nothing was an estimate any more."""
    notice = HolidayNotice.objects.create(
        year=2027, title="通知", document_number="国办发明电〔2026〕9号", issued_on=date(2026, 11, 26)
    )
    assert queries.calendar().is_estimated(date(2027, 3, 1))
    notice.days.create(day=date(2027, 10, 1), name="国庆节")
    notice.days.create(day=date(2027, 2, 8), name="春节")
    found = queries.calendar()
    assert found.is_estimated(date(2027, 3, 1))
    assert not found.is_workday(date(2027, 1, 1))
    # What was entered so far counts, and is no more certain than its year.
    assert found.after(date(2027, 2, 5), 1) == Due(date(2027, 2, 9), True)
    assert found.is_estimated(date(2027, 10, 1))
    assert not found.is_estimated(date(2026, 12, 31))


def test_a_year_is_announced_with_the_last_day_that_it_must_name(holidays):
    day = SpecialDay.objects.get(day=date(2026, 6, 19))
    assert queries.table().missing(2026) == []
    SpecialDay.objects.filter(name="端午节").delete()
    assert queries.table().missing(2026) == ["端午（还差 1 天）"]
    assert queries.calendar().is_estimated(date(2026, 3, 1))
    SpecialDay.objects.create(day=day.day, name=day.name, notice=day.notice)
    assert queries.table().missing(2026) == []
    assert not queries.calendar().is_estimated(date(2026, 3, 1))
