"""Everything that was ever published, recomputed on the server, in both directions.

Each row of the public log has its document, and each fact in a table has its row, or, where the log does not speak of
it, its entry in the audit trail (whose head the public log holds). Who says the same about what:

=====================================================  ==============================================================
fact in a table                                        is held against
=====================================================  ==============================================================
frozen files; commit_digest                            their digests; commit.txt and its row of the log
names.tsv                                              the digests in pool, officers and registers
names that are withdrawn: how many, which, when, why   rows ``withdraw``; trail: 撤下姓名或名称
units, teams, tickets, copies of names                 recomputed from the files, the values and the substitutions
draw: state, dates of its steps, void_reason           rows ``commit``, ``result``, ``publish``, ``void``, ``unseal``
draw: who took each step                               trail: the step's entry
draw: disclosure, rates of its plan                    commit.txt
draw: plan, item, under, unseal_on, changes            trail: 冻结名单 (the item of a draft: 建立抽签)
draw: when it was frozen, to the second                trail: 冻结名单
draw: witnesses                                        trail: the last 登记见证人
draw: visit_by                                         trail: 公布抽签结果, before it 冻结名单
sources of randomness                                  commit.txt
accepted values, when, by whom                         rows ``entropy``; trail: 确认随机数
first readings: what, when, by whom                    trail: 第一次录入随机数, 两次录入不一致; the accepted value
inspection: that there is one                          its unit was drawn
inspection: state                                      trail: the last entry that moved it
inspection: who handed in, reviewed, published, when   trail: 提交检查; 审核通过, 退回检查; 确认公开
inspection: what is published of it, when              row ``finding``; of a hidden one the redaction
moves of an inspection: state, who, when               trail: the same entries, one for each
the reviewer's words                                   the move that says the same: the trail keeps no words
inspection: postponed_to; publish_by                   trail: 答复困难与问题; 提交检查, 审核通过
inspection: substitute_by                              trail: 定替补的检查期限
points of its checklists, as they read                 trail: 确认公开 (a digest for each version)
versions of checklists: name, use, withdrawal          trail: 启用检查清单, 停用检查清单; of shipped ones nothing
samplings                                              trail: 申请采样监测, 填写采样监测, 作废采样申请 (digests that follow on each other)
corrections                                            rows ``correction``
photos published with a finding, and their points      row ``audit`` of /photos, above the finding
photos that were hidden                                rows ``audit`` of /hidden-photo; trail as of texts
rows by which published results are listed             the inspections, computed again; redactions
rows of published results: township, industry, group   trail: 确认公开
texts that were hidden: which, when, why               rows ``redaction``; trail: 申请…, 确认…, 驳回依法隐去
texts that were hidden: the words that are kept        the digest of what was hidden
substitutions: who, where, which issue; the outcome    rows ``declare`` and ``substitute``
substitutions: all that is declared, before the log    trail: 申报替补… (a salted digest); the draw's teams
substitutions: places with few left to choose from     recomputed with the substitutes
substitutions: evidence, decisions, readings, by whom  trail: 申报替补…, 确认替补, 驳回替补, …替补号码
requests of a void                                     trail: 申请作废, 确认作废, 驳回作废申请; void_reason of the draw
reports of a quarter: figures, workbook, by whom       trail: 编制季度…, 批准季度汇总表 (digests)
plans: text, rates, items, published_at                row ``plan``
said from outside; answers, decisions, what was hidden  trail: 收到…, 答复…, 确认…, 退回…, 依法隐去异议… (digests)
deposits; second readings of the changes               trail: 登记承诺值存放; 核对名录变动
objections to the changes, and withdrawn ones          trail: 对名录变动提出异议; 撤回…, 解除对名录变动的异议
=====================================================  ==============================================================

A site in use goes on while this runs: a draw with a fault is read once more, in case a step was just taken.
Memory: one draw at a time. Queries: a fixed number for each draw.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ObjectDoesNotExist

from ..models.draw import Draw
from ..models.log import OF_THE_SITE, LogEntry, LogKind
from ..protocol import verify
from ..public_log import recompute
from ..states import DrawState
from . import (
    amendments,
    checklists,
    deposits,
    draws,
    entropy,
    exhibits,
    findings,
    names,
    objections,
    on_site,
    plans,
    published,
    redactions,
    reports,
    tasks,
    visits,
)
from .evidence import Evidence, Part

logger = logging.getLogger(__name__)
Compare = Callable[[], Part]
OfDraw = Mapping[str, Callable[[Evidence], Part]]

# What is compared of every draw, then of one that was frozen, then of one with a result. Their order is that in which
# rows of the log are claimed.
ALWAYS: OfDraw = {"状态和时间": draws.steps, "冻结的内容": draws.fixed}
FROZEN: OfDraw = {
    "文件": draws.files,
    "承诺": draws.commitment,
    "复算": draws.recomputed,
    "名称": names.names,
    "随机数": entropy.values,
    "作废申请": amendments.voids,
}
BESIDE: OfDraw = {
    "存放": deposits.deposits,
    "名录变动核对": deposits.confirmations,
    "名录变动异议": deposits.objections,
    "见证人": deposits.witnesses,
    "依法隐去": redactions.redactions,
}
DRAWN: OfDraw = {
    "检查结果": findings.inspections,
    "更正": findings.corrections,
    "替补": amendments.substitutions,
    "任务里的单位和检查组": tasks.tasks,
    "期限、清单和采样": visits.visits,
    "现场记录": on_site.on_site,
    "现场证据": exhibits.exhibits,
    "公开结果的名单": published.published,
}
OF_SITE: Mapping[str, Compare] = {
    "公布的计划": plans.plans,
    "检查清单的版本": checklists.checklists,
    "季度汇总表": reports.reports,
    "异议和纠错": objections.objections,
}
# What a table that somebody has altered makes of code that reads it: whatever it is, it is said, and the rest is compared.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ObjectDoesNotExist,
    verify.Invalid,
)


@dataclass(frozen=True)
class Line:
    """One line of the report: whether it holds, what it says in Chinese, and how many things it is about."""

    holds: bool
    text: str
    checked: int = 1


def examine() -> Iterator[Line]:
    """Compare all that was ever published, line by line: first the chain, the plans, then one draw after the other."""
    chain = recompute()
    if chain.broken:
        yield Line(False, f"公开日志：第 {chain.broken} 条对不上（前 {chain.count} 条前后相连）", chain.count)
    else:
        yield Line(True, f"公开日志：全部 {chain.count} 条前后相连", chain.count)
    yield from _lines("", _twice(lambda: [_part(what, part) for what, part in OF_SITE.items()]))
    yield from _without_object()
    for draw in Draw.objects.order_by("pk").values_list("pk", flat=True):
        yield from _of_draw(draw)


def _of_draw(pk: int) -> Iterator[Line]:
    def compare() -> list[Part]:
        try:
            evidence = Evidence(Draw.objects.select_related("plan", "item", "under", "names").get(pk=pk))
        except UNREADABLE as fault:
            return [_unread("日志和审计记录", fault)]
        return [_part(what, partial(part, evidence)) for what, part in _parts(evidence).items()]

    code = Draw.objects.values_list("code", flat=True).get(pk=pk)
    yield from _lines(f"{code}：", _twice(compare))


def _part(what: str, compare: Compare) -> Part:
    """Compare one subject; where its tables cannot be read it has failed, and says so."""
    try:
        return compare()
    except UNREADABLE as fault:
        return _unread(what, fault)


def _unread(what: str, fault: Exception) -> Part:
    logger.exception("verify_log: %s", what)
    said = " ".join(str(fault).split())[:200]
    return Part(what, 0, (f"{what}：登记的内容认不出来，没有核对完（{type(fault).__name__}：{said}）",))


def _parts(evidence: Evidence) -> OfDraw:
    kinds = {kind for kind, *_ in evidence.log.rows}
    was_frozen = LogKind.COMMIT in kinds or evidence.draw.state != DrawState.DRAFT
    was_drawn = LogKind.RESULT in kinds or evidence.draw.drawn_at or "result.tsv" in evidence.files
    return {**(FROZEN if was_frozen else {}), **(DRAWN if was_drawn else {}), **ALWAYS, **BESIDE}


def _twice(compare: Callable[[], list[Part]]) -> list[Part]:
    """Compare, and where something does not fit once more: a step may have been taken between two reads."""
    parts = compare()
    return compare() if any(part.faults for part in parts) else parts


def _lines(prefix: str, parts: list[Part]) -> Iterator[Line]:
    for part in parts:
        if not part.faults:
            yield Line(True, f"{prefix}{part.what}：{part.checked} 项，全部相符", part.checked)
        for number, fault in enumerate(part.faults):
            yield Line(False, f"{prefix}{fault}", 0 if number else part.checked)


def _without_object() -> Iterator[Line]:
    """Name each row of the log whose draw is not there. Heads of the audit trail and plans have no draw."""
    codes = set(Draw.objects.values_list("code", flat=True))
    rows = LogEntry.objects.exclude(kind__in=OF_THE_SITE).order_by("index")
    for index, kind, subject in rows.values_list("index", "kind", "subject").iterator(chunk_size=5000):
        if subject.partition("/")[0] not in codes:
            said = LogKind.label_of(kind)
            yield Line(False, f"{subject}：日志第 {index} 条（{said}）：站上没有这次抽签")
