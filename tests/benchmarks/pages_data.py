"""A bureau after years of work, for benchmarks of the public pages: one draw by the verbs of the site, the others written beside it.

python tests/benchmarks/pages_data.py UNITS DRAWS RESULTS     into the database that DATABASE_URL names, which must be empty
"""

import datetime
import random
import sys

import bench_freeze
from bench_freeze import plan, registry
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import (
    ChecklistPoint,
    Draw,
    DrawFile,
    DrawNames,
    EntropySource,
    Finding,
    Inspection,
    InspectionChecklist,
    LogEntry,
    PublishedResult,
    Selection,
    TeamMember,
)
from drawings.models.published_results import name_key_of
from drawings.protocol import verify
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.server import planner

TOWNSHIPS = [f"虚构{n}乡" for n in range(1, 16)]
INDUSTRIES = ("2669", "3130", "1713", "0313", "3021", "2542", "4610", "7722")
OUTCOMES = ("clean",) * 6 + ("urged", "ordered", "case", "closed")
OFFICERS = 120
CHUNK = 5000


def fill(units: int, draws: int, results: int) -> None:
    """Write registry, plan, draws and published results; the newest draw is the first quarter of 2026."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
    call_command("load_checklists", verbosity=0)
    actor = User.objects.create_user("bench", full_name="甲", roles=[Role.ORGANISER])
    registry(units, OFFICERS)
    _spread()
    first = _drawn(plan(actor), actor)
    whole = list(first.selections.select_related("source").order_by("pk"))
    _publish(first, whole[: results // draws])
    for number in range(1, draws):
        _copy(first, number, results // draws)
    if not planner.look_at_tables():  # as a site does that has run for a while
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _spread() -> None:
    """Give the units townships and industries, as the filters know them."""
    chance = random.Random(7)
    rows = list(PollutionSource.objects.all())
    for row in rows:
        row.township, row.industry_code = chance.choice(TOWNSHIPS), chance.choice(INDUSTRIES)
        row.credit_code = f"91410481MA{row.pk:08d}"
    PollutionSource.objects.bulk_update(rows, ["township", "industry_code", "credit_code"], batch_size=500)


def _drawn(item, actor) -> Draw:
    draw = verbs.start(year=2026, quarter=1, item=item, actor=actor)
    sources = [verify.Source("system", "os", timezone.localtime().isoformat(timespec="seconds"))]
    verbs.freeze(draw=draw, sources=sources, seen=checks.snapshot(draw).fingerprint, actor=actor)
    draw.refresh_from_db()
    verbs.draw_from_system(draw=draw, actor=actor)
    draw.refresh_from_db()
    return verbs.publish(draw=draw, actor=actor)


def _copy(first: Draw, number: int, count: int) -> None:
    """Write a draw of an earlier quarter with the files of the first, and other units."""
    quarters = 2026 * 4 - number
    year, quarter = quarters // 4, quarters % 4 + 1
    files, names, entropy = list(first.files.all()), first.names, list(first.entropy.all())
    draw = Draw.objects.get(pk=first.pk)
    draw.pk, draw.code, draw.year, draw.quarter = None, f"{year}Q{quarter}", year, quarter
    draw._state.adding = True
    draw.save()
    DrawFile.objects.bulk_create(
        DrawFile(draw=draw, name=each.name, content=each.content, digest=each.digest) for each in files
    )
    DrawNames.objects.create(draw=draw, content=names.content)
    for each in entropy:
        each.pk, each.draw = None, draw
    EntropySource.objects.bulk_create(entropy)
    units = PollutionSource.objects.order_by("pk")
    start = number * count % max(1, units.count() - count)
    chance = random.Random(number)
    selections = Selection.objects.bulk_create(
        [
            Selection(
                draw=draw, source=unit, stratum=("key", "special", "general")[rank % 3], rank=rank,
                ticket=f"{chance.getrandbits(256):064x}", name=unit.name,
            )
            for rank, unit in enumerate(units[start : start + count], 1)
        ],
        batch_size=CHUNK,
    )  # fmt: skip
    officers = list(Officer.objects.all())
    TeamMember.objects.bulk_create(
        [
            TeamMember(selection=each, officer=officer, name=officer.name, is_lead=not place)
            for each in selections
            for place, officer in enumerate(chance.sample(officers, 2))
        ],
        batch_size=CHUNK,
    )
    Inspection.objects.bulk_create(
        [Inspection(selection=each, item=first.item) for each in selections], batch_size=CHUNK
    )
    _publish(draw, selections)
    LogEntry.objects.count()


def _publish(draw: Draw, selections) -> None:
    chance = random.Random(draw.pk)
    day = datetime.datetime(draw.year, draw.quarter * 3 - 1, 1, 2, tzinfo=datetime.UTC)
    points = list(ChecklistPoint.objects.select_related("version").order_by("pk")[:6])
    rows = dict(Inspection.objects.filter(selection__draw=draw).values_list("selection_id", "pk"))
    inspections, kept, findings, used = [], [], [], []
    for each in selections:
        visited = day + datetime.timedelta(days=chance.randrange(60))
        outcome = chance.choice(OUTCOMES)
        inspections.append(
            Inspection(
                pk=rows[each.pk], state="published", visited_at=visited, outcome=outcome,
                summary="治理设施运行正常，台账齐全。" * 4, published_at=visited + datetime.timedelta(days=15),
                record_form="finding/2",
            )
        )  # fmt: skip
        findings += [
            Finding(inspection_id=rows[each.pk], point=point, verdict="pass") for point in points[:3]
        ]
        used.append(InspectionChecklist(inspection_id=rows[each.pk], version=points[0].version))
        kept.append(
            PublishedResult(
                inspection_id=rows[each.pk], year=draw.year, quarter=draw.quarter, number=each.source.number,
                name_key=name_key_of(each.name), stratum=each.stratum, published_on=(visited + datetime.timedelta(days=15)).date(),
                day=visited.date(), visited_on=visited.date(), outcome=outcome,
                is_faulty=None if outcome == "closed" else outcome != "clean", township=each.source.township,
                industry=each.source.industry_code[:2], speciality="化工",
            )
        )  # fmt: skip
    fields = ["state", "visited_at", "outcome", "summary", "published_at", "record_form"]
    Inspection.objects.bulk_update(inspections, fields, batch_size=500)
    Finding.objects.bulk_create(findings, batch_size=CHUNK)
    InspectionChecklist.objects.bulk_create(used, batch_size=CHUNK)
    PublishedResult.objects.bulk_create(kept, batch_size=CHUNK)


if __name__ == "__main__":
    fill(*map(int, sys.argv[1:]))
    bench_freeze.folder.cleanup()
