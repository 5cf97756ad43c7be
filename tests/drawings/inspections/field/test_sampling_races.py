"""Two officers of different draws put down one sample number at the same moment: it stands once."""

import pytest
from races import race, together
from test_sampling import ASKED

from drawings.inspections.field import sampling
from drawings.models import Inspection, Sampling

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = {name: ASKED[name] for name in ("station", "outlet", "pollutants")} | {"numbers": "S1"}


def test_one_sample_number_is_taken_once(published_draw, monkeypatch):
    # Visits of one draw wait for each other at the lock of the draw, which those of two draws do not share.
    monkeypatch.setattr(sampling, "locked", lambda row: Inspection.objects.get(pk=row.pk))
    monkeypatch.setattr(sampling, "why_taken", together(sampling.why_taken))
    rows = list(Inspection.objects.order_by("pk")[:2])
    leads = [row.selection.team.get(is_lead=True).officer.user for row in rows]
    asks = [
        lambda row=row, lead=lead: sampling.ask(inspection=row, actor=lead, values=VALUES)
        for row, lead in zip(rows, leads, strict=True)
    ]
    assert race(*asks) == ["done", "refused"]
    assert Sampling.objects.count() == 1
