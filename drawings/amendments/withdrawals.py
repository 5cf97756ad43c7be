"""Withdrawals: names leave the public files after their time, and everything still verifies.

What stays is the name's digest in the frozen pool or roster. The log counts how many are gone, so that no row is dropped
in silence; the reason stands on the draw's page and in the audit trail. A name that is withdrawn never comes back.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import models, transaction

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .. import public_log
from ..models import Draw, DrawNames, LogKind, Selection, TeamMember, Withdrawal
from ..models.declarations import one_line
from ..models.draw import DrawQuerySet
from ..models.published_results import forget_names
from ..models.search_texts import keep_withdrawn
from ..privacy_gate.queries import Text
from ..privacy_gate.verbs import let_through
from ..protocol import verify
from ..states import DrawState, Refused

CHUNK = 500  # ids in one statement
ENDED = (DrawState.PUBLISHED, DrawState.VOID)  # until then the draw itself needs its names


class Found(NamedTuple):
    """How many names of a draw a withdrawal would take out."""

    draw: Draw
    count: int


def old_draws(before: datetime | None = None) -> DrawQuerySet:
    """Draws that have ended, the oldest first.

    :param before: only those that were frozen earlier.
    """
    draws = Draw.objects.filter(state__in=ENDED)
    return (draws.filter(frozen_at__lt=before) if before else draws).order_by("frozen_at", "pk")


def find(draws: DrawQuerySet, kind: str, idents: Collection[str] | None = None) -> Iterator[Found]:
    """Yield the draws that still publish such names, and how many."""
    for draw in draws:  # the names of each are read apart: those of all draws at once may be gigabytes
        if count := len(_going(DrawNames.objects.get(draw=draw), kind, idents)):
            yield Found(draw, count)


@transaction.atomic
def withdraw(
    *, draw: Draw, kind: str, reason: str, actor: User | None, idents: Collection[str] | None = None
) -> int:
    """Take names of one kind out of a draw's ``names.tsv``, and out of the site's own copies; return how many.

    :param kind: one of `Withdrawal.Kind`.
    :param reason: why; it becomes public.
    :param actor: None: the system itself, for a command on the server.
    :param idents: of these units, officers or entries alone; None: all of the kind.
    :raises Refused: no reason, an unknown kind, a draw that has not ended, or no such name is left.
    """
    if kind not in Withdrawal.Kind.values:
        raise Refused("撤下的只能是单位名称、人员姓名或外部名册里的名称。")
    reason = one_line(reason)
    if not reason:
        raise Refused("请写明撤下的原因：会公开。")
    # Taken out by a command, in which nobody stands for a mark: the reason has to do without such a piece.
    let_through({"reason": Text("撤下的原因", reason)})
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    if draw.state not in ENDED:
        raise Refused("抽签还没有结束，名称还要用：请在公布或作废以后再撤下。")
    names = DrawNames.objects.select_for_update().get(draw=draw)
    going = _going(names, kind, idents)
    if not going:
        raise Refused("这次抽签里没有这样的名称，或者早已撤下。")
    rest = [row for row in names.rows if not (row.kind == kind and row.ident in going)]
    names.content = verify.write_names(draw.code, rest)
    del names.rows  # they are read anew
    names.save(update_fields=["content"])
    _blank_copies(draw, kind, sorted(going))
    withdrawn = names.withdrawn(kind)
    made = Withdrawal.objects.create(
        draw=draw,
        kind=kind,
        count=len(going),
        total=len(withdrawn),
        reason=reason,
        digest=names.withdrawn_digest(kind),
        by=actor,
    )
    public_log.append(LogKind.WITHDRAW, made.log_subject, made.digest)
    what = {"kind": kind, "count": made.count, "total": made.total, "reason": reason}
    trail.record(actor, "撤下姓名或名称", draw, what)
    public_log.anchor()
    return made.count


def _going(names: DrawNames, kind: str, idents: Collection[str] | None) -> set[str]:
    return {row.ident for row in names.rows if row.kind == kind and (idents is None or row.ident in idents)}


def _blank_copies(draw: Draw, kind: str, idents: list[str]) -> None:
    """Empty the copies that pages and searches read; the database lets these columns be emptied, and nothing else."""
    if kind == Withdrawal.Kind.UNIT:
        keep_withdrawn(idents)
        copies: models.QuerySet = Selection.objects.filter(draw=draw)
        path = "source__number__in"
    elif kind == Withdrawal.Kind.OFFICER:
        copies, path = TeamMember.ever.filter(selection__draw=draw), "officer__certificate_number__in"
    else:
        return
    for at in range(0, len(idents), CHUNK):
        some = idents[at : at + CHUNK]
        copies.filter(**{path: some}).update(name="")
        if kind == Withdrawal.Kind.UNIT:
            forget_names(draw, some)
