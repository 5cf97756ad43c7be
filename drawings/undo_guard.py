"""What draws keep from happening to the registries: an import that a frozen draw rests on is not undone, and no units are
joined while a draw that has them in its frozen list is open."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from sources.joining import prevents_joining
from wugang_audit.imports.undo import builds_on

from .models import Draw
from .models.seal import sealed_now
from .states import UNPUBLISHED, DrawState

REGISTRIES = frozenset({"sources", "officers", "absences", "recusals"})  # what a freeze reads


@builds_on
def frozen_since(kind: str, since: datetime, *, lock: bool) -> str | None:
    """Name the draws that were frozen after the import and are not void; that they were is in the public log."""
    if kind not in REGISTRIES:
        return None
    if lock:
        # A freeze holds its draw's row from its first look at the registries: wait for it, or let it wait.
        list(Draw.objects.select_for_update().filter(state=DrawState.DRAFT).order_by("pk"))
    # The freeze keeps its time in whole seconds.
    since = since.replace(microsecond=0)
    frozen = Draw.objects.visible().not_void().filter(frozen_at__gte=since).order_by("frozen_at")
    said = [f"{draw.title}（{timezone.localtime(draw.frozen_at):%Y-%m-%d %H:%M}）" for draw in frozen]
    return f"导入以后已按名录冻结抽签：{'、'.join(said)}。作废抽签以后才能撤销。" if said else None


@prevents_joining
def in_an_open_draw(*, lock: bool) -> str | None:
    """Name the draws that are frozen, drawn or sealed: every unit of the registry may stand in their lists.

    Not only those that hold the two units: that a unit was drawn in a sealed draw is nobody's business yet.
    """
    if lock:
        list(Draw.objects.select_for_update().filter(state=DrawState.DRAFT).order_by("pk"))
    sealed = Q(state=DrawState.PUBLISHED) & sealed_now()
    titles = [draw.title for draw in Draw.objects.filter(Q(state__in=UNPUBLISHED) | sealed).order_by("pk")]
    return (
        f"{'、'.join(titles)}还没有公布或仍在密封，名单里有名录中的单位。公布、解封或作废以后再合并。"
        if titles
        else None
    )
