"""Sessions end when nobody uses them, after a day's work, and when their owner or the security administrator ends them."""

import datetime
import os
import subprocess
import sys

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from house import ROOT
from knocking import ELSEWHERE, OFFICE

from wugang_audit.access.roles import Role
from wugang_audit.accounts import sessions
from wugang_audit.accounts.devices import device_name
from wugang_audit.accounts.login_models import UserSession
from wugang_audit.audit.models import AuditEntry

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
    "Windows 电脑，Edge 浏览器",
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/120.0 MicroMessenger/8.0",
    "安卓手机，微信",
)


def inside(client):
    return client.get("/desk/").status_code == 200


# --- limits ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "roles, minutes",
    [
        ([Role.ORGANISER], 30),
        ([Role.SECURITY, Role.ADMIN], 30),
        ([Role.AUDITOR], 30),
        ([Role.OFFICER], 8 * 60),
        ([Role.OFFICER, Role.REVIEWER], 30),  # it is the office's power that an unlocked phone gives away
        ([], 30),
    ],
)
def test_a_session_that_nobody_uses_ends_by_the_limit_of_the_role(
    roles, minutes, person, login, clock, settings
):
    settings.SESSION_HOURS = 48
    client = login(person("somebody", *roles))
    here = "/accounts/login/"  # sends on whoever is logged in
    clock.move(minutes=minutes - 1)
    assert client.get(here).status_code == 302
    clock.move(minutes=minutes - 1)
    assert client.get(here).status_code == 302
    clock.move(minutes=minutes)
    assert client.get(here).status_code == 200


def test_no_session_is_longer_than_the_absolute_limit_however_busy(organiser, login, clock):
    client = login(organiser)
    for _ in range(12 * 3 - 1):
        clock.move(minutes=20)
        assert inside(client)
    clock.move(minutes=20)
    assert not inside(client)


