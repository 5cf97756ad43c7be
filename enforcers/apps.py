from django.apps import AppConfig


class EnforcersConfig(AppConfig):
    name = "enforcers"
    verbose_name = "执法人员名录库"
