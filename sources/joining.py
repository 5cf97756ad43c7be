"""Two units become one, or are called different once and for all. The apps above say what keeps them apart, and move their own."""

from collections.abc import Mapping
from typing import Protocol

from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history
from wugang_audit.registries.changes import changes_of, field_names

from . import companions
from .doubles import CHOICES
from .models import NotTheSame, PollutionSource

REASON = 100  # characters of a reason that the history takes


class Obstacle(Protocol):
    """Says in Chinese why no units may be joined now, or returns None.

    :param lock: two are about to be joined: block dependent writes until that is written.
    """

    def __call__(self, *, lock: bool) -> str | None: ...


_obstacles: list[Obstacle] = []


class Refused(Exception):
    """A step that may not be taken; the message says in Chinese why, and what to do instead."""


def prevents_joining(obstacle: Obstacle) -> Obstacle:
    """Register what may keep units from being joined."""
    _obstacles.append(obstacle)
    return obstacle


def why_not(*, lock: bool = False) -> str | None:
    """Return in Chinese why no units may be joined now, or None."""
    return next(filter(None, (obstacle(lock=lock) for obstacle in _obstacles)), None)


def mark(name: str, number: str) -> str:
    """Return how the reasons begin of all that the join of a unit wrote, that unit excepted."""
    return f"合并“{name}”（{number}）："[:REASON]


@transaction.atomic
def join(
    stays: PollutionSource,
    goes: PollutionSource,
    *,
    taken: Mapping[str, bool],
    reason: str,
    actor: User,
    despite_permits: bool = False,
) -> PollutionSource:
    """Let one unit go on for two: the other is struck off and points to it.

    :param taken: by the key of a `Choice`: whether the unit that stays takes these fields from the one that goes.
    :param despite_permits: the actor has confirmed that two permits belong to one unit.
    """
    if stays.pk == goes.pk:
        raise Refused("不能把一家单位和它自己合并。")
    if obstacle := why_not(lock=True):
        raise Refused(obstacle)
    rows = PollutionSource.objects.select_for_update().order_by("pk").in_bulk([stays.pk, goes.pk])
    stays, goes = rows[stays.pk], rows[goes.pk]
    _check(stays, goes, despite_permits)
    before = PollutionSource.objects.select_related("speciality").get(pk=stays.pk)
    for choice in CHOICES:
        if taken.get(choice.key):
            for name in choice.fields:
                setattr(stays, name, getattr(goes, name))
    if stays.credit_code and stays.permit_number and not stays.permit_number.startswith(stays.credit_code):
        raise Refused(
            "合并后排污许可证编号的前 18 位与统一社会信用代码不一致：这两项请从同一家取，或先改正登记。"
        )
    stays.joined_into = None
    # All that a join writes shares one date and one beginning of its reason: by these it is found when it is taken back.
    said, at = f"{mark(goes.name, goes.number)}{reason}"[:REASON], clock.now()
    changes = changes_of(before, stays, field_names(PollutionSource))
    if changes:
        names = [
            name for name in field_names(PollutionSource) if getattr(before, name) != getattr(stays, name)
        ]
        values = {name: getattr(stays, name) for name in names}
        bulk_history.update(PollutionSource, names, [stays.pk], [values], actor=actor, reason=said, at=at)
    moved = companions.move(goes, stays, actor=actor, reason=said, at=at)
    struck = {"is_active": False, "joined_into": stays.pk}
    bulk_history.update(
        PollutionSource, list(struck), [goes.pk], [struck], actor=actor, at=at,
        reason=f"合并到“{stays.name}”（{stays.number}）：{reason}"[:REASON],
    )  # fmt: skip
    details = {"并入的编码": goes.number, "并入的名称": goes.name, "reason": reason} | changes
    trail.record(
        actor,
        "合并污染源",
        stays,
        details | {label: "、".join(each) for label, each in moved.items() if each},
    )
    stays.refresh_from_db()
    return stays


def _check(stays: PollutionSource, goes: PollutionSource, despite_permits: bool) -> None:
    for unit in (stays, goes):
        if unit.is_joined:
            raise Refused(f"“{unit.name}”（{unit.number}）已经合并到别的单位，请用合并后的单位。")
    if not stays.is_active:
        raise Refused(
            f"“{stays.name}”（{stays.number}）已停用，不能作为保留的单位。请先恢复它，或保留另一家。"
        )
    permits = {unit.permit_number for unit in (stays, goes)} - {""}
    if len(permits) > 1 and not despite_permits:
        raise Refused(
            f"两家的排污许可证编号不同（{'、'.join(sorted(permits))}），可能是两处生产场所：一处一证。"
            "核对后确实是同一家的（例如换了证），请勾选“许可证不同，仍是同一家”再合并。"
        )


@transaction.atomic
def call_different(one: PollutionSource, other: PollutionSource, *, reason: str, actor: User) -> None:
    """Remember that two units are not the same: nobody is asked again."""
    if one.pk == other.pk:
        raise Refused("这是同一家单位的登记。")
    low, high = sorted((one, other), key=lambda unit: unit.pk)
    _, made = NotTheSame.objects.get_or_create(
        one=low, other=high, defaults={"reason": reason, "said_by": actor}
    )
    if made:
        details = {
            "numbers": [one.number, other.number],
            "单位名称": f"{one.name}、{other.name}",
            "reason": reason,
        }
        trail.record(actor, "核对为不同单位", one, details)
