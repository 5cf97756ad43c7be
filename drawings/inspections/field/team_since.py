"""Since when the two who go now go together: a visit before that was somebody else's."""

import datetime

from django.db.models import Max, Q

from ...models import Inspection, Substitution


def team_since(inspection: Inspection) -> datetime.datetime | None:
    """Return when the last substitution took effect that changed who goes to this unit; None where the draw's own team goes."""
    officers = Q(kind=Substitution.Kind.OFFICER, places__selection=inspection.selection_id)
    rows = Substitution.objects.in_effect().filter(officers | Q(unit=inspection.selection_id))
    return rows.aggregate(last=Max("effective_at"))["last"]
