"""Sampling by the monitoring station (监测执法联动): asked for at the visit; receipt and result come later.

What was asked for stands. What is filled in later may be changed, and each change leaves digests of the row before and after
in the trail: `before` of an entry is `after` of the one before it, so that a change past the site can be told.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.privacy import masked

from ...models import Inspection, Sampling
from ...states import Refused
from ..guards import locked
from ..guards import trace as _trace

REQUESTED = ("station", "outlet", "pollutants")
RESULT = ("result", "result_on", "is_over")
STANDS = "监测机构、采样点位、监测项目申请以后不能再改。申请错了的，请重新申请一条。"
SHORTEST, LONGEST = 4, 200  # characters of a reason
NO_REASON = f"监测结果已经填过，要改动的请写明理由，{SHORTEST} 到 {LONGEST} 个字。"


@transaction.atomic
def ask(*, inspection: Inspection, actor: User, values: dict[str, Any]) -> Sampling:
    """Ask the station for a sample; `values` are columns of `Sampling`, checked by the form."""
    row = _locked(inspection, actor)
    same = {name: values[name] for name in REQUESTED}
    if row.samplings.filter(**same, result="").exists():
        raise Refused("同样点位、同样项目的采样已经申请，还没有结果：请在下面那一条里填写，不用再申请。")
    sampling = Sampling.objects.create(
        inspection=row, requested_at=clock.now(), requested_by=actor, updated_by=actor, **values
    )
    sampling.refresh_from_db()
    _trace(row, actor, "申请采样监测", sampling=sampling.pk, after=digest(row, sampling))
    return sampling


@transaction.atomic
def record(
    *, sampling: Sampling, actor: User, version: str, values: dict[str, Any], reason: str = ""
) -> Sampling:
    """Put down sample numbers, receipt and result, also after the finding was published.

    :param version: what the person was looking at; somebody else's later entry is not written over.
    :param reason: why a result that was set is changed; the trail keeps it masked, of a sealed draw its salted digest.
    :raises Refused: what was asked for is to change, or a result without a reason.
    """
    row = _locked(sampling.inspection, actor)
    held = Sampling.objects.select_for_update().get(pk=sampling.pk)
    if held.updated_at.isoformat() != version:
        raise Refused("您打开页面之后，这一条已经有人改过。这一次没有保存，请看过现在的内容再填。")
    if any(name in values and values[name] != getattr(held, name) for name in REQUESTED):
        raise Refused(STANDS)
    told: dict[str, object] = {"sampling": held.pk, "before": digest(row, held)}
    if changes_result(held, values):
        told["reason"] = _kept(row, reason)
    for name, value in values.items():
        setattr(held, name, value)
    held.updated_by = actor
    held.save()
    held.refresh_from_db()
    _trace(row, actor, "填写采样监测", **told, after=digest(row, held))
    return held


def changes_result(held: Sampling, values: dict[str, Any]) -> bool:
    """Say whether something of a result that was set would be another; to add what was left open is no change."""
    was = {name: getattr(held, name) for name in RESULT if name in values}
    return any(value not in ("", None) and values[name] != value for name, value in was.items())


def digest(inspection: Inspection, sampling: Sampling) -> str:
    """Return the SHA-256 of the row as it is stored, in hex; in a draw that was sealed, salted."""
    return inspection.log_digest(sampling.as_stored())


def _kept(row: Inspection, reason: str) -> str:
    """Return what the trail keeps of a reason: it may name the unit, which no auditor may know under seal."""
    reason = " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise Refused(NO_REASON)
    return row.log_digest(reason) if row.selection.draw.is_sealed else masked(reason)


def _locked(inspection: Inspection, actor: User) -> Inspection:
    row = locked(inspection)
    if not row.is_on_team(actor):
        raise PermissionDenied("只有检查组的两名执法人员可以填写采样。")
    return row
