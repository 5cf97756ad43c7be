"""A session that ran out while a form was open: what was typed waits for its sender, and for nobody else."""

import ast
import re
from random import Random

import pytest
from django.core import signing
from django.test import Client
from house import modules
from pages import said
from signed_in import pass_second_factor

from drawings.models import Draw
from wugang_audit.accounts import unsent as unsent_module
from wugang_audit.accounts.unsent import LARGEST

HERE = {"HTTP_ORIGIN": "http://testserver"}
START = "/ceremony/"


class Tabs:
    """A browser with several tabs: it sends the tokens of the pages that it has open, and checks them on the other side."""

    def __init__(self, password):
        self.client, self.password = Client(enforce_csrf_checks=True), password

    def log_in(self, user, **more):
        self.client.cookies.pop("sessionid", None)
        token = self.token("/accounts/login/")
        typed = {"username": user.username, "password": self.password, "csrfmiddlewaretoken": token}
        answer = self.client.post("/accounts/login/", typed | more, **HERE)
        pass_second_factor(self.client)
        return answer

    def token(self, page):
        return token_of(self.client.get(page))

    def send(self, path, token, headers=HERE, **typed):
        return self.client.post(path, typed | {"csrfmiddlewaretoken": token}, **headers)

    def end_session(self):
        del self.client.cookies["sessionid"]


def token_of(response):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def carried(response):
    """Return the sealed text that a login page carries."""
    found = re.search(r'name="unsent" value="([^"]+)"', response.content.decode())
    return found and found[1]


@pytest.fixture
def tabs(password):
    return Tabs(password)


TYPED = {"year": "2031", "quarter": "2"}


def interrupted(tabs, user, **typed):
    """Log in, open the form, let the session end, send the form; return the login page that answers."""
    tabs.log_in(user)
    token = tabs.token(START)
    tabs.end_session()
    return tabs.send(START, token, **(typed or TYPED))


def log_in_again(tabs, page, user):
    typed = {"username": user.username, "password": tabs.password, "unsent": carried(page) or ""}
    typed |= {"csrfmiddlewaretoken": token_of(page), "next": START}
    answer = tabs.client.post("/accounts/login/", typed, **HERE)
    pass_second_factor(tabs.client)
    return answer


def test_what_was_typed_comes_back_after_the_login_and_is_sent_by_a_click_alone(tabs, organiser, item):
    page = interrupted(tabs, organiser, item=item.pk, **TYPED)
    assert page.status_code == 403
    assert "建立一次抽签" in page.content.decode()
    answer = log_in_again(tabs, page, organiser)
    assert answer["Location"] == "/accounts/unsent/"
    asked = tabs.client.get("/accounts/unsent/")
    text = asked.content.decode()
    assert "您登录前要提交的内容" in text
    assert "继续提交" in text and "不提交，返回" in text
    shown = {one.label: one.text for one in asked.context["shown"]}
    assert shown == {"年度": "2031", "季度": "第 2 季度", "抽查事项": str(item)}
    assert not Draw.objects.exists()
    sent = tabs.send(START, token_of(asked), item=item.pk, **TYPED)
    assert sent["Location"] == "/ceremony/2031Q2/"
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"  # it waits no longer


def test_who_does_not_want_to_send_it_is_led_back_and_it_is_gone(tabs, organiser, item):
    log_in_again(tabs, interrupted(tabs, organiser), organiser)
    assert "还没有提交" in tabs.client.get("/desk/").content.decode()
    back = tabs.send("/accounts/unsent/", tabs.token("/accounts/unsent/"))
    assert back["Location"] == START
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"
    assert "登录前填的内容还没有提交" not in tabs.client.get("/desk/").content.decode()


def test_a_wrong_password_in_between_loses_nothing(tabs, organiser, item):
    page = interrupted(tabs, organiser)
    typed = {"username": "organiser", "password": "wrong", "unsent": carried(page)}
    again = tabs.client.post("/accounts/login/", typed | {"csrfmiddlewaretoken": token_of(page)}, **HERE)
    assert again.status_code == 200
    assert carried(again) == carried(page)
    assert log_in_again(tabs, again, organiser)["Location"] == "/accounts/unsent/"


