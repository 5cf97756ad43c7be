"""What is to be corrected in the registry of pollution sources: the page and the admin's filter read one table."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.registries.data_checks import Finding, Touched, checks, last_changes, page
from wugang_audit.registries.history_kinds import HistoryKind
from wugang_audit.staff.desk import Todo, todo

from . import doubles
from .models import Category, PermitCondition, PollutionSource, Speciality
from .places import COUNTY, region
from .registry_state import once
from .township_offers import oddly_written

page(
    "疑似重复",
    "sources:doubles",
    "名称、信用代码、许可证、地址或坐标相同的登记两两并排，合并，或说明不是同一家。",
)
page("单位分布", "sources:where", "按经纬度画出在库单位，看出坐标填错的、不在本县的和没有坐标的。")

lazy_text = lazy(lambda text: text(), str)  # worked out whenever it is shown: the bureau's name may change
LIST = "admin:sources_pollutionsource_changelist"
TOGETHER = "在列表里可以勾选多家，一次定好。"
IN_PAIRS = "double"  # counted by pairs, not by units
MOST_KEYS = 10_000  # that a query is given; a registry with more of them is corrected step by step


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong with a unit."""

    label: str
    hint: str
    wrong: Callable[[], Q]  # what holds of the units that have the fault
    by_itself: bool = False  # it looks at other rows too: counted faster alone than together with the others
    together: bool = False  # one action of the list mends it in all units that are chosen
    may_stay: bool = False  # some units are right as they are: it need not come to 0
    sort: str = ""  # the column by which the list puts what belongs together side by side

    @property
    def advice(self) -> str:
        return self.hint + (TOGETHER if self.together else "")


def _in_a_pair() -> Q:
    keys = {unit.pk for pair in doubles.suspects() for unit in (pair.one, pair.other)}
    return Q(pk__in=sorted(keys)[:MOST_KEYS])


def _other_group() -> Q:
    """Units in a group that does not cover their industry, or of an industry that no group covers."""
    table = Speciality.objects.by_prefix()
    units = PollutionSource.objects.registered().exclude(industry_code="").order_by()
    pairs = units.values_list("industry_code", "speciality")
    wrong = Q(pk__in=[])
    for code, group in pairs.distinct():
        covers = Speciality.objects.all().match(table, code)
        if covers is None or covers.pk != group:
            wrong |= Q(industry_code=code, speciality=group)
    return wrong


def _other_township() -> Q:
    return Q(township__in=oddly_written())


def _without_conditions() -> Q:
    there = PermitCondition.objects.filter(source=OuterRef("pk"), is_active=True)
    return Q(~Q(permit_number=""), ~Exists(there))


def outside() -> Q:
    """Units of which a coordinate lies outside the county."""
    wrong = Q(pk__in=[])
    for field, bounds in zip(("longitude", "latitude"), COUNTY, strict=True):
        wrong |= Q(**{f"{field}__lt": bounds.low}) | Q(**{f"{field}__gt": bounds.high})
    return wrong


CHECKS = {
    "no-category": Check(
        "没有监管类别", "定为重点、特殊监管或一般；全部定好以前不能冻结抽签名单。", lambda: Q(category=""), together=True
    ),
    "no-industry": Check(
        "没有行业", "补上行业代码，按它归入专业组；全部补好以前不能冻结抽签名单。", lambda: Q(industry_code=""), together=True
    ),
    "no-code": Check(
        "没有统一社会信用代码", "按营业执照补上；小型养殖场等没有代码的不用管。", lambda: Q(credit_code=""), may_stay=True,
    ),
    "expired": Check(
        "排污许可证已到期", "核对是否已延续，把新的有效期填上。",
        lambda: Q(permit_expiry__lt=clock.today()),
    ),
    "no-place": Check(
        "没有坐标", "补上经度和纬度，现场检查时便于导航。", lambda: Q(longitude=None) | Q(latitude=None)
    ),
    "outside": Check(
        lazy_text(lambda: f"坐标不在{region().county}范围内"), "核对经度和纬度；单位确实在边界以外的不用管。", outside, may_stay=True,
    ),
    "township": Check(
        "乡镇（街道）写法不一",
        "同一个地方写成了几种（如某某乡和某某街道），或者多了空格、少了“镇”“街道”：统一成一种写法；确实是两个地方的不用管。",
        _other_township, may_stay=True, sort="5",
    ),
    IN_PAIRS: Check(
        "疑似重复登记", "逐对并排核对：合并，或说明不是同一家，以后不再提示。", _in_a_pair, by_itself=True, sort="2",
    ),
    "no-group": Check(
        "行业代码没有专业组管，或不归所在的专业组",
        "核对行业代码；代码没有错的，在“行业专业组”里补上它：保存后自动重新归组。", _other_group,
    ),
    "special-ended": Check(
        "特殊监管已到期", "已自动按结束后的类别抽签；请把监管类别改过来，或延长截止日。",
        lambda: Q(category=Category.SPECIAL, special_until__lt=clock.today()),
    ),
    "no-reason": Check(
        "特殊监管没有填原因或依据", "补上原因和文件依据，抽查比例高要说得出理由。",
        lambda: Q(Q(special_reason="") | Q(special_basis=""), category=Category.SPECIAL),
    ),
    "no-class": Check("没有排污许可管理类别", "按固定污染源分类管理名录填写。", lambda: Q(permit_class="")),
    "no-conditions": Check(
        "持证单位没有许可条件", "按许可证副本导入排放口、限值和治理设施，检查时逐项核对。", _without_conditions,
        by_itself=True,
    ),
}  # fmt: skip


