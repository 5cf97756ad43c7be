"""What no browser of ours sends is refused or forgotten, before a session, a view or the database sees it."""

import io

import pytest
from django.core.exceptions import ValidationError

from wugang_audit.access.keys import KeysField, key_of
from wugang_audit.accounts.login_models import UserSession
from wugang_audit.accounts.models import User


@pytest.mark.parametrize(
    "path", ["/", "/units/", "/results/", "/accounts/login/", "/nowhere/", "/draws/2026Q4/"]
)
@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=1", "next=%00", "page=1&q=1&q=%00"])
def test_a_query_with_a_nul_is_refused(path, query, stranger, db):
    assert stranger.get(f"{path}?{query}").status_code == 400


def test_a_form_with_a_nul_is_refused_everywhere(login, cast_of_staff):
    for user, path in cast_of_staff:
        assert login(user).post(path, {"decision": "confirm", "seen": "a\0"}).status_code == 400, path
        assert login(user).post(path, {"a\0": "1"}).status_code == 400, path


@pytest.fixture
def cast_of_staff(admin, security, organiser, head, draft):
    return [
        (organiser, f"/ceremony/{draft.code}/freeze/"),
        (organiser, f"/ceremony/{draft.code}/confirm/"),
        (head, "/accounts/password_change/"),
        (admin, "/admin/sources/pollutionsource/add/"),
        (security, "/admin/wugang_audit/user/add/"),
    ]


def test_a_cookie_with_a_nul_is_nobodys_session(stranger, django_assert_num_queries, db):
    stranger.cookies["sessionid"] = "\0" + "a" * 31
    with django_assert_num_queries(1):  # the bureau at the foot of the page
        assert stranger.get("/accounts/login/").status_code == 200
    assert UserSession.objects.count() == 0


def test_junk_in_one_cookie_leaves_the_others_alone(login, head):
    client = login(head)
    client.cookies["other"] = "a\0"
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "charset", ["rot13", "utf-7", "utf-16", "raw_unicode_escape", "nonsense", "undefined"]
)
def test_a_form_is_utf8_whatever_it_claims(charset, transactional_db):  # a server closes its connections
    kinds = {
        f"application/x-www-form-urlencoded; charset={charset}": b"username=%E7%94%B2&password=1",
        f"multipart/form-data; boundary=x; charset={charset}": b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\\ud800\r\n--x--\r\n',
    }
    for kind, body in kinds.items():
        assert asked(kind, body) in ("403 Forbidden", "200 OK")  # 403: there is no token in it


def asked(content_type: str, body: bytes, length: str | None = None) -> str:
    """Post to the log-in page through the very server that gunicorn starts; return its status."""
    from wugang_audit.wsgi import (
        application,  # looks at the triggers as it starts: not before there are tables
    )

    statuses = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/accounts/login/", "QUERY_STRING": "next=/desk/", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.1", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    list(application(environ, lambda status, headers: statuses.append(status)))
    return statuses[0]


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "٣", "9" * 30])
def test_a_length_that_is_no_number_is_refused(length, db):
    assert asked("application/x-www-form-urlencoded", b"", length) == "400 Bad Request"


def test_a_key_is_what_a_database_can_hold():
    assert key_of("1") == 1 and key_of(str(2**63 - 1)) == 2**63 - 1
    for junk in (
        "",
        None,
        "0",
        "-1",
        "01",
        " 1",
        "1\n",
        "１",
        "٣",
        "²",
        "1e3",
        "x",
        "\0",
        str(2**63),
        "9" * 5000,
    ):
        assert key_of(junk) is None


def test_rows_are_chosen_by_what_can_be_a_key(head):
    field = KeysField(User.objects.all())
    assert list(field.clean([str(head.pk)])) == [head]
    for junk in (f" {head.pk}", f"0{head.pk}", str(2**63), "9" * 5000, "x", "\0"):
        with pytest.raises(ValidationError) as refused:
            field.clean([junk])
        assert refused.value.code == "invalid_pk_value"
