"""Times the pre-flight and the freeze of a large registry on the site's own code, in a throw-away database.

    python tests/benchmarks/bench_freeze.py [UNITS [OFFICERS]]

Prints seconds and rows per second of the pre-flight, the freeze, and the same again against a last draw (SQLite, or
whatever DATABASE_URL names: it must be an empty database).
"""

import datetime
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
folder = tempfile.TemporaryDirectory()
os.environ.setdefault("DATA_DIR", folder.name)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from drawings.ceremony import verbs  # noqa: E402
from drawings.ceremony.preflight import checks  # noqa: E402
from drawings.models import InspectionItem, Plan, PlanRate  # noqa: E402
from drawings.protocol import verify  # noqa: E402
from enforcers.models import Ability, Officer, Recusal  # noqa: E402
from sources.models import Category, PollutionSource, Speciality  # noqa: E402
from wugang_audit.access.roles import Role  # noqa: E402
from wugang_audit.accounts.models import User  # noqa: E402

CLASSES = [Category.KEY] * 14 + [Category.SPECIAL] * 2 + [Category.GENERAL] * 84


def registry(units: int, officers: int) -> None:
    """Write units with all that a pre-flight reads, officers with two specialities each, and a few recusals."""
    dice = random.Random(20261008)
    fields = list(Speciality.objects.all())
    PollutionSource.objects.bulk_create(
        (
            PollutionSource(
                number=f"410481-{n:07d}", name=f"虚构{n}号厂", category=dice.choice(CLASSES), industry_code="2669",
                speciality=dice.choice(fields), township="院岭街道", address=f"工业路{n}号",
                discharges_wastewater=dice.random() < 0.5, out_of_season=dice.random() < 0.1,
                operating_state=dice.choice(["normal"] * 8 + ["seasonal", "stopped"]),
                exempt_reason="已列入联合抽查" if dice.random() < 0.02 else "",
            )
            for n in range(units)
        ),
        batch_size=2000,
    )  # fmt: skip
    people = Officer.objects.bulk_create(
        Officer(
            name=f"甲{n}", certificate_number=f"4104{n:06d}", certificate_expiry=datetime.date(2099, 1, 1)
        )
        for n in range(officers)
    )
    Ability.objects.bulk_create(
        Ability(officer=officer, speciality=field) for officer in people for field in dice.sample(fields, 2)
    )
    numbers = dice.sample(list(PollutionSource.objects.values_list("pk", flat=True)), units // 50)
    Recusal.objects.bulk_create(
        Recusal(officer=dice.choice(people), source_id=pk, reason="亲属") for pk in numbers
    )


def plan(actor) -> InspectionItem:
    item = InspectionItem.objects.first()
    rules = Plan.objects.create(
        year=2026, title="2026", basis="x", created_by=actor, published_by=actor, published_at=timezone.now(),
        fresh_first=True, yearly_cap=2,
    )  # fmt: skip
    rules.items.add(item)
    rates = [("key-emitting", 1, 2), ("key", 1, 4), ("special", 1, 4), ("general", 1, 4)]
    for position, (stratum, n, d) in enumerate(rates, 1):
        PlanRate.objects.create(plan=rules, stratum=stratum, numerator=n, denominator=d, position=position)
    return item


def timed(what: str, rows: int, work):
    started = time.perf_counter()
    value = work()
    seconds = time.perf_counter() - started
    print(f"{what:34} {seconds:6.2f} s {rows / seconds:12,.0f} rows/s")
    return value


def main(units: int = 100_000, officers: int = 200) -> None:
    settings.ALLOW_SYSTEM_ENTROPY = True
    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
    actor = User.objects.create_user("bench", full_name="甲", roles=[Role.ORGANISER])
    registry(units, officers)
    item = plan(actor)
    for quarter, name in ((1, "first draw"), (2, "against the last draw")):
        draw = verbs.start(year=2026, quarter=quarter, item=item, actor=actor)
        flight = timed(f"pre-flight, {name}", units, lambda draw=draw: checks.preflight(draw))
        sources = [verify.Source("system", "os", timezone.localtime().isoformat(timespec="seconds"))]
        seen = flight.snapshot.fingerprint
        freeze = lambda draw=draw, sources=sources, seen=seen: verbs.freeze(  # noqa: E731
            draw=draw, sources=sources, seen=seen, actor=actor
        )
        draw = timed(f"freeze, {name}", units, freeze)
        if quarter == 1:
            timed("draw", units, lambda draw=draw: verbs.draw_from_system(draw=draw, actor=actor))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    folder.cleanup()
