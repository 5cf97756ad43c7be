"""The general checklist of the fixture as rows of a table, made without a database: most tests begin with it."""

import json

from house import ROOT

from drawings.models import Checklist, ChecklistPoint, ChecklistVersion


def general_checklist(law):
    """The rows of the general checklist of the fixture, by model; the others only where a test loads them."""
    text = (ROOT / "fixtures" / "checklists.json").read_text(encoding="utf-8")
    checklist = Checklist(pk=1, code="general", name="通用检查清单")
    since = "2026-08-15T00:00:00+08:00"
    version = ChecklistVersion(pk=1, checklist=checklist, number=2, name=checklist.name, published_at=since)
    keys = {basis.natural_key(): basis.pk for basis in law}
    points, links = [], []
    for row in json.loads(text):
        fields = row["fields"]
        if row["model"] == "drawings.checklistpoint" and fields.pop("version") == ["general", 2]:
            bases = [keys[tuple(basis)] for basis in fields.pop("bases")]
            points.append(ChecklistPoint(pk=len(points) + 1, version=version, **fields))
            through = ChecklistPoint.bases.through
            links += [through(checklistpoint_id=points[-1].pk, legalbasis_id=basis) for basis in bases]
    return {Checklist: [checklist], ChecklistVersion: [version], ChecklistPoint: points, through: links}
