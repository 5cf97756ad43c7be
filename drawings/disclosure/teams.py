"""The team of a drawn unit as the public reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from .. import public_fields
from ..models import TeamMember
from ..models.draw import OFFICER_WITHDRAWN, OPEN_PLACE, TEAM_SIZE
from .prepared import Keys, prepared


@dataclass(frozen=True)
class Member:
    name: str  # of an open place the word for it
    is_replaced: bool = False
    is_lead: bool = False


# A county has a few dozen officers, and a page a thousand of their names.
_member = lru_cache(maxsize=1000)(Member)


def team(officers: Iterable[dict[str, Any]], replaced: frozenset[int] = frozenset()) -> tuple[Member, ...]:
    """Those who go, the lead first, and the places that nobody was left for; after them those who were replaced.

    :param replaced: keys of the members who no longer go.
    """
    ordered = sorted(officers, key=lambda row: (row["pk"] in replaced, not row["is_lead"]))
    members = [
        _member(row["name"] or OFFICER_WITHDRAWN, row["pk"] in replaced, row["is_lead"]) for row in ordered
    ]
    if not replaced and len(members) == TEAM_SIZE:
        return tuple(members)
    going = sum(not member.is_replaced for member in members)
    return (*members[:going], *[Member(OPEN_PLACE)] * (TEAM_SIZE - going), *members[going:])


@prepared
def ever_in_teams(selections: Keys) -> QuerySet:
    """Return the officers of drawn units, those who no longer go too, as `team` reads them."""
    return TeamMember.ever.filter(selection__in=selections).values(*public_fields.OFFICER)
