"""Every step that leaves an entry in the audit trail: one table by hand, held to the code, with the test that proves each."""

import ast
from pathlib import Path

import pytest
from house import ROOT, modules

# Calls that leave an entry, or hand the action on to one that does.
RECORDERS = {"record", "_trace", "_move", "_review", "_change"}
DRAWS = "drawings/selfcheck/test_trail_of_a_site.py"
RECORD = "drawings/inspections/field/test_record.py"
EVIDENCE = "drawings/inspections/evidence/{}.py"
REDACTIONS = "drawings/amendments/test_redactions.py"
# module -> {the action as the code says it: (an entry that it leaves, the test module that asks for it)}.
ACCOUNTS, CODES = "wugang_audit/accounts/{}.py", "wugang_audit/accounts/second_factor/test_codes.py"
ACTIONS = {
    "drawings.amendments.redactions": {
        "'申请依法隐去'": ("申请依法隐去", REDACTIONS),
        "'确认依法隐去'": ("确认依法隐去", REDACTIONS),
        "'驳回依法隐去'": ("驳回依法隐去", REDACTIONS),
    },
    "drawings.amendments.seals": {"'解封'": ("解封", DRAWS), "'到期解封'": ("到期解封", DRAWS)},
    "drawings.amendments.substitutes": {
        "'申报替补单位' if row.is_unit else '申报替补人员'": ("申报替补单位", DRAWS),
        "'申报替补没有可替补的任务'": (
            "申报替补没有可替补的任务",
            "drawings/amendments/test_amendments_substitutes.py",
        ),
        "'确认替补'": ("确认替补", DRAWS),
        "'驳回替补'": ("驳回替补", DRAWS),
        "'第一次录入替补号码'": ("第一次录入替补号码", DRAWS),
        "'替补号码两次录入不一致'": ("替补号码两次录入不一致", DRAWS),
        "'确认替补号码'": ("确认替补号码", DRAWS),
    },
    "drawings.amendments.recusals": {
        f"'{action}'": (action, "drawings/amendments/test_amendments_recusals.py")
        for action in ("同意回避申请", "不同意回避申请")
    },
    "drawings.amendments.voids": {
        "'申请作废'": ("申请作废", DRAWS),
        "'确认作废'": ("确认作废", DRAWS),
        "'驳回作废申请'": ("驳回作废申请", DRAWS),
        "'解封'": ("解封", DRAWS),
    },
    "drawings.amendments.withdrawals": {
        "'撤下姓名或名称'": ("撤下姓名或名称", "drawings/amendments/test_amendments_withdrawals.py")
    },
    "drawings.annex": {"'登记清单原文写明的依据'": ("登记清单原文写明的依据", "drawings/test_annex.py")},
    "drawings.ceremony.papers.verbs": {
        "'核对名录变动'": ("核对名录变动", DRAWS),
        "'对名录变动提出异议'": ("对名录变动提出异议", DRAWS),
        "'撤回对名录变动的异议'": ("撤回对名录变动的异议", DRAWS),
        "'解除对名录变动的异议'": ("解除对名录变动的异议", DRAWS),
        "'登记见证人'": ("登记见证人", DRAWS),
        "'登记承诺值存放'": ("登记承诺值存放", DRAWS),
        "queries.OPENED": ("打开密封结果", DRAWS),
    },
    "drawings.ceremony.verbs": {
        "'建立抽签'": ("建立抽签", DRAWS),
        "'冻结名单'": ("冻结名单", DRAWS),
        "'第一次录入随机数'": ("第一次录入随机数", DRAWS),
        "'两次录入不一致'": ("两次录入不一致", DRAWS),
        "'确认随机数'": ("确认随机数", DRAWS),
        "'抽取'": ("抽取", DRAWS),
        "'公布抽签结果'": ("公布抽签结果", DRAWS),
    },
    "drawings.checklists.verbs": {
        "'起草检查清单'": ("起草检查清单", "drawings/checklists/test_versions.py"),
        "'启用检查清单'": ("启用检查清单", "drawings/checklists/test_versions.py"),
        "'停用检查清单'": ("停用检查清单", "drawings/checklists/test_versions.py"),
        "'弃用检查清单的草稿'": ("弃用检查清单的草稿", "drawings/checklists/test_discard.py"),
    },
    "drawings.inspections.record_verbs": {
        "'固定现场记录'": ("固定现场记录", RECORD),
        "'重新打开现场记录'": ("重新打开现场记录", RECORD),
        "'确认现场记录' if verdict == CoSign.Verdict.CONFIRM else '对现场记录提出异议'": (
            "对现场记录提出异议",
            RECORD,
        ),
        "'确认补正' if verdict == CoSign.Verdict.CONFIRM else '不同意补正'": ("不同意补正", RECORD),
        "'登记当事人签字'": ("登记当事人签字", RECORD),
        "'补正现场记录'": ("补正现场记录", RECORD),
    },
    "drawings.inspections.evidence.verbs": {
        "'添加现场证据'": ("添加现场证据", EVIDENCE.format("test_evidence_sent")),
        "'补传证据原件'": ("补传证据原件", EVIDENCE.format("test_evidence_sent")),
        "'修改证据说明'": ("修改证据说明", EVIDENCE.format("test_evidence_changed")),
        "'移除现场证据'": ("移除现场证据", EVIDENCE.format("test_evidence_changed")),
        "'标明证据可以公开' if is_public else '撤销证据可以公开'": (
            "标明证据可以公开",
            EVIDENCE.format("test_evidence_changed"),
        ),
    },
    "drawings.inspections.handover.verbs": {
        "'打开移交文件'": ("打开移交文件", "drawings/inspections/handover/test_handover_key.py")
    },
    "drawings.inspections.field.sampling": {
        "'申请采样监测'": ("申请采样监测", "drawings/inspections/field/test_sampling.py"),
        "'作废采样申请'": ("作废采样申请", "drawings/inspections/field/test_sampling_requests.py"),
        "'填写采样监测'": ("填写采样监测", "drawings/inspections/field/test_sampling.py"),
    },
    "drawings.inspections.field.writing": {
        "'加用检查清单'": ("加用检查清单", "drawings/inspections/field/test_lists_by_hand.py"),
        "'去掉检查清单'": ("去掉检查清单", "drawings/inspections/field/test_lists_by_hand.py"),
    },
    "drawings.amendments.effects": {
        "'定替补的检查期限'": ("定替补的检查期限", "drawings/amendments/test_substitute_days.py")
    },
    "drawings.inspections.verbs": {
        "'保存检查草稿'": ("保存检查草稿", "drawings/inspections/test_inspection_moves.py"),
        "'提交检查'": ("提交检查", DRAWS),
        "'审核通过'": ("审核通过", DRAWS),
        "'退回检查'": ("退回检查", DRAWS),
        "'确认公开'": ("确认公开", DRAWS),
        "'更正检查结果'": ("更正检查结果", DRAWS),
    },
    "drawings.inspections.aftercare.verbs": {
        f"'{action}'": (action, "drawings/inspections/aftercare/test_answers.py")
        for action in (
            "收到异议或纠错",
            "答复异议或纠错",
            "确认异议的答复",
            "退回异议的答复",
            "依法隐去异议的答复",
            "删除提出人的联系方式",
        )
    },
    "drawings.inspections.tasks.verbs": {
        f"'{action}'": (action, "drawings/inspections/tasks/test_tasks_problems.py")
        for action in ("申请延期", "报告困难或问题", "申请回避", "答复困难与问题", "改动是否上报")
    }
    | {"'撤回申请'": ("撤回申请", "drawings/inspections/tasks/test_tasks_withdrawals.py")},
    "drawings.demo.people": {
        "'开立账号'": ("开立账号", "wugang_audit/accounts/test_accounts.py"),
    },
    "drawings.privacy_gate.verbs": {
        "'标明不属于个人信息'": ("标明不属于个人信息", "drawings/inspections/test_inspection_privacy.py"),
    },
    "drawings.reminders": {"'发送到期提醒'": ("发送到期提醒", "drawings/test_reminders.py")},
    "drawings.rehearsals.verbs": {
        f"'{action}'": (action, "drawings/rehearsals/test_rehearsals.py")
        for action in (
            "开始演练",
            "冻结演练名单",
            "第一次录入演练随机数",
            "演练两次录入不一致",
            "完成演练",
            "删除演练",
        )
    },
    "drawings.statistics.verbs": {
        "f'编制季度{Kind(kind).label}'": ("编制季度汇总表", "drawings/statistics/test_statistics_reports.py"),
        "'批准季度汇总表'": ("批准季度汇总表", "drawings/statistics/test_statistics_reports.py"),
    },
    "drawings.plans.verbs": {
        "'编制计划' if is_new else '修改计划'": ("修改计划", "drawings/plans/test_plan_pages.py"),
        "'公布计划'": ("公布计划", DRAWS),
    },
    "enforcers.demo_records": {"'登记演示数据'": ("登记演示数据", "enforcers/test_officer_keeping.py")},
    "enforcers.records_admin": {"f'导出{importer.label}'": ("导出", "enforcers/test_officer_together.py")},
    "enforcers.verbs": {
        "'开立登录账号'": ("开立登录账号", "enforcers/test_officer_admin.py"),
        "f'登记{said}'": ("登记", "enforcers/test_officer_together.py"),
        "f'{verb}执法人员'": ("停用执法人员", "enforcers/test_officer_admin.py"),
        "'停用账号'": ("停用账号", "enforcers/test_officer_admin.py"),
    },
    "sources.join_undo": {"'撤回合并污染源'": ("撤回合并污染源", "sources/test_join_undo.py")},
    "sources.joining": {
        "'合并污染源'": ("合并污染源", "sources/test_joining.py"),
        "'核对为不同单位'": ("核对为不同单位", "sources/test_joining.py"),
    },
    "sources.classifying": {"'成批定类别和行业'": ("成批定类别和行业", "sources/test_classifying.py")},
    "sources.verbs": {
        "'重新归组污染源'": ("重新归组污染源", "sources/test_source_admin.py"),
        "f'{verb}{rows.model._meta.verbose_name}'": ("停用污染源", "sources/test_source_admin.py"),
    },
    "wugang_audit.accounts.admin": {"'修改账号'": ("修改账号", ACCOUNTS.format("test_accounts"))},
    "wugang_audit.accounts.approvals": {
        f"'{action}'": (action, ACCOUNTS.format("test_approvals"))
        for action in ("提出账号申请", "批准账号申请", "驳回账号申请", "撤回账号申请", "领取前半段密码")
    },
    "wugang_audit.accounts.lockout": {
        f"'{action}'": (action, ACCOUNTS.format("test_lockout"))
        for action in ("登录失败", "锁定登录", "解除登录锁定")
    },
    "wugang_audit.accounts.password_again": {
        "'多次输错密码，退出'": ("多次输错密码，退出", ACCOUNTS.format("test_sessions"))
    },
    "wugang_audit.accounts.second_factor.verbs": {
        "'更换验证器' if replaces else '启用验证器'": ("更换验证器", CODES),
        "'停用验证器'": ("停用验证器", CODES),
        "'重置验证器'": ("重置验证器", CODES),
        "'使用恢复码'": ("使用恢复码", CODES),
        "'通过验证码'": ("通过验证码", CODES),
        "'重新生成恢复码'": ("重新生成恢复码", CODES),
        "'验证码连续输错'": ("验证码连续输错", CODES),
    },
    "wugang_audit.accounts.sessions": {
        f"'{action}'": (action, ACCOUNTS.format("test_sessions"))
        for action in ("结束一处登录", "结束其他登录", "结束全部登录")
    },
    "wugang_audit.accounts.verbs": {
        "'开立账号' if opened else '修改账号'": ("修改账号", ACCOUNTS.format("test_account_entries")),
        "'重置密码'": ("重置密码", ACCOUNTS.format("test_accounts")),
    },
    "wugang_audit.accounts.views": {
        "'修改密码'": ("修改密码", ACCOUNTS.format("test_account_entries")),
    },
    "wugang_audit.audit.views": {
        "'导出审计记录'": ("导出审计记录", "wugang_audit/audit/test_audit_pages.py")
    },
    "wugang_audit.management.commands.close_demo_accounts": {
        "'修改账号'": ("修改账号", "wugang_audit/operations/test_startup.py")
    },
    "wugang_audit.management.commands.createsuperuser": {
        "'开立账号'": ("开立账号", "wugang_audit/management/commands/test_createsuperuser.py")
    },
    "wugang_audit.management.commands.restore_triggers": {
        "'重新安装触发器'": ("重新安装触发器", "wugang_audit/audit/test_triggers.py")
    },
    "wugang_audit.audit.trail": {
        "'登录'": ("登录", "wugang_audit/audit/test_audit.py"),
        "'退出'": ("退出", "wugang_audit/accounts/test_account_entries.py"),
    },
    "wugang_audit.imports.export_admin": {
        "f'导出{importer.label}'": ("导出", "wugang_audit/spreadsheets/test_export_and_template.py")
    },
    "wugang_audit.imports.importer": {"f'导入{self.label}'": ("导入污染源", "sources/test_source_import.py")},
    "wugang_audit.imports.choices": {
        "f'删除{importer.label}的表头叫法'": ("表头叫法", "wugang_audit/imports/test_header_memory.py")
    },
    "wugang_audit.imports.recipes": {
        f"f'{verb}{{importer.label}}的导入改法'": (verb, "wugang_audit/imports/test_recipes.py")
        for verb in ("记住", "删除")
    },
    "wugang_audit.imports.wrong_file": {
        "f'放弃{importer.label}的导入文件'": ("放弃", "wugang_audit/imports/test_wrong_file.py")
    },
    "wugang_audit.imports.undo": {
        "f'撤销导入{importer.label}'": ("撤销导入", "wugang_audit/imports/test_undo.py")
    },
    "wugang_audit.staff.first_steps": {
        "'收起第一次使用' if folded else '展开第一次使用'": (
            "收起第一次使用",
            "wugang_audit/staff/test_first_steps.py",
        )
    },
    "wugang_audit.registries.admin": {
        "f'{verb}{self.opts.verbose_name}'": ("修改", "sources/test_source_admin.py"),
        "'修改' if change else '新增'": ("新增", "wugang_audit/accounts/test_account_entries.py"),
        "'删除'": ("删除", "enforcers/test_officer_admin.py"),
    },
}


def has_chinese(node: ast.AST) -> bool:
    """Say whether an argument holds words of an action, or the one constant that stands for some."""
    words = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return any(isinstance(word, str) and not word.isascii() for word in words)


def actions_of(path: Path) -> set[str]:
    """Return the actions that the calls of a module name, as the code says them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = {
                "record": slice(1, 2),
                "_trace": slice(2, 3),
                "_move": slice(3, 4),
                "_review": slice(3, 4),
                "_change": slice(3, 4),
            }
            for argument in node.args[place.get(name, slice(0, 0))]:
                if has_chinese(argument) or isinstance(argument, ast.Attribute | ast.JoinedStr):
                    found.add(ast.unparse(argument))
    return found


def test_no_call_that_leaves_an_entry_is_missing_from_the_table_and_none_is_too_many():
    found = {name: actions_of(path) for name, path in modules()}
    assert {name: actions for name, actions in found.items() if actions} == {
        name: set(actions) for name, actions in ACTIONS.items()
    }


@pytest.mark.parametrize(
    ("action", "module"), sorted({proof for actions in ACTIONS.values() for proof in actions.values()})
)
def test_a_test_asks_for_each_entry(action, module):
    assert action in (ROOT / "tests" / module).read_text(encoding="utf-8")
