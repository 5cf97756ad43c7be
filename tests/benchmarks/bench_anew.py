"""What a public page costs when it is made anew: CPU in the application, beside a view that does nothing, in one process.

    DATA_DIR=… DATABASE_URL=… python tests/benchmarks/bench_anew.py [ROUNDS [NAME]]       default: 10 rounds of every page

On a database that `pages_data.py` filled. No server and no wrk, and CPU time instead of wall time: the figures hold on a busy
machine too. Each page is made twice over: while nothing changes (what all pages share is remembered for the version of what is
public), and as the first one after a change. The share is what its throughput would be of the empty view's, without the cost
of gunicorn and socket, which is the same for both. With a NAME: the profile of the pages whose name has it.
"""

import cProfile
import itertools
import os
import pstats
import re
import statistics
import sys
import time
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]
os.environ |= {"DJANGO_SETTINGS_MODULE": "pages_site", "KEPT_PAGES_MB": "0", "LOG_LEVEL": "ERROR"}

import bench_pages  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from django.db import connection  # noqa: E402

from drawings.disclosure import kept  # noqa: E402

FEW_MS, FEWEST = 2000, 3  # a page that takes long is made fewer times
MORE = {
    "statistics": "/statistics/2026/",
    "statistics of a year": "/statistics/2023/",
    "places": "/statistics/2023/places/",
    "rows of a figure": "/statistics/2023/rows/faulty/",
    "glossary": "/glossary/",
    "firms": "/firms/",
    "poster": "/draws/2026Q1/poster/",
    "dictionary": "/results/dictionary/",
    "sitemap of units": "/sitemap-units-1.xml",
}


def get(path: str, etag: str = "") -> tuple[str, bytes]:
    """Ask the application as gunicorn does; return status and body."""
    path, _, query = path.partition("?")
    seen: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    answer = application(environ, lambda status, headers, fault=None: seen.append(status))
    try:
        return seen[0], b"".join(answer)
    finally:
        answer.close()


def cpu(path: str, rounds: int) -> float:
    """Return the median CPU time of an answer, in ms; fewer rounds where it takes long."""
    get(path)
    times: list[float] = []
    while len(times) < rounds and (len(times) < FEWEST or sum(times) < FEW_MS):
        began = time.process_time()
        status, _ = get(path)
        times.append((time.process_time() - began) * 1000)
        assert status.startswith("200"), (path, status)
    return statistics.median(times)


def places() -> dict[str, str]:
    """Return every page with its address: the unit is the first of the list of results."""
    unit, code = re.search(rb"/units/([^/\"]+)/#([^\"]+)", get("/results/")[1]).groups()
    pages = bench_pages.PAGES | MORE | bench_pages.HARD | bench_pages.SUGGEST
    return {name: path.format(unit=unit.decode(), code=code.decode()) for name, path in pages.items()}


def target(name: str) -> float:
    if name in bench_pages.SUGGEST:
        return bench_pages.SUGGESTED
    return bench_pages.SEARCHED if name in bench_pages.HARD else bench_pages.ANEW


def profile(path: str, rounds: int) -> None:
    get(path)
    with connection.execute_wrapper(_Queries()) as counted:
        get(path)
    print(f"{path}: {counted}")
    with cProfile.Profile(time.process_time) as seen:
        for _ in range(rounds):
            get(path)
    for order in ("cumulative", "tottime"):
        pstats.Stats(seen).sort_stats(order).print_stats(45)


class _Queries:
    def __init__(self) -> None:
        self.number, self.seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        began = time.process_time()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.seconds += time.process_time() - began


def main(rounds: int = 10, wanted: str = "") -> None:
    pages = places()
    if wanted:
        for name, path in pages.items():
            if wanted in name:
                profile(path, rounds)
        return
    known, versions = kept.state_now, itertools.count(1)
    print(f"{connection.vendor}; CPU of an answer in ms, and the empty view's throughput that this would be")
    for name, path in pages.items():
        empty = cpu(bench_pages.EMPTY, rounds * 5)
        anew = cpu(path, rounds)
        # As if something public had changed before each request: nothing is remembered.
        now = known()
        kept.state_now = lambda now=now: now._replace(version=now.version + next(versions))
        first = cpu(path, rounds)
        kept.state_now = known
        share = empty / anew
        print(f"  {name:24} {anew:8.1f} ms   after a change {first:8.1f} ms   empty {empty:5.2f} ms   share {share:6.3f}   "
              f"{'ok' if share >= target(name) else f'below {target(name)}'}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*(int(each) if each.isdecimal() else each for each in sys.argv[1:]))
