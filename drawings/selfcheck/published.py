"""The rows by which the public's lists and figures find published results, against the inspections themselves.

What follows from the inspection is computed again; where it was filed (township, industry, speciality), the trail keeps of
the publication. Of what was published before there were these rows the trail says nothing: there the place is not asked.
"""

from collections.abc import Iterator

from ..models.inspection import Finding, Inspection
from ..models.published_results import FACTS, NOWHERE, PublishedResult, facts_of
from ..models.redactions import Redaction
from .evidence import Evidence, Part, Step
from .moves import Entries

PUBLISHED = "确认公开"


def published(evidence: Evidence) -> Part:
    """Compare both ways: each published result has its row, and each row its result; a fixed number of queries."""
    of_draw = {"inspection__selection__draw": evidence.draw}
    rows = {row.inspection_id: row for row in PublishedResult.objects.filter(**of_draw).order_by()}
    hidden = Redaction.objects.in_effect().filter(text=Redaction.Text.FINDING, **of_draw)
    is_hidden = set(hidden.values_list("inspection", flat=True))
    failed = Finding.objects.filter(verdict=Finding.Verdict.FAIL, **of_draw).order_by()
    has_failed = set(failed.values_list("inspection", flat=True))
    entries = Entries(evidence, PUBLISHED)
    faults, count = [], 0
    results = Inspection.objects.disclosed().filter(selection__draw=evidence.draw, published_at__isnull=False)
    joined = results.select_related("selection__draw", "selection__source").order_by("pk")
    for result in joined.iterator(chunk_size=2000):
        count += 1
        right = facts_of(result, is_hidden=result.pk in is_hidden, has_failed=result.pk in has_failed)
        name = evidence.unit(result.selection.source.number, result.pk)
        steps = entries.of(result.pk)
        found = _faults(rows.pop(result.pk, None), right, steps)
        faults += [f"公开结果的名单 {name}：{fault}" for fault in found]
    for row in sorted(rows.values(), key=lambda row: row.inspection_id):
        name = evidence.unit(row.number, row.inspection_id)
        faults.append(f"公开结果的名单 {name}：名单里有，检查结果却没有公开")
    return Part("公开结果的名单", count + len(rows), tuple(faults))


def _faults(row: PublishedResult | None, right: dict[str, object], steps: list[Step]) -> Iterator[str]:
    if row is None:
        yield "名单里没有这份公开的检查结果"
        return
    wrong = [name for name in FACTS if getattr(row, name) != right[name]]
    if wrong:
        named = "、".join(str(PublishedResult._meta.get_field(name).verbose_name) for name in wrong)
        yield f"{named}和检查结果不一致"
    told = next((step for step in reversed(steps) if "filed_under" in step.changes), None)
    if row.is_hidden:
        if row.filed_under != NOWHERE:
            yield "全文已经依法隐去，名单里却还写着归入哪里"
    elif told and str(row.filed_under) != told.changes["filed_under"]:
        yield f"归入的乡镇、行业、专业组和审计记录第 {told.index} 条不一致"
