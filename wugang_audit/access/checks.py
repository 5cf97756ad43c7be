"""Checks at the start of the site: no app may forget to say who keeps its models in the admin."""

from collections.abc import Iterator, Sequence

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.checks import CheckMessage, Error, register
from django.db import models

from .roles import ADMIN_SITE_ROLES, EVERYTHING, Role, granted

_OF_DJANGO = "django."  # its own models, such as groups, are for nobody


@register
def check_admin_permissions(app_configs: Sequence[AppConfig] | None, **options: object) -> list[CheckMessage]:
    """Compare what the apps declare with what the admin shows (see `roles.granted`)."""
    return [*_models_without_keeper(), *_unknown_names()]


def _models_without_keeper() -> Iterator[CheckMessage]:
    for model in admin.site._registry:
        if model.__module__.startswith(_OF_DJANGO) or any(_may_view(role, model) for role in Role):
            continue
        yield Error(
            f"{model._meta.label} is in the admin, but no role may view it.",
            hint=f"Name it in `admin_permissions` of {type(apps.get_app_config(model._meta.app_label)).__name__}.",
            obj=model,
            id="access.E001",
        )


def _may_view(role: Role, model: type[models.Model]) -> bool:
    app = model._meta.app_label
    wanted = (f"{app}.{EVERYTHING}", f"{app}.{get_permission_codename('view', model._meta)}")
    return not granted(role).isdisjoint(wanted)


def _unknown_names() -> Iterator[CheckMessage]:
    for config in apps.get_app_configs():
        known = {
            get_permission_codename(action, model._meta)
            for model in config.get_models()
            for action in model._meta.default_permissions
        }
        for role, names in getattr(config, "admin_permissions", {}).items():
            if role not in ADMIN_SITE_ROLES:
                yield Error(f"The admin does not let {role} in.", obj=config, id="access.E002")
            for name in sorted(set(names) - known - {EVERYTHING}):
                yield Error(f"{config.label} has no permission {name}.", obj=config, id="access.E003")
