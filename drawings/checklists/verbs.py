"""What the administrator does with a version of a checklist: begin a draft, put it in use, withdraw it."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.privacy import says_nothing

from ..models import Checklist, ChecklistPoint, ChecklistVersion, LegalBasis
from ..privacy_gate.queries import Text, obstacles, said
from ..privacy_gate.verbs import SHORTEST, require_none
from ..states import Refused
from . import drafts

# What people write in a checklist; visits that go by it show it to the public.
CHECKLIST_WORDS = ("name", "code")
POINT_WORDS = ("section", "code", "name", "guidance")


@transaction.atomic
def new_draft(*, checklist: Checklist, actor: User, like: ChecklistVersion | None = None) -> ChecklistVersion:
    """Begin the next version, with the points of another one where that is wanted.

    A clause that is law no more is not taken along: what replaced it stands in its place, if that is known.
    """
    checklist = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if checklist.versions.drafts().exists():
        raise Refused(f"“{checklist}”已经有一份草稿，请先把它改好启用，或者弃用，再做新版。")
    last = checklist.versions.aggregate(last=Max("number"))["last"] or 0
    draft = ChecklistVersion.objects.create(checklist=checklist, number=last + 1)
    if like is not None:
        _copy_points(like, draft, clock.today())
    trail.record(actor, "起草检查清单", draft, {"points": draft.points.count()})
    return draft


@transaction.atomic
def publish(*, version: ChecklistVersion, actor: User, seen: str) -> ChecklistVersion:
    """Put a draft in use: visits that begin from now on go by it. From then on nothing in it changes.

    :param seen: digest of what the administrator looked at (`drafts.digest_of`).
    """
    row = _locked(version)
    if not row.is_draft:
        raise Refused(f"“{row}”已经{became(row)}，没有{'再做一遍' if row.published_at else '启用'}。")
    if not seen:
        raise Refused("没有启用：请先预览，看过全部检查项目，再按预览页上的“启用”。")
    if seen != drafts.digest_of(row):
        raise Refused(
            f"没有启用：您预览以后，{drafts.last_step(row.pk)}改过这份草稿，或者清单改了名称。"
            "下面是现在的内容，请看过再启用。"
        )
    if wrong := faults(row, clock.today()):
        raise Refused("没有启用：" + "".join(wrong))
    row.name = row.checklist.name
    row.published_at, row.published_by = clock.now(), actor
    row.save(update_fields=["name", "published_at", "published_by"])
    trail.record(actor, "启用检查清单", row, {"checklist_name": row.name, "points": row.points.count()})
    return row


@transaction.atomic
def discard(*, version: ChecklistVersion, actor: User) -> ChecklistVersion:
    """Give up a draft: another one may begin. What was typed into it stays, and may be the model of a new one."""
    row = _locked(version)
    if not row.is_draft:
        raise Refused(f"“{row}”已经{became(row)}，没有{'弃用' if row.published_at else '再做一遍'}。")
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    trail.record(actor, "弃用检查清单的草稿", row, {"points": row.points.count()})
    return row


@transaction.atomic
def withdraw(*, version: ChecklistVersion, actor: User, reason: str) -> ChecklistVersion:
    """Take a version out of use: no visit begins with it any more, those that have begun are filled in to the end."""
    row = _locked(version)
    if row.published_at is None:
        raise Refused(f"“{row}”没有启用过，不用停用：不要的草稿，请弃用。")
    if row.withdrawn_at:
        raise Refused(f"“{row}”已经停用，没有再做一遍。")
    reason = " ".join(reason.split())
    if fault := fault_of_reason(reason):
        raise Refused(fault)
    require_none({"reason": Text("停用原因", reason)}, "请删去，再停用。")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), actor, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    trail.record(actor, "停用检查清单", row, {"reason": row.withdrawn_because})
    return row


def _locked(version: ChecklistVersion) -> ChecklistVersion:
    rows = ChecklistVersion.objects.select_for_update(of=("self",)).select_related("checklist")
    return rows.get(pk=version.pk)


def became(version: ChecklistVersion) -> str:
    """Say what became of a draft, by whom and when; nobody put in use what came with the site."""
    used = version.published_at is not None
    who = version.published_by if used else version.withdrawn_by
    at = timezone.localtime(version.published_at or version.withdrawn_at)
    return f"由{who.full_name if who else '系统'}在 {at:%Y-%m-%d %H:%M} {'启用' if used else '弃用'}"


def fault_of_reason(reason: str) -> str:
    """Say what is wrong with the reason of a withdrawal, which officers read in the middle of a visit; empty: nothing."""
    if not reason:
        return "请写明停用原因。"
    if len(reason) < SHORTEST:
        return "停用原因太短：请写明这一版哪里不能再用，例如依据的条款已经废止。"
    if says_nothing(reason):
        return "停用原因只是同样的几个字：请写明这一版哪里不能再用，例如依据的条款已经废止。"
    return ""


def faults(version: ChecklistVersion, day: datetime.date) -> list[str]:
    """Return what keeps a draft from being put in use on the day, each as a Chinese sentence that says where."""
    points = list(version.points.prefetch_related("bases__replaced_by").order_by("position", "pk"))
    if not points:
        return ["还没有检查项目，请先在草稿里加上。"]
    found = [f"清单的{each}" for each in _personal(version.checklist, CHECKLIST_WORDS)]
    codes: dict[str, ChecklistPoint] = {}
    for number, point in enumerate(points, 1):
        where = f"第 {number} 项“{point.name}”"
        same = codes.setdefault(point.code.lower(), point)
        if same is not point:
            found.append(f"{where}的代码 {point.code} 和“{same.name}”相同，请改其中一个。")
        found += [f"{where}的{each}" for each in _personal(point, POINT_WORDS)]
        bases = list(point.bases.all())
        if not bases:
            found.append(f"{where}没有法律依据：法无规定不得检查，请选上条款。")
        found += [f"{where}：{_why_not(basis, day)}" for basis in bases if not basis.is_in_force(day)]
    return found


def _personal(row: Checklist | ChecklistPoint, names: Sequence[str]) -> list[str]:
    """Say what in the words of a row may not become public: drafts may be older than the search of their form."""
    fields = row._meta.get_field
    texts = {name: Text(str(fields(name).verbose_name), getattr(row, name)) for name in names}
    return [f"{said([each])}，会公开的文字里不能有个人信息，请删去。" for each in obstacles(texts)]


def _why_not(basis: LegalBasis, day: datetime.date) -> str:
    instead = basis.instead_of(day)
    advice = f"，应改为{instead.cited}。" if instead else "，请去掉或另选一条。"
    return basis.why_not(day) + advice


def _copy_points(old: ChecklistVersion, draft: ChecklistVersion, day: datetime.date) -> None:
    law = LegalBasis.objects.all().book()
    rows = list(old.points.prefetch_related("bases"))
    copies = ChecklistPoint.objects.bulk_create(
        [
            ChecklistPoint(
                version=draft,
                section=row.section,
                code=row.code,
                name=row.name,
                guidance=row.guidance,
                position=row.position,
            )
            for row in rows
        ]
    )
    through = ChecklistPoint.bases.through
    links = []
    for row, copy in zip(rows, copies, strict=True):
        bases = (law[basis.pk] for basis in row.bases.all())
        valid = [each if each.is_in_force(day) else each.instead_of(day) for each in bases]
        links += [
            through(checklistpoint_id=copy.pk, legalbasis_id=pk)
            for pk in dict.fromkeys(basis.pk for basis in valid if basis)
        ]
    through.objects.bulk_create(links)
