"""Photos of a phone whose clock was reset: kept, with a word that its time cannot be trusted."""

import datetime

import pytest
from django.utils import timezone
from evidence.photo_files import photo

from drawings.inspections.evidence import queries
from drawings.models import Evidence
from drawings.models.public_photos import taken_on

RESET = "1970-01-01T08:03:00+08:00"


@pytest.mark.parametrize(
    ("taken", "phone_time", "line"),
    [
        # As the record says it that the phone wrote and the firm signed.
        (RESET, RESET, "1970-01-01T08:03+08:00"),
        (RESET, None, "1970-01-01T08:03+08:00"),  # a file without a time
        ("yesterday", "0001-01-01T00:00:00Z", None),
    ],
)
def test_no_photo_is_refused_for_the_clock_of_the_phone(phone, inspection, clock, taken, phone_time, line):
    now = clock()
    assert phone.send(photo(), taken_at=taken, phone_time=phone_time or now.isoformat())[0] == 201
    row = Evidence.objects.get()
    received = timezone.localtime(row.received_at)
    [[_, _, said, _, _]] = queries.evidence_lines(inspection)
    assert said == (line or received.isoformat(timespec="minutes"))
    page = phone.client.get(phone.address()).content.decode()
    assert (f"（手机时间不可信，{received:%Y-%m-%d %H:%M} 收到）" in page) == (line is not None)
    assert "手机时钟慢" not in page
    assert taken_on(row.taken_at, row.phone_ahead, row.received_at) == received.date()


def test_a_clock_that_is_a_day_off_still_tells_the_day(clock):
    now, day = clock(), datetime.timedelta(days=1)
    assert taken_on(now + day, 86400, now) == timezone.localdate(now)
    assert taken_on(now - 3 * day, 0, now) == timezone.localdate(now - 3 * day)
    assert taken_on(now + 9 * day, 0, now) == timezone.localdate(now)
