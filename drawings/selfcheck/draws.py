"""A draw itself: its frozen files, its state and every date, each against the log, the commit and the audit trail."""

from collections.abc import Iterator

from ..models.draw import Draw
from ..models.log import LogKind
from ..models.plan_text import plan_subject
from ..models.quarters import quarter_code
from ..models.seal import Disclosure
from ..models.substitutions import protocol_time, substitutes_text
from ..protocol import verify
from ..states import DrawState
from .evidence import Evidence, Part

# Each step: its row of the log, the state after it, the moment's field, the actor's field, its audit entries.
STEPS = (
    (LogKind.COMMIT, DrawState.FROZEN, "frozen_at", "frozen_by_id", ("冻结名单",)),
    (LogKind.RESULT, DrawState.DRAWN, "drawn_at", None, ("抽取",)),
    (LogKind.PUBLISH, DrawState.PUBLISHED, "published_at", "published_by_id", ("公布抽签结果",)),
    (LogKind.VOID, DrawState.VOID, "voided_at", "voided_by_id", ("确认作废",)),
    # The void of a sealed draw lifts its seal as well.
    (LogKind.UNSEAL, None, "unsealed_at", "unsealed_by_id", ("解封", "到期解封", "确认作废")),
)
FROZEN_FILES = {verify.COMMIT, verify.POOL, verify.OFFICERS, verify.REGISTERS, verify.SALT}
RESULT_FILES = {verify.ENTROPY, verify.RESULT}
NAMES = {
    "frozen_at": "冻结",
    "drawn_at": "抽取",
    "published_at": "公布",
    "voided_at": "作废",
    "unsealed_at": "解封",
}


def files(evidence: Evidence) -> Part:
    """Hold each frozen file against its digest, and ask whether all are there that the log speaks of."""
    wrong = [name for name, (text, digest) in evidence.files.items() if verify.digest(text) != digest]
    faults = [f"文件与指纹不符：{'、'.join(wrong)}"] if wrong else []
    wanted = FROZEN_FILES if _has(evidence, LogKind.COMMIT) else set()
    wanted = wanted | (RESULT_FILES if _has(evidence, LogKind.RESULT) else set())
    here = {name for name in evidence.files if name not in verify.PROGRAMS}
    faults += [f"文件 {name}：日志里有这一步，站上却没有这份文件" for name in sorted(wanted - here)]
    faults += [f"文件 {name}：站上有这份文件，日志里却没有这一步" for name in sorted(here - wanted)]
    return Part("文件", len(evidence.files), tuple(faults))


def commitment(evidence: Evidence) -> Part:
    """Hold the commit against the draw's own row and the log; `recomputed` follows it through the log."""
    found = verify.digest(evidence.texts.get("commit.txt", ""))
    logged = [digest for kind, subject, digest in evidence.log.rows if kind == LogKind.COMMIT]
    same = len({found, evidence.draw.commit_digest, *logged}) == 1 and len(logged) == 1
    return Part("承诺", 1, () if same else ("承诺文件、承诺值和日志不一致",))


def recomputed(evidence: Evidence) -> Part:
    """Run the whole check of the public verifier over the files, and over the draw's rows of the log, as far as it has come."""
    texts, text, faults = evidence.texts, "", []
    try:
        text = substitutes_text(evidence.draw)
    except (verify.Invalid, AttributeError, IndexError, TypeError) as fault:
        faults.append(f"登记的替补写不成 {verify.SUBSTITUTES}：{fault}")
    if text:
        texts = texts | {verify.SUBSTITUTES: text}
    bundle = {name: text.encode() for name, text in texts.items()}
    faults += [f"{line.what}：{line.detail}" for line in verify.check(bundle) if not line.ok]
    if commit := evidence.commit:
        try:
            entropy, result = texts.get(verify.ENTROPY), texts.get(verify.RESULT)
            values = verify.parse_entropy(entropy, commit) if entropy else None
            rows, found = evidence.excerpt(), verify.digest(result) if result else None
            verify.check_log(rows, commit, values, found, is_published=result is not None)
            substitutes = verify.parse_substitutes(text).rows if text else ()
            verify.check_log_substitutes(rows, commit, texts[verify.SALT], substitutes)
        except (KeyError, IndexError, StopIteration, verify.Invalid) as fault:
            faults.append(f"log.tsv 中的本次抽查：{fault}")
    return Part("复算", 1, ("复算不通过", *faults) if faults else ())


