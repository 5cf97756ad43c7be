"""How often the public pages answer, as shares of what a view answers that does nothing, in the same run.

    python tests/benchmarks/bench_pages.py [UNITS [DRAWS [RESULTS [SECONDS [ROUNDS]]]]]     default: 30000 20 100000 2 3

gunicorn as in the README with two workers, wrk with 16 connections, on SQLite (or whatever DATABASE_URL names: it must be an
empty database); BENCH_DATA names a folder in which the data stays, to be measured again. The empty view and the pages take turns;
printed are medians. Targets: a kept page 0.6 of the empty view, its p99 within 1.5 times the empty view's, 304 alike; made anew
0.1 (KEPT_PAGES_MB=0), filtered, searched and last pages 0.06, suggestions 0.3; a CSV file 25,000 rows a second in flat memory.
"""

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WORKERS, CONNECTIONS = 2, 16
EMPTY = "/empty/"
# Kept pages; made anew, each kind has the same target unless it stands in HARD.
PAGES = {
    "home": "/",
    "items": "/items/",
    "plans": "/plans/",
    "plan": "/plans/2026/",
    "draws": "/draws/",
    "draw": "/draws/2026Q1/",
    "organisers": "/organisers/",
    "results": "/results/",
    "files of results": "/results/files/",
    "unit": "/units/{unit}/",
    "finding": "/draws/{code}/findings/{unit}/",
    "log": "/log/",
    "about": "/about/",
}
HARD = {
    "results of a township": "/results/?township=%E8%99%9A%E6%9E%843%E4%B9%A1",
    "results, two filters": "/results/?outcome=case&industry=26",
    "results, last page": "/results/?before=end",
    "results, a name": "/results/?q=%E8%99%9A%E6%9E%8412",
    "units, two characters": "/units/?q=%E5%8F%B7%E5%8E%82",
    "units, a name": "/units/?q=%E8%99%9A%E6%9E%84777",
    "hat": "/draws/2026Q1/?q=%E8%99%9A%E6%9E%84777",
}
SUGGEST = {"suggestions": "/units/suggest/?q=%E8%99%9A%E6%9E%84"}  # measured where the address is there
KEPT, P99, ANEW, SEARCHED, SUGGESTED, ROWS = 0.6, 1.5, 0.1, 0.06, 0.3, 25_000
UNIT_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Server:
    """gunicorn on the data, with pages kept or without."""

    def __init__(self, env: dict[str, str], kept_mb: int):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        env = env | {
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(WORKERS),
            "KEPT_PAGES_MB": str(kept_mb),
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "wugang_audit/gunicorn.conf.py", "--access-logfile", "/dev/null",
                   "wugang_audit.wsgi"]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.get(EMPTY)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as fault:
            return fault.code, {}, b""

    def load(self, path: str, seconds: int, etag: str = "") -> tuple[float, float]:
        """Return answers a second, and the p99 in ms."""
        header = ["-H", f"If-None-Match: {etag}"] if etag else []
        command = ["wrk", "-c", str(CONNECTIONS), "-t", "1", "-d", f"{seconds}s", "--latency", *header]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=True
        )
        if "Non-2xx" in done.stdout:
            raise SystemExit(f"{path}: {done.stdout}")
        p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]), float(p99[1]) * UNIT_MS[p99[2]]

    def memory(self) -> int:
        """Return the resident memory of the largest worker, in MB."""
        found = subprocess.run(
            ["ps", "-o", "rss=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return max(int(line) for line in found.stdout.split()) // 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def measure(server: Server, pages: dict[str, str], seconds: int, rounds: int, *, again: bool = False) -> dict:
    """Return {name: (answers a second, p99 in ms, share of the empty view, times its p99)}, medians.

    The empty view is asked again right before each page: on a busy machine no minute is like the one before.
    """
    tags = {}
    for name, path in pages.items():
        for _ in range(WORKERS * 3):  # each worker makes it once
            status, headers, _ = server.get(path)
        assert status == 200, (path, status)
        tags[name] = headers.get("ETag", "") if again else ""
    seen: dict[str, list] = {name: [] for name in (EMPTY, *pages)}
    for _ in range(rounds):
        for name, path in pages.items():
            rate, p99 = server.load(EMPTY, seconds)
            each, slowest = server.load(path, seconds, tags[name])
            seen[EMPTY].append((rate, p99, 1.0, 1.0))
            seen[name].append((each, slowest, each / rate, slowest / p99))
    return {
        name: tuple(statistics.median(each) for each in zip(*runs, strict=True))
        for name, runs in seen.items()
    }


def show(title: str, found: dict, target: float, with_p99: bool) -> None:
    rate, slowest, _, _ = found.pop(EMPTY)
    print(f"\n{title}: the empty view {rate:,.0f} a second, p99 {slowest:.1f} ms; aim {target}")
    for name, (each, p99, share, times) in found.items():
        good = share >= target and (not with_p99 or times <= P99)
        print(
            f"  {name:24} {each:8,.0f} /s   share {share:5.2f}   p99 {p99:7.1f} ms ({times:4.1f} times)  {'ok' if good else 'MISSED'}"
        )


def read_csv(server: Server, rows: int) -> None:
    before, began, got = server.memory(), time.perf_counter(), 0
    most = before
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/results/results.csv") as answer:
        while piece := answer.read(1024 * 1024):
            got += piece.count(b"\n")
            most = max(most, server.memory())
    rate = got / (time.perf_counter() - began)
    print(f"\nCSV: {got:,} rows, {rate:,.0f} a second (aim {ROWS:,}); memory {before} MB before, {most} MB at most  "
          f"{'ok' if rate >= ROWS and got > rows * 0.9 else 'MISSED'}")  # fmt: skip


def places(server: Server, pages: dict[str, str]) -> dict[str, str]:
    """Fill in a unit with results: the first of the list."""
    _, _, content = server.get("/results/")
    unit, code = re.search(rb"/units/([^/\"]+)/#([^\"]+)", content).groups()
    return {name: path.format(unit=unit.decode(), code=code.decode()) for name, path in pages.items()}


def main(
    units: int = 30_000, draws: int = 20, results: int = 100_000, seconds: int = 2, rounds: int = 3
) -> None:
    folder = os.environ.get("BENCH_DATA") or tempfile.mkdtemp()
    is_new = not (Path(folder) / "secret_key").exists()
    env = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR", "PYTHONPATH": f"{HERE}:{ROOT}"}
    env.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    print(
        f"{units:,} units, {draws} draws, {results:,} results, {env['DATABASE_URL'].partition(':')[0]}, {WORKERS} workers"
    )
    if is_new:
        subprocess.run(
            [sys.executable, HERE / "pages_data.py", *map(str, (units, draws, results))],
            cwd=ROOT,
            env=env,
            check=True,
        )
    env["DJANGO_SETTINGS_MODULE"] = "pages_site"
    server = Server(env, 32)
    try:
        pages = places(server, PAGES)
        show("kept", measure(server, pages, seconds, rounds), KEPT, True)
        show("kept, 304", measure(server, pages, seconds, rounds, again=True), KEPT, True)
        read_csv(server, results)
    finally:
        server.stop()
    server = Server(env, 0)
    try:
        show("made anew", measure(server, pages, seconds, rounds), ANEW, False)
        show("filtered, searched, last", measure(server, HARD, seconds, rounds), SEARCHED, False)
        if server.get(SUGGEST["suggestions"])[0] == 200:
            show("suggestions", measure(server, SUGGEST, seconds, rounds), SUGGESTED, False)
    finally:
        server.stop()
        if not os.environ.get("BENCH_DATA"):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
