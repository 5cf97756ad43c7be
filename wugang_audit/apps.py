from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class BaseConfig(AppConfig):
    name = "wugang_audit"
    verbose_name = "账号与审计"
    default = True

    def ready(self):
        from .audit import trail

        trail.watch_logins()


class AdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "wugang_audit.staff.admin_site.Site"
