"""The path of a new site, from the bureau's name to the first draw: 第一次使用, on the desks of those who walk it.

The base knows no app, so each registers its steps, as it registers its todos. The path is over with its last step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from ..access.roles import Role
from ..accounts.models import User
from ..audit import trail
from .models import FoldedPath

# Who walks it: the roles that take a step, and the head, who approves accounts and asks how far it is.
WALKERS = (Role.ADMIN, Role.SECURITY, Role.ORGANISER, Role.HEAD)


class State(StrEnum):
    DONE = "done"
    NEXT = "next"  # the first that this person can take
    LATER = "later"  # this person's too, after the next one
    WAITING = "waiting"  # somebody else's


@dataclass(frozen=True)
class Progress:
    """How far a step is.

    :param facts: what is there, and what is missing, in short Chinese sentences.
    """

    done: bool
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A step as its app registers it. `order` is its place; `why` is one sentence."""

    order: int
    title: str
    why: str
    role: Role  # who takes it
    button: str
    url: Callable[[], str]
    done_url: Callable[[], str]
    look: Callable[[], Progress]
    is_last: bool


@dataclass(frozen=True)
class Step:
    """A step as one person sees it."""

    title: str
    why: str
    facts: tuple[str, ...]
    state: State
    whose: str  # the role that takes it
    button: str
    url: str


_kinds: dict[int, Kind] = {}


def first_step(
    order: int,
    title: str,
    *,
    why: str,
    role: Role,
    button: str,
    url: Callable[[], str],
    done_url: Callable[[], str] | None = None,
    is_last: bool = False,
) -> Callable[[Callable[[], Progress]], Callable[[], Progress]]:
    """Register a function that says how far a step is. With the last step done, the path is over for good.

    :param done_url: where what was done can be looked at, if not where it is done.
    """

    def register(look: Callable[[], Progress]) -> Callable[[], Progress]:
        _kinds[order] = Kind(order, title, why, role, button, url, done_url or url, look, is_last)
        return look

    return register


def is_over() -> bool:
    """Say whether the path was walked to its end: its last step, once taken, cannot be taken back."""
    return any(kind.is_last and kind.look().done for kind in _kinds.values())


def steps_for(user: User) -> list[Step]:
    """Return the path as this person sees it; none for who does not walk it, and once it is over."""
    if user.roles.isdisjoint(WALKERS) or is_over():
        return []
    steps: list[Step] = []
    for _, kind in sorted(_kinds.items()):
        progress = kind.look()
        if progress.done:
            state = State.DONE
        elif kind.role not in user.roles:
            state = State.WAITING
        else:
            state = State.LATER if any(step.state == State.NEXT for step in steps) else State.NEXT
        page = kind.done_url if progress.done else kind.url
        url = page() if kind.role in user.roles else ""
        steps.append(Step(kind.title, kind.why, progress.facts, state, kind.role.label, kind.button, url))
    return steps


def is_folded(user: User) -> bool:
    return FoldedPath.objects.filter(user=user).exists()


@transaction.atomic
def fold(*, actor: User, folded: bool) -> None:
    """Fold the path away on this person's desk, or unfold it."""
    if folded:
        _, changed = FoldedPath.objects.get_or_create(user=actor)
    else:
        changed = bool(FoldedPath.objects.filter(user=actor).delete()[0])
    if changed:
        trail.record(actor, "收起第一次使用" if folded else "展开第一次使用", actor)
