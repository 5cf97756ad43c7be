"""Who may try a password: waits first, then account and address together are locked, and nobody else."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate, hashers
from django.test import Client, RequestFactory
from knocking import ELSEWHERE, OFFICE, said

from wugang_audit.access.roles import Role
from wugang_audit.accounts import lockout
from wugang_audit.accounts.login_models import LoginAddress
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry


def trail():
    return list(AuditEntry.objects.order_by("index").values_list("action", "target"))


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were hashed, of whatever account."""
    seen = []
    encode = hashers.MD5PasswordHasher.encode

    def watch(self, password, salt):
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", watch)
    return seen


def test_after_three_wrong_passwords_one_waits_and_after_five_the_account_is_locked(
    organiser, knock, clock, password
):
    assert "还可以试 4 次" in said(knock("organiser"))
    assert "还可以试 3 次" in said(knock("organiser"))
    third = knock("organiser")
    assert ("请等 5 秒再试" in said(third), third.status_code, third["Retry-After"]) == (True, 429, "5")
    assert "这一次没有核对" in said(knock("organiser", password))  # right, but too soon
    clock.move(seconds=5)
    assert "请等 15 秒再试" in said(knock("organiser"))
    clock.move(seconds=15)
    fifth = knock("organiser")
    assert (fifth.status_code, fifth["Retry-After"]) == (429, "1800")
    assert "10月8日 09:30 自动解除" in said(fifth)
    assert "系统管理员或安全管理员" in said(fifth)
    assert "已锁定" in said(knock("organiser", password))


def test_sixty_wrong_passwords_in_twelve_seconds_are_four_tries_and_the_right_one_is_not_let_in(
    organiser, knock, clock, password
):
    for _ in range(60):
        knock("organiser")
        clock.move(seconds=0.2)
    assert trail() == [("登录失败", str(organiser))] * 4
    assert knock("organiser", password).status_code == 429


def test_a_lock_ends_by_itself(organiser, lock, knock, clock, password):
    lock("organiser")
    clock.move(minutes=29, seconds=40)
    assert knock("organiser", password).status_code == 429
    clock.move(seconds=5)
    assert knock("organiser", password).status_code == 302


def test_tries_while_locked_do_not_make_the_lock_longer(organiser, lock, knock, clock, password):
    lock("organiser")
    for _ in range(4):
        clock.move(minutes=7)
        knock("organiser")
    clock.move(minutes=2)
    assert knock("organiser", password).status_code == 302


def test_the_right_password_begins_the_count_anew(organiser, knock, password):
    for _ in range(3):
        assert "还可以试 4 次" in said(knock("organiser"))
        assert "还可以试 3 次" in said(knock("organiser"))
        assert knock("organiser", password).status_code == 302


def test_a_stranger_elsewhere_locks_nobody_out(organiser, lock, knock, password):
    lock("organiser", address=ELSEWHERE)
    assert knock("organiser", password, address=ELSEWHERE).status_code == 429
    assert knock("organiser", password, address=OFFICE).status_code == 302


def test_who_mistypes_one_account_does_not_lock_the_colleagues(organiser, organiser2, lock, knock, password):
    lock("organiser")
    assert knock("organiser", password).status_code == 429
    assert knock("organiser2", password).status_code == 302


def test_a_locked_try_computes_no_hash_and_leaves_no_row(organiser, lock, knock, hashed, password):
    lock("organiser")
    before = trail()
    assert before == [("登录失败", str(organiser))] * 5 + [("锁定登录", str(organiser))]
    hashed.clear()
    for _ in range(20):
        knock("organiser", password)
    assert (hashed, trail()) == ([], before)


def test_a_locked_try_costs_few_queries(organiser, lock, knock, django_assert_max_num_queries):
    lock("organiser")
    with django_assert_max_num_queries(4):  # one names the bureau on the page
        knock("organiser")


def test_nothing_tells_whether_an_account_exists(organiser, lock, knock, hashed, clock):
    """The same answers, the same number of hashes, and as many rows in the trail."""
    organiser2 = User.objects.create_user("closed", "a-long-test-password", full_name="停用", is_active=False)
    told = {}
    for name in ("organiser", "closed", "nobody-of-that-name"):
        hashed.clear()
        texts = []
        before = AuditEntry.objects.count()
        for _ in range(6):
            answer = knock(name)
            texts.append((said(answer), answer.status_code))
            clock.move(seconds=16)
        clock.move(seconds=-96)
        told[name] = (texts, len(hashed), AuditEntry.objects.count() - before)
    assert told["organiser"] == told["nobody-of-that-name"] == told[organiser2.username]


def test_what_was_typed_into_the_wrong_field_is_written_nowhere(knock, lock, db):
    secret = "my-own-secret-pw"
    lock(secret)
    assert set(trail()) == {("登录失败", lockout.NO_ACCOUNT), ("锁定登录", lockout.NO_ACCOUNT)}
    kept = [
        value for row in AccessAttempt.objects.values() for value in row.values() if isinstance(value, str)
    ]
    assert kept and not any(secret in value for value in kept)


