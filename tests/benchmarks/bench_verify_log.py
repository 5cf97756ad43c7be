"""Times `verify_log` over made-up draws whose findings are all published, in a throw-away database.

    python tests/benchmarks/bench_verify_log.py [DRAWS [FINDINGS]]

FINDINGS in all draws together, three points each. Prints seconds, queries, and the memory that the run needed on top
(SQLite, or whatever DATABASE_URL names: it must be an empty database).
"""

import os
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
folder = tempfile.TemporaryDirectory()
os.environ.setdefault("DATA_DIR", folder.name)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"

import django  # noqa: E402

django.setup()

from bench_freeze import registry  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from drawings import public_log  # noqa: E402
from drawings.ceremony import verbs  # noqa: E402
from drawings.ceremony.papers import verbs as papers  # noqa: E402
from drawings.ceremony.preflight.changes import compare  # noqa: E402
from drawings.ceremony.preflight.snapshot import snapshot  # noqa: E402
from drawings.models import (  # noqa: E402
    ChecklistPoint,
    Draw,
    Finding,
    Inspection,
    InspectionItem,
    InspectionMove,
    Plan,
    PlanRate,
)
from drawings.plans import verbs as plans  # noqa: E402
from drawings.protocol import verify  # noqa: E402
from drawings.selfcheck.examine import examine  # noqa: E402
from wugang_audit.access.roles import Role  # noqa: E402
from wugang_audit.accounts.models import User  # noqa: E402
from wugang_audit.audit import trail  # noqa: E402


def plan(year: int, item: InspectionItem, actor: User) -> None:
    rules = Plan.objects.create(year=year, title=f"{year}", basis="x", created_by=actor)
    rules.items.add(item)
    for position, (stratum, n, d) in enumerate([("key", 1, 4), ("special", 1, 4), ("general", 1, 4)], 1):
        PlanRate.objects.create(plan=rules, stratum=stratum, numerator=n, denominator=d, position=position)
    plans.publish(plan=rules, actor=actor)


def drawn(year: int, quarter: int, item: InspectionItem, actor: User, second: User) -> Draw:
    draw = verbs.start(year=year, quarter=quarter, item=item, actor=actor)
    found = compare(draw, snapshot(draw))
    if found is not None and found.total:
        papers.confirm_changes(draw=draw, seen=found.fingerprint, actor=second)
    source = verify.Source("system", "os", timezone.localtime().isoformat(timespec="seconds"))
    seen = snapshot(draw).fingerprint
    draw = verbs.freeze(draw=draw, sources=[source], seen=seen, actor=actor)
    return verbs.publish(draw=verbs.draw_from_system(draw=draw, actor=actor), actor=actor)


@transaction.atomic
def publish_findings(draw: Draw, actor: User, points: list[ChecklistPoint], limit: int) -> int:
    """Publish the findings of a draw as the verbs do, without the steps before."""
    rows = list(
        Inspection.objects.filter(selection__draw=draw).select_related("selection__draw", "selection__source")
    )[:limit]
    Finding.objects.bulk_create(
        [Finding(inspection=row, point=point, verdict="pass") for row in rows for point in points]
    )
    for row in rows:
        row.state, row.outcome, row.summary = "published", "clean", "生产正常，设施运行正常。"
        row.visited_at = row.published_at = timezone.now()
        row.published_by = actor
        public_log.append("finding", row.log_subject, row.log_digest(row.public_record()))
        InspectionMove.objects.create(inspection=row, state="published", by=actor)
        trail.record(actor, "确认公开", row, {"state": ["draft", "published"]})
    fields = ["state", "outcome", "summary", "visited_at", "published_at", "published_by"]
    Inspection.objects.bulk_update(rows, fields, batch_size=500)
    return len(rows)


def run(what: str) -> None:
    started, computed = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        lines = list(examine())
    seconds, computed = time.perf_counter() - started, time.process_time() - computed
    wrong = [line.text for line in lines if not line.holds]
    print(
        f"{what}: {seconds:.1f} s ({computed:.1f} s of them computing), {len(queries)} queries, {sum(x.checked for x in lines)} things, {wrong[:3]}"
    )


def main(draws: int = 20, findings: int = 20_000) -> None:
    settings.ALLOW_SYSTEM_ENTROPY = True
    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
    call_command("load_checklists", verbosity=0)
    actor, second = (
        User.objects.create_user(name, full_name=name, roles=[Role.ORGANISER]) for name in ("甲", "乙")
    )
    registry(findings // draws * 5, 60)
    item, points = InspectionItem.objects.get(), list(ChecklistPoint.objects.all()[:3])
    first_year, published = 2026 - (draws - 1) // 4, 0
    for number in range(draws):
        year, quarter = first_year + number // 4, number % 4 + 1
        if quarter == 1:
            plan(year, item, actor)
        draw = drawn(year, quarter, item, actor, second)
        published += publish_findings(draw, actor, points, findings // draws)
    print(f"{draws} draws, {published} findings")
    run("verify_log")
    tracemalloc.start()
    run("the same, watched")
    print(f"memory on top: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB at most")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    folder.cleanup()
