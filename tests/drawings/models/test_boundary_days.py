"""Each condition of the database against its twin in Python, on the day before, on the day itself, on the day after."""

import datetime
import hashlib

import pytest
from django.utils import timezone

from drawings.models import Draw, Inspection, Plan
from drawings.models.quarters import quarter_of
from drawings.states import COMMITTED, WITH_RESULT, DrawState
from enforcers.coverage import SOON, expiring
from enforcers.models import Absence, Officer, Recusal
from sources.models import Category, PollutionSource

DAY = datetime.timedelta(days=1)


@pytest.fixture
def today(clock):
    return timezone.localdate()


def near(today):
    return [None, *(today + DAY * days for days in (-1, 0, 1))]


def test_special_supervision_holds_on_its_first_and_last_day(make_source, today):
    cases = [
        (category, since, until)
        for category in Category.values
        for since in near(today)
        for until in near(today)
    ]
    for serial, (category, since, until) in enumerate(cases, 1):
        make_source(
            serial, category=category, special_from=since, special_until=until, category_after="general"
        )
    rows = PollutionSource.objects.with_class(today)
    assert len(rows) == len(cases)
    for row, (category, since, until) in zip(rows.order_by("number"), cases, strict=True):
        in_force = (since is None or since <= today) and (until is None or today <= until)
        right = category if category != Category.SPECIAL or in_force else Category.GENERAL
        assert row.class_today == row.category_on(today) == right, (category, since, until)


def test_an_absence_and_a_recusal_hold_on_their_first_and_last_day(make_source, officers, today):
    officer, source = officers[0], make_source(1)
    for since in near(today)[1:]:
        for until in near(today):
            if until and until < since:
                continue
            right = since <= today and (until is None or until >= today)
            for row in (
                Absence(officer=officer, since=since, until=until, kind="leave"),
                Recusal(officer=officer, source=source, reason="亲属", since=since, until=until),
            ):
                row.save()
                found = type(row).objects.filter(pk=row.pk)
                assert found.in_force(today).exists() == found.in_force().exists() == right, (since, until)
                assert found.not_over().exists() == (until is None or until >= today)
                row.delete()


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("away", [None, (-1, -1), (-1, 0), (0, 0), (0, None), (1, 1)])
@pytest.mark.parametrize("duty", ["on_duty", "leave"])
def test_an_officer_may_be_sent_just_when_nothing_keeps_him_away(make_officer, today, days, away, duty):
    officer = make_officer(1, "甲", certificate_expiry=today + DAY * days, duty_state=duty)
    if away:
        since, until = (None if each is None else today + DAY * each for each in away)
        Absence.objects.create(officer=officer, since=since, until=until, kind="leave")
    found = Officer.objects.with_absences().get()
    is_away = away is not None and away[0] <= 0 and (away[1] is None or away[1] >= 0)
    right = days >= 0 and duty == "on_duty" and not is_away
    assert (found.why_absent == "") == Officer.objects.available().exists() == right


@pytest.mark.parametrize(
    ("days", "soon"), [(-1, False), (0, True), (SOON.days, True), (SOON.days + 1, False)]
)
def test_a_certificate_ends_soon_from_today_to_the_sixtieth_day(make_officer, today, days, soon):
    make_officer(1, "甲", certificate_expiry=today + DAY * days)
    assert expiring(Officer.objects.all()).exists() == soon


@pytest.mark.parametrize("state", DrawState)
def test_the_sets_of_draws_hold_just_their_states(draft, state):
    Draw.objects.update(state=state)
    found = Draw.objects
    assert found.visible().exists() == (state != "draft")
    assert found.not_void().exists() == (state != "void")
    assert found.with_result().exists() == (state in WITH_RESULT) == (state in ("drawn", "published"))
    assert found.published().exists() == (state == "published")
    assert (state in COMMITTED) == (state in ("frozen", "drawn", "published"))


def test_an_inspection_is_disclosed_only_under_a_published_draw(published_draw):
    shown = []
    for draw in DrawState:
        for state in ("draft", "submitted", "returned", "approved", "published"):
            Draw.objects.update(state=draw)
            Inspection.objects.update(state=state)
            released, disclosed = (
                Inspection.objects.released().exists(),
                Inspection.objects.disclosed().exists(),
            )
            assert released == (draw == "published")
            shown += [(draw.value, state)] if disclosed else []
    assert shown == [("published", "published")]


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_lies_in_the_quarter_of_the_calendar(month):
    right = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][month - 1]
    for day in (1, 15, 28):
        assert quarter_of(datetime.date(2026, month, day)) == (2026, right)


def test_the_plan_in_force_is_the_latest_published_version_of_its_own_year(plan, organiser):
    def version(year, number, published_at):
        more = {"title": "x", "basis": "x", "created_by": organiser}
        return Plan.objects.create(year=year, version=number, published_at=published_at, **more)

    second = version(2026, 2, timezone.now())
    version(2026, 3, None)
    other = version(2027, 1, timezone.now())
    assert (Plan.objects.in_force(2026), Plan.objects.in_force(2027)) == (second, other)
    assert (Plan.objects.in_force(2025), second.previous, other.previous) == (None, plan, None)


@pytest.mark.parametrize("disclosure", ["open", "sealed"])
@pytest.mark.parametrize("lifted", [False, True])
@pytest.mark.parametrize("ends", [None, -1, 0, 1])
def test_what_the_log_calls_a_unit_hangs_on_the_commit_and_never_on_the_day(
    draft, clock, disclosure, lifted, ends
):
    """A draw that was sealed keeps its salted names in the log after the seal has fallen: its rows stay of one kind."""
    draft.disclosure, salt = disclosure, "salt/2 2026Q4 " + "0" * 32
    draft.files.create(name="salt.txt", content=f"{salt}\n", digest="0" * 64)
    draft.unsealed_at = clock() if lifted else None
    draft.unseal_on = None if ends is None else timezone.localdate() + DAY * ends
    salted = hashlib.sha256(f"{salt} 410481-0001".encode()).hexdigest()
    right = "410481-0001" if disclosure == "open" else salted
    assert draft.log_subject("410481-0001") == f"2026Q4/{right}"
    document = "finding/1\n" if disclosure == "open" else f"{salt}\nfinding/1\n"
    assert draft.log_digest("finding/1\n") == hashlib.sha256(document.encode()).hexdigest()
