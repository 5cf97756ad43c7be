"""Sampling by the monitoring station (监测执法联动): asked for at the visit; receipt and result come later.

What was asked for stands; as long as the station has nothing, it can be withdrawn. What is filled in later may be changed, and each change leaves digests of the row before and after
in the trail: `before` of an entry is `after` of the one before it, so that a change past the site can be told.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit.trail import lock_table
from wugang_audit.privacy import masked

from ...models import Inspection, Sampling
from ...states import Refused
from ..guards import locked
from ..guards import trace as _trace
from .sample_numbers import pieces

REQUESTED = ("station", "outlet", "pollutants")
RESULT = ("result", "result_on", "is_over")
STANDS = "监测机构、采样点位、监测项目申请以后不能再改。申请错了的，请把这一条作废，重新申请一条。"
SHORTEST, LONGEST = 4, 200  # characters of a reason
NO_REASON = f"监测结果已经填过，要改动的请写明理由，{SHORTEST} 到 {LONGEST} 个字。"
WHY_WITHDRAWN = f"请写明为什么作废，{SHORTEST} 到 {LONGEST} 个字。"
WITHDRAWN = "这一条申请已经作废，不能再填。"


@transaction.atomic
def ask(
    *, inspection: Inspection, actor: User, values: dict[str, Any], on: datetime.date | None = None
) -> Sampling:
    """Put down that the station was asked for a sample; `values` are columns of `Sampling`, checked by the form.

    :param on: the day on which it was asked, today where None; the trail keeps the moment at which this was typed.
    :raises Refused: the day cannot be (`why_not_on`), a number is used already, or the same was asked for.
    """
    row = _locked(inspection, actor)
    if on and (wrong := why_not_on(row, on)):
        raise Refused(wrong)
    _require_free(row, actor, values)
    same = {name: values[name] for name in REQUESTED}
    if row.samplings.filter(**same, result="", withdrawn_at=None).exists():
        raise Refused("同样点位、同样项目的采样已经申请，还没有结果：请在下面那一条里填写，不用再申请。")
    sampling = Sampling.objects.create(
        inspection=row, requested_at=_moment(on), requested_by=actor, updated_by=actor, **values
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
    if held.withdrawn_at:
        raise Refused(WITHDRAWN)
    if any(name in values and values[name] != getattr(held, name) for name in REQUESTED):
        raise Refused(STANDS)
    if values.get("numbers", held.numbers) != held.numbers:
        _require_free(row, actor, values, but=held)
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


@transaction.atomic
def withdraw(*, sampling: Sampling, actor: User, reason: str) -> Sampling:
    """Withdraw a request of which the station has nothing yet; the row stays, its numbers are free again.

    :raises Refused: it is withdrawn already, something was received, or the reason is too short or too long.
    """
    row = _locked(sampling.inspection, actor)
    held = Sampling.objects.select_for_update().get(pk=sampling.pk)
    if wrong := why_not_withdrawn(held):
        raise Refused(wrong)
    told = {"sampling": held.pk, "before": digest(row, held), "reason": _kept(row, reason, WHY_WITHDRAWN)}
    held.withdrawn_at, held.withdrawn_because = clock.now(), " ".join(reason.split())
    held.updated_by = actor
    held.save()
    held.refresh_from_db()
    _trace(row, actor, "作废采样申请", **told, after=digest(row, held))
    return held


def why_not_withdrawn(sampling: Sampling) -> str:
    """Say why a request cannot be withdrawn; empty where it can."""
    if sampling.withdrawn_at:
        return "这一条申请已经作废，不用再作废。"
    if sampling.is_received:
        return "监测机构已经收样或者有了结果，这一条不能作废。收样、结果填错了的，请改正。"
    return ""


def why_not_on(inspection: Inspection, day: datetime.date) -> str:
    """Say why the station cannot have been asked on this day; empty where it can.

    Not before the draw was published: till then nobody knew the unit. Before the visit it can: a station is called to come
    along (监测执法联动).
    """
    if day > clock.today():
        return "这一天还没有到，请填实际申请的日期。"
    published = inspection.selection.draw.published_at
    if published and day < (first := timezone.localdate(published)):
        return f"申请日期早于抽签结果公布的日期（{first}），请改正。"
    return ""


def why_taken(inspection: Inspection, actor: User, numbers: str, but: Sampling | None = None) -> str:
    """Say which of the sample numbers stands in another request, and in which; empty where all are free.

    Another inspection is named only to who may read it: a sealed one is known to its own team alone.

    :param numbers: as `sample_numbers.read` returns them.
    :param but: the row that they are of.
    """
    for number, row in _uses(numbers, but):
        if row.inspection_id == inspection.pk:
            return f"样品编号“{number}”在这次检查的另一条申请（{row.outlet} {row.pollutants}）里已经填过，请核对。"
        where = "另一次检查"
        if Inspection.objects.of(actor).filter(pk=row.inspection_id).exists():
            selection = row.inspection.selection
            where = f"{selection.shown_name}的检查（{selection.draw.code}，{row.outlet}）"
        return f"样品编号“{number}”在{where}里已经用过，请核对。两个监测机构编了同一个号的，请在前面加上监测机构的简称。"
    return ""


def _uses(numbers: str, but: Sampling | None) -> Iterator[tuple[str, Sampling]]:
    """Yield each number that another request that stands has, with that request."""
    wanted = pieces(numbers)
    if not wanted:
        return
    near = Q()
    for number in wanted:
        # The database narrows down: numbers of before they were folded may be full-width, and are not found.
        near |= Q(numbers__icontains=number)
    rows = Sampling.objects.filter(near, withdrawn_at=None).exclude(pk=but.pk if but else None)
    for row in rows.select_related("inspection__selection__draw").order_by("pk"):
        held = {each.casefold() for each in pieces(row.numbers)}
        yield from ((number, row) for number in wanted if number.casefold() in held)


def _require_free(row: Inspection, actor: User, values: dict[str, Any], but: Sampling | None = None) -> None:
    """Refuse a number that is used. Visits of two draws share no lock but that of the table."""
    lock_table(Sampling)
    if wrong := why_taken(row, actor, values.get("numbers", ""), but):
        raise Refused(wrong)


def _moment(day: datetime.date | None) -> datetime.datetime:
    """Return the moment that is kept of a day: now, of an earlier day its beginning, the hour of which nobody told."""
    if day is None or day == clock.today():
        return clock.now()
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def changes_result(held: Sampling, values: dict[str, Any]) -> bool:
    """Say whether something of a result that was set would be another; to add what was left open is no change."""
    was = {name: getattr(held, name) for name in RESULT if name in values}
    return any(value not in ("", None) and values[name] != value for name, value in was.items())


def digest(inspection: Inspection, sampling: Sampling) -> str:
    """Return the SHA-256 of the row as it is stored, in hex; in a draw that was sealed, salted."""
    return inspection.log_digest(sampling.as_stored())


def _kept(row: Inspection, reason: str, missing: str = NO_REASON) -> str:
    """Return what the trail keeps of a reason: it may name the unit, which no auditor may know under seal."""
    reason = " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise Refused(missing)
    return row.log_digest(reason) if row.selection.draw.is_sealed else masked(reason)


def _locked(inspection: Inspection, actor: User) -> Inspection:
    row = locked(inspection)
    if not row.is_on_team(actor):
        raise PermissionDenied("只有检查组的两名执法人员可以填写采样。")
    return row