def test_it_is_never_shown_to_another_person(tabs, organiser, organiser2, item):
    page = interrupted(tabs, organiser)
    answer = log_in_again(tabs, page, organiser2)
    assert answer["Location"] == "/desk/"
    desk = tabs.client.get("/desk/")
    assert said(desk) == ["登录前没有提交的内容不是您这个账号填写的，已经放弃，没有提交。"]
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"


def test_a_form_of_nobody_known_is_only_shown_for_copying(tabs, organiser, item):
    tabs.log_in(organiser)
    token = tabs.token(START)
    del tabs.client.cookies["forms_of"]
    tabs.end_session()
    page = tabs.send(START, token, note="现场说明")
    assert carried(page) is None
    assert "现场说明" in page.content.decode()
    assert log_in_again(tabs, page, organiser)["Location"] == START


def test_no_keyed_digest_of_ours_is_sha1():
    """Django's own default is; what RFC 6238 asks for is in django-otp."""
    calls = [
        (name, node)
        for name, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "salted_hmac"
    ]
    assert {name for name, _ in calls} >= {"wugang_audit.accounts.unsent", "wugang_audit.accounts.lockout"}
    for name, node in calls:
        named = {each.arg: ast.unparse(each.value) for each in node.keywords}
        assert named.get("algorithm") == "'sha256'", name


def test_signing_out_in_another_tab_loses_nothing(tabs, organiser, item):
    tabs.log_in(organiser)
    token = tabs.token(START)
    tabs.send("/accounts/logout/", token)
    page = tabs.send(START, token, **TYPED)
    assert page["Cache-Control"] == "private, no-store"
    assert log_in_again(tabs, page, organiser)["Location"] == "/accounts/unsent/"


def test_a_stranger_gets_no_megabytes_back(tabs, organiser, item):
    token = token_of(tabs.client.get("/accounts/login/"))
    page = tabs.send(START, token, where="长" * (LARGEST + 1))
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=%2Fceremony%2F")
    assert "<b>长</b>" not in tabs.send(START, token, where="<b>长</b>").content.decode()


def test_the_idle_limit_says_whose_session_it_ended(rf, organiser):
    request = rf.post(START, TYPED)
    assert unsent_module.owner_of(request) is None
    request.session_ended_for = organiser.pk
    assert unsent_module.owner_of(request) == organiser.pk


def test_a_changed_or_old_text_is_dropped(tabs, organiser, item, monkeypatch):
    page = interrupted(tabs, organiser)
    sealed = carried(page)
    assert unsent_module.unseal(sealed[:-2] + "xx") is None
    assert unsent_module.unseal(signing.dumps({"owner": organiser.pk}, salt="another")) is None
    assert unsent_module.unseal(sealed).fields == {"year": ["2031"], "quarter": ["2"]}
    monkeypatch.setattr(unsent_module, "KEEP", -1)
    assert log_in_again(tabs, page, organiser)["Location"] == START
    assert "超过保留的时间" in said(tabs.client.get(START))[0]


def test_what_waits_is_for_its_sender_and_not_for_ever(rf, organiser, organiser2, monkeypatch):
    request = rf.post(START, TYPED)
    request.session = {}
    unsent_module.keep(request, unsent_module.gather(request, organiser.pk))
    request.user = organiser2
    assert unsent_module.kept(request) is None
    request.user = organiser
    assert unsent_module.kept(request).path == START
    monkeypatch.setattr(unsent_module, "KEEP", -1)
    assert unsent_module.kept(request) is None


def test_another_form_that_is_sent_first_leaves_it_waiting(tabs, organiser, item):
    log_in_again(tabs, interrupted(tabs, organiser), organiser)
    tabs.send("/accounts/sessions/", tabs.token("/accounts/unsent/"), others="1")
    assert tabs.client.get("/accounts/unsent/").status_code == 200


