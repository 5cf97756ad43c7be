"""The names of a draw: what has left ``names.tsv`` against the withdrawals, the log and the trail.

That each name which is there is the one of the frozen files, the verifier says (see `draws.recomputed`).
"""

from ..models.log import LogKind
from ..models.names import DrawNames
from ..models.records import Withdrawal
from ..protocol import verify
from .evidence import Evidence, Part, of_steps


def names(evidence: Evidence) -> Part:
    """Compare each withdrawal with its row of the log and its entry, and the last of each kind with the file itself."""
    draw, faults = evidence.draw, []
    rows = list(Withdrawal.objects.filter(draw=draw).order_by("pk"))
    told, last = [], {}
    for serial, row in enumerate(rows, 1):
        name, last[row.kind] = f"撤下的名称 {serial}", row
        if fault := evidence.log.claim(LogKind.WITHDRAW, row.log_subject, row.digest, row.at):
            faults.append(f"{name}：{fault}")
        values = {"kind": row.kind, "count": row.count, "total": row.total, "reason": row.reason}
        told.append((name, values | {"actor": row.by_id, "at": row.at}))
    faults += of_steps("撤下的名称", evidence.of("撤下姓名或名称"), told)
    faults += evidence.log.left(LogKind.WITHDRAW)
    try:
        faults += _by_file(draw.names, last)
    except (DrawNames.DoesNotExist, verify.Invalid):
        faults.append("names.tsv：没有这份文件，或者无法解读")
    return Part("名称", len(rows) + len(Withdrawal.Kind), tuple(faults))


def _by_file(file: DrawNames, last: dict[str, Withdrawal]) -> list[str]:
    faults = []
    for kind in Withdrawal.Kind:
        gone, row = file.withdrawn(kind), last.get(kind)
        if len(gone) != (row.total if row else 0):
            faults.append(f"{kind.label}缺 {len(gone)} 个，登记撤下的是 {row.total if row else 0} 个")
        elif row and row.digest != file.withdrawn_digest(kind):
            faults.append(f"{kind.label}：撤下的不是登记的那些")
    return faults
