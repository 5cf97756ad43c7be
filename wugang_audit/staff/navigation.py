"""What every template knows: the bureau, and the menu of the person who is logged in."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from ..access.roles import ADMIN_SITE_ROLES, Role

# (label, name of the URL, who sees it)
MENU = (
    ("待办", "desk", frozenset(Role)),
    ("抽查计划", "plans:list", frozenset({Role.ORGANISER, Role.HEAD})),
    ("抽签", "ceremony:draws", frozenset({Role.ORGANISER, Role.HEAD})),
    ("我的任务", "inspections:tasks", frozenset({Role.OFFICER})),
    ("检查结果", "inspections:all", frozenset({Role.ORGANISER, Role.REVIEWER, Role.HEAD})),
    ("名录与账号", "admin:index", ADMIN_SITE_ROLES),
    ("名录体检", "health", frozenset({Role.ADMIN})),
    ("审计记录", "audit", frozenset({Role.AUDITOR})),
)


@dataclass(frozen=True)
class MenuItem:
    label: str
    url: str
    current: bool


def site(request) -> dict:
    return {
        "bureau": {
            "name": settings.BUREAU_NAME,
            "address": settings.BUREAU_ADDRESS,
            "phone": settings.BUREAU_PHONE,
        },
        "demo": settings.DEMO,
        "staff_nav": _menu(request),
    }


def _menu(request) -> list[MenuItem]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    shown = [(label, reverse(name)) for label, name, roles in MENU if not user.roles.isdisjoint(roles)]
    # The plans stand below the draws: of two addresses that fit, the longer one is meant.
    here = max((url for _, url in shown if request.path.startswith(url)), key=len, default=None)
    return [MenuItem(label, url, url == here) for label, url in shown]
