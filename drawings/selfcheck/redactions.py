"""Texts that the law asked to hide: each against its row of the log, the words that are kept, and the audit trail."""

from ..models.log import LogKind
from ..models.redaction_record import RedactionsOf, redactions_of
from ..models.redactions import Redaction
from ..protocol import verify
from .evidence import Evidence, Part, Step, same, unlike_step

# Each step: what the lines call it, the fields of the table, its entry of the trail.
STEPS = (
    ("申请", "declared", "申请依法隐去"),
    ("确认", "confirmed", "确认依法隐去"),
    ("驳回", "refused", "驳回依法隐去"),
)


def redactions(evidence: Evidence) -> Part:
    """Compare each redaction, decided or not, in both directions."""
    read = redactions_of(evidence.draw)
    said = {
        (step.action, step.changes.get("redaction")): step
        for step in evidence.of(*(action for *_, action in STEPS))
    }
    faults = []
    for row in read.rows:
        found = [*_decided(row, said), *_about(evidence, row)]
        if row.is_in_effect:
            found += _in_the_log(evidence, read, row)
        faults += [f"依法隐去 {row.pk}（{row.get_text_display()}）：{fault}" for fault in found]
    faults += [
        f"审计记录第 {step.index} 条（{step.action}）：站上没有和它相符的内容"
        for step in sorted(said.values(), key=lambda step: step.index)
    ]
    faults += evidence.log.left(LogKind.REDACTION)
    faults += evidence.log.left(LogKind.AUDIT, hidden_photos=True)
    return Part("依法隐去", len(read.rows), tuple(faults))


def _decided(row: Redaction, said: dict[tuple[str, int | None], Step]) -> list[str]:
    """Say what of request and decision the trail tells otherwise; the entries that fit are taken away."""
    faults = []
    for word, how, action in STEPS:
        at, actor = getattr(row, f"{how}_at"), getattr(row, f"{how}_by_id")
        step = said.pop((action, row.pk), None)
        faults += unlike_step(word, at, actor, step)
        if step is None:
            continue
        if step.changes.get("text") != row.text:
            faults.append(f"隐去的内容和审计记录第 {step.index} 条不一致")
        if how == "declared" and not same(step.changes.get("reason"), row.legal_reason):
            faults.append(f"法律理由和审计记录第 {step.index} 条不一致")
    if row.confirmed_at and row.confirmed_by_id == row.declared_by_id:
        faults.append("申请人和确认人是同一个人")
    return faults


def _about(evidence: Evidence, row: Redaction) -> list[str]:
    """Say whether it names another text than it points to, or took effect without a head."""
    faults = []
    about = row.about
    of_draw = row.substitution or row.deposit or row.withdrawal
    owner = about.selection.draw_id if about else of_draw.draw_id if of_draw else row.draw_id
    if row.target != row.named or owner != evidence.draw.pk:
        faults.append("指的不是登记的那段文字")
    if (row.redacted_on is None) != (row.confirmed_at is None):
        faults.append("隐去日期和确认不一致")
    return faults


def _in_the_log(evidence: Evidence, read: RedactionsOf, row: Redaction) -> list[str]:
    """Hold the record against its row, and the words that are kept inside against the digest of what was hidden."""
    faults = []
    try:
        kind, subject, digest = read.logged(row)
        kept = read.hidden_by(row).of
    except verify.Invalid as reason:
        return [f"写不成公开的记载：{reason}"]
    if fault := evidence.log.claim(kind, subject, digest, row.confirmed_at):
        faults.append(fault)
    if kept != row.of:
        faults.append("站内留存的文字不是隐去时的文字")
    return faults
