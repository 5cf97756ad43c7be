"""What the officers did on the site beside what the assessment has made of it since: that stays open, and is shown.

The firm signs a record with the measures of that day; outcome and measures are settled afterwards. Both are read together.
"""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from ...models import Inspection, Measure, OnSiteRecord
from ...protocol import verify


def measures_apart(inspections: Sequence[Inspection]) -> dict[int, str]:
    """Return {primary key: "签字时的现场措施：…；现在：…"} where the two differ, in two queries."""
    prefetch_related_objects(list(inspections), "measures")
    texts = OnSiteRecord.objects.standing().filter(inspection__in=[row.pk for row in inspections])
    signed = dict(texts.values_list("inspection", "text"))
    found = {}
    for row in inspections:
        if row.pk not in signed:
            continue
        then = set(verify.parse_field_record(signed[row.pk]).measure)
        now = {(each.kind, each.due_on.isoformat() if each.due_on else "") for each in row.measures.all()}
        if then != now:
            found[row.pk] = f"签字时的现场措施：{_called(then)}；现在：{_called(now)}。"
    return found


def _called(measures: Iterable[tuple[str, str]]) -> str:
    there = dict(measures)
    named = [
        kind.label + (f"（{there[kind]} 前改正）" if there[kind] else "")
        for kind in Measure.Kind
        if kind in there
    ]
    return "、".join(named) or "没有"
