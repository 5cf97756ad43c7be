"""Until when units are visited and results published: what is proposed, refused, stored, and shown with 暂估."""

from datetime import date, timedelta

import pytest
from attack_cases import DICE, LOTTERY
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings import deadlines
from drawings.ceremony import verbs
from drawings.ceremony.freeze_form import FreezeForm
from drawings.ceremony.preflight import checks
from drawings.models import Draw, Inspection
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry
from wugang_audit.calendar.models import SpecialDay
from wugang_audit.calendar.workdays import Due

MARK = "暂估"


def of(year, quarter):
    return Draw(year=year, quarter=quarter)


# --- arithmetic --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("quarter", "known_on", "expected"),
    [
        ((2026, 3), date(2026, 7, 6), Due(date(2026, 9, 30), False)),
        ((2023, 3), date(2023, 7, 6), Due(date(2023, 9, 28), False)),
        # A late draw: until the end of the quarter in which its numbers are known.
        ((2026, 2), date(2026, 7, 6), Due(date(2026, 9, 30), False)),
        # The numbers are known on the last two days, which are holidays.
        ((2023, 3), date(2023, 9, 29), Due(date(2023, 12, 29), False)),
        ((2026, 4), date(2026, 10, 8), Due(date(2026, 12, 31), False)),
        ((2027, 1), date(2027, 1, 5), Due(date(2027, 3, 31), True)),
    ],
)
def test_visits_are_due_on_the_last_working_day_of_the_quarter(holidays, quarter, known_on, expected):
    assert deadlines.visit_by_default(of(*quarter), known_on) == expected


def test_results_are_due_twenty_working_days_after_the_visit(holidays, settings):
    assert settings.PUBLISH_WORKDAYS == 20
    assert deadlines.publish_by(date(2026, 9, 30)) == Due(date(2026, 11, 3), False)
    assert deadlines.publish_by(date(2026, 12, 10)) == Due(date(2027, 1, 8), True)
    settings.PUBLISH_WORKDAYS = 5
    assert deadlines.publish_by(date(2026, 9, 30)) == Due(date(2026, 10, 13), False)


# --- the freeze --------------------------------------------------------------------------------------------------
def test_what_is_overdue_follows_from_the_visit_until_a_day_is_set(holidays):
    for today in (date(2026, 1, 5), date(2026, 2, 25), date(2026, 10, 9), date(2027, 2, 1)):
        first = deadlines.first_visit_in_time(today)
        assert deadlines.publish_by(first).day >= today
        assert deadlines.publish_by(first - timedelta(days=1)).day < today


@pytest.fixture
def sent(draft, clock):
    """What the browser sends of the freeze form, with a day for the visits."""

    def make(**more):
        form = FreezeForm(draw=draft)
        data = {"disclosure": "open", "dice10_on": "on", "dice10_label": "20"}
        data["dice10_time"] = f"{form['dice10_time'].value():%Y-%m-%dT%H:%M}"
        return data | more

    return make


