"""The lifting of a seal: by hand, or entered in the log once its date has come.

A draw that was frozen under an earlier seal gives the units of that one away: its own seal falls no earlier.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .. import public_log
from ..models import Disclosure, Draw, DrawFile, LogKind
from ..models.draw import DrawQuerySet
from ..models.seal import ended_by_date
from ..states import DrawState, Refused


@transaction.atomic
def unseal(*, draw: Draw, actor: User) -> Draw:
    """Lift the seal by hand, before its date: all files become public at once."""
    if not actor.has_role(Role.ORGANISER):
        raise PermissionDenied("解封由抽查组织者办理。")
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    if draw.disclosure != Disclosure.SEALED:
        raise Refused("这次抽签没有密封，不需要解封。")
    if draw.unsealed_at is not None:
        raise Refused("这次抽签已经解封，请刷新页面查看。")
    if draw.state != DrawState.PUBLISHED:
        raise Refused("任务下达以后才能解封。")
    if draw.under_seal():
        raise Refused(f"{draw.under.title}还在密封：这次的名单会透露它抽中了谁。请先给它解封，这次再解封。")
    lift(draw, actor)
    lifted = lift_voids(actor)
    trail.record(actor, "解封", draw)
    for void in lifted:
        trail.record(actor, "解封", void)
    public_log.anchor()
    return draw


def lift(draw: Draw, actor: User | None) -> None:
    """Lift the seal within the caller's transaction; actor None: the system itself, by the date."""
    draw.unsealed_at, draw.unsealed_by = clock.now(), actor
    draw.save(update_fields=["unsealed_at", "unsealed_by"])
    public_log.append(LogKind.UNSEAL, draw.code, draw.files.get(name="result.tsv").digest)


def lift_voids(actor: User | None) -> list[Draw]:
    """Lift, within the caller's transaction, the seals of void draws that waited for an earlier one, and return these draws."""
    waiting = Draw.objects.select_for_update().filter(
        state=DrawState.VOID, disclosure=Disclosure.SEALED, unsealed_at=None, drawn_at__isnull=False
    )
    freed = [draw for draw in waiting.order_by("pk") if not draw.under_seal()]
    for draw in freed:
        lift(draw, actor)
    return freed


def due_to_unseal() -> DrawQuerySet:
    """Draws with a seal that has ended by its date, which the log does not say yet."""
    with_result = DrawFile.objects.filter(name="result.tsv").values("draw")
    return Draw.objects.not_void().filter(ended_by_date(), pk__in=with_result)


@transaction.atomic
def unseal_due() -> list[Draw]:
    """Enter in the log each seal that has ended by its date, and the trail's head of the day; the system itself acts."""
    draws = list(due_to_unseal().select_for_update().order_by("pk"))
    for draw in draws:
        lift(draw, None)
    draws += lift_voids(None)
    for draw in draws:
        trail.record(None, "到期解封", draw)
    public_log.anchor()
    return draws
