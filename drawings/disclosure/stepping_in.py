"""Who stepped in for whom: what the pages of the two units say of each other, of draws that are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from wugang_audit import clock

from .. import public_fields
from ..models import Substitution, SubstitutionPlace
from ..models.draw import UNIT_WITHDRAWN
from .prepared import Keys, prepared


@dataclass(frozen=True)
class Other:
    """The unit on the other side, under the name that the draw froze."""

    number: str
    name: str


@dataclass(frozen=True)
class Instead:
    """One unit in place of another one, as the page of one of the two says it.

    :param day: when the substitute was found; of one that is not found yet, when the declaration was confirmed.
    :param reason: why the drawn unit cannot be inspected, of the closed list.
    :param is_gone: the page is that of the unit that cannot be inspected.
    :param is_found: it is settled who steps in, or that nobody does.
    :param other: None: nobody was left, or it is not settled yet.
    """

    code: str
    day: date
    reason: str
    is_gone: bool
    is_found: bool
    other: Other | None

    @property
    def words(self) -> str:
        """What happened, up to the name of the other one."""
        if not self.is_gone:
            return "替补不能检查的单位"
        if self.other:
            return f"不能检查（{self.reason}），替补单位是"
        return f"不能检查（{self.reason}），" + (
            "没有可替补的单位" if self.is_found else "替补单位还没有算出"
        )


def stepping_in(codes: Mapping[int, str]) -> tuple[Instead, ...]:
    """Return what confirmed declarations made of one unit's places, in one query, the earliest first.

    :param codes: {key of a selection of the unit: code of its draw}, of draws that are open and no others.
    """
    return tuple(
        found
        for row in (_places(codes) if codes else ())
        for is_gone, mine in ((True, row["selection_id"]), (False, row["substitution__unit"]))
        if mine in codes
        for found in [_instead(row, codes[mine], is_gone)]
    )


def _instead(row: dict, code: str, is_gone: bool) -> Instead:
    since = row["substitution__effective_at"]
    path = "substitution__unit__" if is_gone else "selection__"
    number = row[f"{path}source__number"]
    return Instead(
        code=code,
        day=clock.day_of(since or row["substitution__confirmed_at"]),
        reason=Substitution.Reason(row["substitution__reason"]).label,
        is_gone=is_gone,
        is_found=since is not None,
        other=Other(number, row[f"{path}name"] or UNIT_WITHDRAWN) if number else None,
    )


@prepared
def _places(keys: Keys) -> QuerySet:
    places = SubstitutionPlace.objects.filter(
        Q(selection__in=keys) | Q(substitution__unit__in=keys),
        substitution__kind=Substitution.Kind.UNIT,
        substitution__confirmed_at__isnull=False,
    )
    return places.order_by("substitution__serial").values(*public_fields.UNIT_STEPPED_IN)
