"""What a draw would freeze right now, and what speaks against it: the pre-flight."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count
from django.utils import timezone

from enforcers.models import DutyState, Officer, Recusal
from sources.models import Category, OperatingState, PollutionSource
from wugang_audit.desk import Awaiting, awaits
from wugang_audit.roles import Role

from ..models import Draw, EntropySource, Inspection, Plan, TeamMember
from ..protocol import verify
from ..states import DRAW_MOVES, DrawState, InspectionState


@dataclass(frozen=True)
class Quota:
    """The arithmetic of one stratum: ``base x N / D`` or ``officers x N / D``, rounded up."""

    code: str
    rule: str
    base: int
    take: int
    officers: int

    @property
    def label(self) -> str:
        return Category(self.code).label

    @property
    def quota(self) -> int:
        return verify.quota(self.rule, self.base, self.officers)

    @property
    def counts_officers(self) -> bool:
        return self.rule.startswith("officers*")

    @property
    def arithmetic(self) -> str:
        counted = f"在岗执法人员 {self.officers} 人" if self.counts_officers else f"参加抽签 {self.base} 家"
        numerator, denominator = self.rule.removeprefix("officers*").split("/")
        return f"{counted} × {numerator}/{denominator}，有小数进一 = {self.quota} 家"


@dataclass(frozen=True)
class Snapshot:
    """The rows that a freeze would write, in the protocol's own terms."""

    units: list  # verify.Unit
    officers: list  # verify.Officer

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all rows: it tells whether the registries changed between pre-flight and freeze."""
        return verify.digest(repr(self.units) + repr(self.officers))


def snapshot(draw: Draw) -> Snapshot:
    """Read both registries as they stand now, in three queries whatever their size."""
    recused = defaultdict(list)
    pairs = Recusal.objects.values_list("source__number", "officer__certificate_number")
    for number, certificate in pairs.order_by():
        recused[number].append(certificate)
    units = []
    rows = PollutionSource.objects.registered().select_related("speciality")
    for source in rows.only(
        "number", "category", "speciality__code", "exempt_reason", "operating_state", "out_of_season", "name"
    ).order_by().iterator():  # fmt: skip
        no_go = tuple(sorted(recused[source.number])) if source.number in recused else ()
        units.append(
            verify.Unit(
                source.number, source.category, source.speciality.code, source.standing, no_go, source.name
            )
        )
    units.sort()
    loads = dict(
        TeamMember.objects.filter(selection__draw__year=draw.year, selection__draw__quarter=draw.quarter)
        .exclude(selection__draw__state=DrawState.VOID)
        .exclude(selection__draw=draw)
        .values_list("officer_id")
        .annotate(places=Count("pk"))
        .order_by()
    )
    officers = [
        verify.Officer(
            officer.certificate_number,
            tuple(sorted(speciality.code for speciality in officer.specialities.all())),
            loads.get(officer.pk, 0),
            officer.name,
        )
        for officer in Officer.objects.available().prefetch_related("specialities")
    ]
    return Snapshot(units, sorted(officers))


@dataclass
class Preflight:
    """All that is looked at before a freeze. `blocks` forbid it, `warnings` only ask to be read."""

    plan: Plan | None
    snapshot: Snapshot
    quotas: list[Quota] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    standings: dict[str, int] = field(default_factory=dict)
    absent: list[tuple[Officer, str]] = field(default_factory=list)
    few_matching: list = field(default_factory=list)  # (unit, number of matching officers)
    few_at_all: list = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.blocks

    @property
    def total(self) -> int:
        return sum(quota.take for quota in self.quotas)


def plan_of(year: int) -> Plan | None:
    """The published plan of the year: a draw rests on nothing else."""
    return (
        Plan.objects.filter(year=year, published_at__isnull=False).prefetch_related("rates", "items").first()
    )


def quotas_of(plan: Plan, units: list, officer_count: int) -> list[Quota]:
    strata = verify.strata_of(units, plan.rules(), officer_count)
    return [Quota(s.code, s.rule, s.base, s.take, officer_count) for s in strata]


def both_readings(plan: Plan) -> list[tuple[str, bool, Quota]]:
    """Return (words, chosen, arithmetic) of the two readings of 1:4, on the registries as they stand now."""
    units = PollutionSource.objects.registered().filter(category=Category.GENERAL, exempt_reason="")
    base = units.exclude(operating_state=OperatingState.STOPPED).exclude(
        operating_state=OperatingState.SEASONAL, out_of_season=True
    )
    base, officer_count = base.count(), Officer.objects.available().count()
    rate = next(rate for rate in plan.rates.all() if rate.stratum == Category.GENERAL)
    rules = {
        Plan.Reading.UNITS: f"{rate.numerator}/{rate.denominator}",
        Plan.Reading.OFFICERS: f"officers*{rate.denominator}/{rate.numerator}",
    }
    lines = []
    for reading, rule in rules.items():
        take = min(verify.quota(rule, base, officer_count), base)
        quota = Quota(Category.GENERAL, rule, base, take, officer_count)
        lines.append((reading.label, plan.general_reading == reading, quota))
    return lines


def preflight(draw: Draw) -> Preflight:
    """Look at everything that a freeze of this draw would rest on."""
    now = snapshot(draw)
    units, officers = now.units, now.officers
    flight = Preflight(plan_of(draw.year), now)
    flight.standings = dict(Counter(unit.standing for unit in units))
    flight.absent = _absent()
    _look_at_plan(flight, draw)
    drawable = [unit for unit in units if unit.standing == "in"]
    if not drawable:
        flight.blocks.append("名录库里没有可以参加抽签的单位：请先导入污染源名录。")
    if not officers:
        flight.blocks.append("没有在岗且执法证有效的执法人员：请先导入或更新执法人员名录。")
    else:
        flight.few_matching, flight.few_at_all = verify.unmatched(units, officers)
    if flight.few_at_all:
        flight.blocks.append(
            f"有 {len(flight.few_at_all)} 家单位除去回避人员后不足两名执法人员（见下表）：请增加在岗人员或核对回避登记。"
        )
    _warn(flight)
    return flight


def _look_at_plan(flight: Preflight, draw: Draw) -> None:
    plan = flight.plan
    if plan is None:
        flight.blocks.append(f"{draw.year} 年的抽查计划还没有公布：请先在“抽查计划”里编制并公布。")
        return
    if draw.item is None or draw.item not in plan.items.all():
        flight.blocks.append("本次抽签没有对应的抽查事项：法无规定不得检查。请在计划里选定抽查事项。")
    flight.quotas = quotas_of(plan, flight.snapshot.units, len(flight.snapshot.officers))
    unplanned = {unit.stratum for unit in flight.snapshot.units} - {quota.code for quota in flight.quotas}
    for code in sorted(unplanned):
        flight.blocks.append(f"计划没有规定“{Category(code).label}”的抽查比例。")


def _warn(flight: Preflight) -> None:
    for quota in flight.quotas:
        if quota.base == 0:
            flight.warnings.append(f"“{quota.label}”没有参加抽签的单位，这一类本次抽 0 家。")
        elif quota.quota > quota.take:
            flight.warnings.append(f"“{quota.label}”按比例应抽 {quota.quota} 家，只有 {quota.take} 家可抽。")
    if flight.few_matching:
        flight.warnings.append(
            f"有 {len(flight.few_matching)} 家单位的对口执法人员不足两名（见下表）：抽中时由其他专业人员补足，并标明“跨专业”。"
        )
    if stopped := flight.standings.get("stopped"):
        flight.warnings.append(f"{stopped} 家停产（含季节性停产），不参加抽签。")
    if exempt := flight.standings.get("exempt"):
        flight.warnings.append(f"{exempt} 家登记了不参与双随机的原因，不参加抽签。")
    if flight.absent:
        flight.warnings.append(f"{len(flight.absent)} 名在册执法人员本次不能派出（见下表）。")
    names = Counter(unit.name for unit in flight.snapshot.units)
    if twice := [name for name, count in names.items() if count > 1]:
        flight.warnings.append("单位名称重复，请核对是否重复登记：" + "、".join(twice[:10]))
    codes = PollutionSource.objects.registered().exclude(credit_code="").values("credit_code")
    twice = codes.annotate(n=Count("pk")).filter(n__gt=1).order_by("credit_code")
    if twice := [row["credit_code"] for row in twice[:10]]:
        flight.warnings.append("统一社会信用代码重复，请核对是否重复登记：" + "、".join(twice))


def _absent() -> list[tuple[Officer, str]]:
    """Officers of the registry who may not be sent today, each with why."""
    today = timezone.localdate()
    absent = []
    for officer in Officer.objects.filter(is_active=True):
        if officer.duty_state != DutyState.ON_DUTY:
            absent.append((officer, officer.get_duty_state_display()))
        elif officer.certificate_expiry < today:
            absent.append((officer, f"执法证已于 {officer.certificate_expiry:%Y-%m-%d} 到期"))
    return absent


def next_source(draw: Draw) -> EntropySource | None:
    """The source whose value is entered next, or None when all are accepted."""
    return draw.entropy.filter(accepted_at__isnull=True).order_by("position").first()


def has_findings(draw: Draw) -> bool:
    """Say whether results of this draw were already handed in: from then on it is not voided any more."""
    return Inspection.objects.filter(selection__draw=draw).exclude(state=InspectionState.DRAFT).exists()


def may_be_voided(draw: Draw) -> bool:
    return DrawState.VOID in DRAW_MOVES[draw.state] and not has_findings(draw)


def selections_of(draw: Draw):
    """The drawn units in the order of ``result.tsv``, each with its team, lead first."""
    return draw.selections.select_related("source__speciality").prefetch_related("team")


@awaits(Role.ORGANISER)
def _organisers_desk(user) -> list[Awaiting]:
    today = timezone.localdate()
    quarter = (today.month + 2) // 3
    lines = []
    if plan_of(today.year) is None:
        lines.append(Awaiting(f"{today.year} 年抽查计划还没有公布", "/ceremony/plans/"))
    if not Draw.objects.exclude(state=DrawState.VOID).filter(year=today.year, quarter=quarter).exists():
        lines.append(Awaiting(f"{today.year} 年第 {quarter} 季度还没有抽签", "/ceremony/"))
    todo = {
        DrawState.DRAFT: "核对后冻结名单",
        DrawState.FROZEN: "录入随机数",
        DrawState.DRAWN: "公布抽查结果",
    }
    for draw in Draw.objects.filter(state__in=todo):
        lines.append(Awaiting(f"{draw.title}：{todo[draw.state]}", f"/ceremony/{draw.code}/"))
    return lines


@awaits(*(role for role in Role if role != Role.AUDITOR))
def _second_reading(user) -> list[Awaiting]:
    """Values that a colleague has typed and that wait for a second person."""
    waiting = EntropySource.objects.filter(
        draw__state=DrawState.FROZEN, first_by__isnull=False, accepted_at__isnull=True
    ).exclude(first_by=user)
    return [
        Awaiting(f"{title}：请复核录入随机数", f"/ceremony/{code}/entry/")
        for code, title in ((entry.draw.code, entry.draw.title) for entry in waiting.select_related("draw"))
    ]
