"""The random numbers of a draw: the sources against the commit, each accepted value against its row of the log."""

from ..models.draw import Draw
from ..models.entropy import EntropySource
from ..models.log import LogKind
from ..protocol import verify
from .evidence import Evidence, Part


def values(evidence: Evidence) -> Part:
    """Compare each source with the commit, and each value with the log and with the entry that accepted it."""
    draw, faults = evidence.draw, []
    sources = list(EntropySource.objects.filter(draw=draw).order_by("position"))
    named = list(evidence.commit.sources) if evidence.commit else []
    stored = [verify.Source(each.source, each.label, each.known_at.isoformat()) for each in sources]
    for right, found in zip(named, stored, strict=False):
        if right[:2] != found[:2] or verify.instant(right.time) != verify.instant(found.time):
            faults.append(f"随机来源 {found.source} {found.label}：和承诺的不一致")
    if len(named) != len(stored):
        faults.append(f"随机来源有 {len(stored)} 个，承诺的是 {len(named)} 个")
    accepted = {step.changes.get("source"): step for step in evidence.of("确认随机数")}
    for each in sources:
        faults += [f"随机来源 {each}：{fault}" for fault in _value(evidence, draw, each, accepted)]
    faults += evidence.log.left(LogKind.ENTROPY)
    return Part("随机数", len(sources), tuple(faults))


def _value(evidence: Evidence, draw: Draw, each: EntropySource, accepted: dict) -> list[str]:
    entry = accepted.get(str(each))
    if not each.value:
        untouched = each.accepted_at is None and each.accepted_by_id is None
        return [] if untouched and entry is None else ["登记为已确认，却没有结果"]
    digest = verify.digest(f"{each.source} {each.label} {each.value}")
    fault = evidence.log.claim(LogKind.ENTROPY, f"{draw.code}/{each.source}", digest, each.accepted_at)
    faults = [f"结果 {each.value}：{fault}"] if fault else []
    if entry is None:
        faults.append("审计记录里没有确认这个结果")
    elif (entry.changes.get("value"), entry.actor) != (each.value, each.accepted_by_id):
        faults.append(f"结果或确认人和审计记录第 {entry.index} 条不一致")
    return faults
