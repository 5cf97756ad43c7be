"""Voids: a draw that is declared to count for nothing.

A void needs four eyes: one organiser files it with a reason from the closed list and evidence, a second one confirms it
or refuses it. None of this is ever revoked or hidden.
"""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import masked

from .. import public_log
from ..models import Draw, LogKind, VoidRequest
from ..models.declarations import one_line
from ..privacy_gate.queries import Subject, Text
from ..privacy_gate.verbs import Reasons, keep, let_through, require_clear
from ..protocol import verify
from ..states import COMMITTED, DrawState, Refused, check_move
from .seals import lift, lift_voids

Reason = VoidRequest.Reason


def void_reasons(draw: Draw) -> list[VoidRequest.Reason]:
    """Return the reasons that can be true in the draw's state today; no other excuse is offered."""
    if draw.state not in COMMITTED:
        return []
    sources = list(draw.entropy.all())
    awaited = next((source for source in sources if source.accepted_at is None), None)
    now = clock.now()
    possible = {
        Reason.DICE_LATE: awaited and awaited.overdue(now),
        # Witnesses must object before the result is public, not once they know it.
        Reason.DICE_FAULT: draw.state != DrawState.PUBLISHED
        and any(source.is_dice and source.known_at <= now for source in sources),
        Reason.LOTTERY: awaited and awaited.is_lottery and awaited.known_at <= now,
        Reason.REGISTRY: True,
        Reason.SYSTEM: True,
        Reason.REHEARSAL: draw.rests_on_system,
    }
    return [reason for reason in Reason if possible[reason]]


def texts(evidence: str) -> dict[str, Text]:
    """Return what of a request becomes public, for the search for personal data."""
    return {"evidence": Text(VoidRequest._meta.get_field("evidence").verbose_name, evidence)}


@transaction.atomic
def request_void(
    *, draw: Draw, reason: str, evidence: str, actor: User, not_personal: Reasons | None = None
) -> VoidRequest:
    """File that a draw be declared void; a second organiser decides.

    :param reason: one of `VoidRequest.Reason` that fits the draw's state.
    :param evidence: facts and proofs, at most 1,000 characters; they become public with the void.
    :param not_personal: {"evidence": why} where something in it looks like personal data.
    """
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("作废由抽查组织者申请。")
    draw = _locked_for_void(draw)
    if reason not in void_reasons(draw):
        raise Refused("这个作废原因和抽签现在的状态对不上，请重新选择。")
    evidence = one_line(evidence)
    if not evidence:
        raise Refused("请写明事实和证据：作废以后会永久公开。")
    passed = let_through(texts(evidence), not_personal)
    try:
        with transaction.atomic():
            request = VoidRequest.objects.create(
                draw=draw, reason=reason, evidence=evidence, declared_by=actor
            )
    except IntegrityError:
        raise Refused("已经有一份作废申请在等另一名组织者确认，不能再申请。") from None
    keep(passed, subject=Subject.VOID, object_id=request.pk, actor=actor, about=draw, secret=draw.is_sealed)
    trail.record(actor, "申请作废", draw, {"reason": reason, "evidence": masked(evidence)})
    return request


@transaction.atomic
def confirm_void(*, request: VoidRequest, actor: User) -> Draw:
    """Declare the draw void on a colleague's request. It stays public for ever; the next try has a new id.

    A void also lifts the seal: no unit is inspected under this draw from now on, and its result is shown to everybody;
    where an earlier draw's seal still stands, with that one.
    """
    draw = _locked_for_void(request.draw)
    request = _decided(request, actor, "confirmed")
    if request.reason not in void_reasons(draw):
        raise Refused("申请之后情况有了变化，这个作废原因已经不成立。请驳回这份申请。")
    require_clear(
        Subject.VOID, request.pk, texts(request.evidence), "请驳回这份申请，由申请人改好以后重新申请。"
    )
    draw.state, draw.voided_at, draw.voided_by = DrawState.VOID, clock.now(), actor
    draw.void_reason = request.public_text
    draw.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])
    public_log.append(LogKind.VOID, draw.code, verify.digest(draw.void_reason))
    if draw.has_seal and draw.drawn_at and not draw.under_seal():
        lift(draw, actor)
    lifted = lift_voids(actor)
    trail.record(actor, "确认作废", draw, {"reason": request.reason})
    for void in lifted:
        trail.record(actor, "解封", void)
    public_log.anchor()
    return draw


@transaction.atomic
def refuse_void(*, request: VoidRequest, actor: User) -> VoidRequest:
    """Refuse a colleague's request: the draw goes on, the request stays on record with both names."""
    Draw.objects.select_for_update().get(pk=request.draw_id)
    request = _decided(request, actor, "refused")
    trail.record(actor, "驳回作废申请", request.draw, {"reason": request.reason})
    return request


def _locked_for_void(draw: Draw) -> Draw:
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    check_move(draw.state, DrawState.VOID)
    if draw.has_findings():
        raise Refused("已经有检查结果提交，不能再作废本次抽签。")
    return draw


def _decided(request: VoidRequest, actor: User, how: str) -> VoidRequest:
    """Write down who decided; the draw's row is locked already, so two people do not decide at once."""
    request = VoidRequest.objects.select_related("draw").get(pk=request.pk)
    if not request.is_open:
        raise Refused("这份作废申请已经有人处理过了，请刷新页面查看。")
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("作废由另一名抽查组织者确认。")
    if request.declared_by_id == actor.pk:
        raise Refused("这份申请是您提出的，须由另一名组织者确认或驳回。")
    setattr(request, f"{how}_by", actor)
    setattr(request, f"{how}_at", clock.now())
    request.save(update_fields=[f"{how}_by", f"{how}_at"])
    return request
