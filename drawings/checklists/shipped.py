"""The checklists that the site comes with: what is missing is added, what is there stays as it is."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from ..models import Checklist, ChecklistPoint, ChecklistVersion, LegalBasis
from ..states import Refused

SHIPPED = Path(settings.BASE_DIR) / "fixtures" / "checklists.json"


@transaction.atomic
def add_shipped(since: datetime.datetime | None = None) -> list[ChecklistVersion]:
    """Add the shipped versions that the site does not have, with their points, and return them.

    `loaddata` of the same file does it for an empty site; on another one it would write over what the administrator has
    changed since: criteria, names, a withdrawal.

    :param since: since when they are in use, if not since the day that the file says.
    :raises Refused: a clause that they name is not there.
    """
    rows = [(row["model"], row["fields"]) for row in json.loads(SHIPPED.read_text(encoding="utf-8"))]
    for fields in _of("drawings.checklist", rows):
        others = {name: value for name, value in fields.items() if name != "code"}
        Checklist.objects.get_or_create(code=fields["code"], defaults=others)
    added = {}
    for fields in _of("drawings.checklistversion", rows):
        (code,), number = fields["checklist"], fields["number"]
        checklist = Checklist.objects.get(code=code)
        version, is_new = ChecklistVersion.objects.get_or_create(
            checklist=checklist,
            number=number,
            # The administrator may have renamed it: his name counts.
            defaults={"published_at": since or fields["published_at"], "name": checklist.name},
        )
        if is_new:
            added[code, number] = version
    _add_points(added, [dict(fields) for fields in _of("drawings.checklistpoint", rows)])
    return list(added.values())


def _of(model: str, rows: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [fields for name, fields in rows if name == model]


def _add_points(added: dict[tuple[str, int], ChecklistVersion], rows: list[dict[str, Any]]) -> None:
    law = {basis.natural_key(): basis.pk for basis in LegalBasis.objects.all()}
    points, links = [], []
    for fields in rows:
        version, bases = added.get(tuple(fields.pop("version"))), fields.pop("bases")
        if version is None:
            continue
        points.append(ChecklistPoint(version=version, **fields))
        for basis in map(tuple, bases):
            if basis not in law:
                raise Refused(f"没有登记《{basis[0]}》{basis[1]}：请先载入 law。")
        links.append([law[tuple(basis)] for basis in bases])
    points = ChecklistPoint.objects.bulk_create(points)
    through = ChecklistPoint.bases.through
    through.objects.bulk_create(
        [
            through(checklistpoint_id=point.pk, legalbasis_id=basis)
            for point, bases in zip(points, links, strict=True)
            for basis in bases
        ]
    )
