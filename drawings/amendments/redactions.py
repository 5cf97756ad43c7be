"""Redactions: a published text that the law asks to hide.

Reviewer and head together: the one asks, with a legal reason that becomes public, the other confirms or refuses; neither
took part in the inspection. From then on the public reads that the text was hidden, since when and why. The log keeps
the digest of what was published, and gains a row ``redaction`` (draw/2, 7.4). None of this is ever revoked.

《个人信息保护法》第四十七条（删除个人信息）；《政府信息公开条例》第十四条至第十六条（不予公开的政府信息）。
"""

import re
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import repeated

from .. import public_log
from ..inspections.privacy import hidden_words
from ..models import Draw, LogEntry, Redaction
from ..models.declarations import one_line
from ..models.published_results import empty
from ..models.redaction_record import ABOUT, RedactionsOf
from ..privacy_gate.queries import Subject
from ..privacy_gate.verbs import require_clear
from ..protocol import verify
from ..states import Refused
from .hideable import (
    NEVER_PUBLIC,
    Hideable,
    all_words,
    fault_of_reason,
    found,
    in_the_way,
    texts,
    took_part,
)

LONGEST = Redaction._meta.get_field("legal_reason").max_length
SHORTEST = 8  # 依法 is no reason: a law and an article are
PIECES = re.compile(r"[^\w（）()-]+")  # what parts the clauses of a text
TELLING = 4  # characters: a shorter clause, as 正常, tells nothing


@transaction.atomic
def ask_for_all(
    *, draw: Draw, target: str, also: Collection[str], legal_reason: str, actor: User
) -> list[Redaction]:
    """Ask for a text, and with the same legal reason for others that repeat it: a request for each, or none at all.

    A head decides on each by itself: they need not all fall under the law.

    :param also: the targets of the others.
    """
    made = [ask(draw=draw, target=target, legal_reason=legal_reason, actor=actor)]
    for other in dict.fromkeys(also):
        if other == target:
            continue
        try:
            made.append(ask(draw=draw, target=other, legal_reason=legal_reason, actor=actor))
        except Refused as refusal:
            raise Refused(f"一并申请的“{found(draw, other).label}”：{refusal}") from None
    return made


@transaction.atomic
def ask(*, draw: Draw, target: str, legal_reason: str, actor: User) -> Redaction:
    """Ask that a published text be hidden; a head decides.

    :param target: which text, as `hideable.Hideable.target` names it.
    :param legal_reason: law, article and cause, in one line; it becomes public for ever, stands in clear in the record
        and cannot be hidden itself: so it repeats nothing of the text, and no mark lets a number through.
    :raises Refused: no such text, it is not public, it is hidden or asked for already, or the reason will not do.
    """
    if not actor.has_role(Role.REVIEWER):
        raise PermissionDenied("依法隐去由审核人提出，负责人确认。")
    draw = _locked(draw)
    text = found(draw, target)
    row = text.redaction
    if row.text in NEVER_PUBLIC:
        raise Refused("见证人的姓名没有在网上公开，公众只看到人数：不用隐去。")
    if took_part(row, actor):
        raise PermissionDenied("您参加过这次检查：须由没有参加检查的审核人提出。")
    _require_unhidden(row)
    row.legal_reason = _checked(legal_reason, text)
    if fault := fault_of_reason(row.legal_reason):
        raise Refused(fault)
    row.declared_by = actor
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_already(row)) from None
    told = {"redaction": row.pk, "text": row.text, "reason": row.legal_reason}
    trail.record(actor, "申请依法隐去", draw, told)
    return row


@transaction.atomic
def confirm(*, redaction: Redaction, actor: User) -> Redaction:
    """Hide the text: no public page, file or search shows it from now on. There is no way back.

    :raises Refused: it was decided already, or the text is no longer the one that the log holds.
    """
    draw = _locked(redaction.draw)
    row = _decided(redaction, draw, actor)
    text = found(draw, row.target)
    _require_unhidden(row)
    _checked(row.legal_reason, text)
    # Requests of an older site may have a mark.
    require_clear(
        Subject.REDACTION, row.pk, texts(row.legal_reason), "请驳回这份申请，由申请人改好以后重新提出。"
    )
    row.of, row.redacted_on = _digest_in_the_log(row), clock.today()
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    row.save(update_fields=["of", "redacted_on", "confirmed_by", "confirmed_at"])
    if row.text == Redaction.Text.FINDING and row.inspection:
        empty(row.inspection)
    public_log.append(*RedactionsOf(draw, [row]).logged(row))
    trail.record(actor, "确认依法隐去", draw, {"redaction": row.pk, "text": row.text})
    public_log.anchor()
    return row


