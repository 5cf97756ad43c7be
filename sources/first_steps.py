"""The first step of a new site that this registry is: the list of units."""

from django.db.models import Count
from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.staff.first_steps import Progress, first_step

from .models import Category, PollutionSource


@first_step(
    20,
    "导入污染源名录",
    why="抽签就是从这份名录里抽：登记不全，就有单位永远抽不到。",
    role=Role.ADMIN,
    button="导入污染源名录",
    url=lambda: reverse("admin:sources_pollutionsource_import"),
    done_url=lambda: reverse("admin:sources_pollutionsource_changelist"),
)
def units_step() -> Progress:
    units = PollutionSource.objects.registered().with_class(clock.today()).order_by()
    by_class = dict(units.values_list("class_today").annotate(n=Count("pk")))
    total = sum(by_class.values())
    if not total:
        return Progress(False, ("名录还是空的。手头的 Excel 名单可以直接导入。",))
    held = "，".join(f"{each.label} {by_class.get(each.value, 0)} 家" for each in Category)
    facts = [f"已登记 {total} 家：{held}。"]
    lacking = [each.label for each in Category if each != Category.SPECIAL and not by_class.get(each.value)]
    if lacking:
        facts.append(f"还没有{'、'.join(lacking)}：有的话请一并导入。")
    return Progress(True, tuple(facts))
