"""The rule of a seal is asked of one draw and of the database: both say the same, on the day itself too."""

import datetime

import pytest
from django.utils import timezone

from drawings.models import Draw
from drawings.models.seal import Disclosure, ended_by_date, sealed_now

DAYS = (None, -1, 0, 1)


@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize("lifted", [False, True])
@pytest.mark.parametrize(("days", "open_by_date"), [*zip(DAYS, (False, True, True, False), strict=True)])
def test_a_draw_and_the_database_agree_on_its_seal(draft, clock, disclosure, lifted, days, open_by_date):
    draft.disclosure, draft.unsealed_at = disclosure, clock() if lifted else None
    draft.unseal_on = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    draft.save()
    with_seal = disclosure == Disclosure.SEALED and not lifted
    draw = Draw.objects.get()
    assert draw.has_seal == with_seal
    assert draw.is_sealed == Draw.objects.filter(sealed_now()).exists() == (with_seal and not open_by_date)
    assert Draw.objects.filter(ended_by_date()).exists() == (with_seal and open_by_date)
    assert Draw.objects.unsealed().exists() != draw.is_sealed
