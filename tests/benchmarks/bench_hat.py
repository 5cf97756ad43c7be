"""Times the search of the hat, and the page of a draw around it, in a throw-away database.

    python tests/benchmarks/bench_hat.py [UNITS]

Prints milliseconds of processor time for each question: the first of a process, which counts the frozen files, and the
best of three. Every unit is in the registry too; the draw is compared with one before it.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "drawings" / "disclosure")]
folder = tempfile.TemporaryDirectory()
os.environ.setdefault("DATA_DIR", folder.name)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from hat_cases import frozen_with  # noqa: E402

from sources.models import PollutionSource, Speciality  # noqa: E402
from wugang_audit.accounts.models import User  # noqa: E402

TRADES = ["机械", "铸造", "化工", "养殖", "钢铁", "建材", "食品", "电子", "水泥", "纺织"]
STANDINGS = ["in", "in", "in", "again", "capped", "stopped", "exempt"]
TAKES = {"key": 100, "special": 100, "general": 2000}


def fill(units):
    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", verbosity=0)
    chance, speciality = random.Random(1), Speciality.objects.first()
    names = [f"舞钢市虚构{n}{chance.choice(TRADES)}有限公司" for n in range(units)]
    PollutionSource.objects.bulk_create(
        [
            PollutionSource(
                number=f"410481-{n:06d}", name=name, category="general", credit_code=f"91410481MA{n:08d}",
                industry_code="2669", speciality=speciality,
            )
            for n, name in enumerate(names)
        ],
        batch_size=5000,
    )  # fmt: skip
    actor = User.objects.create_user("bench", "a-long-password", full_name="沈组织", roles=[])
    for code, fields in (("2026Q3", {}), ("2026Q4", {"changes": {"since": "2026Q3", "counts": {}}})):
        rows = [
            (f"410481-{n:06d}", [*TAKES][n % 3], chance.choice(STANDINGS), (), name)
            for n, name in enumerate(names)
        ]
        frozen_with(actor, rows, TAKES, code=code, **fields)


def main(units):
    settings.ALLOWED_HOSTS, settings.THROTTLE_BY_ADDRESS = ["*"], False
    fill(units)
    client = Client()
    print(f"{units} units; milliseconds of processor time")
    for asked in ("", f"虚构{units - 1}", "铸造", f"{units - 1:06d}", "没有这家", "ab", "99"):
        times = []
        for _ in range(3):
            start = time.process_time()
            answer = client.get("/draws/2026Q4/", {"q": asked} if asked else {})
            times.append((time.process_time() - start) * 1000)
            assert answer.status_code == 200
        print(f"{asked or 'the page alone':24} first {times[0]:6.0f}   best {min(times):6.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
