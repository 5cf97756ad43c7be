"""The drawn units of open draws: all of them, and those whose day has passed, with and without a published result.

A unit whose visit was postponed, or is made by a substitute, has a day of its own; its page says it.

Of a draw that is not open nothing is read, so nothing here is told by what a sealed draw lacks.
"""

from collections import Counter

from django.db.models import Count, Q

from .. import public_fields
from ..models import PublishedResult, Selection, SubstitutionPlace
from ..models.draw import SelectionQuerySet
from ..states import InspectionState
from ..statistics.published import due_until
from .counted_draws import CountedDraws
from .periods import quarter_of

_IS_OUT = Q(inspection__state=InspectionState.PUBLISHED)


def units_of(of: CountedDraws, code: str) -> SelectionQuerySet:
    """Return the drawn units that a figure counts.

    :param code: one of `public_figures.SELECTIONS_LINKED`.
    """
    if code == "drawn":
        return Selection.objects.of_result().filter(draw__code__in=[draw.code for draw in of.open])
    quarters = of.public_by_now if code == "due_public" else of.due_days
    codes = [draw.code for draw in of.open if quarter_of(draw) in quarters]
    in_place = SubstitutionPlace.objects.filter(
        selection__draw__code__in=codes, member__isnull=True, substitution__effective_at__isnull=False
    )
    hidden = PublishedResult.objects.filter(is_hidden=True, inspection__selection__draw__code__in=codes)
    until = of.public_of if code == "due_public" else of.over
    rows = Selection.objects.filter(due_until(until), draw__code__in=codes)
    # Who was replaced need not be inspected any more; a result that was public before that is one.
    rows = rows.exclude(~_IS_OUT, pk__in=in_place.order_by().values("selection"))
    rows = rows.exclude(inspection__in=hidden.order_by().values("inspection"))
    return rows.exclude(_IS_OUT) if code == "unpublished" else rows


def counted(of: CountedDraws) -> dict[tuple[int, int, str], Counter[str]]:
    """Return {(year, quarter, class): numbers} of the units whose day has passed, in one query; none where none has."""
    if not of.due_days:
        return {}
    quarters = {draw.code: quarter_of(draw) for draw in of.open}
    rows = units_of(of, "due").order_by().values_list(*public_fields.SELECTION_GROUP)
    found = {}
    counts = rows.annotate(
        n=Count("pk"),
        waits=Count("pk", filter=~_IS_OUT),
        public=Count("pk", filter=due_until(of.public_of)),
    )
    for code, stratum, due, unpublished, due_public in counts:
        quarter = quarters[code]
        numbers = Counter({"due": due, "unpublished": unpublished})
        numbers["due_public"] = due_public if quarter in of.public_by_now else 0
        found[*quarter, stratum] = numbers
    return found
