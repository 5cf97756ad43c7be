"""What of the tasks stands on the desk, and in the mail of a day: what is due, what is late, what waits for an answer."""

import datetime
from collections import Counter

from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ...models import Inspection
from ...states import WITH_OFFICERS, InspectionState
from ..queries import counted, kept_from_publishing, tasks
from .problems import waiting_for

TOMORROW = datetime.timedelta(days=1)


@todo(Role.OFFICER)
def _own_tasks(user: User) -> list[Todo]:
    states = list(tasks(user).filter(state__in=WITH_OFFICERS).values_list("state", flat=True))
    url = reverse("inspections:tasks")
    return counted(
        Todo("检查被退回，请补充", url, states.count(InspectionState.RETURNED), "按审核意见改正后重新提交"),
        Todo("检查任务待填报", url, states.count(InspectionState.DRAFT), "到现场检查后填写结果"),
    )


@todo(Role.OFFICER, Role.ORGANISER, Role.REVIEWER, Role.HEAD)
def _due_today(user: User) -> list[Todo]:
    return due_lines(user, clock.today())


@todo(Role.ORGANISER)
def _asked(user: User) -> list[Todo]:
    """What officers ask and this organiser may answer; requests to be recused stand with the substitutes."""
    count, url = waiting_for(user).count(), f"{reverse('inspections:problems')}?state=waiting"
    return counted(Todo("困难与问题待答复", url, count, "延期申请和报告的困难"))


def due_lines(user: User, day: datetime.date) -> list[Todo]:
    """Return what is late, due on the day and due on the next, for all roles of the person; late lines are ``bad``.

    The lines name neither units nor officers: they go by mail too, and a sealed draw's tasks are counted among them.
    """
    lines = []
    if user.has_role(Role.OFFICER):
        lines += _due_visits(user, day)
    if user.has_role(Role.ORGANISER):
        lines += _late_of_all(day)
    if user.has_role(Role.REVIEWER, Role.HEAD):
        lines += _late_decisions(user, day)
    return counted(*lines)


def _due_visits(user: User, day: datetime.date) -> list[Todo]:
    drafts = tasks(user).with_due().filter(state=InspectionState.DRAFT, due__lte=day + TOMORROW)
    found = Counter(
        "late" if due < day else "today" if due == day else "tomorrow"
        for due in drafts.order_by().values_list("due", flat=True)
    )
    url = reverse("inspections:tasks")
    return [
        Todo("检查已逾期", url, found["late"], "尽快检查；去不了的，申请延期或报告困难", "bad"),
        Todo("检查今天到期", url, found["today"], "今天要完成并提交", "warn"),
        Todo("检查明天到期", url, found["tomorrow"], "", "warn"),
    ]


def _late_of_all(day: datetime.date) -> list[Todo]:
    """What the organiser reads: numbers of all draws. What is open in a sealed one follows from what was handed in."""
    released = Inspection.objects.released()
    url = reverse("inspections:board")
    return [
        Todo("检查逾期没有提交", url, released.late(day).count(), "按人员和季度查看进度", "bad"),
        Todo("检查结果逾期没有公开", url, released.late_for_publication(day).count(), "", "bad"),
    ]


def _late_decisions(user: User, day: datetime.date) -> list[Todo]:
    """Reports that should be public already and wait for this very person."""
    late = Inspection.objects.of(user).late_for_publication(day)
    lines, url = [], reverse("inspections:all")
    if user.has_role(Role.REVIEWER):
        submitted = late.filter(state=InspectionState.SUBMITTED)
        count = submitted.exclude(pk__in=submitted.with_part_of(user).values("pk")).count()
        where = f"{url}?state={InspectionState.SUBMITTED}&late=publish"
        lines.append(Todo("待审核的检查已过公开期限", where, count, "请先审核这些", "bad"))
    if user.has_role(Role.HEAD):
        approved = set(late.filter(state=InspectionState.APPROVED).values_list("pk", flat=True))
        where = f"{url}?state={InspectionState.APPROVED}&late=publish"
        count = len(approved - kept_from_publishing(user, approved).keys())
        lines.append(Todo("待确认公开的检查已过公开期限", where, count, "请先确认这些", "bad"))
    return lines