def test_the_login_page_says_why_one_must_log_in_again(organiser, login, clock):
    client = login(organiser)
    clock.move(minutes=30)
    page = client.get("/ceremony/", follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=%2Fceremony%2F", 302)]
    assert "您有 30 分钟没有操作，为了安全已自动退出，请重新登录。" in page.content.decode()
    client = login(organiser)
    for _ in range(24):
        clock.move(minutes=29)
        client.get("/desk/")
    clock.move(minutes=24)
    assert "您这次登录已满 12 小时" in client.get("/desk/", follow=True).content.decode()


def test_what_comes_behind_learns_whose_session_has_ended(organiser, login, clock):
    client = login(organiser)
    clock.move(minutes=31)
    answer = client.post("/ceremony/", {})
    assert answer.wsgi_request.session_ended_for == organiser.pk
    assert not answer.wsgi_request.user.is_authenticated
    assert len(list(get_messages(answer.wsgi_request))) == 1
    assert not hasattr(client.post("/ceremony/", {}).wsgi_request, "session_ended_for")


def test_an_ended_session_does_not_come_back(organiser, login, clock):
    client = login(organiser)
    cookie = client.cookies["sessionid"].value
    clock.move(minutes=30)
    client.get("/desk/")
    clock.move(minutes=-29)
    replay = Client()
    replay.cookies["sessionid"] = cookie
    assert not inside(replay)


def test_reading_writes_the_time_of_use_once_a_minute_and_else_nothing(
    organiser, login, clock, django_assert_num_queries
):
    client, writes = login(organiser), []
    for seconds in (0, 59, 1, 1):
        clock.move(seconds=seconds)
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/")
        writes.append(sum(query["sql"].startswith(("UPDATE", "INSERT", "DELETE")) for query in asked))
    assert writes == [0, 0, 1, 0]
    assert UserSession.objects.get().seen_at == clock() - datetime.timedelta(seconds=1)
    with django_assert_num_queries(2):  # the session and its account: the limits ask for nothing more
        client.get("/accounts/login/")


def test_a_session_from_before_there_were_limits_goes_on_from_now(organiser, login, clock):
    client = login(organiser)
    session = client.session
    del session[sessions.SIGN_IN]
    session.save()
    clock.move(hours=20)
    assert inside(client)
    clock.move(minutes=30)
    assert not inside(client)


# --- the end ---------------------------------------------------------------------------------------------------
def test_a_cookie_is_worth_nothing_after_signing_out(organiser, knock, password):
    client = Client()
    knock("organiser", password, client=client)
    cookie = client.cookies["sessionid"].value
    assert inside(client)
    client.post("/accounts/logout/")
    replay = Client()
    replay.cookies["sessionid"] = cookie
    assert (inside(replay), UserSession.objects.count()) == (False, 0)


def test_a_cookie_of_before_the_login_is_not_the_one_after(organiser, knock, password):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    knock("organiser", password, client=client)
    planted = Client()
    planted.cookies["sessionid"] = "a" * 32
    assert (inside(client), inside(planted)) == (True, False)


def test_a_closed_account_is_out_at_once_and_opened_again_finds_no_old_session(person, login, security):
    officer = person("officer", Role.OFFICER)
    used, unused = login(officer), login(officer)
    admin = login(security)
    form = {"full_name": "officer", "roles": ["officer"]}
    url = f"/admin/wugang_audit/user/{officer.pk}/change/"
    assert admin.post(url, form).status_code == 302
    assert not inside(used)
    admin.post(url, form | {"is_active": "on"})
    officer.refresh_from_db()
    assert (officer.is_active, officer.granted_roles) == (True, {"officer"})
    assert (inside(used), inside(unused)) == (False, False)
    assert inside(login(officer))


def test_a_session_of_a_closed_account_ends_however_it_was_closed(organiser, login):
    client = login(organiser)
    organiser.is_active = False
    organiser.save()
    assert not inside(client)
    organiser.is_active = True
    organiser.save()
    assert not inside(client)


def test_a_new_password_ends_the_other_sessions_and_not_this_one(organiser, login, password):
    here, there = login(organiser), login(organiser)
    new = "correct horse battery staple"
    form = {"old_password": password, "new_password1": new, "new_password2": new}
    answer = here.post("/accounts/password_change/", form, follow=True)
    assert "您在别处的 1 个登录已经退出" in answer.content.decode()
    assert (inside(here), inside(there)) == (True, False)
    assert UserSession.objects.count() == 1


def test_the_security_administrator_ends_all_sessions_of_an_account(organiser, organiser2, login, security):
    first, second, other, admin = login(organiser), login(organiser), login(organiser2), login(security)
    chosen = {"action": "end_sessions", "_selected_action": [organiser.pk]}
    answer = admin.post("/admin/wugang_audit/user/", chosen, follow=True)
    assert "已结束 1 个账号的 2 个登录" in answer.content.decode()
    assert (inside(first), inside(second), inside(other), inside(admin)) == (False, False, True, True)
    entry = AuditEntry.objects.get(action="结束全部登录")
    assert (entry.actor, entry.target) == (security, str(organiser))


def test_an_open_session_is_no_place_to_try_the_old_password(organiser, login):
    client = login(organiser)
    new = "correct horse battery staple"
    form = {"old_password": "guess", "new_password1": new, "new_password2": new}
    for _ in range(4):
        assert client.post("/accounts/password_change/", form).status_code == 200
    page = client.post("/accounts/password_change/", form, follow=True)
    assert "密码连续输错 5 次，已自动退出" in page.content.decode()
    assert not inside(client)
    assert AuditEntry.objects.filter(action="多次输错密码，退出").count() == 1


def test_a_new_secret_key_ends_no_session_while_the_former_one_is_named(organiser, login, settings):
    client, other = login(organiser), login(organiser)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a-new-key"
    assert inside(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert inside(client) and not inside(other)  # who came meanwhile goes on under the new key


def test_former_keys_are_named_in_the_environment(tmp_path):
    env = os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY_FALLBACKS": "one,two"}
    command = [sys.executable, "-c", "from wugang_audit.settings import SECRET_KEY_FALLBACKS as f; print(*f)"]
    assert subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True).stdout == "one two\n"


# --- 我的登录 ---------------------------------------------------------------------------------------------------
@pytest.fixture
def two(organiser, knock, password, clock):
    """Two log-ins of the organiser: at the office on Windows, and ten minutes later with a phone."""
    office, phone = Client(headers={"user-agent": WINDOWS[0]}), Client(headers={"user-agent": PHONE[0]})
    knock("organiser", password, client=office)
    clock.move(minutes=10)
    knock("organiser", password, client=phone, address=ELSEWHERE)
    return office, phone


def test_one_sees_where_one_is_logged_in_and_which_of_them_is_here(two):
    office, _ = two
    page = office.get("/accounts/sessions/")
    shown = [(each["device"], each["address"], each["current"]) for each in page.context["sessions"]]
    assert shown == [(WINDOWS[1], OFFICE, True), (PHONE[1], ELSEWHERE, False)]
    text = page.content.decode()
    assert "10月8日 09:00" in text and "10月8日 09:10" in text
    for key in UserSession.objects.values_list("session_key", flat=True):
        assert key not in text


def test_one_ends_one_of_them(two):
    office, phone = two
    [other] = [each for each in office.get("/accounts/sessions/").context["sessions"] if not each["current"]]
    office.post("/accounts/sessions/", {"session": other["id"]})
    assert (inside(office), inside(phone)) == (True, False)
    assert AuditEntry.objects.filter(action="结束一处登录").count() == 1
    again = office.post("/accounts/sessions/", {"session": other["id"]}, follow=True)
    assert "已经结束了" in again.content.decode()


def test_one_ends_all_others(two):
    office, phone = two
    office.post("/accounts/sessions/", {"others": "1"})
    assert (inside(office), inside(phone)) == (True, False)
    assert AuditEntry.objects.first().action == "结束其他登录"


def test_nobody_ends_the_session_of_another(two, organiser2, login):
    office, phone = two
    ids = [each["id"] for each in office.get("/accounts/sessions/").context["sessions"]]
    stranger = login(organiser2)
    for each in (*ids, "", "x", "\x00", "9" * 500):
        stranger.post("/accounts/sessions/", {"session": each})
    stranger.post("/accounts/sessions/", {"others": "1"})
    assert (inside(office), inside(phone)) == (True, True)


def test_sessions_whose_time_is_over_are_not_shown(two, clock, knock, password):
    clock.move(minutes=25)
    client = Client()
    knock("organiser", password, client=client)
    shown = client.get("/accounts/sessions/").context["sessions"]
    assert [each["device"] for each in shown] == ["其他设备", PHONE[1]]


def test_sessions_that_another_password_opened_are_not_shown(two, organiser):
    assert len(sessions.open_sessions(organiser)) == 2
    organiser.set_password("correct horse battery staple")
    organiser.save()
    assert sessions.open_sessions(organiser) == []


def test_the_last_login_and_the_wrong_passwords_since_are_shown(person, knock, clock, password):
    person("officer", Role.OFFICER)
    client = Client()
    knock("officer", password)
    clock.move(days=1)
    knock("officer", address=ELSEWHERE)
    knock("officer")
    answer = knock("officer", password, client=client)
    assert answer.status_code == 302
    assert "输错过 2 次密码" in client.get("/desk/").content.decode()
    page = client.get("/accounts/sessions/")
    assert page.context["last_login"]["failed"] == 2
    assert f"2026年10月8日 09:00，来自 {OFFICE}" in page.content.decode()
    knock("officer", password, client=(fresh := Client()))
    assert fresh.get("/accounts/sessions/").context["last_login"]["failed"] == 0


def test_what_a_browser_calls_itself_is_said_in_words():
    iphone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1"
    )
    assert [device_name(each) for each in (WINDOWS[0], PHONE[0], iphone, "curl/8", "")] == [
        WINDOWS[1], PHONE[1], "苹果手机，Safari 浏览器", "其他设备", "其他设备",
    ]  # fmt: skip
