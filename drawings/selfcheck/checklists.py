"""The versions of checklists: use and withdrawal of each, and the name that it got, against the entries of the trail.

A version that came with the site (`load_checklists`) was put in use by nobody and has no entry: nothing says what its name or
its points were, until a published result does (`visits`: the points, not the name).
"""

from collections.abc import Iterator

from django.db.models import Count

from ..models.checklists import ChecklistVersion
from .evidence import EntriesBeside, Part, Step, unlike_step

USED, WITHDRAWN = "启用检查清单", ("停用检查清单", "弃用检查清单的草稿")


def checklists() -> Part:
    """Compare names, people, times and reasons; of entries of an older site the name is not asked."""
    entries = EntriesBeside(ChecklistVersion, USED, *WITHDRAWN)
    faults, count = [], 0
    versions = ChecklistVersion.objects.select_related("checklist").annotate(points_now=Count("points"))
    for row in versions.order_by("pk"):
        count += 1
        found = _faults(row, entries.take(row.pk))
        faults += [f"检查清单“{row}”：{fault}" for fault in found]
    faults += entries.left("检查清单版本")
    return Part("检查清单的版本", count, tuple(faults))


def _faults(row: ChecklistVersion, steps: list[Step]) -> Iterator[str]:
    used = next((step for step in steps if step.action == USED), None)
    withdrawn = next((step for step in steps if step.action in WITHDRAWN), None)
    if used or row.published_by_id:
        yield from unlike_step("启用", row.published_at, row.published_by_id, used)
    if used and row.name != used.changes.get("checklist_name", row.name):
        yield f"启用时的名称和审计记录第 {used.index} 条不一致"
    if used and row.points_now != used.changes.get("points"):
        yield f"检查项目的个数和审计记录第 {used.index} 条不一致"
    yield from unlike_step("停用", row.withdrawn_at, row.withdrawn_by_id, withdrawn)
    if withdrawn and row.withdrawn_because != withdrawn.changes.get("reason", ""):
        yield f"停用原因和审计记录第 {withdrawn.index} 条不一致"
