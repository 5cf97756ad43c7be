"""The lifting of a seal: by hand, or entered in the log once its date has come."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

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
    lift(draw, actor)
    trail.record(actor, "解封", draw)
    public_log.anchor()
    return draw


def lift(draw: Draw, actor: User | None) -> None:
    """Lift the seal within the caller's transaction; actor None: the system itself, by the date."""
    draw.unsealed_at, draw.unsealed_by = timezone.now(), actor
    draw.save(update_fields=["unsealed_at", "unsealed_by"])
    public_log.append(LogKind.UNSEAL, draw.code, draw.files.get(name="result.tsv").digest)


def due_to_unseal() -> DrawQuerySet:
    """Draws with a seal that has ended by its date, which the log does not say yet."""
    with_result = DrawFile.objects.filter(name="result.tsv").values("draw")
    return Draw.objects.filter(ended_by_date(), pk__in=with_result)


@transaction.atomic
def unseal_due() -> list[Draw]:
    """Enter in the log each seal that has ended by its date, and the trail's head of the day; the system itself acts."""
    draws = list(due_to_unseal().select_for_update().order_by("pk"))
    for draw in draws:
        lift(draw, None)
        trail.record(None, "到期解封", draw)
    public_log.anchor()
    return draws
