from django.apps import AppConfig

from wugang_audit.access.roles import EVERYTHING, Role
from wugang_audit.audit import wording


class EnforcersConfig(AppConfig):
    name = "enforcers"
    verbose_name = "执法人员名录库"
    admin_permissions = {Role.ADMIN: {EVERYTHING}}

    def ready(self):
        # coverage: what its keeper has to do; joined_units: what moves when two units are joined
        from . import coverage, first_steps, joined_units  # noqa: F401 - register themselves

        wording.register(
            labels={"officer": "执法证号"},
            kinds=(
                "enforcers.officer",
                "enforcers.recusal",
                "enforcers.absence",
                "enforcers.trainingrecord",
            ),
        )
