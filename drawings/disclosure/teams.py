"""The team of a drawn unit as the public reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..models.draw import OFFICER_WITHDRAWN, OPEN_PLACE, TEAM_SIZE


@dataclass(frozen=True)
class Member:
    name: str  # of an open place the word for it
    is_replaced: bool = False
    is_lead: bool = False


def team(officers: Iterable[dict[str, Any]], replaced: frozenset[int] = frozenset()) -> tuple[Member, ...]:
    """Those who go, the lead first, and the places that nobody was left for; after them those who were replaced.

    :param replaced: keys of the members who no longer go.
    """
    ordered = sorted(officers, key=lambda row: (row["pk"] in replaced, not row["is_lead"]))
    members = [
        Member(row["name"] or OFFICER_WITHDRAWN, row["pk"] in replaced, row["is_lead"]) for row in ordered
    ]
    going = sum(not member.is_replaced for member in members)
    return (*members[:going], *[Member(OPEN_PLACE)] * (TEAM_SIZE - going), *members[going:])
