"""What a draw would freeze right now, and what speaks against it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count
from django.utils import timezone

from enforcers.models import DutyState, Officer, Recusal
from sources.models import PollutionSource

from ..models import Draw, Plan, Selection, Stratum, TeamMember
from ..protocol import verify
from ..states import DrawState
from .quotas import Outlook, Quota, outlook, quotas_of


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
    """Read both registries as they stand now, in a fixed number of queries whatever their size.

    Strata, and who counts as ``again`` or ``capped``, follow from the plan in force and from earlier draws of the
    year: nothing of this is typed by anybody.
    """
    plan = Plan.objects.in_force(draw.year)
    times = _times_drawn(draw) if plan and (plan.fresh_first or plan.yearly_cap) else {}
    recused = defaultdict(list)
    pairs = Recusal.objects.values_list("source__number", "officer__certificate_number")
    for number, certificate in pairs.order_by():
        recused[number].append(certificate)
    units = []
    rows = PollutionSource.objects.registered().select_related("speciality")
    for source in rows.only(
        "number", "category", "discharges_wastewater", "discharges_waste_gas", "speciality__code", "exempt_reason", "operating_state", "out_of_season", "name"
    ).order_by().iterator():  # fmt: skip
        no_go = tuple(sorted(recused[source.number])) if source.number in recused else ()
        discharges = source.discharges_wastewater or source.discharges_waste_gas
        stratum = plan.stratum_of(source.category, discharges) if plan else source.category
        standing = _standing(source.standing, times.get(source.number, 0), plan)
        units.append(
            verify.Unit(source.number, stratum, source.speciality.code, standing, no_go, source.name)
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


def _times_drawn(draw: Draw) -> dict[str, int]:
    """How often each unit was drawn in earlier draws of the same year, void ones aside."""
    earlier = Selection.objects.filter(draw__year=draw.year).exclude(draw__state=DrawState.VOID)
    rows = earlier.exclude(draw=draw).values_list("source__number").annotate(n=Count("pk")).order_by()
    return dict(rows)


def _standing(standing: str, times: int, plan: Plan | None) -> str:
    """Turn ``in`` into ``capped`` or ``again`` where the plan says so (draw/1, pool.tsv)."""
    if standing != "in" or plan is None:
        return standing
    if plan.yearly_cap and times >= plan.yearly_cap:
        return "capped"
    return "again" if plan.fresh_first and times else "in"


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
    def outlook(self) -> Outlook:
        return outlook(self.plan, self.quotas)

    @property
    def total(self) -> int:
        return sum(quota.take for quota in self.quotas)


def plan_of(year: int) -> Plan | None:
    """The published plan of the year: a draw rests on nothing else."""
    return (
        Plan.objects.filter(year=year, published_at__isnull=False).prefetch_related("rates", "items").first()
    )


def preflight(draw: Draw) -> Preflight:
    """Look at everything that a freeze of this draw would rest on."""
    now = snapshot(draw)
    units, officers = now.units, now.officers
    flight = Preflight(Plan.objects.in_force(draw.year), now)
    flight.standings = dict(Counter(unit.standing for unit in units))
    flight.absent = _absent()
    _look_at_plan(flight, draw)
    drawable = [unit for unit in units if unit.standing in verify.DRAWABLE]
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
        flight.blocks.append(f"计划没有规定“{Stratum(code).label}”的抽查比例。")


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
    if capped := flight.standings.get("capped"):
        flight.warnings.append(f"{capped} 家本年度已达到抽查次数上限，不再抽取，仍计入基数。")
    if again := flight.standings.get("again"):
        flight.warnings.append(f"{again} 家本年度已抽过，只有同类未抽过的单位抽完以后才会再抽。")
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