def narrow(units: QuerySet[PollutionSource], check: str) -> QuerySet[PollutionSource]:
    """Narrow units to those in the registry that have the named fault."""
    return units.filter(CHECKS[check].wrong(), is_active=True)


@checks
def source_findings() -> list[Finding]:
    """Worked out once for each state of the registry: of 100,000 units it takes more than a second."""
    return once("findings", _source_findings)


def _source_findings() -> list[Finding]:
    units = PollutionSource.objects.registered().order_by()
    # One pass over the registry counts all that can be seen in a unit's own row.
    found = units.aggregate(
        **{code: Count("pk", filter=check.wrong()) for code, check in CHECKS.items() if not check.by_itself}
    )
    alone = (code for code, check in CHECKS.items() if check.by_itself and code != IN_PAIRS)
    found |= {code: units.filter(CHECKS[code].wrong()).count() for code in alone}
    return [
        _pairs(check) if code == IN_PAIRS else _finding(code, check, found[code])
        for code, check in CHECKS.items()
    ]


def _finding(code: str, check: Check, count: int) -> Finding:
    query = f"?check={code}{check.sort and f'&o={check.sort}'}"
    return Finding(f"污染源：{check.label}", count, f"{reverse(LIST)}{query}", check.advice, check.may_stay)


def _pairs(check: Check) -> Finding:
    """Count pairs, as everywhere, and lead to the page that shows them side by side."""
    count = len(doubles.suspects())
    return Finding(f"污染源：{check.label}", count, reverse("sources:doubles"), check.advice, measure="对")


_LACKING = (  # what keeps a draw from being frozen: what to do, the check whose list it is done in, and how it is counted
    ("给单位定监管类别", "no-category", Q(category="")),
    ("给单位补行业", "no-industry", Q(industry_code="")),
    ("核对单位的行业代码", "no-group", Q(speciality=None) & ~Q(industry_code="")),
)


@todo(Role.ADMIN)
def _undecided_units(user: User) -> list[Todo]:
    """Lead whoever keeps the registry to the units that keep the next draw from being frozen."""
    units = PollutionSource.objects.undecided().order_by()
    found = units.aggregate(**{code: Count("pk", filter=wrong) for _, code, wrong in _LACKING})
    hint = f"全部定好以前不能冻结抽签名单。{TOGETHER}"
    return [
        Todo(label, f"{reverse(LIST)}?check={code}", found[code], hint)
        for label, code, _ in _LACKING
        if found[code]
    ]


@last_changes
def _source_changes(number: int) -> list[Touched]:
    who = ("history_date", "history_user__full_name", "history_type", "history_change_reason")
    rows = list(PollutionSource.history.order_by("-history_id").values_list("number", "name", *who)[:number])
    # An import that was undone takes its new units back: only their history is left.
    there = set(
        PollutionSource.objects.filter(number__in={row[0] for row in rows}).values_list("number", flat=True)
    )
    return [
        Touched(
            name, reverse("inspections:unit", args=[unit]) if unit in there else "", at, user or "系统",
            HistoryKind(kind).label, why or "",
        )
        for unit, name, at, user, kind, why in rows
    ]  # fmt: skip
