"""The roles, which of them one person may hold together, and what each may do in the admin.

Three powers are separated as GB/T 22239-2019 asks: who administers data, who administers accounts, who audits.
No account has a power that no role grants: there is no superuser.
"""

from collections.abc import Iterable
from functools import cache

from django.apps import apps
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

# The roles that the admin lets in; what each may do there, the apps say (see `allows`).
ADMIN_SITE_ROLES = frozenset({Role.ADMIN, Role.SECURITY})
# Who may be the second person that reads something again: any staff role; the auditor changes nothing.
SECOND_READERS = tuple(role for role in Role if role != Role.AUDITOR)

# Who may log in with a password alone: whoever sees own tasks only, and holds no other role.
PASSWORD_ALONE = frozenset({Role.OFFICER})

EVERYTHING = "*"


@cache
def granted(role: str) -> frozenset[str]:
    """Return what a role may do in the admin, as ``app.action_model``, or ``app.*`` for everything in an app.

    Each app declares it in its `AppConfig`, for its own models alone: ``admin_permissions = {role: names}``, a name being
    ``action_model`` or `EVERYTHING`. `checks` refuses an app that shows models in the admin and declares nothing.
    """
    return frozenset(
        f"{config.label}.{name}"
        for config in apps.get_app_configs()
        for name in getattr(config, "admin_permissions", {}).get(role, ())
    )


def allows(roles: Iterable[str], permission: str) -> bool:
    """Say whether any of the roles grants a Django permission such as ``app.change_model``."""
    everything = f"{permission.split('.', 1)[0]}.{EVERYTHING}"
    return any(not granted(role).isdisjoint((permission, everything)) for role in roles)


def allows_some_of(roles: Iterable[str], app: str) -> bool:
    """Say whether any of the roles grants anything at all in the app with this label."""
    return any(name.startswith(f"{app}.") for role in roles for name in granted(role))


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Say whether who holds these roles must give a one-time code after the password; officers are offered it."""
    return not PASSWORD_ALONE.issuperset(roles)


def conflict(roles: set[str]) -> str | None:
    """Return in Chinese why these roles may not be held by one account, or None."""
    if Role.AUDITOR in roles and len(roles) > 1:
        return "审计员监督其他所有人，不能兼任别的角色。"
    if {Role.SECURITY, Role.ORGANISER} <= roles:
        return "安全管理员能开立账号，不能同时组织抽签。"
    return None
