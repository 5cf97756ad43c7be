from django.apps import AppConfig

from wugang_audit.access.roles import EVERYTHING, Role


class EnforcersConfig(AppConfig):
    name = "enforcers"
    verbose_name = "执法人员名录库"
    admin_permissions = {Role.ADMIN: {EVERYTHING}}

    def ready(self):
        from . import coverage  # noqa: F401 - registers what its keeper has to do
