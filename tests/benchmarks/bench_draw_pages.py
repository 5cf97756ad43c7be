"""Times the pages around one draw of a large registry, in each of its states, in a throw-away database.

    python tests/benchmarks/bench_draw_pages.py [UNITS [OFFICERS]]

Prints milliseconds of processor time of each page, the first view of a process and the best of three, and its size. The
questions in the pool of a draw alone: `bench_hat`.
"""

import sys
import time

import bench_freeze
from bench_freeze import ROOT, plan, registry

sys.path.insert(0, str(ROOT / "tests"))

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from signed_in import give_second_factor

from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.protocol import verify
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

PUBLIC = (
    "/draws/2026Q1/",
    "/draws/2026Q1/?q=虚构777号厂",
    "/draws/2026Q1/observer/",
    "/draws/",
    "/units/?q=虚构777号厂",
)
STAFF = ("/ceremony/2026Q1/", "/desk/")


def view(client: Client, url: str) -> None:
    times = []
    for _ in range(3):
        started = time.process_time()
        answer = client.get(url)
        times.append((time.process_time() - started) * 1000)
        assert answer.status_code == 200, (url, answer.status_code)
    size = len(answer.content) // 1024
    print(f"  {url:34} first {times[0]:6.0f} ms   best {min(times):6.0f} ms {size:6} KB")


def main(units: int = 100_000, officers: int = 200) -> None:
    settings.ALLOW_SYSTEM_ENTROPY, settings.ALLOWED_HOSTS, settings.THROTTLE_BY_ADDRESS = True, ["*"], False
    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", "law", "inspection_items", verbosity=0)
    actor = User.objects.create_user("bench", full_name="甲", roles=[Role.ORGANISER])
    registry(units, officers)
    draw = verbs.start(year=2026, quarter=1, item=plan(actor), actor=actor)
    public, staff = Client(), Client()
    staff.force_login(actor)
    give_second_factor(staff.session, actor)
    print("draft")
    view(staff, STAFF[0])
    sources = [verify.Source("system", "os", timezone.localtime().isoformat(timespec="seconds"))]
    seen = checks.snapshot(draw).fingerprint
    for step in (
        lambda: verbs.freeze(draw=draw, sources=sources, seen=seen, actor=actor),
        lambda: verbs.draw_from_system(draw=draw, actor=actor),
        lambda: verbs.publish(draw=draw, actor=actor),
    ):
        step()
        draw.refresh_from_db()
        print(draw.state)
        for url in PUBLIC:
            view(public, url)
        for url in STAFF:
            view(staff, url)
    view(staff, "/ceremony/2026Q1/substitutes/")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    bench_freeze.folder.cleanup()
