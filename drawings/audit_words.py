"""How the audit trail reads what the rooms of this app record (see `wugang_audit.audit.wording`)."""

import re

from wugang_audit.access.origin import once_a_request
from wugang_audit.audit import wording

from .models.checklists import Checklist
from .models.declarations import VoidRequest
from .models.draw import Change
from .models.entropy import label_in_words
from .models.plan import Plan
from .models.problems import Problem
from .models.records import Deposit, Withdrawal
from .models.redactions import Redaction
from .models.strata import Stratum
from .models.substitutions import Substitution
from .models.visit import FirmSignature
from .protocol import verify
from .states import InspectionState


def _source(text: str) -> str:
    """A source and its label, ``dice10 20``, as people know them."""
    source, _, label = text.partition(" ")
    if source not in verify.SOURCES:
        return text
    return f"{verify.SOURCES[source].title} {label_in_words(source, label)}".strip()


def _plan(subject: str) -> str:
    """A plan as the public log names it, ``plan/2026/1``."""
    match = re.fullmatch(r"plan/(\d{4})/(\d+)", subject)
    return f"{match[1]} 年度计划第 {match[2]} 版" if match else subject


def _points(text: str) -> str:
    """The points of a version of a checklist, ``general/2`` and their digest, by the checklist's name."""
    version, _, digest = text.partition(" ")
    code, _, number = version.partition("/")
    return f"{_checklists().get(code, code)}第 {number} 版 {digest[:16]}…" if number and digest else text


@once_a_request
def _checklists() -> dict[str, str]:
    """Return {code: name} of all checklists: a page of the trail names many."""
    return dict(Checklist.objects.order_by().values_list("code", "name"))


def _moment(text: str) -> str:
    """A moment as the protocol writes it, ``2026-10-08T09:00:00+08:00``, as people do."""
    return text[:19].replace("T", " ")


wording.register(
    readers={"source": _source, "plan": _plan, "frozen_at": _moment, "wording": _points},
    labels={
        "state": "状态",
        "inspection": "检查任务编号",
        "inspections": "检查任务编号",
        "substitutions": "一并生效的替补申报编号",
        "substitution": "替补申报编号",
        "problem": "困难与问题编号",
        "goes_public": "是否公开",
        "request": "回避申请编号",
        "sampling": "采样申请编号",
        "exhibit": "现场证据编号",
        "picture": "原图和副本",
        "decision": "处理结果",
        "until": "检查期限改到",
        "goes_up": "需要上报",
        "serial": "序号",
        "issue": "实际开奖的期号",
        "code": "抽签编号",
        "item": "抽查事项",
        "commit": "承诺值",
        "frozen_at": "冻结时间",
        "units": "单位数",
        "source": "随机数来源",
        "value": "随机数",
        "first": "第一次录入的指纹",
        "result": "结果指纹",
        "since": "对照的抽签",
        "counts": "变动数",
        "kind": "方式",
        "where": "存放处",
        "bytes": "文件字节数",
        "as": "打开方式",
        "rates": "抽查比例",
        "reading": "一般单位口径",
        "evidence": "依据",
        "plan": "所依据的计划",
        "unseal_on": "自动解封日期",
        "visit_by": "检查期限",
        "publish_by": "应公开日期",
        "wording": "检查项目的指纹",
        "filed_under": "公开结果归入（乡镇 / 行业大类 / 专业组）",
        "figures": "数据指纹",
        "sent": "发出",
        "failed": "没有发出",
        "changes": "名录变化",
        "fingerprint": "核对的内容",
        "because": "解除理由",
        "digest": "文件指纹",
        "words": "文字的指纹",
        "reason_words": "理由的指纹",
        "field": "栏目",
        "pieces": "标明的内容",
        "redaction": "依法隐去编号",
        "text": "隐去的内容",
        "under": "受其密封约束的抽签",
        "count": "个数",
        "total": "累计个数",
        "version": "版次",
        "points": "检查项目数",
        "checklist_name": "清单名称",
        "checklists": "检查清单",
        "answers": "去掉的结果数",
        "record_number": "第几份现场记录",
        "record": "现场记录指纹",
        "said": "写的内容的指纹",
        "signed": "签字情况的指纹",
        "supplement": "第几次补正",
    },
    values={
        "picture": (("other", "不是同一张，或者原图读不出来"),),
        "state": InspectionState.choices,
        "counts": Change.choices,
        "text": Redaction.Text.choices,
        "kind": (*Deposit.Kind.choices, *Withdrawal.Kind.choices, *FirmSignature.Kind.choices),
        "rates": Stratum.choices,
        "reading": Plan.Reading.choices,
        "decision": Problem.Decision.choices,
        "reason": (*VoidRequest.Reason.choices, *Substitution.Reason.choices),
        "as": (("page", "在网页上查看"), ("minutes", "抽签记录"), ("docx", "抽签记录（Word）")),
    },
    lists=("substitutions", "inspections", "pieces", "failed", "wording"),
    kinds=(
        "drawings.plan",
        "drawings.draw",
        "drawings.rehearsal",
        "drawings.inspection",
        "drawings.objection",
        "drawings.quarterreport",
        "drawings.inspectionitem",
        "drawings.checklist",
        "drawings.checklistversion",
        "drawings.legalbasis",
        "drawings.strongerdisclosure",
    ),
)
