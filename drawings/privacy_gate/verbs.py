"""What the verbs of other rooms call before they publish: pass or be refused, and keep the reasons."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db import models

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import find, says_nothing

from ..models import PrivacyMark
from ..states import Refused
from .queries import Marked, Obstacle, Subject, Texts, marked_of, obstacles, said


class Reason(NamedTuple):
    """Why pieces that somebody was shown in one field are no personal data."""

    text: str
    # As `Obstacle.piece` has them. What was not shown is not covered, wherever in the field it stands.
    pieces: Collection[str]


Reasons = Mapping[str, Reason]  # by the name of the field
LONGEST = PrivacyMark._meta.get_field("reason").max_length
REMOVE = "会公开的文字里不能有个人信息，请删去。"
SHORTEST = 4  # characters: 无 is no reason


def fault_of(reason: str) -> str:
    """Say what is wrong with a reason; empty where it can be kept."""
    if len(reason) < SHORTEST:
        return "理由太短，请写明它是什么号码，为什么不属于个人信息。"
    if len(reason) > LONGEST:
        return f"理由超过 {LONGEST} 字，请写短一些。"
    if says_nothing(reason):
        return "理由只是同样的几个字，请写明它是什么号码，为什么不属于个人信息。"
    if find(reason):
        return "理由里请不要再写号码，写明它是什么号码就可以。"
    return ""


def let_through(
    texts: Texts, reasons: Reasons | None = None, marked: Marked = frozenset(), *, stop: bool = True
) -> list[tuple[Obstacle, str]]:
    """Return the obstacles that a reason covers, each with it, to be kept as soon as the text is stored (`keep`).

    :param stop: False: for a draft, what has no reason stays unmarked.
    :raises Refused: something is found that has neither a mark nor a reason that covers it, or a reason cannot be kept.
    """
    passed, rest = [], []
    for each in obstacles(texts, marked):
        reason = (reasons or {}).get(each.field)
        text = " ".join(reason.text.split()) if reason and each.piece in reason.pieces else ""
        if not text:
            rest.append(each)
        elif fault := fault_of(text):
            raise Refused(f"{each.label}：{fault}")
        else:
            passed.append((each, text))
    if rest and stop:
        raise Refused(f"{said(rest)}。会公开的文字里不能有个人信息：请删去；确实不属于个人信息的，写明理由。")
    return passed


def require_clear(subject: Subject, object_id: int, texts: Texts, mend: str) -> None:
    """Stop the publication of a stored text in which something is found that nobody has marked.

    :param mend: what the person can do about it, a sentence in Chinese.
    """
    if rest := obstacles(texts, marked_of(subject, [object_id])[object_id]):
        raise Refused(f"不能公开：{said(rest)}。{mend}")


def require_none(texts: Texts, mend: str) -> None:
    """Stop the publication of texts in which something is found and nothing can be marked.

    :param mend: what the person can do about it, a sentence in Chinese.
    """
    if rest := obstacles(texts):
        raise Refused(f"不能公开：{said(rest)}。{mend}")


def keep(
    passed: Collection[tuple[Obstacle, str]],
    *,
    subject: Subject,
    object_id: int,
    actor: User,
    about: models.Model,
    secret: bool = False,
) -> None:
    """Store the marks within the caller's transaction, and leave one entry in the trail for each field.

    The trail is for ever: it gets the piece without its middle.

    :param about: what the entry is about.
    :param secret: the draw is sealed: neither pieces nor reasons are told, they may name a unit.
    """
    now = clock.now()
    PrivacyMark.objects.bulk_create(
        PrivacyMark(
            subject=subject, object_id=object_id, field=each.field, piece=each.piece,
            reason=reason, by=actor, at=now,
        )
        for each, reason in passed
    )  # fmt: skip
    for field in dict.fromkeys(each.field for each, _ in passed):
        here = [(each, reason) for each, reason in passed if each.field == field]
        told: dict[str, object] = {"count": len(here)}
        if not secret:
            told = {
                "field": here[0][0].label,
                "pieces": [each.masked for each, _ in here],
                "reason": here[0][1],
            }
        trail.record(actor, "标明不属于个人信息", about, told)
