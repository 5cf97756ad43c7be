"""The first steps of a new site that join the registries: the year's plan, a rehearsal, the first draw."""

from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.first_steps import Progress, first_step

from .models import Draw, Plan, Rehearsal


@first_step(
    60,
    "编制并公布年度计划",
    why="抽什么、抽多少由公布的计划决定，没有计划不能抽签。",
    role=Role.ORGANISER,
    button="编制抽查计划",
    url=lambda: reverse("plans:list"),
)
def plan_step() -> Progress:
    year = clock.today().year
    if plan := Plan.objects.in_force(year):
        return Progress(True, (f"{plan.title}已公布。",))
    drafted = Plan.objects.filter(year=year).exists()
    return Progress(False, (f"{year} 年的计划{'还是草稿，请公布' if drafted else '还没有编制'}。",))


@first_step(
    70,
    "演练一次",
    why="用现在的名录把冻结、掷骰子、录入、抽取走一遍，不公开，可以删除；正式抽签时就不会手忙脚乱。",
    role=Role.ORGANISER,
    button="开始演练",
    url=lambda: reverse("rehearsals:list"),
)
def rehearsal_step() -> Progress:
    # The trail keeps it also when the rehearsal was deleted.
    if AuditEntry.objects.filter(action="完成演练").exists():
        return Progress(True, ("演练过了。",))
    begun = Rehearsal.objects.exists()
    return Progress(False, ("有一次演练还没有做完。" if begun else "还没有演练过。",))


@first_step(
    80,
    "第一次正式抽签",
    why="名单冻结、承诺值公开、随机数当众产生，从这一次起每一步都写进公开日志。",
    role=Role.ORGANISER,
    button="建立抽签",
    url=lambda: reverse("ceremony:draws"),
    is_last=True,
)
def draw_step() -> Progress:
    if Draw.objects.filter(published_at__isnull=False).exists():
        return Progress(True)
    newest = Draw.objects.order_by("-pk").first()
    said = f"{newest.title}：{newest.get_state_display()}。" if newest else "还没有抽签。"
    return Progress(False, (said,))
