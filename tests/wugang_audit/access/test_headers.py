"""The headers of every answer: pages, files, redirects, refusals, errors; and what the site does behind TLS."""

import os
import subprocess
import sys

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.urls import path
from house import ROOT

from wugang_audit import urls
from wugang_audit.access.headers import CONTENT_SECURITY_POLICY, HEADERS, PERMISSIONS_POLICY
from wugang_audit.access.marks import public

FILE = "/static/wugang_audit/site.css"


def has_all(response):
    return {name: response.headers.get(name) for name in HEADERS} == HEADERS


@public
def breaks(request):
    raise {"500": ValueError, "400": SuspiciousOperation, "503": OperationalError}[request.GET["as"]](
        "not for people"
    )


urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500


def test_nothing_is_loaded_or_run_but_from_this_site():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert (
        rules["default-src"]
        == rules["object-src"]
        == rules["frame-ancestors"]
        == rules["base-uri"]
        == "'none'"
    )
    assert (
        rules["script-src"] == rules["connect-src"] == rules["worker-src"] == rules["form-action"] == "'self'"
    )
    assert "unsafe" not in CONTENT_SECURITY_POLICY and "*" not in CONTENT_SECURITY_POLICY


def test_camera_and_place_are_for_our_own_pages_and_the_rest_for_nobody():
    rules = dict(rule.split("=") for rule in PERMISSIONS_POLICY.split(", "))
    assert {name for name, whom in rules.items() if whom == "(self)"} == {"camera", "geolocation"}
    assert set(rules.values()) == {"(self)", "()"}
    assert {"microphone", "usb", "payment"} <= set(rules)


def test_a_page_a_file_and_what_is_not_there_carry_all_headers(client, db):
    for url, status in {
        "/": 200,
        FILE: 200,
        "/static/nothing.css": 404,
        "/nowhere/": 404,
        "/desk/": 302,
    }.items():
        response = client.get(url)
        assert (response.status_code, has_all(response)) == (status, True), url


def test_so_do_all_files_of_the_site(client):
    for finder in finders.get_finders():
        for name, _ in finder.list(None):
            assert has_all(client.head(f"/static/{name}")), name


def test_no_file_is_opened_to_the_pages_of_others(client):
    assert "Access-Control-Allow-Origin" not in client.get(FILE).headers


def test_no_script_can_read_a_cookie(client, db, organiser, password):
    client.post("/accounts/login/", {"username": "organiser", "password": password})
    client.get("/accounts/second_factor/set_up/")
    assert {"sessionid", "csrftoken"} <= set(client.cookies)
    assert all(cookie["httponly"] for cookie in client.cookies.values())


def test_so_does_an_answer_without_content(client, db):
    first = client.get(FILE)
    response = client.get(FILE, headers={"If-None-Match": first.headers["ETag"]})
    assert response.status_code == 304 and has_all(response)


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "trace", "head"])
def test_so_does_each_method(method, client, db):
    for url in ("/", FILE, "/accounts/login/", "/accounts/logout/", "/nowhere/"):
        assert has_all(getattr(client, method)(url)), url


def test_so_does_the_answer_to_a_wrong_host(client, db):
    for url in ("/", FILE, "/nowhere/"):
        response = client.get(url, headers={"Host": "elsewhere.example"})
        assert has_all(response), url
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", ["400", "500", "503"])
def test_so_does_an_answer_to_a_fault(status, db):
    response = Client(raise_request_exception=False).get(f"/breaks/?as={status}")
    assert response.status_code == int(status) and has_all(response)


def test_a_visit_page_keeps_its_own_stricter_word(published_draw, client):
    token = published_draw.selections.first().inspection.token
    assert client.get(f"/visit/{token}/").headers["Referrer-Policy"] == "no-referrer"


# --- behind TLS ----------------------------------------------------------------------------------------------
@pytest.fixture
def over_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return Client()


def test_who_comes_without_tls_is_sent_there_with_all_headers(over_tls):
    response = over_tls.get("/draws/?page=2")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/draws/?page=2")
    assert has_all(response) and "Strict-Transport-Security" not in response.headers


def test_with_tls_every_answer_says_that_it_stays_so(over_tls, db):
    for url in ("/", FILE, "/nowhere/"):
        response = over_tls.get(url, headers={"X-Forwarded-Proto": "https"})
        assert response["Strict-Transport-Security"] == "max-age=31536000", url
    wrong = over_tls.get("/", headers={"X-Forwarded-Proto": "https", "Host": "elsewhere.example"})
    assert wrong["Strict-Transport-Security"] == "max-age=31536000" and wrong.status_code == 400


def test_a_redirect_goes_to_no_foreign_host(over_tls):
    response = over_tls.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400 and "elsewhere.example" not in response.content.decode()
    response = over_tls.get("/", headers={"X-Forwarded-Host": "elsewhere.example"})
    assert response["Location"] == "https://testserver/"


def test_without_the_setting_no_forwarded_word_about_tls_is_believed(client, db):
    response = client.get("/", headers={"X-Forwarded-Proto": "https"})
    assert response.status_code == 200 and "Strict-Transport-Security" not in response.headers


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    env = os.environ | {
        "SERVED_OVER_TLS": "True",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db",
    }
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests set it, for themselves
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and "no issues (2 silenced)" in done.stdout, done.stderr
