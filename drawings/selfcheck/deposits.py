"""What is recorded around the steps of a draw and has no row in the log: held against the audit trail."""

import hashlib

from ..models.records import ChangesConfirmed, ChangesObjection, Deposit
from .evidence import Evidence, Part, of_steps, same


def deposits(evidence: Evidence) -> Part:
    """Compare each deposit with its entry; a time stamp must hold the commit's digest."""
    rows, faults = list(Deposit.objects.filter(draw=evidence.draw).order_by("pk")), []
    registered = []
    for serial, row in enumerate(rows, 1):
        file = bytes(row.file) if row.file else b""
        values = {"kind": row.kind, "where": row.where, "actor": row.by_id, "at": row.at, "bytes": len(file)}
        if file:
            values["digest"] = hashlib.sha256(file).hexdigest()
            if bytes.fromhex(evidence.draw.commit_digest) not in file:
                faults.append(f"存放 {serial}：时间戳文件里没有本次的承诺值")
        registered.append((f"存放 {serial}", values))
    faults += of_steps("存放", evidence.of("登记承诺值存放"), registered)
    return Part("存放", len(rows), tuple(faults))


def confirmations(evidence: Evidence) -> Part:
    """Compare each second reading of the changes with its entry."""
    rows = ChangesConfirmed.objects.filter(draw=evidence.draw).order_by("pk")
    confirmed = [
        (f"名录变动核对 {serial}", {"fingerprint": row.fingerprint, "actor": row.by_id, "at": row.at})
        for serial, row in enumerate(rows, 1)
    ]
    faults = tuple(of_steps("名录变动核对", evidence.of("核对名录变动"), confirmed))
    return Part("名录变动核对", len(confirmed), faults)


def objections(evidence: Evidence) -> Part:
    """Compare each objection to the changes, and each that was withdrawn or lifted, with its entry."""
    rows = list(ChangesObjection.objects.filter(draw=evidence.draw).order_by("pk"))
    made, withdrawn, lifted = [], [], []
    for serial, row in enumerate(rows, 1):
        said = {"fingerprint": row.fingerprint, "reason": row.reason, "actor": row.by_id}
        made.append((f"名录变动异议 {serial}", said | {"at": row.at}))
        if row.lifted_by_id:
            head = {"because": row.lifted_because, "actor": row.lifted_by_id, "at": row.withdrawn_at}
            lifted.append((row.withdrawn_at, f"名录变动异议 {serial}的解除", said | head))
        elif row.withdrawn_at:
            withdrawn.append(
                (row.withdrawn_at, f"名录变动异议 {serial}的撤回", said | {"at": row.withdrawn_at})
            )
    in_time = [[each[1:] for each in sorted(rows, key=lambda each: each[0])] for rows in (withdrawn, lifted)]
    faults = [
        *of_steps("名录变动异议", evidence.of("对名录变动提出异议"), made),
        *of_steps("撤回的异议", evidence.of("撤回对名录变动的异议"), in_time[0]),
        *of_steps("解除的异议", evidence.of("解除对名录变动的异议"), in_time[1]),
    ]
    return Part("名录变动异议", len(rows), tuple(faults))


def witnesses(evidence: Evidence) -> Part:
    """Compare the witnesses with the last entry that named them."""
    named = evidence.of("登记见证人")
    last = named[-1].changes.get("after") if named else ""
    return Part("见证人", 1, () if same(last, evidence.draw.witnesses) else ("见证人和审计记录不一致",))
