"""Times the admin list of a large registry, with Django's own paginator and with the site's, in a throw-away database.

    python tests/benchmarks/bench_admin_list.py [UNITS]

Prints the milliseconds of each page, the best of five (SQLite, or whatever DATABASE_URL names: an empty database).
"""

import os
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

from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.test import Client  # noqa: E402

from sources.admin import PollutionSourceAdmin  # noqa: E402
from sources.models import PollutionSource, Speciality  # noqa: E402
from wugang_audit.models import RoleGrant, User  # noqa: E402
from wugang_audit.paging import LimitedPaginator  # noqa: E402
from wugang_audit.roles import Role  # noqa: E402

LIST = "/admin/sources/pollutionsource/"
PAGES = {
    "list": "", "page 400": "?p=400", "name 虚构777": "?q=虚构777", "number": "?q=410481-0077777",
    "credit code": "?q=914104810000777", "township": "?township=第3镇",
}  # fmt: skip


def registry(units: int) -> None:
    field = Speciality.objects.create(code="chemical", name="化工", prefixes="26")
    PollutionSource.objects.bulk_create(
        (
            PollutionSource(
                number=f"410481-{n:07d}", name=f"虚构{n}号厂", category="general", industry_code="2669",
                credit_code=f"91410481{n:010d}", speciality=field, township=f"第{n % 15}镇",
            )
            for n in range(units)
        ),
        batch_size=2000,
    )  # fmt: skip


def best(client, url: str) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert client.get(url).status_code == 200
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main(units: int) -> None:
    call_command("migrate", verbosity=0)
    registry(units)
    user = User.objects.create(username="bench", full_name="测速", must_change_password=False)
    RoleGrant.objects.create(user=user, role=Role.ADMIN)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    print(f"{units} units          Django's   ours (ms)")
    for label, query in PAGES.items():
        row = []
        for paginator in (Paginator, LimitedPaginator):
            PollutionSourceAdmin.paginator = paginator
            row.append(best(client, LIST + query))
        print(f"{label:20} {row[0]:8.0f} {row[1]:8.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
