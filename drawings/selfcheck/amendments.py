"""Voids and substitutes: each decision against the trail, each document against its row of the log."""

from collections import defaultdict
from collections.abc import Iterable

from ..models.declarations import VoidRequest
from ..models.entropy import reading_digest
from ..models.log import LogKind
from ..models.lotteries import accepted_values
from ..models.substitutions import PUBLIC_CLASS, Substitution, issue_in_words
from ..protocol import verify
from .evidence import Evidence, Part, Step, of_steps, unlike_step

SUBSTITUTES = (LogKind.DECLARE, LogKind.SUBSTITUTE)
# Each entry of the trail, and what it does to a declaration.
STEPS = {
    "申报替补单位": "declared",
    "申报替补人员": "declared",
    "确认替补": "confirmed",
    "驳回替补": "refused",
    "第一次录入替补号码": "first",
    "替补号码两次录入不一致": "different",
    "确认替补号码": "accepted",
}


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
    """Compare each declaration, its readings and its outcome with the trail and with the rows of the log."""
    rows = list(
        Substitution.objects.filter(draw=evidence.draw)
        .select_related("draw", "officer", "unit__source")
        .prefetch_related("places__selection__source", "places__officer", "places__member")
        .order_by("pk")
    )
    steps = _by_row(evidence.of(*STEPS))
    faults = []
    for number, row in enumerate(rows, 1):
        found = _decision(row, steps.get(row.pk, [])) + _reading(row, steps)
        found += _documents(evidence, row) + _places(row)
        faults += [f"替补申报 {number}：{fault}" for fault in found]
    lost = steps.keys() - {row.pk for row in rows}
    faults += [f"替补申报（数据库编号 {pk}）：审计记录里有，站上没有" for pk in sorted(lost)]
    faults += [
        f"{issue_in_words(source, issue)}：本站登记了不同的号码"
        for source, issue in sorted({(row.source, row.issue) for row in rows if row.issue})
        if len(accepted_values(source, issue)) > 1
    ]
    serials = sorted(row.serial for row in rows if row.serial)
    if serials != [*range(1, len(serials) + 1)]:
        faults.append("替补申报的序号不连续")
    faults += evidence.log.left(*SUBSTITUTES)
    return Part("替补", len(rows), tuple(faults))


def _by_row(steps: Iterable[Step]) -> dict[int, list[tuple[str, Step]]]:
    """Return primary key -> [(what happened to it, entry)], in order; one value may be that of several rows."""
    found: dict[int, list[tuple[str, Step]]] = defaultdict(list)
    for step in steps:
        for pk in step.changes.get("substitutions") or [step.changes.get("substitution")]:
            found[pk].append((STEPS[step.action], step))
    return found


def _decision(row: Substitution, steps: list[tuple[str, Step]]) -> list[str]:
    """Say what of declaration, confirmation and refusal the trail tells otherwise."""
    faults, said = [], dict(steps)
    for how, word in (("declared", "申报"), ("confirmed", "确认"), ("refused", "驳回")):
        at, actor = getattr(row, f"{how}_at"), getattr(row, f"{how}_by_id")
        faults += unlike_step(word, at, actor, said.get(how))
    if step := said.get("declared"):
        today = {
            "reason": ("原因", row.reason),
            "digest": ("事实和证据", row.facts_digest(row.draw.salt_text)),
            "source": ("点名的期次", f"{row.source} {row.label}" if row.source else None),
        }
        for word, (name, value) in today.items():
            if step.changes.get(word) != value:
                faults.append(f"{name}和审计记录第 {step.index} 条不一致")
    if (step := said.get("confirmed")) and step.changes.get("serial") != row.serial:
        faults.append(f"序号和审计记录第 {step.index} 条不一致")
    return faults


