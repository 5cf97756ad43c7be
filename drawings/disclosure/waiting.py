"""What the result of a drawn unit waits for: the same words on its own page and on that of its draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from wugang_audit import clock
from wugang_audit.calendar.workdays import Due

from .. import deadlines, public_fields
from ..models import Inspection, SubstitutionPlace
from ..models import Substitution as SubstitutionRow
from ..states import InspectionState
from .prepared import Keys, prepared

NOT_PUBLIC = "未公开"
UNTOLD = "尚未说明原因"


@dataclass(frozen=True)
class Waits:
    """Why the result of a drawn unit is not there: until when the visit is due, and what stands in the way of it."""

    due: Due | None
    is_overdue: bool  # the day has passed
    is_unpublished: bool  # so has the last day on which a result of a visit in time would have been published
    because: str = ""  # why the day is another one than that of the draw: 延期 or 替补; else empty
    reason: str = ""  # that somebody stepped in for it, or will, and why, in words

    @property
    def word(self) -> str:
        """How it stands in a word, the same on every page."""
        return "逾期" if self.is_unpublished else "过了检查期限" if self.is_overdue else NOT_PUBLIC


def waits_of(selections: Sequence[int], *, may_be_replaced: bool = True) -> dict[int, Waits]:
    """Say of drawn units of open draws what their results wait for; of those with a published result nothing.

    Whether the officers were there is not said before their result is public. A postponement is: its day, and not its
    reason, which was written for the head and may name persons. So why a visit is late nobody has told the public yet,
    unless another unit stepped in.

    :param selections: the keys.
    :param may_be_replaced: whether any of their draws has a substitution.
    """
    if not selections:
        return {}
    reasons = _substituted(selections) if may_be_replaced else {}
    stands = cache(_stands)  # most units of a draw have the same day
    return {
        row["selection_id"]: Waits(
            *stands(row["due"]), because=why_another_day(row), reason=reasons.get(row["selection_id"], "")
        )
        for row in _tasks(selections)
    }


@prepared
def _tasks(selections: Keys) -> QuerySet:
    """Return until when these drawn units are to be visited, of those without a published result."""
    tasks = Inspection.objects.filter(selection__in=selections).exclude(state=InspectionState.PUBLISHED)
    return tasks.with_due().order_by().values(*public_fields.UNIT_TASK)


def why_another_day(row: dict[str, Any]) -> str:
    """Say by which word a row of `_tasks` has another day than its draw; empty where it has the same."""
    is_substitute = row["substitute_by"] and row["substitute_by"] == row["due"]
    return "替补" if is_substitute else "延期" if row["postponed_to"] else ""


def _stands(day: date | None) -> tuple[Due | None, bool, bool]:
    """Return a day with its notes, whether it has passed, and whether results of visits by it should be public."""
    today = clock.today()
    return (
        deadlines.visit_by(day),
        bool(day and day < today),
        bool(day and deadlines.publish_by(day).day < today),
    )


def _substituted(keys: Sequence[int]) -> dict[int, str]:
    """Say of units that cannot be inspected why, in the words of the closed list that the draw's page has too."""
    return {
        key: SubstitutionRow.Reason(reason).label
        + ("，由替补单位接受检查" if since else "，替补单位还没有算出")
        for key, reason, since in (row.values() for row in _places(keys))
    }


@prepared
def _places(selections: Keys) -> QuerySet:
    places = SubstitutionPlace.objects.filter(
        selection__in=selections,
        substitution__kind=SubstitutionRow.Kind.UNIT,
        substitution__confirmed_at__isnull=False,
    )
    return places.values(*public_fields.UNIT_SUBSTITUTED)
