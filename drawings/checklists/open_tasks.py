"""What becomes of the tasks that are open: which lists those not begun would have, and which have none at all."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from wugang_audit.registries.data_checks import Finding, checks

from ..inspections.field.choice import Candidate, Unit, chosen
from ..inspections.field.facts import FACTS, has_outlets, kinds_in, unit_with
from ..inspections.field.sheet import candidate
from ..models import ChecklistVersion, Inspection, InspectionChecklist
from ..models.strata import category_in
from ..states import InspectionState

NONE = (
    "执法人员到了现场没有检查项目可填，不能提交：请启用适用于这些单位的清单，或者放宽一份清单的适用范围。"
    "检查组也能自己加上一份在用的清单。"
)


@dataclass(frozen=True)
class Effects:
    """What the withdrawal of a version does to open tasks, each in tasks.

    :param begun: begun with it and not yet handed in, or sent back: they keep it.
    :param other: not begun; they would have had it, and begin with what is left.
    :param none: not begun; they would have had it, and no list is left for them.
    """

    begun: int
    other: int
    none: int


def effects(version: ChecklistVersion) -> Effects:
    """Count what a withdrawal would do, before it is confirmed."""
    begun = InspectionChecklist.objects.filter(
        version=version,
        inspection__in=Inspection.objects.released().filter(
            state__in=(InspectionState.DRAFT, InspectionState.RETURNED)
        ),
    ).count()
    now = _candidates()
    left = [each for each in now if each.version != version.pk]
    other = none = 0
    for unit, tasks in _not_begun():
        if version.pk in chosen(now, unit):
            after = bool(chosen(left, unit))
            other, none = other + tasks * after, none + tasks * (not after)
    return Effects(begun, other, none)


def without_list() -> int:
    """Return how many tasks that are not begun would find no list for their unit."""
    now = _candidates()
    return sum(tasks for unit, tasks in _not_begun() if not chosen(now, unit))


@checks
def _tasks_without_list() -> list[Finding]:
    url = reverse("admin:drawings_checklist_changelist")
    label = "还没有开始的检查任务：没有适用的检查清单"
    return [Finding(label, without_list(), url, NONE, measure="个")]


def _candidates() -> list[Candidate]:
    rows = ChecklistVersion.objects.in_use().select_related("checklist")
    return [candidate(row.checklist, row) for row in rows.prefetch_related("checklist__specialities")]


def _not_begun() -> Iterator[tuple[Unit, int]]:
    """Yield the facts by which tasks choose, and how many tasks have the same.

    A unit that was joined into another counts with its own conditions: only its own form looks up the other's.
    """
    kinds = has_outlets("selection__source")
    tasks = (
        Inspection.objects.released().filter(state=InspectionState.DRAFT, checklists=None).annotate(**kinds)
    )
    rows = tasks.order_by().values_list(
        "selection__stratum", *(f"selection__source__{name}" for name in FACTS), *kinds
    )
    for stratum, *known, count in rows.annotate(Count("pk")):
        outlets = kinds_in(known[len(FACTS) :])
        yield unit_with(category_in(stratum), known[: len(FACTS)], outlets), count