def test_passwords_files_and_very_long_texts_are_not_carried(tabs, organiser, item, tmp_path):
    page = interrupted(tabs, organiser, where="会议室", new_password1="secret-of-mine", Password="x")
    assert unsent_module.unseal(carried(page)).fields == {"where": ["会议室"]}
    tabs.log_in(organiser)
    token = tabs.token(START)
    tabs.end_session()
    file = tmp_path / "stamp.tsr"
    file.write_bytes(b"stamp")
    with file.open("rb") as upload:
        page = tabs.send(START, token, upload=upload, where="会议室")
    assert "选好的文件不能保留" in page.content.decode()
    assert unsent_module.unseal(carried(page)).had_files
    tabs.log_in(organiser)
    token = tabs.token(START)
    tabs.end_session()
    page = tabs.send(START, token, where="长" * (LARGEST + 1))
    assert carried(page) is None
    assert "内容太长" in page.content.decode()


def test_a_long_report_is_carried_in_a_login_form_of_modest_size(tabs, organiser, item):
    """Thirty points with a note of 500 characters each, all of them different."""
    random = Random(7)
    notes = {
        f"note_{n}": "".join(chr(random.randrange(0x4E00, 0x5600)) for _ in range(500)) for n in range(30)
    }
    sealed = carried(interrupted(tabs, organiser, **notes))
    assert len(sealed) < 48 * 1024
    assert unsent_module.unseal(sealed).fields == {name: [note] for name, note in notes.items()}


# --- two tabs: a new log-in in one, the form of the old log-in in the other -----------------------------------


def test_a_form_of_the_login_before_is_asked_about_and_not_lost(tabs, organiser, item):
    tabs.log_in(organiser)
    token = tabs.token(START)
    tabs.end_session()
    tabs.log_in(organiser)  # in the other tab
    answer = tabs.send(START, token, item=item.pk, **TYPED)
    assert answer["Location"] == "/accounts/unsent/"
    assert not Draw.objects.exists()
    asked = tabs.client.get("/accounts/unsent/")
    assert tabs.send(START, token_of(asked), item=item.pk, **TYPED)["Location"] == "/ceremony/2031Q2/"


def test_a_form_of_another_account_is_refused_in_words(tabs, organiser, organiser2, item):
    tabs.log_in(organiser)
    token = tabs.token(START)
    tabs.end_session()
    tabs.log_in(organiser2)
    page = tabs.send(START, token, item=item.pk, **TYPED)
    assert page.status_code == 403
    assert "另一个账号登录时打开" in page.content.decode()
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_REFERER": "http://testserver.elsewhere.example/ceremony/"},
        {},
    ],
)
def test_what_another_site_sends_is_not_even_kept(tabs, organiser, item, headers):
    tabs.log_in(organiser)
    old = tabs.token(START)
    tabs.end_session()
    tabs.log_in(organiser)
    for token in (old, "", "x" * 64, "short"):
        page = tabs.send(START, token, headers, item=item.pk, **TYPED)
        assert page.status_code == 403
        assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"
    assert not Draw.objects.exists()


@pytest.mark.parametrize("token", ["", "x" * 64, "short", "é" * 64])
def test_a_made_up_token_brings_nothing_into_the_session(tabs, organiser, item, token):
    tabs.log_in(organiser)
    assert tabs.send(START, token, item=item.pk, **TYPED).status_code == 403
    assert tabs.client.get("/accounts/unsent/")["Location"] == "/desk/"


def test_the_login_page_of_a_second_tab_leads_on(tabs, organiser, item):
    page = interrupted(tabs, organiser)
    first = log_in_again(tabs, page, organiser)
    second = log_in_again(tabs, page, organiser)  # its token is of the time before
    assert first["Location"] == second["Location"] == "/accounts/unsent/"


def test_public_addresses_keep_django_s_refusal(tabs, db):
    assert tabs.send("/accounts/login/", "", username="x", password="y").status_code == 403
    assert "sessionid" not in tabs.client.cookies


def test_public_pages_set_no_cookie(stranger, published_draw):
    page = stranger.get("/")
    assert "forms_of" not in page.cookies
