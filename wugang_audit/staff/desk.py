"""The page on which everybody starts: what is to be done.

The base knows no app, so each room registers what its people have to do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..access.roles import Role
from ..accounts.models import User


@dataclass(frozen=True)
class Todo:
    """One line of the desk: what is to be done, how many of it, where, and how urgent it is."""

    label: str
    url: str
    count: int | None = None
    hint: str = ""
    tone: str = "info"  # the colour of the number: bad where a day has passed, warn where it is near or work came back


# What comes first on the desk; all other tones stand below, as they were registered.
_URGENCY = {"bad": 0, "warn": 1}
Provider = Callable[[User], list[Todo]]
_providers: list[tuple[frozenset[Role], Provider]] = []


def todo(*roles: Role) -> Callable[[Provider], Provider]:
    """Register a function that returns the todos of a person, for the holders of any of the roles."""

    def register(provider: Provider) -> Provider:
        _providers.append((frozenset(roles), provider))
        return provider

    return register


def todos_of(user: User) -> list[Todo]:
    """Return all that this person has to do: what is late, what is due or came back, and the rest; each of these in
    the order in which the rooms registered."""
    lines = [
        line for roles, provider in _providers if not user.roles.isdisjoint(roles) for line in provider(user)
    ]
    return sorted(lines, key=lambda line: _URGENCY.get(line.tone, len(_URGENCY)))
