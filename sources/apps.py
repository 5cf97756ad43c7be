from django.apps import AppConfig

from wugang_audit.access.roles import EVERYTHING, Role
from wugang_audit.audit import wording


class SourcesConfig(AppConfig):
    name = "sources"
    verbose_name = "污染源名录库"
    admin_permissions = {Role.ADMIN: {EVERYTHING}}

    def ready(self):
        from . import first_steps  # noqa: F401 - registers itself

        wording.register(
            kinds=(
                "sources.pollutionsource",
                "sources.permitcondition",
                "sources.creditclass",
                "sources.speciality",
            ),
        )
