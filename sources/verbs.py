"""What is done to the registry of pollution sources besides editing a row."""

from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history

from .models import PermitCondition, PollutionSource, Speciality

LISTED = 500  # rows that an audit entry names


@transaction.atomic
def regroup(actor: User, reason: str) -> int:
    """Put every unit under the speciality of its industry code; return how many moved.

    Units whose industry no speciality covers stay where they are.
    """
    table = Speciality.objects.by_prefix()
    moved: dict[PollutionSource, dict[str, Speciality]] = {}
    for unit in PollutionSource.objects.iterator(chunk_size=2000):
        speciality = Speciality.objects.all().match(table, unit.industry_code)
        if speciality is not None and speciality.pk != unit.speciality_id:
            moved[unit] = {"speciality": speciality}
    if moved:
        keys = [unit.pk for unit in moved]
        bulk_history.update(
            PollutionSource, ["speciality"], keys, list(moved.values()), actor=actor, reason=reason
        )
        numbers = [unit.number for unit in islice(moved, LISTED)]
        trail.record(actor, "重新归组污染源", reason, {"count": len(moved), "numbers": numbers})
    return len(moved)


@transaction.atomic
def set_active(units: QuerySet[PollutionSource], active: bool, actor: User, reason: str = "") -> int:
    """Take units off the registry, or back into it; return how many changed."""
    changed = _set_active(units, active, actor, reason)
    _record(
        changed,
        active,
        actor,
        reason,
        f"{len(changed)} 家",
        {"numbers": [each.number for each in changed[:LISTED]]},
    )
    return len(changed)


@transaction.atomic
def set_conditions_active(
    conditions: QuerySet[PermitCondition], active: bool, actor: User, reason: str = ""
) -> int:
    """Take conditions off that a permit no longer sets, or back; return how many changed."""
    changed = _set_active(conditions, active, actor, reason)
    _record(
        changed,
        active,
        actor,
        reason,
        f"{len(changed)} 条",
        {"codes": [each.code for each in changed[:LISTED]]},
    )
    return len(changed)


def _set_active(rows: QuerySet, active: bool, actor: User, reason: str) -> list:
    changed = list(rows.exclude(is_active=active))
    bulk_history.update(
        rows.model,
        ["is_active"],
        [row.pk for row in changed],
        [{"is_active": active}] * len(changed),
        actor=actor,
        reason=reason or f"在列表中{_verb(active)}",
    )
    return changed


def _record(
    changed: list, active: bool, actor: User, reason: str, count: str, which: dict[str, list[str]]
) -> None:
    if changed:
        verb = f"{_verb(active)}{changed[0]._meta.verbose_name}"
        trail.record(actor, verb, count, which | ({"reason": reason} if reason else {}))


def _verb(active: bool) -> str:
    return "恢复" if active else "停用"
