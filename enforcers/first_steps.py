"""The first steps of a new site that this registry is: the officers, and their log-ins."""

from django.urls import reverse

from wugang_audit.access.roles import Role
from wugang_audit.staff.first_steps import Progress, first_step

from .models import Officer

TEAM = 2  # 《行政处罚法》第四十二条: not fewer than two
SPARE = 1  # who steps in where one of them cannot go


@first_step(
    30,
    "导入执法人员名录",
    why="每家单位由抽签决定哪两名执法人员去，所以在岗人员要先登记齐。",
    role=Role.ADMIN,
    button="导入执法人员名录",
    url=lambda: reverse("admin:enforcers_officer_import"),
    done_url=lambda: reverse("admin:enforcers_officer_changelist"),
)
def officers_step() -> Progress:
    total = Officer.objects.filter(is_active=True).count()
    if not total:
        return Progress(False, ("名录还是空的。手头的 Excel 名单可以直接导入。",))
    available = Officer.objects.available().count()
    unskilled = Officer.objects.available().filter(specialities=None).count()
    facts = [f"在册 {total} 名，今天可以派出 {available} 名。"]
    if available < TEAM:
        facts.append(f"至少要有 {TEAM} 名在岗、执法证有效的人员。")
    if unskilled:
        facts.append(f"{unskilled} 名没有填擅长行业，抽中时只能按“跨专业”派出。")
    return Progress(available >= TEAM, tuple(facts))


@first_step(
    50,
    "开立执法人员登录账号",
    why="检查结果由去的人自己填报，他们要能登录。",
    role=Role.ADMIN,
    button="在列表里勾选开立",
    url=lambda: reverse("admin:enforcers_officer_changelist"),
)
def logins_step() -> Progress:
    available = Officer.objects.available()
    total, with_login = available.count(), available.filter(user__is_active=True).count()
    if not total:
        return Progress(False, ("先导入执法人员名录。",))
    facts = [f"可以派出的 {total} 名中，{with_login} 名有登录账号。"]
    if with_login < total:
        facts.append("没有账号的人抽中以后不能填报。")
    if total < TEAM + SPARE:
        facts.append("只有两名时，有人不能去就没有人替补。")
    return Progress(with_login == total and total >= TEAM, tuple(facts))
