"""Which names of a draw were withdrawn, when and why."""

from dataclasses import dataclass
from datetime import datetime

from .. import public_fields
from ..models import Withdrawal


@dataclass(frozen=True)
class Withdrawn:
    kind: str
    count: int  # in this one step
    reason: str
    at: datetime


def withdrawals(draw_id: int) -> tuple[Withdrawn, ...]:
    """Every withdrawal from a draw, the first one first."""
    rows = Withdrawal.objects.filter(draw=draw_id).values(*public_fields.WITHDRAWAL)
    return tuple(Withdrawn(**row | {"kind": Withdrawal.Kind(row["kind"]).label}) for row in rows)
