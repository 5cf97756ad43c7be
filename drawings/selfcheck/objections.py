"""What people outside said of results, and what they were answered: each step against its entry of the audit trail.

The trail keeps no words of it (who reads the trail may not know them), only digests; of what was sent before it kept those,
people and times alone are compared. Who sent it is deleted one day, and nothing is held against it.
"""

from collections.abc import Iterator

from ..models.objections import Objection, ObjectionAnswer
from .evidence import EntriesBeside, Part, Step, unknown, unlike_step

RECEIVED, ANSWERED, HIDDEN = "收到异议或纠错", "答复异议或纠错", "依法隐去异议的答复"
DECIDED: dict[str, str] = {
    ObjectionAnswer.Decision.CONFIRMED: "确认异议的答复",
    ObjectionAnswer.Decision.RETURNED: "退回异议的答复",
}


def objections() -> Part:
    """Compare objections, answers and decisions; a fixed number of queries for two hundred objections."""
    entries = EntriesBeside(Objection, RECEIVED, ANSWERED, HIDDEN, *DECIDED.values())
    faults, count = [], 0
    rows = Objection.objects.order_by("pk").prefetch_related("answers__objection")
    for row in rows.iterator(chunk_size=200):
        count += 1
        faults += [f"{row.short_kind} {row.number}：{fault}" for fault in _faults(row, entries.take(row.pk))]
    faults += entries.left("异议或纠错")
    return Part("异议和纠错", count, tuple(faults))


def _faults(row: Objection, steps: list[Step]) -> Iterator[str]:
    if row.kind not in Objection.Kind.values:
        yield unknown("类型", row.kind)
    received = next((step for step in steps if step.action == RECEIVED), None)
    yield from unlike_step("收到", row.received_at, None, received)
    yield from _unlike_digest("内容", received, row.received_digest)
    answers = list(row.answers.all())
    yield from _one_by_one(answers, steps)
    yield from _hidden(answers, steps)
    if row.state != _state(answers):
        yield "状态和答复不一致"


def _one_by_one(answers: list[ObjectionAnswer], steps: list[Step]) -> Iterator[str]:
    """Follow answers and decisions in order: each answer is decided before the next one is written."""
    told = [step for step in steps if step.action == ANSWERED or step.action in DECIDED.values()]
    right = []
    for number, answer in enumerate(answers, 1):
        right.append((f"第 {number} 次答复", ANSWERED, answer.at, answer.by_id, answer))
        if answer.decision or answer.decided_at or answer.decided_by_id:
            word = f"第 {number} 次答复的决定"
            if answer.decision and answer.decision not in DECIDED:
                yield unknown(word, answer.decision)
            # Neither an unknown decision nor none has an entry: the one that is there stays without its row.
            action = DECIDED.get(answer.decision, "")
            right.append((word, action, answer.decided_at, answer.decided_by_id, answer))
    for place, (word, action, at, actor, answer) in enumerate(right):
        step = told[place] if place < len(told) and told[place].action == action else None
        yield from unlike_step(word, at, actor, step)
        yield from _unlike_digest(word, step, answer.digest)
        if (
            step
            and "reason_words" in step.changes
            and step.changes["reason_words"] != answer.objection.digest_of(answer.note)
        ):
            yield f"{word}：理由和审计记录第 {step.index} 条里的指纹不一致"
    yield from (f"审计记录第 {step.index} 条：站上没有它说的答复或决定" for step in told[len(right) :])


def _hidden(answers: list[ObjectionAnswer], steps: list[Step]) -> Iterator[str]:
    said = [step for step in steps if step.action == HIDDEN]
    for answer in answers:
        step = said.pop(0) if said and answer.hidden_at else None
        yield from unlike_step("依法隐去", answer.hidden_at, answer.hidden_by_id, step)
        if step and step.changes.get("reason") != answer.hidden_because:
            yield f"依法隐去的理由和审计记录第 {step.index} 条不一致"
    yield from (f"审计记录第 {step.index} 条：站上没有依法隐去" for step in said)


def _unlike_digest(word: str, step: Step | None, digest: str) -> Iterator[str]:
    if step and step.changes.get("words", digest) != digest:
        yield f"{word}和审计记录第 {step.index} 条里的指纹不一致"


def _state(answers: list[ObjectionAnswer]) -> str:
    """Return the state that follows from the answers."""
    last = answers[-1] if answers else None
    if last is None or last.decision == ObjectionAnswer.Decision.RETURNED:
        return Objection.State.RECEIVED
    if not last.decision:
        return Objection.State.ANSWERED
    return Objection.State.PUBLISHED if last.goes_public else Objection.State.CLOSED
