"""What a draw would freeze right now, and what speaks against it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils import timezone

from enforcers.models import DutyState, Officer
from sources.doubles import Suspects, suspects
from wugang_audit import clock

from ...models import ChangesConfirmed, ChangesObjection, Draw, Plan, Stratum
from ...models.quota import Quota
from ...plans.bases import Stops, stops
from ...plans.quotas import Outlook, outlook
from ...protocol import verify
from ..collector import no_collection
from .changes import Comparison, compare, why_absent
from .snapshot import DEPARTMENT, Snapshot, snapshot

__all__ = ["Preflight", "preflight", "snapshot"]


# Who sends officers, how many go to a unit, and that other specialities fill a team where too few have the unit's own.
TEAMS = (verify.Team(DEPARTMENT, 2, "cross"),)


class Absent(NamedTuple):
    """An officer on the books who may not be sent today."""

    officer: Officer
    why: str


class Barred(NamedTuple):
    """An officer by name, and the units that he may not inspect."""

    officer: str
    units: list[verify.Unit]


class Few(NamedTuple):
    """A unit with fewer than two officers, and how many there are."""

    unit: verify.Unit
    officers: int


@dataclass(frozen=True)
class Preflight:
    """All that is looked at before a freeze. `blocks` forbid it, `warnings` only ask to be read."""

    plan: Plan | None
    snapshot: Snapshot
    quotas: list[Quota]
    standings: dict[str, int]
    absent: list[Absent]
    few_matching: list[Few]  # of the unit's own speciality
    few_at_all: list[Few]
    recusals: list[Barred]
    doubles: list[Suspects]  # a unit listed twice would have two chances
    comparison: Comparison | None  # None: there was no draw before
    confirmation: ChangesConfirmed | None
    objections: list[ChangesObjection]  # that stand
    law: Stops  # what the item cites and is not in force today, or that it cites nothing
    blocks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.blocks

    @property
    def outlook(self) -> Outlook:
        return outlook(self.plan, self.quotas)

    @property
    def total(self) -> int:
        return sum(quota.take for quota in self.quotas)


@no_collection()
def preflight(draw: Draw, *, with_changes: bool = True) -> Preflight:
    """Look at everything that a freeze of this draw would rest on.

    :param with_changes: whether what changed since the last draw must be confirmed; a rehearsal leaves that to the draw.
    """
    facts = _facts(draw, with_changes)
    return replace(facts, blocks=_blocks(facts, draw), warnings=_warnings(facts))


def _facts(draw: Draw, with_changes: bool) -> Preflight:
    """The pre-flight without its blocks and warnings, which follow from the facts."""
    now, plan = snapshot(draw), Plan.objects.in_force(draw.year)
    units, officers = now.units, now.officers
    people = list(Officer.objects.with_absences())
    few = verify.unmatched(units, officers, TEAMS) if officers else None
    comparison = compare(draw, now) if with_changes else None
    item = [draw.item] if draw.item else []
    return Preflight(
        plan=plan,
        snapshot=now,
        quotas=Quota.planned(plan.rules(), units, len(officers)) if plan else [],
        standings=dict(Counter(unit.standing for unit in units)),
        absent=[
            Absent(officer, why) for officer in people if officer.is_active and (why := why_absent(officer))
        ],
        few_matching=[Few(unit, count) for unit, _, count in few.few_matching] if few else [],
        few_at_all=[Few(unit, count) for unit, _, count in few.few_at_all] if few else [],
        recusals=_recusals(units, people),
        doubles=suspects(),
        comparison=comparison,
        confirmation=_confirmation(draw, comparison),
        objections=objections_to(draw, comparison),
        law=stops(item, clock.today()),
    )


def _confirmation(draw: Draw, found: Comparison | None) -> ChangesConfirmed | None:
    """Return the second person's confirmation of just this state of the registries."""
    if found is None or not found.total:
        return None
    confirmed = draw.confirmations.filter(fingerprint=found.fingerprint)
    return confirmed.select_related("by").first()


def objections_to(draw: Draw, found: Comparison | None) -> list[ChangesObjection]:
    """Return the objections that stand, the oldest first; where nothing is changed any more, they are met."""
    if found is None or not found.total:
        return []
    return list(draw.objections.standing().select_related("by"))


def past_objections(draw: Draw, standing: list[ChangesObjection]) -> list[ChangesObjection]:
    """Return the other objections to a draft: withdrawn and lifted ones, and those whose changes are all undone."""
    past = draw.objections.exclude(pk__in=[each.pk for each in standing])
    return list(past.select_related("by", "lifted_by"))


def _recusals(units: list[verify.Unit], people: list[Officer]) -> list[Barred]:
    names = {officer.certificate_number: officer.name for officer in people}
    barred = defaultdict(list)
    for unit in units:
        for officer in unit.recused:
            barred[officer].append(unit)
    return [Barred(names.get(officer, officer), barred[officer]) for officer in sorted(barred)]


