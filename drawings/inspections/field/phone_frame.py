"""What of the on-site record does not stand in the form's fields: a phone needs it to write the record without a signal."""

from typing import Any

from django.utils import timezone

from wugang_audit import clock

from ...models import Finding, Measure
from ...models.checklists import names_of
from ...models.finding_record import as_name
from ...models.visit import Entry
from .arrival import HTML_MINUTE
from .forms import ReportForm
from .plausible import ends
from .record import FIRST, SECOND, called_in_record

Line = tuple[str, str, str, str, str]


def frame(form: ReportForm, evidence: tuple[Line, ...]) -> dict[str, Any]:
    """Return what stands in the record and not in the form's fields::

        {"draw": "2026Q4", "unit": …, "name": …, "team": [[certificate number, "lead"]], "officers": [name], "second": name of
         the other officer, "checklists": [["general", 2]], "points": {"14": ["general/water", "废水排放口"]},
         "facilities": {key of the field: ["TA001", "TA001 布袋除尘器"]},
         "readings": {key of the field: {"row": [outlet, pollutant, unit, limit], "ends": [least, most, in words] or null}},
         "evidence": `evidence_lines`, "entries": {"entered": "进入现场检查"}, "verdicts": …, "measures": …, "now": ISO time, "published": "2026-10-01T09:00"}

    No query where the team is fetched.
    """
    inspection = form.inspection
    selection = inspection.selection
    names = names_of(form.sheet.points)
    members = list(selection.team.all())
    return {
        "draw": selection.draw.code,
        "unit": selection.source.number,
        "name": as_name(selection.shown_name),
        "team": [[each.officer.certificate_number, FIRST if each.is_lead else SECOND] for each in members],
        "officers": [each.shown_name for each in members],
        "checklists": [[each.checklist.code, each.number] for each in form.sheet.versions],
        "points": {
            str(point.pk): [key, names[point.pk]] for key, point in called_in_record(form.sheet.points)
        },
        "facilities": {row.key: [as_name(row.code), str(row)] for row in form.permit.facilities},
        "readings": {
            row.key: {
                "row": [as_name(each) for each in (row.outlet, row.pollutant, row.unit, row.limit)],
                "ends": ends(row.pollutant, row.unit),
            }
            for row in form.permit.readings
        },
        "evidence": evidence,
        "entries": dict(Entry.choices),
        "verdicts": dict(Finding.Verdict.choices),
        "measures": dict(Measure.Kind.choices),
        "now": clock.now().isoformat(),
        "published": f"{timezone.localtime(selection.draw.published_at):{HTML_MINUTE}}",
    }
