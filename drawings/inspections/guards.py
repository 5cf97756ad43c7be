"""What every step on an inspection begins and ends with: its locks, and the trace that it leaves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ..models import Draw, Inspection
from ..models.inspection import InspectionQuerySet
from ..states import DrawState, Refused


def lock_draw(**which: Any) -> None:
    """Keep the draw from being voided meanwhile. It is always locked before its inspections: no deadlock."""
    draw = Draw.objects.select_for_update(of=("self",)).get(**which)
    if draw.state != DrawState.PUBLISHED:
        raise Refused("这次抽签已作废，检查不再继续。")


def lockable() -> InspectionQuerySet:
    """Inspections as a step needs them, to be locked when they are read; their draw is locked before (`lock_draw`)."""
    return (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("selection__draw", "selection__source")
        .prefetch_related("selection__team__officer")
    )


def locked(inspection: Inspection) -> Inspection:
    """Lock the draw and then the inspection, and return it as it stands now.

    :raises Refused: the draw was voided.
    """
    lock_draw(selections__inspection=inspection.pk)
    return lockable().get(pk=inspection.pk)


def require_team(row: Inspection, actor: User) -> None:
    """:raises PermissionDenied: the person is none of the two officers who go now."""
    if not row.is_on_team(actor):
        raise PermissionDenied("只有检查组的两名执法人员可以填报。")


def require_version(row: Inspection, version: str) -> None:
    """:raises Refused: somebody changed the inspection after this person opened the page."""
    if row.version != version:
        who = row.updated_by.full_name if row.updated_by else "别人"
        at = timezone.localtime(row.updated_at)
        raise Refused(
            f"您打开页面之后，{who}在 {at:%m-%d %H:%M} 改过这份检查。这一步没有生效，请看过现在的内容再决定。"
        )


def trace(row: Inspection, actor: User, action: str, **changes: Any) -> None:
    """Leave the audit entry. Auditors read it: the states alone, neither findings nor the reviewer's words about them;
    of a sealed draw not even the unit."""
    draw = row.selection.draw
    if draw.is_sealed:
        trail.record(actor, action, draw, changes | {"inspection": row.pk})
    else:
        trail.record(actor, action, row, changes)
