"""The way of each inspection: the steps that the tables tell, and who took them, against the entries of the audit trail."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, CharField, Value
from django.db.models.functions import Cast, Concat, Substr

from wugang_audit.audit.models import AuditEntry

from ..models.beside import Beside
from ..models.draw import Draw
from ..models.inspection import Inspection, InspectionMove
from ..states import InspectionState
from .evidence import Evidence, Step, of_steps

# What each audit entry makes of an inspection.
STATE_AFTER = {
    "提交检查": InspectionState.SUBMITTED,
    "审核通过": InspectionState.APPROVED,
    "退回检查": InspectionState.RETURNED,
    "确认公开": InspectionState.PUBLISHED,
}
# Each stage: its word, its fields, the entries that fill them.
STAGES = (
    ("提交", "submitted", ("提交检查",)),
    ("审核", "reviewed", ("审核通过", "退回检查")),
    ("公开", "published", ("确认公开",)),
)
REVIEWED = (InspectionState.APPROVED, InspectionState.RETURNED)
KEY = f"{Inspection._meta.label_lower}:"  # of an entry's target, before the primary key


class Entries:
    """The entries of some actions about a draw's inspections: one query, whatever their number."""

    def __init__(self, evidence: Evidence, *actions: str):
        # A draw keeps the entries about its inspections itself while it is sealed; later ones stand under each of them.
        self._sealed: dict[int, list[Step]] = defaultdict(list)
        for step in evidence.of(*actions):
            if "inspection" in step.changes:
                self._sealed[step.changes["inspection"]].append(step)
        self._entries = Beside(_entries(evidence.draw, actions))

    def of(self, pk: int) -> list[Step]:
        """Return the entries about an inspection in their order; to be asked ascending by primary key."""
        return sorted([*self._sealed.get(pk, ()), *(Step(*each) for each in self._entries.of(pk))])


class Ways:
    """The entries and the moves of a draw's inspections: two queries, whatever their number."""

    def __init__(self, evidence: Evidence):
        self._entries, self._moves = Entries(evidence, *STATE_AFTER), Beside(_moves(evidence.draw))

    def faults(self, row: Inspection) -> Iterator[str]:
        """Say what the inspection and its moves tell otherwise than the trail; to be asked ascending by primary key."""
        steps = self._entries.of(row.pk)
        moves = self._moves.of(row.pk)
        wanted = STATE_AFTER[steps[-1].action] if steps else InspectionState.DRAFT
        if row.state != wanted:
            label = dict(InspectionState.choices).get(row.state, row.state)
            yield f"状态是“{label}”，按审计记录应为“{wanted.label}”"
        yield from _people(row, steps)
        yield from of_steps("检查经过", steps, _told(moves))
        said = [comment for state, *_, comment in moves if state in REVIEWED]
        if row.review_comment != (said[-1] if said else ""):
            yield "审核意见和检查经过不一致"


def _entries(draw: Draw, actions: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield (inspection, *the columns of a `Step`), ascending by both numbers."""
    key = Concat(Value(KEY), Cast("pk", CharField()), output_field=CharField())
    keys = Inspection.objects.filter(selection__draw=draw).order_by().values_list(key, flat=True)
    return (
        AuditEntry.objects.filter(target_key__in=keys, action__in=actions)
        .annotate(inspection=Cast(Substr("target_key", len(KEY) + 1), BigIntegerField()))
        .order_by("inspection", "index")
        .values_list("inspection", *Step._fields)
        .iterator(chunk_size=2000)
    )


def _moves(draw: Draw) -> Iterator[tuple[Any, ...]]:
    """Yield (inspection, state, at, by, comment) in the order in which they were made."""
    return (
        InspectionMove.objects.filter(inspection__selection__draw=draw)
        .order_by("inspection", "pk")
        .values_list("inspection", "state", "at", "by", "comment")
        .iterator(chunk_size=2000)
    )


def _people(row: Inspection, steps: list[Step]) -> Iterator[str]:
    """Hold who last took each stage, and when, against the last entry of it."""
    for word, field, actions in STAGES:
        step = next((step for step in reversed(steps) if step.action in actions), None)
        at, actor = getattr(row, f"{field}_at"), getattr(row, f"{field}_by_id")
        if step is None:
            if at or actor:
                yield f"没有{word}，却有{word}时间或{word}人"
            continue
        if fault := step.unlike(at):
            yield f"{word}：{fault}"
        if actor != step.actor:
            yield f"{word}人和审计记录不一致"


def _told(moves: list[tuple[Any, ...]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the moves as entries tell them: each with the state before it."""
    before, told = str(InspectionState.DRAFT), []
    for serial, (state, at, actor, _) in enumerate(moves, 1):
        told.append((f"检查经过 {serial}", {"state": [before, state], "actor": actor, "at": at}))
        before = state
    return told
