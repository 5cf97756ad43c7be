"""What a person sees when something is wrong, and what stands in the log about it."""

import errno
import logging
import re
import sqlite3

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import path

from wugang_audit import urls
from wugang_audit.access.errors import is_database_gone
from wugang_audit.access.log_lines import RequestFilter
from wugang_audit.access.marks import public

ENGLISH = re.compile("Traceback|Exception|Error|not for people|Forbidden|Not Found|Not Allowed|Bad Request")
FAULTS = {
    "500": ValueError, "400": SuspiciousOperation, "403": PermissionDenied, "503": OperationalError
}  # fmt: skip


@public
def breaks(request):
    raise FAULTS[request.GET["as"]]("not for people")


urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500


@pytest.fixture
def lines(settings):
    """The lines that the site's own handler would write, each with its traceback."""
    written = []
    layout = settings.LOGGING["formatters"]["line"]

    class Handler(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Handler()
    handler.addFilter(RequestFilter())
    handler.setFormatter(logging.Formatter(layout["format"], layout["datefmt"], layout["style"]))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def visitor(db):
    return Client(raise_request_exception=False)


def number_on(response):
    return re.search(r"编号 <b>([2-9A-Z]{4}-[2-9A-Z]{4})</b>", response.content.decode())[1]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", FAULTS)
def test_the_number_on_an_error_page_stands_in_the_log(status, visitor, lines):
    response = visitor.get(f"/breaks/?as={status}", REMOTE_ADDR="192.0.2.7")
    page = response.content.decode()
    assert response.status_code == int(status) and not ENGLISH.search(page)
    assert number_on(response) == response["X-Request-ID"]
    assert [line for line in lines if f"[{number_on(response)} 192.0.2.7 -]" in line]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", FAULTS)
def test_only_a_fault_of_the_site_leaves_a_traceback(status, visitor, lines):
    visitor.get(f"/breaks/?as={status}")
    assert any("Traceback" in line for line in lines) == (status == "500")
    assert any("not for people" in line for line in lines) == (status in ("500", "503", "400"))


@pytest.mark.urls(__name__)
def test_a_full_disk_is_told_and_the_file_asked_for_again_later(visitor, monkeypatch):
    monkeypatch.setitem(FAULTS, "full", lambda text: OSError(errno.ENOSPC, text))
    response = visitor.get("/breaks/?as=full")
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "服务器的存储空间满了" in page and "过后再传一次" in page and not ENGLISH.search(page)


def test_a_wrong_host_and_a_missing_page_leave_one_line_each(visitor, lines):
    response = visitor.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400 and number_on(response) in lines[0]
    response = visitor.get("/nowhere/")
    assert response.status_code == 404 and number_on(response) in lines[1]
    assert not any("Traceback" in line for line in lines) and len(lines) == 2


def test_a_form_without_its_token_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/logout/")
    assert response.status_code == 403 and "再提交一次" in response.content.decode() and number_on(response)


def test_a_forbidden_page_is_in_the_frame_of_the_site(organiser, login):
    response = login(organiser).get("/audit/")
    assert response.status_code == 403 and "主导航" in response.content.decode() and number_on(response)


def test_a_line_of_the_log_says_its_time_with_the_zone(visitor, lines):
    visitor.get("/nowhere/")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0800 WARNING ", lines[0])


def test_the_line_of_a_refusal_names_the_account(organiser, login, lines):
    response = login(organiser).get("/audit/")
    assert response.status_code == 403
    [line] = [line for line in lines if "Forbidden" in line]
    assert f"[{number_on(response)} 127.0.0.1 account {organiser.pk}]" in line
    login(organiser).get("/inspections/999999/")
    assert f"account {organiser.pk}]" in lines[-1] and "Not Found" in lines[-1]


# --- the database is away ------------------------------------------------------------------------------------
@pytest.fixture
def no_database(organiser):
    """Let every query fail as it does when the server is away."""

    def refuse(*args):
        raise OperationalError("connection refused: host db.internal") from psycopg.OperationalError()

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize(
    "url", ["/", "/draws/", "/admin/", "/desk/", "/accounts/login/", "/nowhere/", "/audit/"]
)
def test_without_the_database_a_page_says_so_and_when_to_come_again(url, no_database, lines):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    response = client.get(url)
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "数据库一时连接不上" in page and "db.internal" not in page
    assert number_on(response) in lines[0] and "db.internal" in lines[0] and "Traceback" not in lines[0]


def test_files_are_served_without_the_database(no_database, client):
    assert client.get("/static/wugang_audit/site.css").status_code == 200


def test_a_sent_form_meets_the_same_page(organiser, login):
    client = login(organiser)
    client.raise_request_exception = False

    def locked(*args):
        raise OperationalError("database is locked") from sqlite3.OperationalError()

    with connection.execute_wrapper(locked):
        response = client.post("/accounts/password_change/", {"old_password": "x"})
    assert response.status_code == 503 and "先看看是否已经保存" in response.content.decode()


@pytest.mark.parametrize(
    "error, cause, gone",
    [
        (OperationalError("database is locked"), sqlite3.OperationalError(), True),
        (OperationalError("unable to open database file"), sqlite3.OperationalError(), True),
        (OperationalError("no such table: x"), sqlite3.OperationalError(), False),
        (OperationalError("near 'x': syntax error"), sqlite3.OperationalError(), False),
        (OperationalError("connection refused"), psycopg.OperationalError(), True),
        (InterfaceError("connection already closed"), psycopg.InterfaceError(), True),
        (ValueError("locked"), None, False),
        (None, None, False),
    ],
)
def test_what_counts_as_away(error, cause, gone):
    if error:
        error.__cause__ = cause
    assert is_database_gone(error) == gone
