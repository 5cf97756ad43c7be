"""Sampling by the monitoring station (监测执法联动): asked for at the visit; receipt and result come later."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ...models import Inspection, Sampling
from ...states import DrawState, Refused


@transaction.atomic
def ask(*, inspection: Inspection, actor: User, values: dict[str, Any]) -> Sampling:
    """Ask the station for a sample; `values` are columns of `Sampling`, checked by the form."""
    row = _locked(inspection, actor)
    same = {name: values[name] for name in ("station", "outlet", "pollutants")}
    if row.samplings.filter(**same, result="").exists():
        raise Refused("同样点位、同样项目的采样已经申请，还没有结果：请在下面那一条里填写，不用再申请。")
    sampling = Sampling.objects.create(
        inspection=row, requested_at=clock.now(), requested_by=actor, updated_by=actor, **values
    )
    _trace(row, actor, "申请采样监测")
    return sampling


@transaction.atomic
def record(*, sampling: Sampling, actor: User, version: str, values: dict[str, Any]) -> Sampling:
    """Put down sample numbers, receipt and result, also after the finding was published.

    :param version: what the person was looking at; somebody else's later entry is not written over.
    """
    row = _locked(sampling.inspection, actor)
    held = Sampling.objects.select_for_update().get(pk=sampling.pk)
    if held.updated_at.isoformat() != version:
        raise Refused("您打开页面之后，这一条已经有人改过。这一次没有保存，请看过现在的内容再填。")
    for name, value in values.items():
        setattr(held, name, value)
    held.updated_by = actor
    held.save()
    _trace(row, actor, "填写采样监测")
    return held


def _locked(inspection: Inspection, actor: User) -> Inspection:
    row = Inspection.objects.select_related("selection__draw").get(pk=inspection.pk)
    if row.selection.draw.state != DrawState.PUBLISHED:
        raise Refused("这次抽签已作废，检查不再继续。")
    if not row.is_on_team(actor):
        raise PermissionDenied("只有检查组的两名执法人员可以填写采样。")
    return row


def _trace(row: Inspection, actor: User, action: str) -> None:
    """Auditors read it: that it was done, not what was found; of a sealed draw not even the unit."""
    draw = row.selection.draw
    trail.record(
        actor, action, draw if draw.is_sealed else row, {"inspection": row.pk} if draw.is_sealed else {}
    )