@transaction.atomic
def refuse(*, redaction: Redaction, actor: User) -> Redaction:
    """Refuse: the text stays public, the request on record with both names."""
    draw = _locked(redaction.draw)
    row = _decided(redaction, draw, actor)
    row.refused_by, row.refused_at = actor, clock.now()
    row.save(update_fields=["refused_by", "refused_at"])
    trail.record(actor, "驳回依法隐去", draw, {"redaction": row.pk, "text": row.text})
    return row


def _locked(draw: Draw) -> Draw:
    return Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)


def _require_unhidden(row: Redaction) -> None:
    """Refuse what is hidden or asked for already, and of one record what another redaction leaves no room for."""
    others = Redaction.objects.filter(draw=row.draw, refused_at__isnull=True).exclude(pk=row.pk)
    if others.filter(target=row.target).exists():
        raise Refused(_already(row))
    beside = others.filter(inspection=row.inspection_id) if row.inspection_id else ()
    if other := next((each for each in beside if in_the_way(each, row)), None):
        if row.text == Redaction.Text.FINDING and other.text == Redaction.Text.SUMMARY and other.is_in_effect:
            raise Refused(
                "这次抽签的文件包里是较早的复算程序，不认得先隐去检查情况、再隐去全文：全文不能再隐去，"
                "否则公众核对时会说不通过。"
            )
        what = "已经依法隐去" if other.is_in_effect else "已经有人申请隐去"
        raise Refused(
            f"这份检查结果的“{other.get_text_display()}”{what}，不能再隐去“{row.get_text_display()}”。"
        )


def _already(row: Redaction) -> str:
    hidden = Redaction.objects.in_effect().filter(draw=row.draw, target=row.target).exists()
    return (
        "这段文字已经依法隐去，不能再隐去一次。" if hidden else "这段文字已经有人申请隐去，正在等负责人决定。"
    )


def _checked(reason: str, text: Hideable) -> str:
    reason = one_line(reason)
    if not reason:
        raise Refused("请写明法律理由：依据哪部法律第几条、为什么，会公开。")
    if len(reason) < SHORTEST:
        raise Refused("法律理由太短：请写明依据哪部法律第几条，为什么。")
    if len(reason) > LONGEST:
        raise Refused(f"法律理由超过 {LONGEST} 字，请写短一些。")
    for piece in PIECES.split(text.words):
        if len(piece) >= TELLING and piece in reason:
            raise Refused(f"法律理由会公开，不能重复要隐去的内容：“{piece}”。")
    words, names, about = all_words(text), [], text.redaction
    if row := about.about:
        # Nor what another redaction of the same result hides.
        words += hidden_words(row)
        names = [row.selection.source.name, row.selection.shown_name]
    if piece := repeated(reason, words, names):
        raise Refused(f"法律理由会公开，不能重复要隐去的内容：“{piece}”。")
    return reason


def _decided(redaction: Redaction, draw: Draw, actor: User) -> Redaction:
    """Return the request that this head may decide on; the draw's row is locked, so two do not decide at once."""
    if not actor.has_role(Role.HEAD):
        raise PermissionDenied("依法隐去由负责人确认或驳回。")
    row = Redaction.objects.select_related(*ABOUT).get(pk=redaction.pk, draw=draw)
    row.draw = draw
    if not row.is_open:
        raise Refused("这份申请已经有人处理过了，请刷新页面查看。")
    if row.declared_by_id == actor.pk:
        raise Refused("这份申请是您提出的，须由另一个人确认或驳回。")
    if took_part(row, actor):
        raise PermissionDenied("您参加过这次检查：须由没有参加检查的负责人决定。")
    return row


def _digest_in_the_log(row: Redaction) -> str:
    """Return the digest of what is hidden; empty where nothing public has one.

    :raises Refused: the words are not those that the log speaks of: somebody has altered them.
    """
    try:
        hidden = RedactionsOf(row.draw, [row]).hidden_by(row)
    except verify.Invalid:
        hidden = None
    if hidden is None or not _logged(hidden.kind, hidden.subject, hidden.digest):
        raise Refused("这段文字和公开日志里的指纹不一致，不能隐去：请先由审计员核对日志。")
    return hidden.of


def _logged(kind: str, subject: str, digest: str) -> bool:
    return not kind or LogEntry.objects.filter(kind=kind, subject=subject, digest=digest).exists()
