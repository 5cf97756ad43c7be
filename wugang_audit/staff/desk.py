"""The page everybody starts on: what awaits him.

The base knows no app, so each room registers what its people have to do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..access.roles import Role


@dataclass(frozen=True)
class Todo:
    """One line of the desk: what is to be done, how many of it, and where."""

    label: str
    url: str
    count: int | None = None
    hint: str = ""


_providers: list[tuple[frozenset[Role], Callable]] = []


def todo(*roles: Role):
    """Register ``provider(user) -> list[Awaiting]`` for the holders of any of the roles."""

    def register(provider):
        _providers.append((frozenset(roles), provider))
        return provider

    return register


def todos_of(user) -> list[Todo]:
    """Return all that awaits this person, in the order in which the rooms registered."""
    return [
        line for roles, provider in _providers if not user.roles.isdisjoint(roles) for line in provider(user)
    ]
