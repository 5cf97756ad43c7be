"""Writes an import on SQLite and tries meanwhile, again and again, to write something else: how long that waits, what is said.

    python tests/benchmarks/bench_import_waits.py [ROWS]

Also says how long it is until the preview's first page is there, of a good list and of one with a fault in each row; how
long the pages behind it take, and the marked workbook, made by a process of its own; and the peak memory of this process,
which stands for the web server's.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def peak() -> float:
    return int(re.search(r"VmHWM:\s*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024


def build(path: Path, rows: int, category: str) -> None:
    sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
    import bench_hostile

    lines = (
        bench_hostile.row(n, (f"410481-{n:07}", f"虚构{n}厂", category, "2669")) for n in range(2, rows + 2)
    )
    path.write_bytes(bench_hostile.book(lines))


def until(job, states) -> float:
    start = time.monotonic()
    while True:
        job.refresh_from_db(fields=["state", "marking", "outcome"])
        if job.state in states or job.marking in states:
            return time.monotonic() - start
        time.sleep(0.2)


def main(rows: int = 100_000) -> int:
    folder = Path(tempfile.mkdtemp())
    os.environ |= {
        "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/waits.sqlite3",
        "DJANGO_SETTINGS_MODULE": "wugang_audit.settings", "IMPORT_AT_ONCE": "1",
        "ALLOWED_HOSTS": "testserver", "SECURE_SSL_REDIRECT": "off",
    }  # fmt: skip
    # The file is made in a process of its own, so that its memory does not count.
    for name, category in (("good", "一般"), ("bad", "其它")):
        code = f"import bench_import_waits as b, pathlib; b.build(pathlib.Path({str(folder / name)!r}), {rows}, {category!r})"
        path = {"PYTHONPATH": str(ROOT / "tests" / "benchmarks")}
        subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | path)
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command

    from sources.importer import SourceImporter
    from wugang_audit.access.roles import Role
    from wugang_audit.accounts.models import User
    from wugang_audit.imports import jobs, marking

    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", verbosity=0)
    owner, importer = User.objects.create_user("bench", roles=(Role.ADMIN,)), SourceImporter()
    open_page = pages_of(owner)
    job = jobs.submit(importer, SimpleUploadedFile("good.xlsx", (folder / "good").read_bytes()), owner)
    print(f"read in {until(job, ('ready', 'failed')):.1f} s ({job.state}), {peak():.0f} MB at most")
    open_page(job, "", "rows/?kind=new&page=50")
    job.refresh_from_db()
    start, waits, told = time.monotonic(), [], 0
    jobs.confirm(importer, job, reason="x")
    while job.state == "writing" or not waits:
        waits_from = time.monotonic()
        told += not try_to_write()
        waits.append(time.monotonic() - waits_from)
        job.refresh_from_db(fields=["state", "beat_at"])
        if jobs.is_stalled(job):
            raise SystemExit("the process died")
    print(
        f"written in {time.monotonic() - start:.1f} s ({job.state}), {peak():.0f} MB; {len(waits)} others tried to write,"
    )
    print(f"  {told} were told to come back, the longest wait was {max(waits):.2f} s")
    bad = jobs.submit(importer, SimpleUploadedFile("bad.xlsx", (folder / "bad").read_bytes()), owner)
    print(f"all faulty: read in {until(bad, ('ready', 'failed')):.1f} s")
    open_page(bad, "", "mend/", "mend/?apart=1&page=9")
    bad.refresh_from_db()
    marking.ask(bad)
    took = until(bad, (marking.MADE, jobs.TOO_BIG, jobs.TOO_LONG, jobs.BROKEN))
    print(f"marked in {took:.1f} s ({bad.marking}); this process held {peak():.0f} MB at most")
    return int(max(waits) > 2.5)


def pages_of(owner):
    """Return what opens pages of a job as its owner, and says how long each took."""
    from django.test import Client
    from signed_in import give_second_factor

    client = Client()
    client.force_login(owner)
    give_second_factor(client.session, owner)

    def open_page(job, *paths) -> None:
        for path in paths:
            start = time.monotonic()
            answer = client.get(f"/admin/sources/pollutionsource/import/{job.pk}/{path}")
            assert answer.status_code == 200, (path, answer.status_code, answer.headers)
            print(
                f"  page {path or '(preview)'} in {time.monotonic() - start:.2f} s, {peak():.0f} MB at most"
            )

    return open_page


def try_to_write() -> bool:
    """Write something else; say whether it came to that."""
    from django.db import transaction

    from wugang_audit.access.busy import Importing
    from wugang_audit.accounts.models import User

    try:
        with transaction.atomic():
            User.objects.update(full_name="甲")
    except Importing:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
