"""How the database answers every query of the public pages: lists those that scan a big table, or sort many rows.

    DATA_DIR=… DATABASE_URL=… python tests/benchmarks/plans.py [all]

On a database that `pages_data.py` filled. Each page of `bench_anew` is asked once, its queries are explained (``EXPLAIN QUERY
PLAN`` on SQLite, ``EXPLAIN`` on PostgreSQL); each statement once, with the first page that asked it. With ``all``: every plan.
"""

import re
import sys

import bench_anew
from django.db import connection

BIG = (
    "drawings_selection", "drawings_inspection", "drawings_publishedresult", "drawings_finding", "drawings_teammember",
    "drawings_searchtext", "drawings_inspectionchecklist", "drawings_logentry", "drawings_drawfile",
    "sources_pollutionsource", "sources_historicalpollutionsource",
)  # fmt: skip
MANY = 1000  # rows that PostgreSQL expects to sort


def plan_of(sql: str, params: object) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return [str(row[-1]) for row in cursor.fetchall()]


def is_dear(line: str) -> bool:
    """Say whether a line of a plan walks a big table, or sorts many rows; SQLite does not tell how many it sorts."""
    if connection.vendor == "sqlite":
        scan = re.match(r"SCAN (\w+)", line)
        return bool(scan and scan[1] in BIG)
    scan = re.search(r"Seq Scan on (\w+)", line)
    sort = re.search(r"Sort .*rows=(\d+)", line)
    return bool(scan and scan[1] in BIG) or bool(sort and int(sort[1]) >= MANY)


def main(shows_all: bool) -> None:
    seen: dict[str, tuple[str, object]] = {}
    now = ""

    def note(execute, sql, params, many, context):
        seen.setdefault(re.sub(r"(%s, )+%s", "%s…", sql), (now, sql, params))
        return execute(sql, params, many, context)

    pages = bench_anew.places()
    with connection.execute_wrapper(note):
        for name, path in pages.items():
            now = name
            status, _ = bench_anew.get(path)
            assert status.startswith("200"), (path, status)
    dear = 0
    for short, (name, sql, params) in seen.items():
        if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        plan = plan_of(sql, params)
        bad = [line for line in plan if is_dear(line)]
        dear += bool(bad)
        if bad or shows_all:
            print(f"== {name}: {short[:1500]}")
            print("\n".join(f"   {'*' if line in bad else ' '} {line}" for line in plan))
    print(f"{connection.vendor}: {len(seen)} statements of {len(pages)} pages, {dear} to look at")


if __name__ == "__main__":
    main("all" in sys.argv[1:])