def steps(evidence: Evidence) -> Part:
    """Hold state, dates and actors against the rows of the log and the entries of the trail."""
    draw, faults = evidence.draw, []
    rows = {kind: digest for kind, subject, digest in evidence.log.rows if subject == draw.code}
    known = DrawState.DRAFT
    for kind, state, moment, person, actions in STEPS:
        name, at = NAMES[moment], getattr(draw, moment)
        if kind not in rows:
            if at is not None:
                faults.append(f"{name}时间：日志里没有这一步")
            if actions[0] in {step.action for step in evidence.steps}:
                faults.append(f"{name}：审计记录里有这一步，日志里没有")
            continue
        known = state or known
        digest, entries = rows[kind], evidence.of(*actions)
        claimed = evidence.log.claim(kind, draw.code, digest, at)
        faults += [f"{name}时间：{claimed}"] if claimed else []
        faults += [f"{name}：审计记录里没有这一步"] if not entries else []
        if person and entries and getattr(draw, person) != entries[-1].actor:
            faults.append(f"{name}：操作人和审计记录第 {entries[-1].index} 条不一致")
        faults += _document(evidence, kind, digest)
    if draw.state != known:
        is_known = draw.state in DrawState.values
        shown = DrawState(draw.state).label if is_known else draw.state
        faults.append(f"状态是“{shown}”，按日志应为“{known.label}”")
    if draw.void_reason and LogKind.VOID not in rows:
        faults.append("作废原因：日志里没有作废")
    faults += evidence.log.left(*(kind for kind, *_ in STEPS))
    return Part("状态和时间", len(STEPS) + 1, tuple(faults))


def _document(evidence: Evidence, kind: str, digest: str) -> Iterator[str]:
    """Say whether the row of a step digests something else than the document that stands for it."""
    if kind == LogKind.VOID:
        if verify.digest(evidence.draw.void_reason) != digest:
            yield "作废原因和日志里的指纹不一致"
    elif kind != LogKind.COMMIT and evidence.files.get("result.tsv", ("", ""))[1] != digest:
        yield f"日志里“{LogKind.label_of(kind)}”的指纹不是 result.tsv 的"


def fixed(evidence: Evidence) -> Part:
    """Hold what the freeze has fixed against the commit and against the entry of the freeze."""
    draw, commit, faults = evidence.draw, evidence.commit, []
    if draw.code != quarter_code(draw.year, draw.quarter) and not draw.code.startswith(
        f"{quarter_code(draw.year, draw.quarter)}-"
    ):
        faults.append(f"年度和季度（{draw.year} 年第 {draw.quarter} 季度）和编号不一致")
    entries = evidence.of("建立抽签")
    if not entries:
        faults.append("审计记录里没有“建立抽签”")
    elif entries[0].actor != draw.created_by_id:
        faults.append("建立人和审计记录不一致")
    if commit:
        faults += _by_commit(draw, commit)
    said = evidence.of("冻结名单")
    changes = said[-1].changes if said else {}
    plan = draw.plan and plan_subject(draw.plan.year, draw.plan.version)
    today = {
        "plan": ("所依据的计划", plan),
        "frozen_at": ("冻结时间", draw.frozen_at and protocol_time(draw.frozen_at)),
        "item": ("抽查事项", str(draw.item)),
        "under": ("受哪次抽签的密封约束", draw.under and draw.under.code),
        "unseal_on": ("自动解封日期", draw.unseal_on and draw.unseal_on.isoformat()),
        "changes": ("名录变化", draw.changes),
    }
    for word, (name, value) in today.items():
        if word in changes and changes[word] != value:
            faults.append(f"{name}和冻结时的审计记录不一致")
    days = [day for step in evidence.of("冻结名单", "公布抽签结果") if (day := step.changes.get("visit_by"))]
    if days and days[-1] != (draw.visit_by and draw.visit_by.isoformat()):
        faults.append("检查期限和审计记录不一致")
    if entries and not said and str(draw.item) != entries[0].changes.get("item"):
        faults.append("抽查事项和建立时的审计记录不一致")
    return Part("冻结的内容", len(today) + 5, tuple(faults))


def _by_commit(draw: Draw, commit: verify.Commit) -> Iterator[str]:
    if draw.disclosure != commit.disclosure:
        words = dict(Disclosure.choices)
        yield f"公开方式是“{words.get(draw.disclosure, draw.disclosure)}”，承诺的是“{words[commit.disclosure]}”"
    if draw.plan is None or [*draw.plan.rules()] != [(each.code, each.rule) for each in commit.strata]:
        yield "所依据的计划的抽查比例和承诺的不一致"
    if draw.code != commit.draw:
        yield "编号和承诺的不一致"


def _has(evidence: Evidence, kind: str) -> bool:
    return any(found == kind for found, *_ in evidence.log.rows)
