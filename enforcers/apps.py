from django.apps import AppConfig


class EnforcersConfig(AppConfig):
    name = "enforcers"
    verbose_name = "执法人员名录库"

    def ready(self):
        from . import coverage  # noqa: F401 - registers what its keeper has to do
