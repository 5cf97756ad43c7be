"""What is recorded around the steps of a draw: confirmed changes, witnesses, deposits, an opened seal."""

import hashlib

from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import masked

from ...models import ChangesConfirmed, ChangesObjection, Deposit, Draw
from ...privacy_gate.queries import Subject, Text, marked_of
from ...privacy_gate.verbs import Reasons, keep, let_through
from ...states import COMMITTED, UNPUBLISHED, WITH_RESULT, DrawState, Refused
from .. import queries
from ..preflight.changes import Comparison, compare
from ..preflight.snapshot import snapshot


def _locked(draw: Draw, *states: DrawState) -> Draw:
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    if draw.state not in states:
        raise Refused(f"现在的状态是“{draw.get_state_display()}”，不能再做这一步。请刷新页面查看。")
    return draw


@transaction.atomic
def confirm_changes(*, draw: Draw, seen: str, actor: User) -> ChangesConfirmed:
    """Confirm, as a second person, that the changes since the last draw were read.

    :param seen: fingerprint of the comparison that the person looked at.
    """
    draw = _locked(draw, DrawState.DRAFT)
    found = _read_by(draw, seen, actor, "确认")
    if earlier := draw.confirmations.filter(fingerprint=seen).select_related("by").first():
        raise Refused(f"{earlier.by.full_name}已经核对确认过了，不用再确认。")
    if objection := draw.objections.standing().select_related("by").first():
        raise Refused(
            f"{objection.by.full_name}对名录变动提出了异议：由本人撤回，或由负责人写明理由解除以后，再确认。"
        )
    confirmed = ChangesConfirmed.objects.create(draw=draw, fingerprint=seen, by=actor)
    trail.record(
        actor,
        "核对名录变动",
        draw,
        {"since": found.since.code, "counts": found.counts, "fingerprint": found.fingerprint},
    )
    return confirmed


def _read_by(draw: Draw, seen: str, actor: User, step: str) -> Comparison:
    """Return the changes as they stand, or refuse a step about them: by who opened the draw, or on an old reading."""
    if draw.created_by_id == actor.pk:
        raise Refused("这次抽签是您建立的，名录变动须由另一个人核对确认。")
    found = compare(draw, snapshot(draw))
    if found is None or not found.total:
        raise Refused("名录自上次抽签以来没有变动，不用核对。")
    if found.fingerprint != seen:
        raise Refused(f"名录刚刚又有变动，没有{step}。请重新核对下面的内容，再点{step}。")
    return found


@transaction.atomic
def object_to_changes(
    *, draw: Draw, seen: str, reason: str, actor: User, not_personal: Reasons | None = None
) -> ChangesObjection:
    """Object, as a second person, to what changed since the last draw: the draw is not frozen while it stands.

    It ends when the same person withdraws it, or a head lifts it. Whoever has confirmed may still object.

    :param seen: fingerprint of the comparison that the person looked at.
    :param not_personal: {"reason": why} where something in it looks like personal data.
    """
    draw = _locked(draw, DrawState.DRAFT)
    found = _read_by(draw, seen, actor, "提出异议")
    if draw.objections.standing().filter(by=actor).exists():
        raise Refused("您的异议还在，不用再提；要改写请先撤回。")
    passed = let_through({"reason": Text("异议", reason)}, not_personal)
    objection = ChangesObjection.objects.create(draw=draw, fingerprint=seen, reason=reason, by=actor)
    keep(passed, subject=Subject.OBJECTION, object_id=objection.pk, actor=actor, about=draw)
    trail.record(
        actor,
        "对名录变动提出异议",
        draw,
        {"reason": masked(reason), "since": found.since.code, "counts": found.counts, "fingerprint": seen},
    )
    return objection


@transaction.atomic
def withdraw_objection(*, draw: Draw, actor: User) -> ChangesObjection:
    """Withdraw one's own objection. It stays on record, with its reason."""
    draw = _locked(draw, DrawState.DRAFT)
    mine = draw.objections.standing().filter(by=actor).first()
    if mine is None:
        raise Refused("您没有提出异议，或者异议已经撤回、解除。")
    mine.withdrawn_at = clock.now()
    mine.save(update_fields=["withdrawn_at"])
    trail.record(
        actor,
        "撤回对名录变动的异议",
        draw,
        {"reason": masked(mine.reason), "fingerprint": mine.fingerprint},
    )
    return mine


