"""What is to be corrected in the registry of officers: the page and the admin's filter read one table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse

from wugang_audit import clock
from wugang_audit.registries.data_checks import Finding, Touched, checks, last_changes
from wugang_audit.registries.history_kinds import HistoryKind

from . import coverage
from .models import Ability, Absence, DutyState, Officer, OfficerQuerySet, Recusal

# What a registry says of somebody who comes back.
AWAY = (DutyState.LEAVE, DutyState.TRAINING, DutyState.SECONDED)


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong with an officer's row."""

    label: str
    hint: str
    narrow: Callable[[OfficerQuerySet], OfficerQuerySet]  # to those that have the fault
    filter: str = "check"  # the filter of the list that shows them


def _same_name_and_department(officers: OfficerQuerySet) -> OfficerQuerySet:
    key = Concat("name", Value("\n"), "department")
    keys = Officer.objects.filter(is_active=True).order_by().annotate(key=key).values("key")
    return officers.alias(key=key).filter(key__in=keys.annotate(n=Count("pk")).filter(n__gt=1).values("key"))


def _same_phone(officers: OfficerQuerySet) -> OfficerQuerySet:
    # Colleagues share the telephone of their office; a mobile is one person's.
    mobiles = Officer.objects.filter(is_active=True, phone__startswith="1").order_by().values("phone")
    return officers.filter(phone__in=mobiles.annotate(n=Count("pk")).filter(n__gt=1).values("phone"))


def _away(officers: OfficerQuerySet, *, dated: bool) -> OfficerQuerySet:
    """Officers who are away by their state, but not by any absence that still lasts or is to come."""
    absences = Absence.objects.filter(officer=OuterRef("pk"))
    away = officers.filter(~Exists(absences.not_over()), duty_state__in=AWAY)
    return away.filter(Exists(absences)) if dated else away.exclude(Exists(absences))


def _without_speciality(officers: OfficerQuerySet) -> OfficerQuerySet:
    return officers.filter(~Exists(Ability.objects.filter(officer=OuterRef("pk"))))


CHECKS = {
    "no-certificate": Check(
        "没有执法证号或有效期", "补上以前不能派出，也不能开立登录账号。",
        lambda officers: officers.filter(Q(certificate_number="") | Q(certificate_expiry=None)),
    ),
    "expired": Check(
        "执法证已过期", "已自动不参加抽签：换证后把新的有效期填上。",
        lambda officers: officers.filter(certificate_expiry__lt=clock.today()), "certificate",
    ),
    "soon": Check("执法证 60 天内到期", "请尽快换证：过期后不能派出。", coverage.expiring, "certificate"),
    "no-speciality": Check("没有擅长行业", "补上擅长行业和能力，抽签才能按专业派人。", _without_speciality),
    "no-account": Check(
        "没有登录账号", "勾选后用“开立登录账号”一次开好；没有账号的人员看不到自己的任务。",
        lambda officers: officers.filter(user=None).exclude(duty_state=DutyState.LEFT),
    ),
    "same-name": Check("姓名和所属机构都相同", "疑似重复登记（例如换了新证号）：核对后把多余的停用。", _same_name_and_department),
    "same-phone": Check("手机号相同", "疑似重复登记，也可能填错号码。", _same_phone),
    "away-ended": Check(
        "请假、借调或培训的时段已过，状态没有改回", "人已回来的，把在岗状态改为“在岗”；没有回来的，延长时段。",
        lambda officers: _away(officers, dated=True),
    ),
    "away-undated": Check(
        "请假、借调或培训没有填起止日期", "在“不在岗时段”里写上起止日期，状态改为“在岗”：到期自动恢复派出。",
        lambda officers: _away(officers, dated=False),
    ),
    "left-account": Check(
        "已离岗，登录账号还能用", "离开的人员请停用，登录账号随之停用。",
        lambda officers: officers.filter(duty_state=DutyState.LEFT, user__is_active=True),
    ),
}  # fmt: skip


def narrow(officers: OfficerQuerySet, check: str) -> OfficerQuerySet:
    """Narrow officers to those in the registry that have the named fault."""
    return CHECKS[check].narrow(officers.filter(is_active=True))


@checks
def officer_findings() -> list[Finding]:
    officers = Officer.objects.filter(is_active=True).order_by()
    url = reverse("admin:enforcers_officer_changelist")
    found = [
        Finding(
            f"执法人员：{check.label}",
            check.narrow(officers).count(),
            f"{url}?{check.filter}={code}&is_active__exact=1",
            check.hint,
        )
        for code, check in CHECKS.items()
    ]
    found.append(
        Finding(
            "执法人员：可派出不足两人的专业（名录中有单位）",
            coverage.short_of_officers().count(),
            reverse("admin:enforcers_officer_matrix"),
            "检查组至少两人：给在岗人员补上这个专业；点开可看谁懂这个专业而今天不能派出。",
        )
    )
    return found


@last_changes
def _officer_changes(number: int) -> list[Touched]:
    who = ("history_date", "history_type", "history_change_reason", "history_user__full_name")

    def latest(model: type[Model], *names: str) -> QuerySet:
        rows = model.history.order_by("-history_date", "-history_id").values_list(*who, *names)
        return rows[:number]

    def touched(
        label: str, page: str, key: int, at: datetime, kind: str, why: str | None, user: str | None
    ) -> Touched:
        url = reverse(f"admin:enforcers_officer_{page}", args=[key])
        return Touched(label, url, at, user or "系统", HistoryKind(kind).label, why or "")

    found = [touched(name, "history", key, *row) for *row, key, name in latest(Officer, "id", "name")]
    # An absence has no page of its own, and a recusal loses its page with its deletion: both stand on the officer's.
    for model in (Absence, Recusal):
        said = model._meta.verbose_name
        for *row, key, name in latest(model, "officer_id", "officer__name"):
            found.append(touched(f"{name}：{said}", "change", key, *row))
    return found
