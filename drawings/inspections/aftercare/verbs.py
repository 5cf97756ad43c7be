"""What is done with objections and corrections from outside: received, answered, decided on, their senders forgotten.

Two people answer: a reviewer who had no part in the visit writes, a head confirms or sends back. What is confirmed for the
public stands beside the finding from then on. The trail names the receipt alone, never the sender, the unit or a word of it.
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import repeated

from ... import deadlines
from ...models import Objection, ObjectionAnswer, ObjectionSender
from ...models.declarations import one_line
from ...privacy_gate.queries import Subject, Text
from ...privacy_gate.verbs import Reasons, keep, let_through, require_clear, require_none
from ...states import Refused
from ..privacy import hidden_words
from .about import About
from .queries import concerned, took_part
from .receipts import Receipt, receipt
from .stamp import Stamp

Decision = ObjectionAnswer.Decision
SHORTEST_REASON = 8  # characters: 依法 is no reason: a law and an article are
USED = "这个页面已经提交过一次。要再提一份的，请核对内容以后再点一次“提交”。"


@dataclass(frozen=True)
class Sender:
    """Who sent it; any of it may be empty."""

    name: str = ""
    telephone: str = ""
    email: str = ""


class Used(Refused):
    """The form was sent before, with other words."""


def receive(*, about: About, kind: str, text: str, sender: Sender, stamp: Stamp) -> Receipt:
    """Take in what somebody sent. The same form sent twice gives the same receipt and is kept once.

    :raises Used: the stamp was used for something else.
    """
    made = _known_already(about, kind, text, stamp)
    if made:
        return made
    try:
        return _receive(about, kind, text, sender, stamp)
    except IntegrityError:  # sent twice at the same moment
        made = _known_already(about, kind, text, stamp)
        if made is None:
            raise Used(USED) from None
        return made


@transaction.atomic
def _receive(about: About, kind: str, text: str, sender: Sender, stamp: Stamp) -> Receipt:
    now, today = clock.now(), clock.today()
    made = receipt(stamp.text, today)
    row = Objection.objects.create(
        kind=kind, unit=about.unit, draw=about.draw, inspection=about.inspection, is_from_visit=about.is_from_visit,
        text=text, number=made.number, secret_digest=made.digest, stamp_digest=stamp.digest, received_at=now,
        due_on=deadlines.answer_by(today).day,
    )  # fmt: skip
    if sender != Sender():
        ObjectionSender.objects.create(objection=row, **vars(sender))
    trail.record(None, "收到异议或纠错", row, {"words": row.received_digest})
    return made


def _known_already(about: About, kind: str, text: str, stamp: Stamp) -> Receipt | None:
    row = Objection.objects.filter(stamp_digest=stamp.digest).first()
    if row is None:
        return None
    if (row.unit_id, row.kind, row.text) != (about.unit.pk, kind, text):
        raise Used(USED)
    return receipt(stamp.text, timezone.localdate(row.received_at))


def texts(public_text: str, answer: str) -> dict[str, Text]:
    """Return what the public will read, by the fields of the form."""
    return {"public_text": Text("公开的异议内容", public_text), "answer": Text("答复", answer)}


@transaction.atomic
def answer(
    *,
    objection: Objection,
    goes_public: bool,
    public_text: str,
    answer: str,
    actor: User,
    not_personal: Reasons | None = None,
) -> ObjectionAnswer:
    """Write the answer; a head confirms it.

    :param goes_public: False: the sender alone reads it, and the answer says why it is not published.
    :param public_text: what the public reads of the objection; empty where nothing is published.
    :raises Refused: it was answered meanwhile, or the texts cannot be published as they are.
    """
    row = _locked(objection, actor, Role.REVIEWER)
    if row.state != Objection.State.RECEIVED:
        raise Refused("这一份已经有人写了答复。请刷新页面查看。")
    passed = []
    if goes_public:
        contents = texts(public_text, answer)
        require_fit(row, f"{public_text}\n{answer}")
        passed = let_through(contents, not_personal)
    made = ObjectionAnswer.objects.create(
        objection=row,
        goes_public=goes_public,
        public_text=public_text if goes_public else "",
        answer=answer,
        by=actor,
        at=clock.now(),
    )
    keep(passed, subject=Subject.SAID, object_id=made.pk, actor=actor, about=row, secret=True)
    _move(row, Objection.State.ANSWERED)
    trail.record(actor, "答复异议或纠错", row, {"goes_public": goes_public, "words": made.digest})
    return made


@transaction.atomic
def confirm(*, objection: Objection, answer: int, actor: User) -> Objection:
    """Confirm an answer: the sender reads it from now on, and the public where it is meant for it.

    :param answer: the key of the answer that the head has read.
    """
    row, made = _to_decide(objection, answer, actor)
    if made.goes_public:
        require_fit(row, f"{made.public_text}\n{made.answer}")
        contents = texts(made.public_text, made.answer)
        require_clear(Subject.SAID, made.pk, contents, "请退回，由审核人删去以后重新答复。")
    _decide(made, Decision.CONFIRMED, "", actor)
    _move(row, Objection.State.PUBLISHED if made.goes_public else Objection.State.CLOSED)
    trail.record(actor, "确认异议的答复", row, {"goes_public": made.goes_public, "words": made.digest})
    return row


@transaction.atomic
def send_back(*, objection: Objection, answer: int, note: str, actor: User) -> Objection:
    """Send an answer back to the reviewers, with the reason."""
    if not note.strip():
        raise Refused("退回的，请写明理由。")
    row, made = _to_decide(objection, answer, actor)
    _decide(made, Decision.RETURNED, note.strip(), actor)
    _move(row, Objection.State.RECEIVED)
    trail.record(
        actor, "退回异议的答复", row, {"words": made.digest, "reason_words": row.digest_of(made.note)}
    )
    return row


@transaction.atomic
def hide(*, objection: Objection, because: str, actor: User) -> ObjectionAnswer:
    """Take a public answer, and what was said of the objection, from the public page; there the reason stands in its place.

    Objection and answer stand in no record that the log holds, so nothing there has to say so. The sender still reads both.

    :param because: law, article and cause; it becomes public for ever, so it holds no personal data itself.
    """
    row = _locked(objection, actor, Role.HEAD)
    made = row.answers.filter(decision=Decision.CONFIRMED, goes_public=True).first()
    if row.state != Objection.State.PUBLISHED or made is None:
        raise Refused("这份答复没有公开，不用隐去。")
    if made.hidden_at:
        raise Refused("这份答复已经依法隐去。")
    because = one_line(because)
    if len(because) < SHORTEST_REASON:
        raise Refused("请写明法律名称、条款和事由：会公开。")
    require_none({"because": Text("法律理由", because)}, "请从理由里删去。")
    made.hidden_at, made.hidden_by, made.hidden_because = clock.now(), actor, because
    made.save(update_fields=["hidden_at", "hidden_by", "hidden_because"])
    trail.record(actor, "依法隐去异议的答复", row, {"reason": because})
    return made


def require_fit(row: Objection, text: str) -> None:
    """Refuse what may not stand in a text that stays public: the unit's name, and what the law hid of its results.

    A name may have to be withdrawn one day, and could not be taken out of a sentence.
    """
    for name in {row.unit.name, row.inspection.selection.name if row.inspection else ""} - {""}:
        if name in text:
            raise Refused("公开的文字里请不要写单位名称（名称以后可能依法撤下）：请写“该单位”。")
    for inspection in concerned(row):
        names = [row.unit.name, inspection.selection.shown_name]
        if piece := repeated(text, hidden_words(inspection), names):
            raise Refused(f"“{piece}”是依法隐去（或者已经申请隐去）的内容，写进答复又会公开：请删去。")


@transaction.atomic
def forget_senders(today: datetime.date) -> int:
    """Delete who sent what was answered `SENDER_DAYS` ago or earlier; return how many. What was said stays."""
    day = today - datetime.timedelta(days=settings.SENDER_DAYS)
    before = timezone.make_aware(
        datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    )
    done = ObjectionAnswer.objects.confirmed().filter(decided_at__lt=before)
    count, _ = ObjectionSender.objects.filter(objection__in=done.values("objection")).delete()
    if count:
        trail.record(None, "删除提出人的联系方式", f"{today}", {"count": count})
    return count


def _locked(objection: Objection, actor: User, role: Role) -> Objection:
    """Lock the objection for who may act on it."""
    if not actor.has_role(role):
        raise PermissionDenied(f"这一步由{role.label}办理。")
    rows = Objection.objects.select_for_update(of=("self",)).select_related("unit", "inspection__selection")
    row = rows.get(pk=objection.pk)
    if took_part(row, actor):
        raise PermissionDenied("您参加过对这家单位的检查：须由没有参加检查的人办理。")
    return row


def _to_decide(objection: Objection, answer: int, actor: User) -> tuple[Objection, ObjectionAnswer]:
    row = _locked(objection, actor, Role.HEAD)
    made = row.answers.filter(decided_at__isnull=True).first()
    if row.state != Objection.State.ANSWERED or made is None or made.pk != answer:
        raise Refused("这份答复已经处理过，或者换了新的。请看过现在的内容再决定。")
    if made.by_id == actor.pk:
        raise PermissionDenied("自己写的答复，须由另一个人确认。")
    return row, made


def _decide(made: ObjectionAnswer, decision: str, note: str, actor: User) -> None:
    made.decision, made.note = decision, note
    made.decided_by, made.decided_at = actor, clock.now()
    made.save(update_fields=["decision", "note", "decided_by", "decided_at"])


def _move(row: Objection, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])
