"""The one clock: what stops it, for whom, and what then bears its time."""

import datetime
import threading

import pytest
from django.utils import timezone

from drawings.models import Draw
from enforcers.models import Officer, Recusal
from sources.models import PollutionSource
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history

THEN = datetime.datetime(2024, 2, 9, 17, 30, tzinfo=datetime.UTC)  # already the tenth in China


def test_a_stopped_clock_says_its_moment_and_its_day():
    with clock.at(THEN):
        assert (clock.now(), clock.today()) == (THEN, datetime.date(2024, 2, 10))
        assert clock.local_now().isoformat() == "2024-02-10T01:30:00+08:00"
        with clock.at(THEN + datetime.timedelta(days=1)):
            assert clock.today() == datetime.date(2024, 2, 11)
        assert clock.now() == THEN
    assert clock.now() > THEN


def test_it_goes_on_after_an_error():
    with pytest.raises(KeyError), clock.at(THEN):
        raise KeyError
    assert clock.now() > THEN


def test_nobody_else_sees_it_stopped():
    seen = []
    with clock.at(THEN):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > THEN


def test_a_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime.datetime(2024, 2, 9)):
        pass


def test_what_is_written_bears_its_time(plan, item, organiser, make_source, officers):
    unit, officer = make_source(1), Officer.objects.order_by("pk").first()
    with clock.at(THEN):
        draw = Draw.objects.create(year=2026, quarter=4, plan=plan, item=item, created_by=organiser)
        recusal = Recusal.objects.create(officer=officer, source=unit, reason="亲属")
        unit.remarks = "改过"
        unit.save()
        entry = trail.record(organiser, "试写", draw)
        user = User.objects.create_user("new", "x" * 12, full_name="新")
    day = datetime.date(2024, 2, 10)
    moments = draw.created_at, recusal.created_at, unit.updated_at, user.date_joined
    histories = unit.history.latest("history_id").history_date, recusal.history.get().history_date
    assert [*moments, *histories] == [THEN] * 6
    assert (entry.clock_behind, recusal.since) == (True, day)


def test_rows_written_in_bulk_bear_it_too(make_source, admin):
    unit = make_source(1)
    with clock.at(THEN):
        bulk_history.update(
            PollutionSource, ["remarks"], [unit.pk], [{"remarks": "改过"}], actor=admin, reason="名单"
        )
    unit.refresh_from_db()
    assert (unit.updated_at, unit.history.latest("history_id").history_date) == (THEN, THEN)


def test_a_row_says_no_more_of_its_history_than_it_was_told(make_source):
    """A second save of the same object gets its own time, not that of the first."""
    unit = make_source(1)
    for day in (0, 1):
        with clock.at(THEN + datetime.timedelta(days=day)):
            unit.remarks = f"第 {day} 天"
            unit.save()
    assert unit.history.latest("history_id").history_date - THEN == datetime.timedelta(days=1)


def test_a_session_lives_by_the_real_time(login, organiser):
    """What guards log-ins does not look at this clock: a session would stay open, or a lock shut, as long as it stands."""
    client = login(organiser)
    with clock.at(clock.now() + datetime.timedelta(days=400)):
        assert client.get("/desk/").status_code == 200


def test_the_day_of_a_moment_is_the_day_of_the_site():
    moments = [
        THEN,
        THEN - datetime.timedelta(hours=2),
        THEN.astimezone(datetime.timezone(datetime.timedelta(hours=-9))),
    ]
    assert [clock.day_of(moment) for moment in moments] == [timezone.localdate(moment) for moment in moments]
    with clock.at(THEN):
        assert clock.day_of(None) == datetime.date(2024, 2, 10)
