"""Times the export of a large registry against django-import-export's and against openpyxl's write-only workbook.

    .venv/bin/pip install -e '.[bench]'
    python tests/benchmarks/bench_export.py [ROWS]

Each side writes all columns of the same registry to a file, in a process of its own: ours through the admin's view,
sent to the file as it comes; django-import-export as its admin does it, with its defaults; openpyxl with plain values,
in its mode for large files. Prints rows a second, seconds to the first byte, and how far the memory grew beyond the
loaded site. Every file must hold every row. SQLite, or whatever DATABASE_URL names: it must be an empty database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
SIDES = ("ours", "openpyxl", "import-export")


def set_up(folder: Path) -> None:
    os.environ.setdefault("DATA_DIR", str(folder))
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"
    import django

    django.setup()


def registry(rows: int) -> None:
    from django.core.management import call_command

    from sources.models import PollutionSource, Speciality
    from wugang_audit.accounts.models import RoleGrant, User

    call_command("migrate", verbosity=0)
    field = Speciality.objects.create(code="chemical", name="化工", prefixes="26")
    for start in range(0, rows, 10_000):
        PollutionSource.objects.bulk_create(
            [
                PollutionSource(
                    number=f"410481-{n:07d}", name=f"虚构{n}号建材有限公司", credit_code=f"91410481{n:010d}",
                    category="key" if n % 10 == 0 else "general", media="water,air" if n % 10 == 0 else "",
                    industry_code="2669", industry_name="虚构行业", speciality=field, permit_class="simplified",
                    permit_number=f"91410481{n:010d}001P", permit_expiry="2099-07-01", township=f"虚构{n % 15}镇",
                    address=f"工业路{n}号", longitude=f"113.{400000 + n % 90000}", latitude="33.290000",
                    legal_representative=f"丙{n}", contact=f"甲{n}", phone=f"1380000{n % 10000:04d}",
                )
                for n in range(start, min(start + 10_000, rows))
            ],
            batch_size=500,
        )  # fmt: skip
    user = User.objects.create(username="bench", full_name="测速", must_change_password=False)
    RoleGrant.objects.create(user=user, role="admin")


def ours(path: Path, started: float) -> float:
    from django.test import Client
    from signed_in import give_second_factor

    from wugang_audit.accounts.models import User

    client = Client(headers={"host": "localhost"})
    user = User.objects.get(username="bench")
    client.force_login(user)
    give_second_factor(client.session, user)
    response = client.post("/admin/sources/pollutionsource/export/")
    first = None
    with path.open("wb") as file:
        for piece in response.streaming_content:
            first = first or time.perf_counter() - started
            file.write(piece)
    return first


def openpyxl_alone(path: Path, started: float) -> float:
    import openpyxl

    from sources.columns import COLUMNS
    from sources.models import PollutionSource

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名录")
    sheet.append([column.header for column in COLUMNS if not column.import_only])
    names = [column.attribute for column in COLUMNS if not column.import_only]
    for row in PollutionSource.objects.order_by("number").values_list(*names).iterator(chunk_size=1000):
        sheet.append(row)
    book.save(path)
    return time.perf_counter() - started


def import_export(path: Path, started: float) -> float:
    from import_export import resources

    from sources.columns import COLUMNS
    from sources.models import PollutionSource

    class Units(resources.ModelResource):
        class Meta:
            model = PollutionSource
            fields = [column.attribute for column in COLUMNS if not column.import_only]

    path.write_bytes(Units().export(PollutionSource.objects.order_by("number")).export("xlsx"))
    return time.perf_counter() - started


def peak() -> float:
    """The most memory that this process has held, in MB (Linux; getrusage would tell the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def side(name: str, path: Path) -> None:
    from django.contrib import admin

    admin.site.get_urls()  # so that nobody pays for loading the site
    before = peak()
    started = time.perf_counter()
    first = {"ours": ours, "openpyxl": openpyxl_alone, "import-export": import_export}[name](path, started)
    took = time.perf_counter() - started
    print(json.dumps({"took": took, "first": first, "grown": peak() - before}))


def rows_in(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    book.active.reset_dimensions()
    return sum(1 for row in book.active.values if row[0]) - 1


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        set_up(folder)
        registry(rows)
        from django.db import connection

        found = {}
        for each in SIDES:
            path = folder / f"{each}.xlsx"
            told = subprocess.run(
                [sys.executable, __file__, "--side", each, str(path)], stdout=subprocess.PIPE, text=True, check=True,
                env=os.environ,
            )  # fmt: skip
            found[each] = json.loads(told.stdout.splitlines()[-1])
            assert rows_in(path) == rows
        print(f"{rows} rows, {connection.vendor}      rows/s   first byte s   memory MB   ours faster")
        for each, got in found.items():
            ratio = got["took"] / found["ours"]["took"]
            print(
                f"{each:22} {rows / got['took']:10.0f} {got['first']:14.2f} {got['grown']:11.0f} {ratio:13.1f}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        target = Path(sys.argv[3])
        set_up(target.parent)
        side(sys.argv[2], target)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
