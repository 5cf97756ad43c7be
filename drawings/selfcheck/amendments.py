"""Voids and substitutes: each decision against the trail, each confirmed one against its row of the log."""

from collections import defaultdict
from collections.abc import Iterable

from ..models.declarations import VoidRequest
from ..models.draw import TeamMember
from ..models.log import LogKind
from ..models.substitutions import Substitution
from ..protocol import verify
from .evidence import Evidence, Part, Step, of_steps

SUBSTITUTES = (LogKind.DECLARE, LogKind.SUBSTITUTE)


def voids(evidence: Evidence) -> Part:
    """Compare the requests of a void, and how each was decided, with the trail; the reason with the draw's."""
    requests = list(VoidRequest.objects.filter(draw=evidence.draw).order_by("pk"))
    name = {row.pk: f"作废申请 {n}" for n, row in enumerate(requests, 1)}
    filed = [
        (name[row.pk], {"reason": row.reason, "evidence": row.evidence, "actor": row.declared_by_id, "at": row.declared_at})
        for row in requests
    ]  # fmt: skip
    faults = [*of_steps("作废申请", evidence.of("申请作废"), filed)]
    for word, how, action in (("确认", "confirmed", "确认作废"), ("驳回", "refused", "驳回作废申请")):
        decided = [
            (f"{name[row.pk]}的{word}", {"reason": row.reason, "actor": getattr(row, f"{how}_by_id"), "at": getattr(row, f"{how}_at")})
            for row in requests
            if getattr(row, f"{how}_at") or getattr(row, f"{how}_by_id")
        ]  # fmt: skip
        faults += of_steps("作废申请", evidence.of(action), decided)
    faults += [
        f"{name[row.pk]}：和抽签上登记的作废原因不一致"
        for row in requests
        if row.confirmed_at and row.public_text != evidence.draw.void_reason
    ]
    return Part("作废申请", len(requests), tuple(faults))


def substitutions(evidence: Evidence) -> Part:
    """Compare each declaration with the trail, and the document of a confirmed one with its fields and the log."""
    rows = list(
        Substitution.objects.filter(selection__draw=evidence.draw)
        .select_related("selection__source", "selection__draw", "member__officer", "officer", "unit__source")
        .order_by("pk")
    )
    steps = _by_row(evidence.of("申报替补单位", "申报替补人员", "确认替补", "驳回替补"))
    teams = _teams(row.unit_id for row in rows)
    faults = []
    for serial, row in enumerate(rows, 1):
        found = _decision(row, steps.get(row.pk, []))
        if row.confirmed_at:
            found += _document(evidence, row, teams)
        elif row.document:
            found.append("没有确认，却有公开的记载")
        faults += [f"替补 {serial}：{fault}" for fault in found]
    lost = steps.keys() - {row.pk for row in rows}
    faults += [f"替补（数据库编号 {pk}）：审计记录里有，站上没有" for pk in sorted(lost)]
    faults += evidence.log.left(*SUBSTITUTES)
    return Part("替补", len(rows), tuple(faults))


def _by_row(steps: Iterable[Step]) -> dict[int, list[tuple[str, Step]]]:
    """Return primary key -> [(what happened to it, entry)], in order; a confirmation may refuse some of its rows."""
    found: dict[int, list[tuple[str, Step]]] = defaultdict(list)
    words = {"确认替补": "confirmed", "驳回替补": "refused"}
    for step in steps:
        for pk in step.changes.get("substitutions", ()):
            found[pk].append((words.get(step.action, "declared"), step))
        for pk in step.changes.get("refused", ()):
            found[pk].append(("refused", step))
    return found


def _decision(row: Substitution, steps: list[tuple[str, Step]]) -> list[str]:
    """Say what of declaration, confirmation and refusal the trail tells otherwise."""
    faults, said = [], dict(steps)
    for how, word in (("declared", "申报"), ("confirmed", "确认"), ("refused", "驳回")):
        at, actor, step = getattr(row, f"{how}_at"), getattr(row, f"{how}_by_id"), said.get(how)
        if step is None:
            faults += [f"{word}：审计记录里没有这一步"] if at or actor else []
            continue
        if fault := step.unlike(at):
            faults.append(f"{word}：{fault}")
        if actor != step.actor:
            faults.append(f"{word}人和审计记录第 {step.index} 条不一致")
        if how == "declared" and row.reason != step.changes.get("reason", row.reason):
            faults.append(f"原因和审计记录第 {step.index} 条不一致")
    return faults


def _document(evidence: Evidence, row: Substitution, teams: dict[int, list[str]]) -> list[str]:
    """Say whether the document differs from the fields that it was written from, or from the log."""
    is_unit = row.kind == Substitution.Kind.UNIT
    known = row.kind in Substitution.Kind.values and (is_unit or row.member is not None)
    if not known or row.document != row.public_text(teams.get(row.unit_id, [])):
        faults = ["公开的记载和登记的内容不一致"]
    else:
        faults = []
    if not known:
        return faults
    replaced = row.selection.source.number if is_unit else row.member.officer.certificate_number
    subject = evidence.draw.log_subject(replaced)
    kind = LogKind(f"substitute-{row.kind}")
    if fault := evidence.log.claim(kind, subject, verify.digest(row.document), row.confirmed_at):
        faults.append(fault)
    return faults


def _teams(units: Iterable[int | None]) -> dict[int, list[str]]:
    """Return the first team of each substitute unit, the lead first."""
    members = TeamMember.ever.filter(selection__in=[pk for pk in units if pk], replaces=None)
    teams: dict[int, list[str]] = defaultdict(list)
    for pk, number in members.order_by("selection", "-is_lead").values_list(
        "selection", "officer__certificate_number"
    ):
        teams[pk].append(number)
    return teams
