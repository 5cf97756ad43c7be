"""What keeps an import of a registry from being undone: a draw that was frozen on the registry since."""

from datetime import datetime

from django.utils import timezone

from wugang_audit.imports.undo import builds_on

from .models import Draw
from .states import DrawState

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
