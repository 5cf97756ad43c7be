"""What is done to the registry of pollution sources besides editing a row."""

from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history

from . import join_undo
from .models import PermitCondition, PollutionSource, Speciality

LISTED = 500  # rows that an audit entry names


@transaction.atomic
def regroup(actor: User, reason: str) -> int:
    """Put every unit under the speciality of its industry code; return how many moved.

    Units whose industry no speciality covers stay where they are.
    """
    table = Speciality.objects.by_prefix()
    moved: dict[PollutionSource, dict[str, Speciality]] = {}
    for unit in PollutionSource.objects.exclude(industry_code="").iterator(chunk_size=2000):
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
def set_active(units: QuerySet[PollutionSource], active: bool, actor: User, *, reason: str) -> int:
    """Take units off the registry, or back into it; return how many changed. With a joined unit its join is taken back."""
    if active:
        # The latest first: what went on from unit to unit goes back the same way.
        for joined in join_undo.joined(units):
            join_undo.undo(joined, actor=actor, reason=reason)
    return _set_active(units, active, actor, reason, measure="家", key="number")


def set_conditions_active(
    conditions: QuerySet[PermitCondition], active: bool, actor: User, *, reason: str
) -> int:
    """Take conditions off that a permit no longer sets, or back; return how many changed."""
    return _set_active(conditions, active, actor, reason, measure="条", key="code")


@transaction.atomic
def _set_active(
    rows: QuerySet[PollutionSource] | QuerySet[PermitCondition],
    active: bool,
    actor: User,
    reason: str,
    *,
    measure: str,
    key: str,
) -> int:
    """:param measure: the Chinese measure word. :param key: the field by which an audit entry names the rows."""
    changed = list(rows.exclude(is_active=active))
    if not changed:
        return 0
    verb = "恢复" if active else "停用"
    values: dict[str, object] = {"is_active": active}
    if rows.model is PollutionSource:
        values["joined_into"] = (
            None  # a unit that is back stands for itself again, and one that is closed went nowhere
        )
    bulk_history.update(
        rows.model,
        list(values),
        [row.pk for row in changed],
        [values] * len(changed),
        actor=actor,
        reason=reason,
    )
    details = {f"{key}s": [getattr(row, key) for row in changed[:LISTED]], "reason": reason}
    trail.record(actor, f"{verb}{rows.model._meta.verbose_name}", f"{len(changed)} {measure}", details)
    return len(changed)
