"""Times the public search for units by its index against a look at every name, in a throw-away database.

    python tests/benchmarks/bench_search.py [UNITS]
    .ci/on_postgresql python tests/benchmarks/bench_search.py [UNITS]

Each unit has one draw in four behind it; one in ten was renamed once. Prints milliseconds, the best of nine: of the index
alone, of the suggestions and the page through the whole site, of the results that are searched by a name, and of
``name LIKE '%...%'`` over the registry for comparison. At last, what the triggers cost an import.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
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
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from drawings.models import SearchText, search_index  # noqa: E402
from drawings.models.search_index import fold  # noqa: E402
from sources.models import PollutionSource  # noqa: E402
from wugang_audit.registries import bulk_history  # noqa: E402

TRADES = ["机械", "铸造", "化工", "养殖", "钢铁", "建材", "食品", "电子", "水泥", "纺织"]
TOWNS = ["尹集镇", "八台镇", "枣林镇", "尚店镇", "庙街乡", "铁山街道", "朱兰街道", "杨庄乡"]
COLUMNS = ("number", "name", "credit_code", "permit_number", "township", "category", "is_active")


def rows(units: int) -> list[dict[str, object]]:
    chance = random.Random(1)
    made = []
    for at in range(units):
        code = f"91410481MA{at:08d}"
        made.append(
            {
                "number": f"410481-{at:06d}",
                "name": f"舞钢市虚构{at}{chance.choice(TRADES)}有限公司",
                "credit_code": code,
                "permit_number": f"{code}001P" if at % 3 == 0 else "",
                "township": chance.choice(TOWNS),
                "category": "general",
                "is_active": True,
            }  # fmt: skip
        )
    made[-1]["name"] = "舞钢鸢尾矿业有限公司"
    return made


def fill(units: int) -> None:
    call_command("migrate", verbosity=0)
    made = rows(units)
    said = {"actor": None, "reason": ""}
    with transaction.atomic():
        search_index.remove(connection)
        start = time.perf_counter()
        keys = bulk_history.create(PollutionSource, COLUMNS, made, **said)
        bare = time.perf_counter() - start
        bulk_history.delete(PollutionSource, keys, **said)
        search_index.install(connection)
    start = time.perf_counter()
    with transaction.atomic():
        keys = bulk_history.create(PollutionSource, COLUMNS, made, **said)
    kept = time.perf_counter() - start
    renamed = [{"name": f"{row['name']}（更名）"} for row in made[::10]]
    start = time.perf_counter()
    with transaction.atomic():
        bulk_history.update(PollutionSource, ["name"], keys[::10], renamed, **said)
    print(
        f"{connection.vendor}: {units} units written in {bare:.1f} s without the index, {kept:.1f} s with it; "
        f"{len(renamed)} renamed in {time.perf_counter() - start:.1f} s"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def main(units: int) -> None:
    settings.ALLOWED_HOSTS, settings.THROTTLE_BY_ADDRESS = ["*"], False
    fill(units)
    client = Client()
    print(f"{'':26}{'texts':>8}{'index':>9}{'suggest':>9}{'page':>9}{'results':>9}{'LIKE':>9}   ms")
    empty = timed(lambda: client.get("/units/suggest/"))
    print(f"{'(nothing asked)':26}{'':>17}{empty:9.1f}{timed(lambda: client.get('/units/')):9.1f}")
    asked = (
        "没有这家",
        "鸢尾",
        f"{units - 7:06d}",
        f"MA{units - 7:08d}001P",
        "尹集",
        "铸造",
        "更名",
        "公司",
        "4104",
        "虚构99",
    )
    for text in asked:
        folded = fold(text)
        texts = SearchText.objects.filter(folded__contains=folded).count()
        by = [
            timed(lambda folded=folded: next(SearchText.objects.holding(folded), None)),
            timed(lambda text=text: client.get("/units/suggest/", {"q": text})),
            timed(lambda text=text: client.get("/units/", {"q": text})),
            timed(lambda text=text: client.get("/results/", {"q": text})),
            timed(lambda text=text: list(PollutionSource.objects.filter(name__contains=text).order_by("number")[:21])),
        ]  # fmt: skip
        print(f"{text:26}{texts:8}" + "".join(f"{each:9.1f}" for each in by))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
