from django.apps import AppConfig

from wugang_audit.access.roles import EVERYTHING, Role


class SourcesConfig(AppConfig):
    name = "sources"
    verbose_name = "污染源名录库"
    admin_permissions = {Role.ADMIN: {EVERYTHING}}
