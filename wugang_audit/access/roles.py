"""The roles, and what each may do in the admin.

Three powers are kept apart as GB/T 22239-2019 asks: who administers data, who administers accounts, who audits.
No account has a power that is not in this file: there is no superuser.
"""

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDITOR = "auditor", "审计员"
    ORGANISER = "organiser", "抽查组织者"
    REVIEWER = "reviewer", "审核人"
    HEAD = "head", "负责人"
    OFFICER = "officer", "执法人员"


DUTIES = {
    Role.ADMIN: "维护污染源、执法人员两个名录库和系统设置",
    Role.SECURITY: "开立、停用账号，分配角色",
    Role.AUDITOR: "查阅审计记录，不改动任何数据，也看不到检查结果",
    Role.ORGANISER: "编制抽查计划，组织抽签",
    Role.REVIEWER: "审核检查结果",
    Role.HEAD: "查看全部情况，确认公开",
    Role.OFFICER: "完成自己的检查任务",
}

# Permissions inside Django's admin, as "app.action_model"; "*" stands for anything in its place.
_ADMIN_PERMISSIONS = {
    Role.ADMIN: {
        "sources.*",
        "enforcers.*",
        "drawings.add_inspectionitem",
        "drawings.change_inspectionitem",
        "drawings.view_inspectionitem",
        "drawings.add_checklistitem",
        "drawings.change_checklistitem",
        "drawings.view_checklistitem",
    },
    Role.SECURITY: {
        "wugang_audit.add_user",
        "wugang_audit.change_user",
        "wugang_audit.view_user",
        "wugang_audit.add_rolegrant",
        "wugang_audit.change_rolegrant",
        "wugang_audit.delete_rolegrant",
        "wugang_audit.view_rolegrant",
    },
}

ADMIN_SITE_ROLES = frozenset(_ADMIN_PERMISSIONS)


def allows(roles: frozenset[str], permission: str) -> bool:
    """Say whether any of the roles grants a Django permission such as ``sources.change_pollutionsource``."""
    app = permission.split(".", 1)[0]
    granted = set().union(*(_ADMIN_PERMISSIONS.get(role, ()) for role in roles))
    return permission in granted or f"{app}.*" in granted


def conflict(roles: set[str]) -> str | None:
    """Return in Chinese why these roles may not be held by one account, or None."""
    if Role.AUDITOR in roles and len(roles) > 1:
        return "审计员监督其他所有人，不能兼任别的角色。"
    if {Role.SECURITY, Role.ORGANISER} <= roles:
        return "安全管理员能开立账号，不能同时组织抽签。"
    return None
