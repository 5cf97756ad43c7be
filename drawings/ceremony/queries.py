"""What the pages of a draw show, and what waits for its people on the desk."""

import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import SECOND_READERS, Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.audit.trail import LOGINS
from wugang_audit.staff.desk import Todo, todo

from ..models import ChangesObjection, Draw, EntropySource, LogEntry, Plan
from ..models.draw import SelectionQuerySet
from ..models.quarters import quarter_of
from ..privacy_gate.queries import Mark, Subject, Text, marks_on
from ..states import DrawState
from .collector import no_collection
from .preflight.changes import compare
from .preflight.snapshot import snapshot

OPENED = "打开密封结果"


def selections_of(draw: Draw) -> SelectionQuerySet:
    """The drawn units in the order of ``result.tsv``, each with its team, lead first."""
    return draw.selections.select_related("source__speciality").prefetch_related("team")


def openings(draw: Draw) -> QuerySet[AuditEntry]:
    """Who opened the result of a sealed draw, and when."""
    return AuditEntry.objects.filter(action=OPENED, target_key=f"{draw._meta.label_lower}:{draw.pk}")


def witness_marks(draw: Draw) -> list[Mark]:
    """What in the list of witnesses was marked as not personal."""
    return marks_on(Subject.WITNESSES, {draw.pk: {"witnesses": Text("见证人", draw.witnesses)}})[draw.pk]


def seal_that_stands() -> Draw | None:
    """Return the latest draw with a seal that hides its units today: what is frozen now must be sealed too."""
    earlier = Draw.objects.visible().standing()
    commits = LogEntry.objects.commits().filter(subject__in=earlier.values("code"))
    code = commits.order_by("-index").values("subject")[:1]
    return earlier.filter(code__in=code).first()


def words_until(moment: datetime.datetime, now: datetime.datetime) -> str:
    """Say how long it is until a moment: ``2 小时 5 分钟``; under a minute ``不到 1 分钟``."""
    minutes = max(0, int((moment - now).total_seconds())) // 60
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [f"{n} {word}" for n, word in ((days, "天"), (hours, "小时"), (minutes, "分钟")) if n]
    return " ".join(parts) or "不到 1 分钟"


@todo(Role.ORGANISER)
def _organisers_desk(user: User) -> list[Todo]:
    today = clock.today()
    _, quarter = quarter_of(today)
    lines = []
    if Plan.objects.in_force(today.year) is None:
        lines.append(Todo(f"{today.year} 年抽查计划还没有公布", reverse("plans:list")))
    if not Draw.objects.not_void().filter(year=today.year, quarter=quarter).exists():
        lines.append(Todo(f"{today.year} 年第 {quarter} 季度还没有抽签", reverse("ceremony:draws")))
    next_steps = {
        DrawState.DRAFT: "核对后冻结名单",
        DrawState.FROZEN: "录入随机数",
        DrawState.DRAWN: "公布抽查结果",
    }
    objected = ChangesObjection.objects.standing().filter(draw=OuterRef("pk"))
    for draw in Draw.objects.filter(state__in=next_steps).annotate(is_objected=Exists(objected)):
        step = next_steps[draw.state]
        if draw.state == DrawState.DRAWN and draw.is_sealed:
            step = "下达任务，保持密封"
        elif draw.state == DrawState.DRAFT and draw.is_objected and _changes_of(draw.pk, *_moment())[1]:
            step = "名录变动有异议，处理后才能冻结"
        lines.append(Todo(f"{draw.title}：{step}", reverse("ceremony:draw", args=[draw.code])))
    return lines


@todo(*SECOND_READERS)
def _second_reading(user: User) -> list[Todo]:
    """Values that a colleague has typed and that wait for a second person."""
    waiting = EntropySource.objects.filter(
        draw__state=DrawState.FROZEN, first_by__isnull=False, accepted_at__isnull=True
    ).exclude(first_by=user)
    return [
        Todo(f"{title}：请复核录入随机数", reverse("ceremony:entry", args=[code]))
        for code, title in ((entry.draw.code, entry.draw.title) for entry in waiting.select_related("draw"))
    ]


def _was_read(draw: Draw, fingerprint: str) -> bool:
    """Say whether somebody has confirmed just these changes, or objected to them: then it is not the readers' turn.

    Once the registries change again after an objection, it is: whoever objected sees whether it is met.
    """
    return (
        draw.confirmations.filter(fingerprint=fingerprint).exists()
        or draw.objections.standing().filter(fingerprint=fingerprint).exists()
    )


def _moment() -> tuple[str, datetime.date]:
    """Say as of when the registries are compared: every change of theirs is in the trail, and the rest goes by the day."""
    steps = AuditEntry.objects.exclude(action__in=LOGINS).order_by("-index")
    return steps.values_list("chain", flat=True).first() or "", clock.today()


@lru_cache(maxsize=8)
@no_collection()
def _changes_of(draw_id: int, trail_head: str, day: datetime.date) -> tuple[str, int]:
    """Return fingerprint and number of the changes since the last draw, compared once for each state of the trail.

    Both registries whole are too much for every desk that is opened; the page that is led to compares anew.
    """
    draw = Draw.objects.get(pk=draw_id)
    found = compare(draw, snapshot(draw))
    return (found.fingerprint, found.total) if found else ("", 0)


def _is_for(user: User, draw: Draw) -> bool:
    """Say whether an objection stands that this person may end: his own, or any for a head."""
    standing = draw.objections.standing()
    return standing.exists() if user.has_role(Role.HEAD) else standing.filter(by=user).exists()


@todo(*SECOND_READERS)
def _changes_to_confirm(user: User) -> list[Todo]:
    """Drafts that wait for a second person to read what changed in the registries since the last draw."""
    lines = []
    for draw in Draw.objects.filter(state=DrawState.DRAFT).exclude(created_by=user):
        fingerprint, total = _changes_of(draw.pk, *_moment())
        if total and not _was_read(draw, fingerprint):
            title = f"{draw.title}：请核对名录的 {total} 处变动"
        elif total and _is_for(user, draw):
            title = f"{draw.title}：名录变动有异议，还没有撤回或解除"
        else:
            continue
        lines.append(Todo(title, reverse("ceremony:confirm", args=[draw.code])))
    return lines
