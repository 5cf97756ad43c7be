"""Every address as every role: the table below is written by hand from the scheme's roles, not read off the code."""

from uuid import UUID

import pytest
from django.urls import reverse
from test_house import patterns

from wugang_audit.access.marks import PUBLIC
from wugang_audit.access.roles import Role

ORG, REV, HEAD, OFF, ADM, SEC, AUD = (
    Role.ORGANISER, Role.REVIEWER, Role.HEAD, Role.OFFICER, Role.ADMIN, Role.SECURITY, Role.AUDITOR
)  # fmt: skip
EVERYBODY = set(Role)

MAY_OPEN = {
    "login": PUBLIC,
    "logout": PUBLIC,
    "password_change": EVERYBODY,
    "account_requests": {HEAD, ADM, SEC},
    "account_request_ask": {ADM, SEC},
    "account_request": {HEAD, ADM, SEC},
    "account_request_decide": {HEAD, ADM, SEC},
    "account_request_half": {HEAD, ADM, SEC},
    "roles": {HEAD, ADM, SEC},
    "second_factor": EVERYBODY,
    "second_factor_recovery": EVERYBODY,
    "second_factor_set_up": EVERYBODY,
    "second_factor_scan": EVERYBODY,
    "authenticator": EVERYBODY,
    "sessions": EVERYBODY,
    "login_locks": {ADM, SEC},
    "unsent": EVERYBODY,
    "desk": EVERYBODY,
    "first_steps": {ADM, SEC, ORG, HEAD},
    "help": EVERYBODY,
    "help_page": EVERYBODY,
    "handbook": EVERYBODY,
    "data_checks": {ADM},
    "sources:where": {ADM, ORG, REV, HEAD},
    "sources:doubles": {ADM},
    "sources:double": {ADM},
    "sources:join": {ADM},
    "sources:different": {ADM},
    "audit": {AUD},
    "audit_check": {AUD},
    "audit_export": {AUD},
    "ceremony:draws": {ORG, HEAD},
    "rehearsals:list": {ORG, HEAD},
    "rehearsals:rehearsal": {ORG, HEAD},
    "rehearsals:freeze": {ORG},
    "rehearsals:enter": {ORG},
    "rehearsals:delete": {ORG},
    "rehearsals:show": {ORG, HEAD},
    "plans:list": {ORG, HEAD},
    "plans:plan": {ORG, HEAD},
    "plans:new": {ORG},
    "plans:edit": {ORG},
    "plans:publish": {ORG},
    "ceremony:draw": {ORG, HEAD},
    "ceremony:confirm": EVERYBODY - {AUD},
    "ceremony:objection": EVERYBODY - {AUD},
    "ceremony:withdraw": EVERYBODY - {AUD},
    "ceremony:lift": {HEAD},
    "ceremony:freeze": {ORG},
    "ceremony:entry": EVERYBODY - {AUD},
    "ceremony:system": {ORG},
    "ceremony:notice": {ORG, HEAD},
    "ceremony:witnesses": {ORG},
    "ceremony:deposit": {ORG},
    "ceremony:show": {ORG, HEAD},
    "ceremony:open": {ORG, HEAD},
    "ceremony:minutes": {ORG, HEAD},
    "ceremony:minutes_docx": {ORG, HEAD},
    "ceremony:publish": {ORG},
    "amendments:void": {ORG},
    "amendments:void_decide": {ORG},
    "amendments:unseal": {ORG},
    "amendments:redactions": {REV, HEAD},
    "amendments:redact_draw": {REV},
    "amendments:redact_inspection": {REV},
    "amendments:redaction_decide": {HEAD},
    "amendments:substitutes": {ORG, REV, HEAD},
    "amendments:substitute_unit": {ORG},
    "amendments:substitute_officer": {ORG},
    "amendments:substitute_decide": {ORG, REV, HEAD},
    "amendments:recusal": {ORG},
    "amendments:recusal_refuse": {ORG},
    "amendments:substitute_entry": EVERYBODY - {AUD},
    "checklists:versions": {ADM},
    "checklists:draft": {ADM},
    "checklists:preview": {ADM},
    "checklists:publish": {ADM},
    "checklists:discard": {ADM},
    "checklists:withdraw": {ADM},
    "inspections:tasks": {OFF},
    "inspections:worker": PUBLIC,
    "inspections:offline": {OFF},
    "inspections:manifest": PUBLIC,
    "inspections:handover": {OFF},
    "inspections:print": {OFF},
    "inspections:board": {ORG, HEAD},
    "inspections:problems": {ORG, HEAD},
    "inspections:problem": {ORG, HEAD},
    "inspections:mark_problem": {ORG},
    "inspections:dossier": {OFF, ORG, REV, HEAD},
    "inspections:postpone": {OFF},
    "inspections:report_problem": {OFF},
    "inspections:recuse": {OFF},
    "inspections:withdraw_problem": {OFF},
    "inspections:withdraw_recusal": {OFF},
    "inspections:objections": {REV, HEAD},
    "inspections:objection": {REV, HEAD},
    "inspections:objection_decide": {HEAD},
    "inspections:objection_hide": {HEAD},
    "inspections:all": {ORG, REV, HEAD},
    "inspections:unit": {ADM, ORG, REV, HEAD},
    "inspections:waiting": {ORG, REV, HEAD},
    "inspections:detail": {OFF, ORG, REV, HEAD},
    "inspections:version": {OFF, ORG, REV, HEAD},
    "inspections:edit": {OFF},
    "inspections:submit": {OFF},
    "inspections:freeze": {OFF},
    "inspections:record": {OFF, ORG, REV, HEAD},
    "inspections:signature": {OFF, ORG, REV, HEAD},
    "inspections:reopen": {OFF},
    "inspections:cosign": {OFF},
    "inspections:sign": {OFF},
    "inspections:supplement": {OFF},
    "inspections:decide_supplement": {OFF},
    "inspections:case_file": {OFF, REV, HEAD},
    "inspections:evidence": {OFF, ORG, REV, HEAD},
    "inspections:evidence_copy": {OFF, ORG, REV, HEAD},
    "inspections:evidence_small": {OFF, ORG, REV, HEAD},
    "inspections:evidence_original": {OFF, REV, HEAD},
    "inspections:evidence_caption": {OFF},
    "inspections:evidence_remove": {OFF},
    "inspections:evidence_public": {REV},
    "inspections:sampling": {OFF, ORG, REV, HEAD},
    "inspections:sampling_result": {OFF},
    "inspections:sampling_withdraw": {OFF},
    "inspections:review": {REV, HEAD},
    "inspections:publish": {HEAD},
    "inspections:correct": {REV, HEAD},
    "inspections:publish_all": {HEAD},
    "published_texts:found": {ADM, REV, HEAD},
    "statistics:quarters": {ORG, REV, HEAD},
    "statistics:quarter": {ORG, REV, HEAD},
    "statistics:make": {ORG},
    "statistics:work": {ORG, HEAD},
    "statistics:own": {OFF},
    "statistics:report": {ORG, REV, HEAD},
    "statistics:approve": {HEAD},
    "statistics:download": {ORG, REV, HEAD},
    "disclosure:home": PUBLIC,
    "disclosure:items": PUBLIC,
    "disclosure:plans": PUBLIC,
    "disclosure:plan": PUBLIC,
    "disclosure:draws": PUBLIC,
    "disclosure:draw": PUBLIC,
    "disclosure:draw_file": PUBLIC,
    "disclosure:observer": PUBLIC,
    "disclosure:bundle": PUBLIC,
    "disclosure:log": PUBLIC,
    "disclosure:log_file": PUBLIC,
    "disclosure:results": PUBLIC,
    "disclosure:results_file": PUBLIC,
    "disclosure:result_files": PUBLIC,
    "disclosure:period_file": PUBLIC,
    "disclosure:result_dictionary": PUBLIC,
    "disclosure:finding_meaning": PUBLIC,
    "disclosure:unit": PUBLIC,
    "disclosure:about": PUBLIC,
    "disclosure:glossary": PUBLIC,
    "disclosure:firms": PUBLIC,
    "disclosure:poster": PUBLIC,
    "disclosure:draw_notice": PUBLIC,
    "disclosure:plan_version": PUBLIC,
    "disclosure:plan_record": PUBLIC,
    "disclosure:finding_record": PUBLIC,
    "disclosure:photos_record": PUBLIC,
    "disclosure:hidden_photo": PUBLIC,
    "disclosure:photo": PUBLIC,
    "disclosure:small_photo": PUBLIC,
    "disclosure:timestamp": PUBLIC,
    "disclosure:organisers": PUBLIC,
    "disclosure:verify": PUBLIC,
    "disclosure:verifier": PUBLIC,
    "disclosure:protocol": PUBLIC,
    "disclosure:units": PUBLIC,
    "disclosure:visit": PUBLIC,
    "say:say": PUBLIC,
    "say:visit": PUBLIC,
    "say:receipt": PUBLIC,
    "say:follow": PUBLIC,
}


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
        "period": "2026Q4", "kind": "csv",
    }  # fmt: skip
    entries = dict(named())

    def find(name):
        kwargs = {key: values[key] for key in entries[name].pattern.converters}
        return reverse(name, kwargs=kwargs)

    return find


def test_the_table_names_every_address():
    assert {name for name, _ in named()} == set(MAY_OPEN)


@pytest.mark.parametrize("name", MAY_OPEN)
def test_each_role_opens_just_what_it_may(name, address, person, login, stranger):
    url, allowed = address(name), MAY_OPEN[name]
    response = stranger.get(url)
    to_login = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    assert to_login == (allowed != PUBLIC)
    for role in Role:
        response = login(person(f"only-{role}", role)).get(url)
        may = allowed == PUBLIC or role in allowed
        assert (response.status_code == 403) == (not may), f"{role} got {response.status_code} at {url}"
        assert response.status_code < 500
        if response.streaming:
            list(response.streaming_content)


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