def _blocks(flight: Preflight, draw: Draw) -> list[str]:
    """Say what forbids the freeze, in the order in which it is put right."""
    blocks = _blocks_of_plan(flight, draw)
    if undecided := flight.snapshot.undecided:
        named = "、".join(flight.snapshot.undecided_names)
        more = "等" if undecided > len(flight.snapshot.undecided_names) else ""
        blocks.append(
            f"名录中有 {undecided} 家单位没有监管类别或行业，一冻结就会漏掉它们：{named}{more}。"
            "请系统管理员在“污染源名录”里定好（待办里有这一项），不再监管的停用。"
        )
    if not any(unit.standing in verify.DRAWABLE for unit in flight.snapshot.units):
        blocks.append("名录库里没有可以参加抽签的单位：请先导入污染源名录。")
    if not flight.snapshot.officers:
        blocks.append("没有在岗且执法证有效的执法人员：请先导入或更新执法人员名录。")
    if flight.few_at_all:
        blocks.append(
            f"有 {len(flight.few_at_all)} 家单位除去回避人员后不足两名执法人员（见下表）：请增加在岗人员或核对回避登记。"
        )
    found = flight.comparison
    for objection in flight.objections:
        when = timezone.localtime(objection.at)
        blocks.append(
            f"{objection.by.full_name}于 {when.month}月{when.day}日 {when:%H:%M} 对名录变动提出异议：“{objection.reason}”。"
            "请核实、改正后由本人撤回，或由负责人写明理由解除。"
        )
    if found is not None and found.total and flight.confirmation is None and not flight.objections:
        blocks.append(
            f"名录自上次抽签（{found.since.title}）以来有 {found.total} 处变动，还没有第二人核对确认："
            "请另一位工作人员登录，在“待办”里打开核对。"
        )
    return blocks


def _blocks_of_plan(flight: Preflight, draw: Draw) -> list[str]:
    plan = flight.plan
    if plan is None:
        return [f"{draw.year} 年的抽查计划还没有公布：请先在“抽查计划”里编制并公布。"]
    blocks = []
    if draw.item is None or draw.item not in plan.items.all():
        blocks.append("本次抽签没有对应的抽查事项：法无规定不得检查。请在计划里选定抽查事项。")
    blocks += flight.law.reasons
    unplanned = {unit.stratum for unit in flight.snapshot.units} - {quota.code for quota in flight.quotas}
    return blocks + [f"计划没有规定“{Stratum.label_of(code)}”的抽查比例。" for code in sorted(unplanned)]


def _warnings(flight: Preflight) -> list[str]:
    warnings = []
    for quota in flight.quotas:
        if quota.base == 0:
            warnings.append(f"“{quota.label}”没有参加抽签的单位，这一类本次抽 0 家。")
        elif quota.wanted > quota.take:
            warnings.append(f"“{quota.label}”按比例应抽 {quota.wanted} 家，只有 {quota.take} 家可抽。")
    if flight.few_matching:
        warnings.append(
            f"有 {len(flight.few_matching)} 家单位的对口执法人员不足两名（见下表）：抽中时由其他专业人员补足，并标明“跨专业”。"
        )
    if stopped := flight.standings.get("stopped"):
        warnings.append(f"{stopped} 家停产（含季节性停产），不参加抽签。")
    if capped := flight.standings.get("capped"):
        warnings.append(f"{capped} 家本年度已达到抽查次数上限，不再抽取，仍计入基数。")
    if again := flight.standings.get("again"):
        warnings.append(f"{again} 家本年度已抽过，只有同类未抽过的单位抽完以后才会再抽。")
    if exempt := flight.standings.get("exempt"):
        warnings.append(f"{exempt} 家登记了不参与双随机的原因，不参加抽签。")
    if flight.absent:
        warnings.append(f"{len(flight.absent)} 名在册执法人员本次不能派出（见下表）。")
    today = clock.today()
    expired = sum(
        officer.certificate_expiry is not None
        and officer.certificate_expiry < today
        and officer.duty_state == DutyState.ON_DUTY
        for officer, _ in flight.absent
    )
    if expired:
        warnings.append(f"{expired} 名在岗人员的执法证已过期，不能派出：请尽快换证。")
    if flight.recusals:
        pairs = sum(len(units) for _, units in flight.recusals)
        warnings.append(f"登记了 {pairs} 项回避，涉及 {len(flight.recusals)} 名执法人员（见下表）。")
    if flight.doubles:
        warnings.append(
            f"有 {len(flight.doubles)} 对单位疑似重复登记，请核对（见下表）：登记两次，抽中的机会就多一倍。"
        )
    return warnings
