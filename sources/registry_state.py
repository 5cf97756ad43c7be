"""What is worked out from the whole registry once, and again only after something in it was changed.

Every change of a unit, a permit condition or a speciality leaves a row of history, so the newest of these rows say in which
state the registry is. Nothing is written for it: each process keeps its own results in memory.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from wugang_audit import clock

from .home import home
from .models import NotTheSame, PermitCondition, PollutionSource, Speciality

Result = TypeVar("Result")


def state() -> tuple[object, ...]:
    """Return what tells one state of the registry from another: the newest rows of its histories, today's date, and where
    this is: what stands before a name depends on it.

    The times of the rows are in it, as a database gives the number of a row that was rolled back to another one.
    """
    newest: list[object] = [clock.today(), home()]
    for model in (PollutionSource, PermitCondition, Speciality):
        rows = model.history.order_by("-history_id").values_list("history_id", "history_date")
        newest.append(rows.first())
    newest.append(NotTheSame.objects.order_by("-pk").values_list("pk", "said_at").first())
    return tuple(newest)


def once(name: str, work: Callable[[], Result]) -> Result:
    """Return the result of the work for the registry as it stands now; the last one is kept until something changes."""
    key, now = f"sources.{name}", state()
    kept = cache.get(key)
    if kept is not None and kept[0] == now:
        return kept[1]
    result = work()
    cache.set(key, (now, result), None)
    return result