# --- addresses ---------------------------------------------------------------------------------------------------
def test_a_forged_forwarding_header_buys_no_further_tries(organiser, knock, clock, password):
    for n in range(5):
        knock("organiser", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}", HTTP_X_REAL_IP=f"192.0.2.{n}")
        clock.move(seconds=16)
    assert knock("organiser", password, HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429


def test_behind_a_named_proxy_the_visitor_counts_and_what_he_wrote_himself_does_not(
    organiser, knock, clock, password, settings
):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    for n in range(5):
        knock("organiser", address="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}, {ELSEWHERE}")
        clock.move(seconds=16)
    proxy = {"address": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"192.0.2.99, {ELSEWHERE}"}
    assert knock("organiser", password, **proxy).status_code == 429
    proxy["HTTP_X_FORWARDED_FOR"] = f"{ELSEWHERE}, {OFFICE}"
    assert knock("organiser", password, **proxy).status_code == 302


def test_one_ipv6_visitor_is_one_address_however_many_he_has(organiser, knock, clock, password):
    for n in range(5):
        knock("organiser", address=f"2001:db8:1:2::{n + 1:x}")
        clock.move(seconds=16)
    assert knock("organiser", password, address="2001:db8:1:2:ffff::1").status_code == 429
    assert knock("organiser", password, address="2001:db8:1:3::1").status_code == 302


def test_many_names_from_one_address_are_slowed_down_but_not_who_is_known_there(
    person, organiser2, knock, clock, password, hashed
):
    person("officer", Role.OFFICER)
    assert knock("officer", password).status_code == 302
    for n in range(30):
        knock(f"name{n}")
    hashed.clear()
    refused = knock("name30")
    assert ("请等 20 秒再试" in said(refused), refused["Retry-After"], hashed) == (True, "20", [])
    assert knock("organiser2", password).status_code == 429  # never seen here: waits with the others
    assert knock("officer", password).status_code == 302
    clock.move(seconds=20)
    assert knock("organiser2", password).status_code == 302


def test_a_wrong_password_makes_nobody_known_at_an_address(organiser2, knock, password):
    knock("organiser2")
    for n in range(29):
        knock(f"name{n}")
    assert knock("organiser2", password).status_code == 429


def test_an_account_is_known_at_an_address_for_thirty_days(organiser, knock, clock, password):
    knock("organiser", password)
    clock.move(days=30, seconds=1)
    for n in range(30):
        knock(f"name{n}")
    assert knock("organiser", password).status_code == 429


def test_addresses_are_forgotten_after_a_year(person, knock, clock, password):
    person("officer", Role.OFFICER)
    knock("officer", password)
    clock.move(days=366)
    knock("officer", password, address=ELSEWHERE)
    assert list(LoginAddress.objects.values_list("address", flat=True)) == [ELSEWHERE]


def test_the_wait_counts_from_the_last_try_whichever_browser_made_it(organiser, knock, clock):
    for agent in ("one", "one", "another"):
        clock.move(minutes=1)
        answer = knock("organiser", HTTP_USER_AGENT=agent)
    assert (answer.status_code, answer["Retry-After"]) == (429, "5")


# --- staff unlock -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.SECURITY, Role.ADMIN])
def test_staff_lift_a_lock_and_it_is_recorded(role, person, organiser, lock, knock, login, password):
    keeper = login(person("keeper", role))
    lock("organiser")
    [line] = [todo for todo in keeper.get("/desk/").context["todos"] if todo.label == "登录锁定的账号"]
    page = keeper.get(line.url)
    [found] = page.context["locks"]
    assert (found.user, found.addresses) == (organiser, (OFFICE,))
    assert "10月8日 09:31" in page.content.decode()
    answer = keeper.post(line.url, {"user": organiser.pk}, follow=True)
    assert "可以重新登录了" in answer.content.decode() and not answer.context["locks"]
    assert trail()[-1] == ("解除登录锁定", str(organiser))
    assert knock("organiser", password).status_code == 302


@pytest.mark.parametrize("junk", ["", "x", "0", "-1", "9" * 30, "٣", "\x00"])
def test_a_lock_of_nobody_is_not_found(junk, security, login):
    assert login(security).post("/accounts/locks/", {"user": junk}).status_code in (400, 404)


def test_the_account_in_the_admin_says_that_it_is_locked(organiser, lock, security, login):
    client = login(security)
    url = f"/admin/wugang_audit/user/{organiser.pk}/change/"
    assert "没有被锁定" in client.get(url).content.decode()
    lock("organiser")
    assert "/accounts/locks/" in client.get(url).content.decode()


def test_locked_in_the_middle_of_a_ceremony_open_sessions_and_the_other_organiser_go_on(
    frozen_draw, organiser, organiser2, lock, login, knock, password
):
    at_the_desk = login(organiser)
    lock("organiser")
    assert knock("organiser", password).status_code == 429
    page = f"/ceremony/{frozen_draw.code}/"
    assert at_the_desk.get(page).status_code == 200
    other = Client()
    assert knock("organiser2", password, client=other).status_code == 302
    assert other.post(f"{page}system/").status_code == 302
    frozen_draw.refresh_from_db()
    assert frozen_draw.state == "drawn"
    assert at_the_desk.post(f"{page}publish/", {"sure": "yes"}).status_code == 302
    frozen_draw.refresh_from_db()
    assert frozen_draw.state == "published"


def test_the_last_line_refuses_a_locked_pair_even_without_the_form(organiser, lock, password):
    lock("organiser")
    request = RequestFactory().post("/elsewhere/", {"username": "organiser"}, REMOTE_ADDR=OFFICE)
    assert authenticate(request, username="organiser", password=password) is None
    request = RequestFactory().post("/elsewhere/", {"username": "organiser"}, REMOTE_ADDR=ELSEWHERE)
    assert authenticate(request, username="organiser", password=password) == organiser
