"""What is to be mended in the registry of pollution sources: the page and the admin's filter read one table."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from wugang_audit.health import Finding, Touched, checks, last_changes

from .models import Category, PermitCondition, PollutionSource

LIST = "admin:sources_pollutionsource_changelist"
KINDS = {"+": "新增", "~": "修改", "-": "删除"}


@dataclass(frozen=True)
class Check:
    label: str
    hint: str
    narrow: Callable  # a queryset of units -> those that have the fault


def _expired(units):
    return units.filter(permit_expiry__lt=timezone.localdate())


def _same_name(units):
    names = PollutionSource.objects.registered().order_by().values("name").annotate(n=Count("pk"))
    return units.filter(name__in=names.filter(n__gt=1).values("name"))


def _same_code(units):
    codes = PollutionSource.objects.registered().order_by().exclude(credit_code="").values("credit_code")
    codes = codes.annotate(n=Count("name", distinct=True)).filter(n__gt=1)
    return units.filter(credit_code__in=codes.values("credit_code"))


def _without_conditions(units):
    there = PermitCondition.objects.filter(source=OuterRef("pk"), is_active=True)
    return units.exclude(permit_number="").filter(~Exists(there))


def _ended(units):
    return units.filter(category=Category.SPECIAL, special_until__lt=timezone.localdate())


CHECKS = {
    "no-code": Check(
        "没有统一社会信用代码", "按营业执照补上；小型养殖场等没有代码的不用管。", lambda units: units.filter(credit_code="")
    ),
    "expired": Check("排污许可证已到期", "核对是否已延续，把新的有效期填上。", _expired),
    "no-place": Check(
        "没有坐标", "补上经度和纬度，现场检查时便于导航。",
        lambda units: units.filter(Q(longitude=None) | Q(latitude=None)),
    ),
    "same-name": Check("单位名称相同", "疑似重复登记：核对后把多余的停用。", _same_name),
    "same-code": Check("信用代码相同、名称不同", "可能改名后又登记了一次，也可能填错代码。", _same_code),
    "special-ended": Check("特殊监管已到期", "已自动按结束后的类别抽签；请把监管类别改过来，或延长截止日。", _ended),
    "no-reason": Check(
        "特殊监管没有写原因或依据", "补上原因和文件依据，抽查比例高要说得出理由。",
        lambda units: units.filter(Q(special_reason="") | Q(special_basis=""), category=Category.SPECIAL),
    ),
    "no-class": Check(
        "没有排污许可管理类别", "按固定污染源分类管理名录填写。", lambda units: units.filter(permit_class="")
    ),
    "no-conditions": Check(
        "持证单位没有许可条件", "按许可证副本导入排放口、限值和治理设施，检查时逐项核对。", _without_conditions
    ),
}  # fmt: skip


def narrow(units, check: str):
    """Narrow units to those in the registry that have the named fault."""
    return CHECKS[check].narrow(units.filter(is_active=True))


@checks
def _source_findings() -> list[Finding]:
    # One pass for each: the counts are few, whatever the registry's size.
    units = PollutionSource.objects.registered().order_by()
    url = reverse(LIST)
    return [
        Finding(f"污染源：{check.label}", check.narrow(units).count(), f"{url}?check={code}", check.hint)
        for code, check in CHECKS.items()
    ]


@last_changes
def _source_changes(number: int) -> list[Touched]:
    rows = PollutionSource.history.order_by("-history_date", "-history_id").values_list(
        "id",
        "name",
        "history_date",
        "history_type",
        "history_change_reason",
        "history_user__full_name",
    )
    return [
        Touched(
            name, reverse("admin:sources_pollutionsource_history", args=[key]), at, who or "系统", KINDS[kind],
            why or "",
        )
        for key, name, at, kind, why, who in rows[:number]
    ]  # fmt: skip
