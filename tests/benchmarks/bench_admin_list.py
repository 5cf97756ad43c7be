"""Times the admin list of a large registry, by Django's stock list and by the site's, in a throw-away database.

    python tests/benchmarks/bench_admin_list.py [UNITS]

Both lists stand in one admin site and show the same columns and filters, so the ratios compare like with like. Prints
the median milliseconds of seven requests in turn (SQLite, or whatever DATABASE_URL names: an empty database).
"""

import os
import statistics
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

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from sources.admin import PollutionSourceAdmin  # noqa: E402
from sources.models import PollutionSource, Speciality  # noqa: E402
from wugang_audit.access.roles import Role  # noqa: E402
from wugang_audit.accounts.models import RoleGrant, User  # noqa: E402

ROUNDS = 7
TOWNS = [f"虚构{n}镇" for n in range(15)]
TRADES = ["钢铁", "化工", "养殖", "纺织", "建材", "矿业", "机械", "食品"]


class Stock(PollutionSourceAdmin):
    """The same list as Django makes it by itself: counted in full, every field searched, townships by DISTINCT."""

    ordering = ["number"]
    paginator = Paginator
    show_full_result_count = True
    search_fields = ["name", "township", "number", "credit_code"]
    list_filter = [
        "township" if getattr(each, "parameter_name", "") == "township" else each
        for each in PollutionSourceAdmin.list_filter
    ]

    def get_changelist(self, request, **kwargs):
        return admin.views.main.ChangeList

    def get_search_results(self, request, queryset, search_term):
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)


def pages(units: int) -> dict[str, dict[str, str]]:
    """{what is asked: its query string}; the townships are a choice by value on both sides."""
    last = units // 50
    return {
        "first page": {}, "page in the middle": {"p": last // 2}, "last page": {"p": last},
        "two characters, a few": {"q": "县化"}, "two characters, many": {"q": "化工"},
        "a rare name": {"q": f"虚构{units - 3}号"}, "no such name": {"q": "没有这家"}, "two words": {"q": "钢铁 9号"},
        "number": {"q": f"410481-{units // 2:07d}"}, "beginning of numbers": {"q": "410481-00012"},
        "credit code": {"q": f"91410481{units // 2:010d}"}, "township by words": {"q": "虚构3镇"},
        "township": {"township": "虚构3镇"}, "township and name": {"township": "虚构3镇", "q": "化工"},
        "struck off": {"is_active__exact": "0"}, "key units": {"category__exact": "key"},
        "medium": {"medium": "soil"}, "speciality": {"speciality__id__exact": "1"},
        "operating state": {"operating_state__exact": "stopped"}, "permit class": {"permit_class__exact": "key"},
        "wastewater": {"discharges_wastewater__exact": "1"}, "check: no code": {"check": "no-code"},
        "check: expired": {"check": "expired"}, "check: double": {"check": "double"},
        "sorted by name": {"o": "2"}, "sorted by township": {"o": "5"},
    }  # fmt: skip


def name_of(n: int) -> str:
    """A name; one in a thousand is written a second time, with other brackets."""
    if n % 1000 == 999:
        return name_of(n - 1).replace("厂", "（厂）")
    return f"虚构{n}号{'县' * (n % 800 == 1)}{TRADES[n % 8]}厂"


def unit(n: int, fields: list[Speciality]) -> PollutionSource:
    category = "key" if n % 9 == 0 else "general"
    return PollutionSource(
        number=f"410481-{n:07d}", name=name_of(n), category=category,
        media="soil" if n % 90 == 0 else "", industry_code="2669", speciality=fields[n % 8],
        credit_code=f"91410481{n:010d}" if n % 12 else "", township=TOWNS[n % 15],
        permit_class="key" if n % 7 == 0 else "simplified", permit_expiry=f"20{24 + n % 9}-01-01",
        operating_state="stopped" if n % 11 == 0 else "normal", discharges_wastewater=n % 2 == 0,
        is_active=n % 40 != 7, address=f"虚构路{n}号", remarks="登记时核对过营业执照。",
    )  # fmt: skip


def registry(units: int) -> None:
    fields = [
        Speciality.objects.create(code=f"field{n}", name=name, prefixes=str(10 + n))
        for n, name in enumerate(TRADES)
    ]
    for start in range(0, units, 10_000):
        chunk = [unit(n, fields) for n in range(start, min(start + 10_000, units))]
        PollutionSource.objects.bulk_create(chunk, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the databases' own housekeeping would have done long before


def timed(lists, user, query: dict) -> tuple[list[float], list[int]]:
    """The median milliseconds of each list, asked in turn, and how many rows each showed."""
    times, rows = [[] for _ in lists], [0 for _ in lists]
    for _ in range(ROUNDS):
        for at, each in enumerate(lists):
            request = RequestFactory().get("/", query, headers={"host": "localhost"})
            request.user = user
            start = time.perf_counter()
            response = each.changelist_view(request).render()
            times[at].append((time.perf_counter() - start) * 1000)
            rows[at] = len(response.context_data["cl"].result_list)
    return [statistics.median(each) for each in times], rows


def main(units: int) -> None:
    call_command("migrate", verbosity=0)
    registry(units)
    user = User.objects.create(username="bench", full_name="测速", must_change_password=False)
    RoleGrant.objects.create(user=user, role=Role.ADMIN)
    lists = [each(PollutionSource, admin.site) for each in (Stock, PollutionSourceAdmin)]
    print(f"{units} units, {connection.vendor}     stock ms    ours ms    ratio   rows shown")
    for label, query in pages(units).items():
        (stock, ours), rows = timed(lists, user, query)
        print(f"{label:26} {stock:10.0f} {ours:10.0f} {stock / ours:8.1f}   {rows[0]}/{rows[1]}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
