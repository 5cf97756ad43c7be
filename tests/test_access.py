"""Every address as every role, held against the table of `access_table`."""

from uuid import UUID

import pytest
from access_table import ADM, MAY_OPEN, SEC
from django.db import transaction
from django.urls import reverse
from test_house import patterns

from wugang_audit.access.marks import PUBLIC
from wugang_audit.access.roles import Role


def named():
    """Yield (name, pattern) of all addresses outside the admin."""
    for namespaces, entry in patterns():
        if "admin" not in namespaces:
            yield ":".join((*namespaces, entry.name)), entry


@pytest.fixture
def address(published_draw):
    """Turn a name into a real address of the published draw."""
    inspection = published_draw.selections.first().inspection
    values = {
        "code": published_draw.code, "year": 2026, "version": 1, "pk": inspection.pk, "draw_pk": published_draw.pk,
        "name": "commit.txt", "number": "410481-0001", "one": "410481-0001", "other": "410481-0002",
        "serial": 1, "token": inspection.token, "slug": "everybody", "key": UUID(int=1), "digest": "0" * 64,
        "period": "2026Q4", "kind": "csv", "figure": "visited", "table": "townships", "part": 1,
    }  # fmt: skip
    entries = dict(named())

    def find(name):
        kwargs = {key: values[key] for key in entries[name].pattern.converters}
        return reverse(name, kwargs=kwargs)

    return find


def test_the_table_names_every_address():
    assert {name for name, _ in named()} == set(MAY_OPEN)


def opened(client, url):
    """Return the answer of an address; what it may have changed is undone."""
    with transaction.atomic():
        response = client.get(url)
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response


def test_a_stranger_opens_just_what_is_public(address, stranger):
    for name, allowed in MAY_OPEN.items():
        response = opened(stranger, address(name))
        to_login = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
        assert to_login == (allowed != PUBLIC), name


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_just_what_it_may(role, address, person, login):
    client = login(person(f"only-{role}", role))
    for name, allowed in MAY_OPEN.items():
        response = opened(client, address(name))
        may = allowed == PUBLIC or role in allowed
        assert (response.status_code == 403) == (not may), f"{role} got {response.status_code} at {name}"
        assert response.status_code < 500, name


def test_the_admin_opens_for_its_two_roles_alone(person, login, stranger):
    assert stranger.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=")
    for role in Role:
        response = login(person(f"only-{role}", role)).get("/admin/", follow=True)
        assert (response.status_code == 200) == (role in (ADM, SEC)), role


ADMIN_PAGES = {
    "wugang_audit/user": {SEC},
    "sources/pollutionsource": {ADM},
    "sources/speciality": {ADM},
    "sources/permitcondition": {ADM},
    "sources/creditclass": {ADM},
    "enforcers/officer": {ADM},
    "enforcers/recusal": {ADM},
    "enforcers/absence": {ADM},
    "enforcers/trainingrecord": {ADM},
    "drawings/inspectionitem": {ADM},
    "drawings/checklist": {ADM},
    "drawings/legalbasis": {ADM},
}


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_each_table_of_the_admin_opens_for_its_role_alone(page, person, login, specialities):
    for role in (ADM, SEC):
        for url in (f"/admin/{page}/", f"/admin/{page}/add/"):
            response = login(person(f"{role}-{len(url)}", role)).get(url)
            assert (response.status_code == 200) == (role in ADMIN_PAGES[page]), (role, url)


@pytest.mark.parametrize(
    "registry",
    [
        "sources/pollutionsource", "sources/permitcondition", "sources/creditclass", "enforcers/officer",
        "enforcers/absence", "enforcers/trainingrecord", "enforcers/recusal",
    ],
)  # fmt: skip
def test_a_registry_leaves_the_admin_with_its_keeper_alone(registry, person, login, specialities):
    for role in Role:
        client = login(person(f"only-{role}", role))
        template = client.get(f"/admin/{registry}/import/template/")
        export = client.post(f"/admin/{registry}/export/")
        assert (template.status_code == 200) == (export.status_code == 200) == (role == ADM), role
        assert client.get(f"/admin/{registry}/export/").status_code != 200
        for page in ("import/", "import/history/"):
            opened = client.get(f"/admin/{registry}/{page}").status_code == 200
            assert opened == (role == ADM), (page, role)


@pytest.mark.parametrize("page", ["matrix", "keep/training", "keep/absence"])
def test_the_pages_beside_the_list_of_officers_open_for_the_keeper_of_registries_alone(
    page, person, login, stranger, officers
):
    url = f"/admin/enforcers/officer/{page}/"
    assert stranger.get(url)["Location"].startswith("/admin/login/")
    for role in Role:
        opened = login(person(f"only-{role}", role)).get(url).status_code == 200
        assert opened == (role == ADM), role


@pytest.mark.parametrize("page", ["bureau/add", "holidaynotice", "holidaynotice/add"])
def test_the_bureau_s_facts_and_the_holidays_are_kept_by_the_administrator_alone(
    person, login, stranger, page
):
    url = f"/admin/wugang_audit/{page}/"
    assert stranger.get(url)["Location"].startswith("/admin/login/")
    for role in Role:
        opened = login(person(f"only-{role}", role)).get(url).status_code == 200
        assert opened == (role == ADM), role


def test_an_account_without_roles_opens_nothing(person, login, address):
    client = login(person("nobody"))
    for name, allowed in MAY_OPEN.items():
        if allowed != PUBLIC:
            assert client.get(address(name)).status_code == 403, name


def test_a_deactivated_account_is_out_at_once(organiser, login):
    client = login(organiser)
    assert client.get("/ceremony/").status_code == 200
    organiser.is_active = False
    organiser.save()
    assert client.get("/ceremony/").status_code == 302


def test_a_first_login_leads_to_a_new_password(organiser, login, password):
    organiser.must_change_password = True
    organiser.save()
    client = login(organiser)
    assert client.get("/ceremony/")["Location"] == "/accounts/password_change/"
    new = "another-long-password-7"
    client.post(
        "/accounts/password_change/",
        {"old_password": password, "new_password1": new, "new_password2": new},
    )
    assert client.get("/ceremony/").status_code == 200


def test_no_account_holds_every_power(django_user_model):
    """The framework's way to an account with all powers does not exist; `createsuperuser` makes two accounts."""
    assert not hasattr(django_user_model.objects, "create_superuser")
    assert not hasattr(django_user_model, "is_superuser")


def test_pages_load_nothing_from_elsewhere_and_private_ones_are_not_stored(login, organiser, stranger):
    assert "default-src 'none'" in stranger.get("/accounts/login/")["Content-Security-Policy"]
    assert login(organiser).get("/desk/")["Cache-Control"] == "private, no-store"