def _reading(row: Substitution, steps: dict[int, list[tuple[str, Step]]]) -> list[str]:
    """Say what of the two readings of its value the trail tells otherwise.

    One value may be that of several declarations: it was read for the first of them.
    """
    own = steps.get(row.pk, [])
    accepted = dict(own).get("accepted")
    first = _standing(steps.get(accepted.changes["substitution"], []) if accepted else own)
    faults = _first(row, first)
    if accepted is None:
        entered = row.value or row.issue or row.accepted_at or row.accepted_by_id
        return ["号码：审计记录里没有确认", *faults] if entered else faults
    if (accepted.changes.get("value"), accepted.changes.get("issue")) != (row.value, row.issue):
        faults.append(f"号码或期号和审计记录第 {accepted.index} 条不一致")
    if accepted.actor != row.accepted_by_id:
        faults.append(f"号码确认人和审计记录第 {accepted.index} 条不一致")
    if fault := accepted.unlike(row.accepted_at):
        faults.append(f"号码：{fault}")
    if row.first_value != row.value or row.first_by_id in (None, row.accepted_by_id):
        faults.append("两次录入不是两个人一致的录入")
    return faults


def _standing(steps: list[tuple[str, Step]]) -> Step | None:
    """Return the entry of the first reading that stands: two that differ are both dropped."""
    first = None
    for how, step in steps:
        if how in ("first", "different"):
            first = step if how == "first" else None
    return first


def _first(row: Substitution, entry: Step | None) -> list[str]:
    """Say what of its first reading the trail tells otherwise."""
    if entry is None:
        made = row.first_value or row.first_issue or row.first_at or row.first_by_id
        return ["第一次录入和审计记录不一致"] if made else []
    faults = []
    if entry.actor != row.first_by_id:
        faults.append(f"第一次录入人和审计记录第 {entry.index} 条不一致")
    if fault := entry.unlike(row.first_at):
        faults.append(f"第一次录入：{fault}")
    digest = reading_digest(row.draw.salt_text, row.source, row.first_issue, row.first_value)
    if entry.changes.get("first") != digest:
        faults.append(f"第一次录入的号码或期号和审计记录第 {entry.index} 条不一致")
    return faults


def _places(row: Substitution) -> list[str]:
    """Say whether a place is that of another member, or somebody has stepped in before the declaration took effect."""
    faults, places = [], row.places.all()
    if not row.effective_at and any(place.officer_id for place in places):
        faults.append("没有生效，却有替补人员")
    for place in places:
        found = place.member and (place.member.selection_id, place.member.officer_id)
        if found != (None if row.is_unit else (place.selection_id, row.officer_id)):
            faults.append("登记的位置不是这名人员的")
    return faults


def _documents(evidence: Evidence, row: Substitution) -> list[str]:
    """Say whether the rows of the log are of another declaration or another outcome, or the places tell otherwise."""
    if not row.confirmed_at:
        return ["没有确认，却有序号或结果"] if _has_outcome(row) or row.serial or row.logged_at else []
    salt, subject = evidence.draw.salt_text, f"{evidence.draw.code}/{row.serial}"
    try:
        declared = verify.declare_digest(salt, row.declaration())
        document = verify.substitute_digest(salt, row.row()) if row.effective_at else ""
    except (verify.Invalid, AttributeError, IndexError, TypeError, ValueError):
        return ["登记的内容写不成一份申报"]
    faults = []
    if row.public_reason not in ("", PUBLIC_CLASS.get(row.reason, "")):
        faults.append("公开的原因类别和登记的原因不是一类")
    if fault := evidence.log.claim(LogKind.DECLARE, subject, declared, row.confirmed_at):
        faults.append(f"申报：{fault}")
    if not row.effective_at:
        return [*faults, "没有生效，却有结果"] if _has_outcome(row) else faults
    if fault := evidence.log.claim(LogKind.SUBSTITUTE, subject, document, row.effective_at):
        faults.append(f"替补：{fault}")
    if row.outcome != _as_stored(row):
        faults.append("登记的替补人员或单位和结果不一致")
    return faults


def _has_outcome(row: Substitution) -> bool:
    return bool(row.outcome or row.unit_id or row.few or row.effective_at)


def _as_stored(row: Substitution) -> str:
    """Write the outcome again from the places, in its own order; of a unit its team is the task's to say."""
    if row.is_unit:
        team = row.outcome.partition(":")[2]
        return f"{row.unit.source.number}:{team}" if row.unit else "-"
    found = {
        place.selection.source.number: place.officer.certificate_number if place.officer else "-"
        for place in row.places.all()
    }
    order = [word.partition(":")[0] for word in row.outcome.split(" ")]
    return " ".join(f"{unit}:{found.pop(unit, '')}" for unit in order) + "".join(found)
