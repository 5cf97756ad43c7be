"""What the fields of the form of a visit are called, for a page that shows what lies in a file without the form."""

from ...models import Finding, FirmSignature, Measure
from ...models.inspection import Outcome
from ...models.visit import Entry
from ..field.arrival import arrival_fields
from ..field.sheet_fields import RUNNING


def of_form() -> dict[str, dict[str, object]]:
    """Return ``{"labels": {field: label}, "starts": {start of a field's name: label}, "choices": {field or start: {value: words}}}``.

    The points, rows and measures of a visit, whose names each end with a key, stand under what these begin with.
    """
    labels = {name: str(field.label) for name, field in arrival_fields().items()}
    labels |= {"visited_at": "检查时间", "outcome": "检查结论", "summary": "检查情况"}
    return {
        "labels": dict(labels),
        "starts": {
            "verdict_": "检查项目",
            "note_": "检查项目的说明",
            "facility_": "治理设施",
            "reading_": "读数",
            "measure_": "处理",
            "due_": "改正期限",
        },
        "choices": {
            "entry": dict(Entry.choices),
            "outcome": dict(Outcome.choices),
            "notice_given": {"on": "是"},
            "verdict_": dict(Finding.Verdict.choices),
            "facility_": dict(RUNNING),
            "measure_": {f"measure_{kind.value}": str(kind.label) for kind in Measure.Kind},
            "kind": dict(FirmSignature.Kind.choices),
        },
    }
