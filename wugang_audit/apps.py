from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from .access.roles import Role


class BaseConfig(AppConfig):
    name = "wugang_audit"
    verbose_name = "账号与审计"
    default = True
    append_only = ("AuditEntry",)  # tables that the database itself keeps from being changed
    admin_permissions = {
        Role.ADMIN: {
            *(f"{action}_bureau" for action in ("add", "change", "view")),
            *(
                f"{action}_{model}"
                for action in ("add", "change", "delete", "view")
                for model in ("holidaynotice", "specialday")
            ),
        },
        Role.SECURITY: {
            "add_user",
            "change_user",
            "view_user",
        },
    }

    def ready(self) -> None:
        from .access import (
            busy,
            checks,  # noqa: F401 - registers itself
        )
        from .accounts import (
            approvals,
            grant_evidence,  # noqa: F401 - registers itself
            sessions,
        )
        from .accounts.second_factor import session
        from .audit import checks as audit_checks  # noqa: F401 - registers itself
        from .audit import trail
        from .operations import todos  # noqa: F401 - registers itself
        from .server import planner
        from .staff import base_steps  # noqa: F401 - registers itself

        busy.watch_waiting()
        planner.watch_requests()
        trail.watch_logins()
        approvals.watch_logins()
        sessions.watch_logins()
        session.watch_logins()


class AdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "wugang_audit.staff.admin_site.Site"
