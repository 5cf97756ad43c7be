"""A password alone opens nothing but the public pages, the second factor itself, a new password and the way out."""

import pytest
from test_access import ADM, ADMIN_PAGES, MAY_OPEN, SEC, address  # noqa: F401 - a fixture

from wugang_audit.access.marks import PUBLIC, SECOND_FACTOR
from wugang_audit.access.roles import Role
from wugang_audit.accounts.second_factor import reset

PAGE = "/accounts/second_factor/"
BEFORE = {
    "password_change", "second_factor", "second_factor_recovery", "second_factor_set_up", "second_factor_scan",
}  # fmt: skip
OPEN = {name for name, allowed in MAY_OPEN.items() if allowed == PUBLIC} | BEFORE
NEEDY = [role for role in Role if role != Role.OFFICER]
FEW = (
    Role.ADMIN,
    Role.ORGANISER,
)  # the gate asks only whether a role needs a code: the others are tried in the long run


def is_sent_away(response):
    return response.status_code == 302 and response["Location"].split("?")[0] == PAGE


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in FEW else pytest.mark.long) for role in NEEDY]
)
def test_no_address_but_the_open_ones_answers_a_password_alone(address, person, login, role):  # noqa: F811
    client = login(person(f"only-{role}", role), password_only=True)
    for name in MAY_OPEN:
        for method in (client.get, client.post):
            sent = is_sent_away(method(address(name)))
            assert sent == (name not in OPEN), (role, name, method)
        if name == "logout":
            client = login(person(f"again-{role}", role), password_only=True)


def test_the_same_holds_where_an_app_is_set_up(address, organiser, enrol, login):  # noqa: F811
    enrol(organiser)
    client = login(organiser, password_only=True)
    for name in set(MAY_OPEN) - OPEN:
        assert is_sent_away(client.get(address(name))), name
    for method in (client.get, client.post):  # it would end the sessions of who has the app
        assert is_sent_away(method("/accounts/password_change/"))
    for name in ("second_factor_set_up", "second_factor_scan"):  # a new app in place of a present one: no
        for method in (client.get, client.post):
            assert method(address(name))["Location"].split("?")[0] in (PAGE, f"{PAGE}set_up/"), name


def test_no_page_of_the_admin_answers_a_password_alone(person, login, specialities):
    for role in (ADM, SEC):
        client = login(person(f"only-{role}", role), password_only=True)
        for page in ("", "login/", "logout/", "jsi18n/", "nowhere/", *(f"{each}/" for each in ADMIN_PAGES)):
            for end in ("", "add/", "1/change/", "1/history/", "export/", "import/"):
                for method in (client.get, client.post):
                    response = method(f"/admin/{page}{end}")
                    assert response.status_code == 404 or is_sent_away(response), (role, page, end)
        assert is_sent_away(client.get("/admin/")) and is_sent_away(client.get("/admin/login/"))


@pytest.mark.parametrize("kind", ["", "another-person's", None, 0])
def test_a_proof_of_something_else_opens_nothing(organiser, enrol, login, kind):
    enrol(organiser)
    client = login(organiser, password_only=True)
    session = client.session
    session[SECOND_FACTOR] = kind
    session.save()
    assert is_sent_away(client.get("/desk/"))


def test_an_officer_gets_in_with_the_password_until_an_app_or_a_role_is_added(officers, enrol, login, person):
    assert login(officers[0].user, password_only=True).get("/desk/").status_code == 200
    enrol(officers[0].user)
    assert is_sent_away(login(officers[0].user, password_only=True).get("/desk/"))
    both = login(person("both", Role.OFFICER, Role.REVIEWER), password_only=True)
    assert is_sent_away(both.get("/desk/"))


def test_a_role_that_is_added_asks_for_the_code_at_the_next_click(officers, login):
    user = officers[0].user
    client = login(user, password_only=True)
    assert client.get("/desk/").status_code == 200
    user.grants.create(role=Role.REVIEWER)
    assert is_sent_away(client.get("/desk/"))


def test_where_one_wanted_to_go_is_kept_but_not_what_was_posted(organiser, login):
    client = login(organiser, password_only=True)
    assert client.get("/ceremony/?page=2")["Location"] == f"{PAGE}?next=%2Fceremony%2F%3Fpage%3D2"
    assert client.post("/ceremony/")["Location"] == PAGE


def test_a_reset_ends_what_open_sessions_had_proved(organiser, enrol, login):
    enrol(organiser)
    client = login(organiser)
    assert client.get("/desk/").status_code == 200
    reset(organiser)
    assert is_sent_away(client.get("/desk/"))


def test_a_new_app_ends_what_other_sessions_had_proved(organiser, enrol, login):
    enrol(organiser)
    other = login(organiser)
    enrol(organiser)
    assert is_sent_away(other.get("/desk/"))


def test_another_log_in_in_the_same_session_begins_without_proof(organiser, enrol, login):
    enrol(organiser)
    client = login(organiser)
    client.force_login(organiser)
    assert is_sent_away(client.get("/desk/"))


def test_the_code_of_a_present_app_comes_before_the_new_password(organiser, enrol, login):
    enrol(organiser)
    organiser.must_change_password = True
    organiser.save()
    client = login(organiser, password_only=True)
    assert is_sent_away(client.get("/accounts/password_change/"))
    assert is_sent_away(client.get("/desk/"))
    assert login(organiser).get("/desk/")["Location"] == "/accounts/password_change/"


def test_the_new_password_comes_before_the_app(organiser, login):
    organiser.must_change_password = True
    organiser.save()
    client = login(organiser, password_only=True)
    assert client.get(f"{PAGE}set_up/")["Location"] == "/accounts/password_change/"
    assert client.get("/accounts/password_change/").status_code == 200


def test_the_menu_is_not_shown_before_the_code(organiser, login):
    client = login(organiser, password_only=True)
    for page in (f"{PAGE}set_up/", "/", "/accounts/password_change/"):
        text = client.get(page).content.decode()
        assert "返回工作页面" not in text and "/ceremony/" not in text, page


def test_the_gate_asks_the_database_nothing_of_visitors_nor_of_who_has_an_app(
    organiser, login, stranger, django_assert_num_queries, enrol
):
    enrol(organiser)
    client = login(organiser)
    with django_assert_num_queries(
        2
    ):  # the rule of stronger disclosure, and the bureau at the foot of every page
        assert stranger.get("/about/").status_code == 200
    # Session, account, roles, and the bureau at the foot of the page: nothing for the second factor.
    with django_assert_num_queries(4):
        assert client.get("/accounts/password_change/").status_code == 200
