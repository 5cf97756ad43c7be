"""What becomes of recusals when two units are joined: they go with the unit that stays."""

from sources.joining import moves
from sources.models import PollutionSource
from wugang_audit.accounts.models import User
from wugang_audit.registries import bulk_history

from .models import Recusal


@moves("回避")
def move_recusals(goes: PollutionSource, stays: PollutionSource, actor: User, reason: str) -> list[str]:
    """Give the unit that stays the recusals of the other; an officer who is recused for both keeps both rows."""
    known = stays.recusals.values("officer")
    moved = list(goes.recusals.exclude(officer__in=known).select_related("officer").order_by("pk"))
    keys = [each.pk for each in moved]
    values = [{"source": stays.pk}] * len(moved)
    bulk_history.update(Recusal, ["source"], keys, values, actor=actor, reason=reason)
    return [f"{each.officer.name}（{each.officer.certificate_number}）" for each in moved]
