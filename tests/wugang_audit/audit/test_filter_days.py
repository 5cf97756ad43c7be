"""The filter of the audit trail by days: both days included."""

import datetime

from django.utils import timezone

from wugang_audit.audit import trail
from wugang_audit.audit.forms import AuditFilter
from wugang_audit.audit.models import AuditEntry

DAY = datetime.timedelta(days=1)


def test_the_trail_is_narrowed_to_days_both_included(organiser, clock):
    trail.record(organiser, "试写", "对象")
    day = timezone.localdate()
    cases = {
        (day, day): True,
        (None, day): True,
        (day, None): True,
        (day + DAY, None): False,
        (None, day - DAY): False,
    }
    for (since, until), shown in cases.items():
        asked = {name: f"{each}" for name, each in (("since", since), ("until", until)) if each}
        assert AuditFilter(asked).narrow(AuditEntry.objects.all()).exists() == shown, asked
