"""Frozen records that somebody still has to confirm or sign, for many inspections at once."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from wugang_audit.accounts.models import User

from ...models import CoSign, FirmSignature, OnSiteRecord
from ...states import WITH_OFFICERS


@dataclass(frozen=True)
class Unsigned:
    """What a frozen record still lacks, in words, and whether it waits for the person who asks."""

    said: str = ""
    waits_for_him: bool = False


def unsigned(user: User, inspections: Collection[int]) -> dict[int, Unsigned]:
    """Return {primary key of the inspection: what its record lacks}, in one query; none where nothing is frozen or missing."""
    found = {}
    for row in _with_signs().filter(inspection__in=inspections).select_related("second"):
        missing = [] if row.is_confirmed else [f"等{row.second.full_name}确认"]
        missing += [] if row.is_signed else ["等当事人签字"]
        if missing:
            his = not row.is_confirmed and row.second_id == user.pk
            found[row.inspection_id] = Unsigned("，".join(missing), his)
    return found


def waiting_for(user: User) -> int:
    """Return how many records wait for the word of this officer."""
    open_ = {"second": user, "is_confirmed": False, "inspection__state__in": WITH_OFFICERS}
    return _with_signs().filter(**open_).count()


def _with_signs() -> QuerySet[OnSiteRecord]:
    mine = {"record": OuterRef("pk")}
    return OnSiteRecord.objects.standing().annotate(
        is_confirmed=Exists(CoSign.objects.filter(**mine)),
        is_signed=Exists(FirmSignature.objects.filter(**mine)),
    )
