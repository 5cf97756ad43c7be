"""What each role may do in the admin, written out by hand: three powers are kept apart (GB/T 22239-2019)."""

import itertools

import pytest
from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.core.checks import run_checks

from wugang_audit.access import roles
from wugang_audit.access.roles import Role

# Whoever is not named may do nothing in any app.
APPS = {Role.ADMIN: {"sources", "enforcers", "drawings", "wugang_audit"}, Role.SECURITY: {"wugang_audit"}}
PERMISSIONS = {
    Role.ADMIN: {
        f"drawings.{action}_{model}"
        for action in ("add", "change", "view")
        for model in ("inspectionitem", "checklist", "checklistpoint", "legalbasis")
    }
    | {"drawings.delete_checklistpoint", "drawings.change_checklistversion", "drawings.view_checklistversion"}
    | {"drawings.change_strongerdisclosure", "drawings.view_strongerdisclosure"}
    | {"wugang_audit.add_bureau", "wugang_audit.change_bureau", "wugang_audit.view_bureau"}
    | {
        f"wugang_audit.{action}_{model}"
        for action in ("add", "change", "delete", "view")
        for model in ("holidaynotice", "specialday")
    },
    Role.SECURITY: {
        "wugang_audit.add_user", "wugang_audit.change_user", "wugang_audit.view_user",
    },
}  # fmt: skip


def all_permissions():
    return {
        f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}"
        for model in apps.get_models(include_auto_created=True)
        for action in ("add", "change", "delete", "view")
    }


@pytest.mark.django_db
def test_each_role_sees_just_these_apps_in_the_admin(person):
    labels = {config.label for config in apps.get_app_configs()} | {"", "source", "nowhere"}
    for role in Role:
        user = person(role, role)
        assert {label for label in labels if user.has_module_perms(label)} == APPS.get(role, set())


@pytest.mark.django_db
def test_two_roles_see_the_apps_of_both_and_a_closed_account_none(person):
    for pair in itertools.combinations(Role, 2):
        user = person("-".join(pair), *pair)
        seen = {label for label in set().union(*APPS.values()) if user.has_module_perms(label)}
        assert seen == APPS.get(pair[0], set()) | APPS.get(pair[1], set())
    user = person("closed", Role.ADMIN, Role.SECURITY)
    user.is_active = False
    assert not any(user.has_module_perms(label) for label in set().union(*APPS.values()))


def test_each_role_may_do_just_this_in_the_admin():
    for role in Role:
        allowed = {name for name in all_permissions() if roles.allows({role}, name)}
        whole = {"sources", "enforcers"} if role == Role.ADMIN else set()
        expected = {name for name in all_permissions() if name.split(".")[0] in whole}
        assert allowed == expected | PERMISSIONS.get(role, set())


def test_nobody_else_comes_into_the_admin():
    assert {role for role in Role if roles.granted(role)} == roles.ADMIN_SITE_ROLES == set(APPS)


@pytest.fixture
def declare(monkeypatch):
    """Let an app declare other permissions than it does, and return the ids of what the checks then refuse."""

    def make(label, declared):
        monkeypatch.setattr(type(apps.get_app_config(label)), "admin_permissions", declared, raising=False)
        roles.granted.cache_clear()
        return [(error.id, error.obj) for error in run_checks() if (error.id or "").startswith("access.")]

    yield make
    monkeypatch.undo()
    roles.granted.cache_clear()


def test_an_app_that_says_nothing_of_its_models_in_the_admin_is_refused(declare):
    found = declare("sources", {})
    assert {model._meta.label for _, model in found} == {
        "sources.PollutionSource", "sources.Speciality", "sources.PermitCondition", "sources.CreditClass",
    }  # fmt: skip
    assert {number for number, _ in found} == {"access.E001"}


def test_a_grant_that_nobody_could_use_is_refused(declare):
    config = apps.get_app_config("sources")
    assert declare("sources", {Role.ADMIN: {"*", "view_nothing"}, Role.HEAD: {"view_speciality"}}) == [
        ("access.E003", config), ("access.E002", config),
    ]  # fmt: skip
    assert declare("sources", {Role.ADMIN: {"*"}}) == []
