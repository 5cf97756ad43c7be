"""Every address of the staff: the session is over, somebody presses a button there, and logs in again."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from test_access import MAY_OPEN, address  # noqa: F401 - a fixture
from test_house import patterns
from test_resume import Tabs, carried, log_in_again, token_of

from wugang_audit.access.marks import PUBLIC
from wugang_audit.access.roles import Role
from wugang_audit.accounts.resume import OWN_PAGES

HELD = [name for name, roles in MAY_OPEN.items() if roles != PUBLIC and name not in OWN_PAGES]


def first_of(name):
    """The first role that may open an address."""
    return next(role for role in Role if role in MAY_OPEN[name])


TYPED = {"evidence": "见证人发现名单有误", "decision": "confirm", "tick": ["1", "2"]}


@pytest.fixture
def tabs(password):
    return Tabs(password)


def interrupt(tabs, user, url):
    """Send the form to the address after the session has ended, log in again, and return the page that asks."""
    tabs.log_in(user)
    token = tabs.token("/accounts/password_change/")
    tabs.end_session()
    page = tabs.send(url, token, **TYPED)
    assert page.status_code == 403
    assert carried(page), url
    assert log_in_again(tabs, page, user)["Location"] == "/accounts/unsent/", url
    return tabs.client.get("/accounts/unsent/")


def is_whole(asked, url):
    assert asked.status_code == 200
    assert f'action="{url}"' in asked.content.decode()
    pairs = [
        (name, value)
        for name, values in TYPED.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    assert sorted(asked.context["pairs"]) == sorted(pairs)


@pytest.mark.parametrize("role", [role for role in Role if any(first_of(name) == role for name in HELD)])
def test_nothing_is_lost_and_nobody_meets_a_405(role, address, person, tabs):  # noqa: F811
    user = person("again", role)
    for name in (name for name in HELD if first_of(name) == role):
        with transaction.atomic():  # what is sent in the end is undone
            loses_nothing(tabs, user, address(name))
            transaction.set_rollback(True)


def loses_nothing(tabs, user, url):
    asked = interrupt(tabs, user, url)
    is_whole(asked, url)
    by_link = tabs.client.get(url, follow=True)
    # His own task or not; never a method that is not allowed.
    assert by_link.status_code in (200, 403, 404), url
    answer = tabs.send(url, token_of(asked), **TYPED)
    assert answer.status_code < 500, url
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/", url


def admin_addresses(rows):
    """Yield (name, address, role) of all pages of the admin that a table there has."""
    for namespaces, entry in patterns():
        for model, row in rows.items():
            start = f"{model._meta.app_label}_{model._meta.model_name}_"
            if (
                "admin" in namespaces
                and (entry.name or "").startswith(start)
                and not entry.name.endswith("simple_history")
            ):
                given = {"pk": row, "object_id": row, "what": "training", "version_id": 1}
                kwargs = {key: given[key] for key in entry.pattern.converters}
                role = Role.SECURITY if model._meta.app_label == "wugang_audit" else Role.ADMIN
                yield entry.name, reverse(f"admin:{entry.name}", kwargs=kwargs), role


@pytest.mark.long  # a hundred addresses; those of the site are tried in the short run too
def test_the_pages_of_the_admin_lose_nothing_either(published_draw, person, tabs):
    people = {role: person(f"again-{role}", role) for role in (Role.ADMIN, Role.SECURITY)}
    rows = {model: getattr(model._default_manager.first(), "pk", 1) for model in admin.site._registry}
    found = list(admin_addresses(rows))
    assert {
        "sources_pollutionsource_import_retry",
        "enforcers_officer_account",
        "sources_pollutionsource_export",
    } <= {name for name, _, _ in found}
    for name, url, role in found:
        asked = interrupt(tabs, people[role], url)
        is_whole(asked, url)
        assert asked.context["words"] != "提交表单", name
        assert tabs.client.get(url, follow=True).status_code != 405, name


def test_each_address_that_takes_a_form_says_what_it_does():
    """Whoever is asked whether to send it must read what it is: no view of a form without its words."""
    silent = {
        ":".join((*namespaces, entry.name))
        for namespaces, entry in patterns()
        if "admin" not in namespaces
        and getattr(entry.callback, "access", PUBLIC) != PUBLIC
        and not hasattr(entry.callback, "deed")
    }
    assert silent == READ_ONLY


READ_ONLY = OWN_PAGES | {
    "account_requests", "account_request", "roles", "desk", "help", "help_page", "handbook", "data_checks", "system_status", "audit", "audit_check", "plans:list", "plans:plan", "ceremony:draw",
    "ceremony:notice", "ceremony:show", "ceremony:minutes", "ceremony:minutes_docx", "amendments:substitutes",
    "statistics:quarters", "statistics:quarter", "statistics:work", "statistics:own", "statistics:report", "statistics:download",
    "inspections:tasks", "inspections:offline", "inspections:record", "inspections:signature", "inspections:evidence_copy", "inspections:evidence_small", "inspections:waiting", "inspections:version", "checklists:versions", "checklists:preview", "inspections:print", "inspections:board", "inspections:dossier", "inspections:problems", "inspections:objections", "inspections:all", "inspections:unit", "inspections:detail", "rehearsals:rehearsal", "rehearsals:show", "sources:where", "sources:doubles", "sources:double",
    "amendments:redactions", "published_texts:found",
}  # fmt: skip
