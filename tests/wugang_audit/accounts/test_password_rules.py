"""New passwords: not easy to guess here, none of the last five; first passwords hold for a while, others for ever."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from knocking import said

from wugang_audit.accounts.login_models import PastPassword
from wugang_audit.accounts.models import User
from wugang_audit.accounts.passwords import initial_password

LIST = "/admin/wugang_audit/user/"
OWN_WORDS = ["correct horse battery staple", "qiu-tian-de-luo-ye-hen-mei", "三把旧伞挂在门后面的钉子", "teapot7violin9ladder"]  # fmt: skip


def codes(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.mark.parametrize("password", OWN_WORDS)
def test_words_of_ones_own_are_taken(password):
    assert codes(password) == set()


@pytest.mark.parametrize(
    "password",
    [
        "wugang-2026-2026",
        "Wugang@20260101",
        "shengtaihuanjing1",
        "SthjjWugang2026!",
        "1qaz2wsx3edc4rfv",
        "qwertyuiop123456",
        "zxcvbnm,./asdfgh",
        "admin@wugang2026",
        "Password2026!!!!",
        "P@ssw0rd20261001",
        "woaini1314520520",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "huanbaoju-admin-1",
    ],
)
def test_what_others_would_think_of_first_is_refused(password):
    assert "password_easy_to_guess" in codes(password)


def test_four_different_letters_of_ones_own_are_enough_and_three_are_not():
    assert codes("wugang-2026-kxvz") == set()
    assert codes("wugang-2026-kxvk") == {"password_easy_to_guess"}


@pytest.mark.parametrize(
    "password, code",
    [
        ("teapotladdr", "password_too_short"),
        ("410481199001011234", "password_entirely_numeric"),
        ("officer-lijunming", "password_too_similar"),
    ],
)
def test_short_numeric_and_own_names_are_refused(password, code):
    assert code in codes(password, User(username="officer-lijunming1", full_name="李军明"))


def change(client, old, new):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/accounts/password_change/", form)


def test_none_of_the_last_five_passwords_is_taken_again(organiser, login, password):
    client = login(organiser)
    passwords = [password, *(f"teapot violin ladder {word}" for word in ("one", "two", "six", "ten", "oak"))]
    for old, new in zip(passwords, passwords[1:], strict=False):
        assert change(client, old, new).status_code == 302
    for used in passwords[1:]:
        answer = change(client, passwords[-1], used)
        assert "不能用最近 5 个用过的密码" in answer.content.decode(), used
    assert change(client, passwords[-1], password).status_code == 302  # the sixth from the end
    assert PastPassword.objects.filter(user=organiser).count() == 5


def test_an_account_without_that_record_may_not_keep_its_password_either(organiser, login, password):
    PastPassword.objects.all().delete()
    assert change(login(organiser), password, password).status_code == 200


# --- first passwords ---------------------------------------------------------------------------------------------
@pytest.fixture
def newcomer(clock, db):
    password = initial_password()
    user = User.objects.create_user("new", password, full_name="新人", must_change_password=True)
    return user, password


def test_a_first_password_holds_three_days_and_then_one_is_told_whom_to_ask(newcomer, knock, clock):
    user, password = newcomer
    clock.move(hours=71)
    assert knock("new", password).status_code == 302
    clock.move(hours=1)
    answer = knock("new", password)
    assert "初始密码已过期（72 小时内有效）。请找安全管理员要一个新的初始密码" in said(answer)
    assert "已过期" not in said(knock("new", "wrong"))  # only who knows it is told


def test_a_password_of_ones_own_does_not_run_out_like_a_first_one(newcomer, knock, clock):
    user, password = newcomer
    user.must_change_password = False
    user.save()
    clock.move(days=4000)
    assert knock("new", password).status_code == 302


def test_ones_own_password_that_is_to_be_changed_does_not_run_out(clock, person, knock, client, password):
    user = person("somebody", "organiser")
    clock.move(days=400)
    user.must_change_password = True
    user.save()
    assert knock("somebody", password, client=client).status_code == 302
    assert client.get("/desk/")["Location"] == "/accounts/password_change/"


def test_the_list_of_accounts_shows_until_when_first_passwords_hold(newcomer, security, login, clock):
    client = login(security)
    assert "10月11日 09:00 前有效" in client.get(LIST).content.decode()
    clock.move(hours=72)
    assert "已过期，请重置密码" in login(security).get(LIST).content.decode()


def test_a_reset_gives_the_time_anew(newcomer, security, login, clock):
    user, _ = newcomer
    clock.move(hours=80)
    client = login(security)
    client.post(LIST, {"action": "reset_password", "_selected_action": [user.pk]})
    assert "10月14日 17:00 前有效" in client.get(LIST).content.decode()


def test_the_list_of_accounts_asks_no_more_for_more_accounts(security, login, django_assert_max_num_queries):
    client = login(security)
    for n in range(12):
        User.objects.create_user(f"new{n}", "x", full_name="新人", must_change_password=True)
    with django_assert_max_num_queries(12):
        client.get(LIST)


# --- forced ageing -------------------------------------------------------------------------------------------
def test_passwords_do_not_age_unless_the_bureau_says_so(organiser, knock, clock, client, password):
    clock.move(days=4000)
    knock("organiser", password, client=client)
    assert client.get("/ceremony/").status_code == 200


def test_where_the_bureau_must_an_old_password_is_changed_before_anything_else(
    clock, person, knock, client, password, settings
):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    user = person("organiser", "organiser")
    clock.move(days=89)
    knock("organiser", password, client=client)
    assert client.get("/ceremony/").status_code == 200
    clock.move(days=1)
    client.post("/accounts/logout/")
    knock("organiser", password, client=client)
    page = client.get("/ceremony/", follow=True)
    assert page.redirect_chain == [("/accounts/password_change/", 302)]
    assert "密码用满 90 天要换一次" in page.content.decode()
    user.refresh_from_db()
    assert user.must_change_password is False  # that is a first password's, which runs out
    assert change(client, password, OWN_WORDS[0]).status_code == 302
    assert client.get("/ceremony/").status_code == 200