def test_the_form_proposes_the_last_working_day_and_says_when_it_is_an_estimate(draft, clock, holidays):
    field = FreezeForm(draw=draft)["visit_by"]
    assert field.value() == date(2026, 12, 31)
    assert MARK not in field.help_text
    SpecialDay.objects.filter(day=date(2026, 10, 1)).delete()
    assert MARK in FreezeForm(draw=draft)["visit_by"].help_text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            "2026-10-07",
            "检查期限早于最后一个随机数揭晓的日期（2026-10-08）：那时还没有任务。请往后填。",
        ),
        ("2027-01-01", "检查期限不能晚于 2026-12-31：一次抽签的检查在本季度内完成。"),
        ("昨天", "输入一个有效的日期。"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(draft, sent, holidays, day, said):
    form = FreezeForm(sent(visit_by=day), draw=draft)
    assert form.errors == {"visit_by": [said]}


@pytest.mark.parametrize("day", ["2026-10-08", "2026-12-31", "2026-11-28", ""])
def test_any_other_day_of_the_quarter_is_taken(draft, sent, holidays, day):
    assert FreezeForm(sent(visit_by=day), draw=draft).is_valid()


def test_the_last_question_names_the_day_and_hints_at_a_holiday(
    draft, sent, holidays, login, organiser, freeze
):
    client, url = login(organiser), f"/ceremony/{draft.code}/freeze/"
    seen = client.get(f"/ceremony/{draft.code}/").context["flight"].snapshot.fingerprint
    page = client.post(url, sent(visit_by="2026-11-28", seen=seen)).content.decode()
    assert "2026-11-28" in page
    assert "检查期限2026年11月28日（星期六）不是工作日，请核对日期。" in page
    client.post(url, sent(visit_by="2026-11-28", seen=seen, sure="yes"))
    draft.refresh_from_db()
    assert (draft.state, draft.visit_by) == ("frozen", date(2026, 11, 28))


def test_the_step_itself_refuses_what_the_form_does(draft, clock, organiser, holidays):
    seen = checks.snapshot(draft).fingerprint
    with pytest.raises(Refused, match="检查期限早于"):
        verbs.freeze(
            draw=draft, sources=[DICE, LOTTERY], seen=seen, actor=organiser, visit_by=date(2026, 10, 7)
        )
    draft.refresh_from_db()
    assert (draft.state, draft.visit_by) == ("draft", None)


def test_a_draw_frozen_by_an_earlier_version_gets_its_day_with_the_publication(
    drawn_draw, organiser, clock, holidays
):
    Draw.objects.update(visit_by=None)
    verbs.publish(draw=drawn_draw, actor=organiser)
    assert Draw.objects.get().visit_by == date(2026, 12, 31)
    assert AuditEntry.objects.get(action="公布抽签结果").changes == {"visit_by": "2026-12-31"}


# --- what the public sees ----------------------------------------------------------------------------------------
def test_the_public_page_names_the_day_from_the_publication_on(
    drawn_draw, organiser, clock, stranger, holidays
):
    url, said = f"/draws/{drawn_draw.code}/", "以前（含当日）查完"
    assert said not in stranger.get(url).content.decode()
    verbs.publish(draw=drawn_draw, actor=organiser)
    page = stranger.get(url).content.decode()
    assert said in page
    assert '<time class="nowrap" datetime="2026-12-31">2026年12月31日</time>' in page
    assert MARK not in page
    SpecialDay.objects.all().delete()
    assert MARK in stranger.get(url).content.decode()


# --- inspections -------------------------------------------------------------------------------------------------
def test_a_task_is_due_with_its_draw_or_on_the_day_it_was_postponed_to(published_draw, clock):
    inspection = Inspection.objects.first()
    assert inspection.due_on == published_draw.visit_by == date(2026, 12, 31)
    inspection.postponed_to = date(2027, 1, 15)
    assert inspection.due_on == date(2027, 1, 15)


def test_lists_show_the_day_it_was_postponed_to_and_no_estimate(
    published_draw, clock, login, organiser, officers, holidays
):
    Inspection.objects.update(postponed_to=date(2027, 1, 15))
    inspection = Inspection.objects.first()
    officer = inspection.selection.team.first().officer.user
    for user, url in (
        (organiser, "/inspections/all/"), (officer, "/inspections/"), (officer, f"/inspections/{inspection.pk}/"),
    ):  # fmt: skip
        page = login(user).get(url).content.decode()
        assert 'datetime="2027-01-15"' in page, url
        # Somebody typed it: nothing was counted.
        assert MARK not in page, url
        assert "（延期）" in page, url


def test_the_calendar_is_read_once_for_a_list(published_draw, clock, login, organiser, holidays):
    client = login(organiser)
    with CaptureQueriesContext(connection) as asked:
        client.get("/inspections/all/")
    assert sum("specialday" in query["sql"] for query in asked) == 1