@transaction.atomic
def lift_objection(
    *, objection: ChangesObjection, because: str, actor: User, not_personal: Reasons | None = None
) -> ChangesObjection:
    """Lift another's objection, as a head who did not open the draw: so that nobody's absence holds a draw up for ever.

    :param because: why it is not upheld, or how it was dealt with; shown beside the objection.
    :param not_personal: {"because": why} where something in it looks like personal data.
    """
    draw = _locked(objection.draw, DrawState.DRAFT)
    objection = ChangesObjection.objects.get(pk=objection.pk)
    if objection.withdrawn_at:
        raise Refused("这条异议已经撤回或解除，不用再解除。")
    if objection.by_id == actor.pk:
        raise Refused("这是您自己的异议：请直接撤回。")
    if draw.created_by_id == actor.pk:
        raise Refused("这次抽签是您建立的，对它的异议不能由您解除。")
    passed = let_through({"because": Text("解除理由", because)}, not_personal)
    keep(passed, subject=Subject.OBJECTION, object_id=objection.pk, actor=actor, about=draw)
    objection.withdrawn_at, objection.lifted_by, objection.lifted_because = clock.now(), actor, because
    objection.save(update_fields=["withdrawn_at", "lifted_by", "lifted_because"])
    said = {
        "reason": masked(objection.reason),
        "because": masked(because),
        "fingerprint": objection.fingerprint,
    }
    trail.record(actor, "解除对名录变动的异议", draw, said)
    return objection


@transaction.atomic
def name_witnesses(*, draw: Draw, witnesses: str, actor: User, not_personal: Reasons | None = None) -> Draw:
    """Put down who watches; open until the result is published.

    :param witnesses: one person a line.
    :param not_personal: {"witnesses": why} where something in it looks like personal data.
    """
    draw = _locked(draw, *UNPUBLISHED)
    if draw.witnesses == witnesses:
        raise Refused("见证人名单没有改动。")
    marked = marked_of(Subject.WITNESSES, [draw.pk])[draw.pk]
    passed = let_through({"witnesses": Text("见证人", witnesses)}, not_personal, marked)
    keep(passed, subject=Subject.WITNESSES, object_id=draw.pk, actor=actor, about=draw)
    before, draw.witnesses = draw.witnesses, witnesses
    draw.save(update_fields=["witnesses"])
    trail.record(actor, "登记见证人", draw, {"before": masked(before), "after": masked(witnesses)})
    return draw


@transaction.atomic
def deposit(
    *,
    draw: Draw,
    kind: str,
    where: str,
    file: bytes | None,
    actor: User,
    not_personal: Reasons | None = None,
) -> Deposit:
    """Record where outside the bureau the commit's digest was left.

    :param file: the RFC 3161 answer of a time stamp authority, else None.
    """
    draw = _locked(draw, *COMMITTED)
    # A time stamp over commit.txt holds the 32 bytes of its SHA-256 (RFC 3161, messageImprint): that is C.
    if file is not None and bytes.fromhex(draw.commit_digest) not in file:
        raise Refused("没有登记：这个时间戳文件里没有本次的承诺值。请用 SHA-256 对 commit.txt 申请时间戳。")
    if draw.deposits.filter(kind=kind, where=where, file=file).exists():
        raise Refused("这一处存放已经登记过了。")
    passed = let_through({"where": Text("存放处", where)}, not_personal)
    entry = Deposit.objects.create(draw=draw, kind=kind, where=where, file=file, by=actor)
    keep(passed, subject=Subject.DEPOSIT, object_id=entry.pk, actor=actor, about=draw)
    kept = {"bytes": len(file), "digest": hashlib.sha256(file).hexdigest()} if file else {"bytes": 0}
    trail.record(actor, "登记承诺值存放", draw, {"kind": kind, "where": masked(where)} | kept)
    return entry


@transaction.atomic
def open_sealed(*, draw: Draw, actor: User, paper: str = "page") -> Draw:
    """Let a reader see a sealed result. Who opened it, and when, stays in the audit trail for ever."""
    draw = _locked(draw, *WITH_RESULT)
    if not draw.is_sealed:
        raise Refused("这次抽签没有密封，或者已经解封：名单就在本页。")
    trail.record(actor, queries.OPENED, draw, {"as": paper})
    return draw
