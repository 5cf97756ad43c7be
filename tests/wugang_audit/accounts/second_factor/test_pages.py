"""The pages as a person meets them: first log-in, later log-ins, a lost phone, one's own authenticator, the demonstration."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from wugang_audit.accounts import lockout
from wugang_audit.accounts.models import User
from wugang_audit.accounts.second_factor import codes, enrol_for_demo
from wugang_audit.accounts.second_factor.models import Authenticator
from wugang_audit.accounts.second_factor.session import SETTING_UP
from wugang_audit.audit.models import AuditEntry

PAGE = "/accounts/second_factor/"
OWN = "/accounts/authenticator/"
RECOVERY = re.compile(r"<code>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</code>")


def text(response):
    return response.content.decode()


def error(response):
    """What stands beside the field."""
    return re.search(r'id="id_code_error"><p>([^<]*)</p>', text(response)).group(1)


def shown_now(client):
    """The code that an app shows which has just scanned the page."""
    return codes.six_digits(client.session[SETTING_UP][0], codes.current_step(timezone.now()))


@pytest.fixture
def with_password(password):
    """Log in on the page itself, and go where it leads."""

    def do(user, password=password, **more):
        client = Client()
        form = {"username": user.username, "password": password, **more}
        return client, client.post("/accounts/login/", form, follow=True)

    return do


def test_a_first_log_in_leads_over_password_app_and_recovery_codes_to_the_desk(
    organiser, with_password, password, clock
):
    User.objects.filter(pk=organiser.pk).update(must_change_password=True)
    client, answer = with_password(organiser)
    assert answer.redirect_chain[-1][0] == "/accounts/password_change/"
    new = "another-long-password-7"
    change = {"old_password": password, "new_password1": new, "new_password2": new}
    answer = client.post("/accounts/password_change/", change, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}set_up/?next=%2Fdesk%2F"
    assert "每 30 秒换一个六位数字" in text(answer) and "以后再说" not in text(answer)
    answer = client.post(f"{PAGE}set_up/", {"next": "/ceremony/"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}scan/?next=%2Fceremony%2F"
    seed = client.session[SETTING_UP][0]
    page = text(answer)
    assert codes.typed_secret(seed) in page and 'src="data:image/svg+xml' in page
    assert re.search(r'href="otpauth://totp/organiser\?secret=[A-Z2-7]{32}&amp;issuer=%E5', page)
    again = text(client.get(f"{PAGE}scan/"))
    assert codes.typed_secret(seed) in again  # whoever scanned and reloads has not scanned in vain
    answer = client.post(f"{PAGE}scan/", {"code": shown_now(client), "next": "/ceremony/"})
    recovery = RECOVERY.findall(text(answer))
    assert (len(set(recovery)), 'href="/ceremony/"' in text(answer)) == (10, True)
    assert "no-store" in answer.headers["Cache-Control"]
    assert SETTING_UP not in client.session
    assert not any(code in str(dict(client.session)) for code in recovery)
    assert client.get("/desk/").status_code == 200
    assert client.post(f"{PAGE}scan/", {"code": "123456"})["Location"].startswith(f"{PAGE}set_up/")
    told = str(list(AuditEntry.objects.values()))
    assert "启用验证器" in told and not any(code in told for code in (*recovery, seed))


def test_an_app_that_shows_another_code_is_not_kept(organiser, login, clock):
    client = login(organiser, password_only=True)
    client.post(f"{PAGE}set_up/")
    clock.move(minutes=-7)
    late = shown_now(client)
    clock.move(minutes=7)
    assert "相差约 7 分钟" in error(client.post(f"{PAGE}scan/", {"code": late}))
    assert "验证码不对" in error(client.post(f"{PAGE}scan/", {"code": "000000"}))
    assert "请输入" in error(client.post(f"{PAGE}scan/", {"code": ""}))
    assert not Authenticator.objects.exists()
    assert client.get("/desk/").status_code == 302


def test_of_two_pages_that_set_up_an_app_the_first_wins(organiser, login, clock):
    first, second = (login(organiser, password_only=True) for _ in range(2))
    for client in (first, second):
        client.post(f"{PAGE}set_up/")
    late = shown_now(second)
    first.post(f"{PAGE}scan/", {"code": shown_now(first)})
    assert second.post(f"{PAGE}scan/", {"code": late})["Location"].startswith(PAGE)
    assert Authenticator.objects.count() == 1
    assert second.get("/desk/")["Location"].startswith(PAGE)


def test_a_set_up_is_not_finished_after_half_an_hour(organiser, login, monkeypatch):
    client = login(organiser, password_only=True)
    client.post(f"{PAGE}set_up/")
    session = client.session
    seed, replaces, begun = session[SETTING_UP]
    session[SETTING_UP] = [seed, replaces, begun - 1801]
    session.save()
    assert client.get(f"{PAGE}scan/")["Location"].startswith(f"{PAGE}set_up/")


def test_a_later_log_in_asks_for_six_digits_and_goes_where_one_wanted(organiser, enrol, app, with_password):
    enrol(organiser)
    client, answer = with_password(organiser, next="/ceremony/")
    assert answer.redirect_chain[-1][0] == f"{PAGE}?next=%2Fceremony%2F"
    page = text(answer)
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page
    assert 'name="next" value="/ceremony/"' in page and f'href="{PAGE}recovery/?next=/ceremony/"' in page
    key = client.session.session_key
    wrong = client.post(PAGE, {"code": "000000", "next": "/ceremony/"})
    assert "验证码不对" in error(wrong) and 'name="next" value="/ceremony/"' in text(wrong)
    assert "000000" not in text(wrong)
    answer = client.post(PAGE, {"code": app(organiser), "next": "/ceremony/"})
    assert (answer.status_code, answer["Location"]) == (302, "/ceremony/")
    assert client.session.session_key != key  # who knew the session before the code does not know it now
    assert client.get("/ceremony/").status_code == 200
    assert client.get(PAGE)["Location"] == "/desk/"


def test_an_address_is_known_and_the_last_log_in_told_only_once_the_code_was_given(
    organiser, enrol, app, with_password
):
    def told(client):
        return client.get("/accounts/sessions/").context["last_login"]

    enrol(organiser)
    here = "127.0.0.1"
    with_password(organiser, password="wrong")
    with_password(organiser)  # who knows the password alone
    assert not lockout.is_known(organiser, here)
    client, _ = with_password(organiser)
    client.post(PAGE, {"code": "000000"})
    assert not lockout.is_known(organiser, here)
    client.post(PAGE, {"code": app(organiser)})
    assert lockout.is_known(organiser, here)
    assert "输错过 1 次密码" in text(client.get("/desk/")) and told(client)["failed"] == 1
    client.post(OWN, {"code": app(organiser, 30), "step": "replace"})
    client.post(f"{PAGE}scan/", {"code": shown_now(client)})
    assert told(client)["failed"] == 1  # another phone is no other log-in


def test_a_first_app_makes_a_log_in_whole_too(organiser, with_password, clock):
    client, _ = with_password(organiser)
    client.post(f"{PAGE}set_up/")
    assert not lockout.is_known(organiser, "127.0.0.1")
    client.post(f"{PAGE}scan/", {"code": shown_now(client)})
    assert lockout.is_known(organiser, "127.0.0.1")


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_to_another_site(organiser, enrol, app, login, wanted):
    enrol(organiser)
    client = login(organiser, password_only=True)
    assert client.post(PAGE, {"code": app(organiser), "next": wanted})["Location"] == "/desk/"


def test_a_recovery_code_lets_in_once_and_says_when_few_are_left(organiser, enrol, login):
    recovery = enrol(organiser)
    for used, code in enumerate(recovery[:8], 1):
        client = login(organiser, password_only=True)
        answer = client.post(f"{PAGE}recovery/", {"code": code}, follow=True)
        assert answer.redirect_chain == [("/desk/", 302)]
        assert (f"恢复码只剩 {10 - used} 个" in text(answer)) == (used >= 7)
    client = login(organiser, password_only=True)
    assert "已经用过" in error(client.post(f"{PAGE}recovery/", {"code": recovery[0]}))


def test_ones_own_page_makes_new_recovery_codes_against_a_code(organiser, enrol, app, login):
    recovery = enrol(organiser)
    client = login(organiser)
    assert "还剩 10 个" in text(client.get(OWN))
    wrong = client.post(OWN, {"code": "000000", "step": "codes"})
    assert "验证码不对" in error(wrong) and not RECOVERY.findall(text(wrong))
    fresh = RECOVERY.findall(text(client.post(OWN, {"code": app(organiser), "step": "codes"})))
    assert (len(fresh), set(fresh) & set(recovery)) == (10, set())


def test_another_phone_replaces_the_old_one_against_a_recovery_code(organiser, enrol, app, login, clock):
    recovery = enrol(organiser)
    old = app(organiser)
    client, other = login(organiser), login(organiser)
    assert "验证码不对" in error(client.post(OWN, {"code": "000000", "step": "replace"}))
    assert client.get(f"{PAGE}scan/")["Location"].startswith(f"{PAGE}set_up/")
    assert client.post(OWN, {"code": recovery[0], "step": "replace"})["Location"] == f"{PAGE}scan/"
    assert "旧手机上的验证器" in text(client.get(f"{PAGE}scan/"))
    assert other.get("/desk/").status_code == 200  # nothing has changed until the new app shows its code
    answer = client.post(f"{PAGE}scan/", {"code": shown_now(client)})
    assert len(RECOVERY.findall(text(answer))) == 10
    assert client.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302
    clock.move(minutes=1)
    assert "验证码不对" in error(other.post(PAGE, {"code": old}))
    assert "已经用过" in error(other.post(f"{PAGE}recovery/", {"code": recovery[1]}))


def test_who_may_go_without_sets_up_an_app_against_the_password_alone(officers, login, password, clock):
    client = login(officers[0].user)
    page = f"{PAGE}set_up/"
    assert 'autocomplete="current-password"' in text(client.get(page))
    for typed, words in (("", "请先输入"), ("not-the-password", "密码不对")):
        answer = client.post(page, {"password": typed})
        assert answer.status_code == 200 and words in text(answer) and "data-error-summary" in text(answer)
        assert client.get(f"{PAGE}scan/")["Location"].startswith(page)
    assert client.post(page, {"password": password})["Location"].startswith(f"{PAGE}scan/")


def test_an_open_session_is_no_place_to_try_the_password_for_an_app(officers, login, password):
    client = login(officers[0].user)
    for _ in range(4):
        assert client.post(f"{PAGE}set_up/", {"password": "guess"}).status_code == 200
    assert client.post(f"{PAGE}set_up/", {"password": "guess"})["Location"] == "/accounts/login/"
    assert client.post(f"{PAGE}set_up/", {"password": password})["Location"].startswith("/accounts/login/")
    assert AuditEntry.objects.filter(action="多次输错密码，退出").count() == 1


def test_only_officers_are_offered_to_go_without(organiser, officers, enrol, app, login, password):
    enrol(organiser)
    client = login(organiser)
    assert "停用验证器" not in text(client.get(OWN))
    assert "不能停用" in error(client.post(OWN, {"code": app(organiser), "step": "remove"}))
    user = officers[0].user
    client = login(user)
    assert f'href="{OWN}">设置手机验证器' in text(client.get("/desk/"))
    assert "以后再说" in text(client.get(OWN, follow=True))
    client.post(f"{PAGE}set_up/", {"password": password})
    client.post(f"{PAGE}scan/", {"code": shown_now(client)})
    assert "停用验证器" in text(client.get(OWN))
    recovery = enrol(User.objects.get(pk=user.pk))
    client = login(User.objects.get(pk=user.pk))
    client.post(OWN, {"code": recovery[0], "step": "remove"})
    assert login(user, password_only=True).get("/desk/").status_code == 200


@pytest.fixture
def demo_account(organiser, clock):
    enrol_for_demo(organiser)
    return organiser


def test_the_demonstration_shows_its_code_and_fills_it_in(demo_account, app, login, settings):
    settings.DEMO = True
    for _ in range(2):  # the next visitor, within the same half minute
        client = login(demo_account, password_only=True)
        page = text(client.get(PAGE))
        assert "演示系统" in page and f'value="{app(demo_account)}"' in page
        assert client.post(PAGE, {"code": app(demo_account)})["Location"] == "/desk/"
    assert app(demo_account) in text(client.get(OWN))


def test_a_visitor_of_the_demonstration_may_take_his_time(demo_account, app, login, settings, clock):
    settings.DEMO = True
    client = login(demo_account, password_only=True)
    filled_in = app(demo_account)
    clock.move(minutes=5)
    assert client.post(PAGE, {"code": filled_in})["Location"] == "/desk/"
    settings.DEMO = False
    again = login(demo_account, password_only=True)
    assert "相差约 5 分钟" in error(again.post(PAGE, {"code": filled_in}))


def test_a_visitors_new_account_needs_no_phone_either(reviewer, login, settings, clock):
    settings.DEMO = True
    client = login(reviewer, password_only=True)
    client.post(f"{PAGE}set_up/")
    assert f'value="{shown_now(client)}"' in text(client.get(f"{PAGE}scan/"))


def test_no_page_of_a_real_site_shows_a_code(demo_account, reviewer, app, login, settings, clock):
    settings.DEMO = False
    client = login(demo_account, password_only=True)
    shown = app(demo_account)
    for page in (PAGE, f"{PAGE}recovery/"):
        assert shown not in text(client.get(page)) and "演示" not in text(client.get(page))
    assert shown not in text(login(demo_account).get(OWN))
    new = login(reviewer, password_only=True)
    new.post(f"{PAGE}set_up/")
    page = text(new.get(f"{PAGE}scan/"))
    assert shown_now(new) not in page and "演示" not in page
    client.post(PAGE, {"code": shown})
    clock.move(seconds=1)
    again = login(demo_account, password_only=True)
    assert "已经用过" in error(again.post(PAGE, {"code": shown}))


def test_nothing_of_an_authenticator_is_in_the_admin(security, login, enrol, organiser):
    enrol(organiser)
    seed = Authenticator.objects.get(user=organiser).seed
    client = login(security)
    for page in ("", "wugang_audit/", "wugang_audit/user/", f"wugang_audit/user/{organiser.pk}/change/"):
        shown = text(client.get(f"/admin/{page}"))
        assert seed not in shown and organiser.second_factor not in shown
    for model in ("authenticator", "recoverycode"):
        assert client.get(f"/admin/wugang_audit/{model}/").status_code == 404


def test_a_code_stands_in_no_log(organiser, enrol, app, login, caplog):
    recovery = enrol(organiser)
    caplog.set_level("DEBUG")
    client = login(organiser, password_only=True)
    shown = app(organiser)
    client.post(PAGE, {"code": "000000"})
    client.post(PAGE, {"code": shown})
    login(organiser, password_only=True).post(f"{PAGE}recovery/", {"code": recovery[0]})
    secret = codes.typed_secret(Authenticator.objects.get(user=organiser).seed)
    named = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(word in line for line in named for word in (shown, recovery[0], secret))
