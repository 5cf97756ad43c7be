"""Which names of a draw were withdrawn, when and why."""

from dataclasses import dataclass
from datetime import datetime

from .. import public_fields
from ..models import Withdrawal
from .redactions import Hidden, Kind


@dataclass(frozen=True)
class Withdrawn:
    kind: str
    count: int  # in this one step
    reason: str  # hidden by law: that, since when and why
    at: datetime


def withdrawals(draw_id: int, hidden: Hidden) -> tuple[Withdrawn, ...]:
    """Every withdrawal from a draw, the first one first.

    :param hidden: what the law hid of the draw's own texts.
    """
    rows = Withdrawal.objects.filter(draw=draw_id).values(*public_fields.WITHDRAWAL)
    return tuple(
        Withdrawn(
            Withdrawal.Kind(row["kind"]).label,
            row["count"],
            hidden.get((Kind.WITHDRAWAL, row["pk"])) or row["reason"],
            row["at"],
        )
        for row in rows
    )
