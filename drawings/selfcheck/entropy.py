"""The random numbers of a draw: the sources against the commit, each accepted value against its row of the log."""

from collections.abc import Iterator

from ..models.draw import Draw
from ..models.entropy import EntropySource, reading_digest
from ..models.log import LogKind
from ..models.lotteries import accepted_values
from ..protocol import verify
from .evidence import Evidence, Part, Step


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
    first = _first_readings(evidence)
    for each in sources:
        faults += [f"随机来源 {each}：{fault}" for fault in _first(evidence, each, first.get(str(each)))]
        faults += [f"随机来源 {each}：{fault}" for fault in _value(evidence, draw, each, accepted)]
    faults += [
        f"随机来源 {each}：本站登记了不同的号码"
        for each in sources
        if each.is_lottery and len(accepted_values(each.source, each.label)) > 1
    ]
    faults += evidence.log.left(LogKind.ENTROPY)
    return Part("随机数", len(sources), tuple(faults))


def _first_readings(evidence: Evidence) -> dict[str, Step]:
    """Return source -> the entry of the first reading that stands: two that differ are both dropped."""
    standing: dict[str, Step] = {}
    for step in evidence.of("第一次录入随机数", "两次录入不一致"):
        source = step.changes.get("source")
        if step.action == "两次录入不一致":
            standing.pop(source, None)
        else:
            standing[source] = step
    return standing


def _first(evidence: Evidence, each: EntropySource, entry: Step | None) -> Iterator[str]:
    """Hold who read a value first, and when, against the entry: a second person must have read it after him."""
    if entry is None:
        if each.first_by_id or each.first_at or each.first_value:
            yield "登记了第一次录入，审计记录里没有"
        elif each.value and not each.is_system:
            yield "登记为已确认，却没有第一次录入"
        return
    if fault := entry.unlike(each.first_at):
        yield f"第一次录入：{fault}"
    if each.first_by_id != entry.actor:
        yield f"第一次录入人和审计记录第 {entry.index} 条不一致"
    salt = evidence.texts.get(verify.SALT, "")
    if entry.changes.get("first") != reading_digest(salt, each.source, each.label, each.first_value):
        yield f"第一次录入的结果和审计记录第 {entry.index} 条不一致"
    if each.value and each.first_value != each.value:
        yield "第一次录入的和结果不一致"
    if each.value and entry.actor == each.accepted_by_id:
        yield "两次录入是同一个人"


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
