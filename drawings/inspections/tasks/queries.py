"""What of the tasks stands on the desk: what is due, what is late, what waits for an answer."""

import datetime
from collections import Counter

from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ...deadlines import Standing, standing_of_visit
from ...models import Inspection
from ...states import WITH_OFFICERS, InspectionState
from ..field import unsigned
from ..queries import counted, places_left, tasks
from ..review.queries import overdue, to_review, with_due_days
from .problems import waiting_for

TOMORROW = datetime.timedelta(days=1)


@todo(Role.OFFICER, Role.ORGANISER, Role.REVIEWER, Role.HEAD)
def _due_today(user: User) -> list[Todo]:
    return due_lines(user, clock.today())


@todo(Role.OFFICER)
def _own_tasks(user: User) -> list[Todo]:
    states = list(tasks(user).filter(state__in=WITH_OFFICERS).values_list("state", flat=True))
    url = reverse("inspections:tasks")
    left = places_left().filter(substitution__officer__user=user).count()
    return counted(
        Todo("检查任务正在定替补，请不要去", url, left, "定下来以后，任务从您的清单里去掉", "bad"),
        Todo(
            "检查被退回，请补充",
            url,
            states.count(InspectionState.RETURNED),
            "按审核意见改正后重新提交",
            "warn",
        ),
        Todo("检查任务待填报", url, states.count(InspectionState.DRAFT), "到现场检查后填写结果"),
    )


@todo(Role.ORGANISER)
def _asked(user: User) -> list[Todo]:
    """What officers ask and this organiser may answer; requests to be recused stand with the substitutes."""
    count, url = waiting_for(user).count(), f"{reverse('inspections:problems')}?state=waiting"
    return counted(Todo("困难与问题待答复", url, count, "延期申请和报告的困难"))


def due_lines(user: User, day: datetime.date) -> list[Todo]:
    """Return what is late, due on the day and due on the next, for all roles of the person; late lines are ``bad``.

    The lines name neither units nor officers: a sealed draw's tasks are counted among them. The mails of a day
    (`drawings/reminders`) use the same words.
    """
    lines = []
    if user.has_role(Role.OFFICER):
        lines += _due_visits(user, day)
    if user.has_role(Role.ORGANISER):
        lines.append(_late_of_all(day))
    if user.has_role(Role.ORGANISER, Role.HEAD):
        lines.append(_not_published(user))
    elif user.has_role(Role.REVIEWER):
        lines.append(_late_reviews(user))
    return counted(*lines)


def _due_visits(user: User, day: datetime.date) -> list[Todo]:
    drafts = tasks(user).with_due().filter(state=InspectionState.DRAFT, due__lte=day + TOMORROW)
    found = Counter(standing_of_visit(due, day) for due in drafts.order_by().values_list("due", flat=True))
    url = reverse("inspections:tasks")
    return [
        Todo(Standing.OVERDUE, url, found[Standing.OVERDUE], "尽快检查；去不了的，申请延期或报告困难", "bad"),
        Todo(Standing.TODAY, url, found[Standing.TODAY], "今天要完成并提交", "warn"),
        Todo(Standing.TOMORROW, url, found[Standing.TOMORROW], "", "warn"),
    ]


@todo(Role.OFFICER)
def _to_confirm(user: User) -> list[Todo]:
    """Records of the other officer that wait for this one's word: without it nothing goes to review."""
    url = reverse("inspections:tasks")
    return counted(
        Todo("现场记录待您确认", url, unsigned.waiting_for(user), "看过现场记录，确认或者提出异议", "warn")
    )


def _late_of_all(day: datetime.date) -> Todo:
    """What the organiser reads: of all draws. What is open in a sealed one follows from what was handed in."""
    count = Inspection.objects.released().late(day).count()
    return Todo(
        Standing.OVERDUE, reverse("inspections:board"), count, "全部检查组；按人员和季度查看进度", "bad"
    )


def _not_published(user: User) -> Todo:
    """What organiser and head answer for: wherever it lies, as the list of what awaits them shows it."""
    count = len(overdue(user))
    return Todo(Standing.UNPUBLISHED, reverse("inspections:waiting"), count, "看是哪一家、停在哪一步", "bad")


def _late_reviews(user: User) -> Todo:
    """Reports that should be public already and wait for this very reviewer."""
    count = sum(waits.is_late for waits in with_due_days(to_review(user)))
    return Todo(
        f"待审核的{Standing.UNPUBLISHED}", reverse("inspections:waiting"), count, "请先审核这些", "bad"
    )
