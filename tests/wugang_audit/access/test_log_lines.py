"""What must not stand in a log, and what must."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from wugang_audit.access.log_lines import RequestFilter, masked
from wugang_audit.server.access_log import AccessLog

TOKEN = "kT9_" * 10 + "abc"


@pytest.mark.parametrize(
    "line, shown",
    [
        (f"/visit/{TOKEN}/", "/visit/***/"),
        (
            f"GET /accounts/login/?next=/visit/{TOKEN}/ HTTP/1.1",
            "GET /accounts/login/?next=/visit/***/ HTTP/1.1",
        ),
        (f"/accounts/login/?next=%2Fvisit%2F{TOKEN}%2F&a=1", "/accounts/login/?next=%2Fvisit%2F***%2F&a=1"),
        ("/accounts/login/?username=a&password=b+c&x=1", "/accounts/login/?username=a&password=***&x=1"),
        ("/x/?TOKEN=abc", "/x/?TOKEN=***"),
        ("/x/?next=%2Fy%2F%3Ftoken%3Dabc%26a%3D1", "/x/?next=%2Fy%2F%3Ftoken%3D***%26a%3D1"),
        ("/x/?otp_token=123456#a", "/x/?otp_token=***#a"),
        ("/draws/2026Q4/?page=2&q=纸业", "/draws/2026Q4/?page=2&q=纸业"),
        ("/units/410481-0001/", "/units/410481-0001/"),
        ("/verify/?barcode=1", "/verify/?barcode=1"),
    ],
)
def test_what_lets_somebody_in_is_masked(line, shown):
    assert masked(line) == shown


def test_a_line_of_the_site_is_masked_with_its_arguments():
    record = logging.LogRecord("a", 20, "", 1, "Not Found: %s", (f"/visit/{TOKEN}/",), None)
    assert RequestFilter().filter(record) and record.getMessage() == "Not Found: /visit/***/"
    assert (record.reference, record.address, record.account) == ("-", "-", "-")


def test_no_control_character_reaches_the_access_log(settings):
    config = Config()
    config.set("accesslog", "-")
    response = SimpleNamespace(status="400 Bad Request", sent=5, headers=[])
    environ = {
        "REMOTE_ADDR": "10.0.0.1", "REQUEST_METHOD": "GET", "RAW_URI": "/a\x1b[2J\x9b2J\x07\r\n10.0.0.9 - \x7f纸",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_USER_AGENT": "a\nb",
    }  # fmt: skip
    atoms = AccessLog(config).atoms(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))
    assert atoms["r"] == r"GET /a\x1b[2J\x9b2J\x07\x0d\x0a10.0.0.9 - \x7f纸 HTTP/1.1"
    assert atoms["a"] == r"a\x0ab"
    assert all(value.isprintable() for value in atoms.values() if isinstance(value, str))


def test_the_access_log_shows_visitor_and_number_and_no_secret(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    config = Config()
    config.set("accesslog", "-")
    response = SimpleNamespace(status="200 OK", sent=5, headers=[("X-Request-ID", "7K3M-Q9XA")])
    environ = {
        "REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7", "REQUEST_METHOD": "GET",
        "RAW_URI": f"/visit/{TOKEN}/", "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": f"/visit/{TOKEN}/",
        "QUERY_STRING": "token=a", "HTTP_REFERER": f"http://localhost/visit/{TOKEN}/",
    }  # fmt: skip
    request = SimpleNamespace(headers=[("REFERER", environ["HTTP_REFERER"])])
    atoms = AccessLog(config).atoms(response, request, environ, timedelta(seconds=1))
    assert atoms["h"] == "192.0.2.7" and atoms["{x-request-id}o"] == "7K3M-Q9XA"
    assert atoms["r"] == "GET /visit/***/ HTTP/1.1" and atoms["q"] == "token=***"
    assert not any(TOKEN in str(value) for value in atoms.values())
