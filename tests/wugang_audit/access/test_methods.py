"""Methods that an address does not know: a page that leads back, not the browser's own words."""

import io

import pytest

from wugang_audit.access.methods import KNOWN, without_body_for_head


def test_a_method_without_use_gets_a_page_that_leads_back(organiser, login, published_draw):
    before = f"http://testserver/ceremony/{published_draw.code}/"
    response = login(organiser).put(f"{before}publish/", headers={"Referer": before})
    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, ", ".join(KNOWN))
    assert f'href="{before}"' in page and "没有改动任何内容" in page and "编号" in page


@pytest.mark.parametrize("before", ["", "https://elsewhere.example/", "javascript:alert(1)"])
def test_who_comes_from_nowhere_else_here_is_led_to_where_he_begins(before, organiser, login, client, db):
    for who, start in ((login(organiser), "/desk/"), (client, "/")):
        page = who.put("/results/", headers={"Referer": before}).content.decode()
        assert f'btn--primary" href="{start}"' in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
@pytest.mark.parametrize("url", ["/", "/desk/", "/admin/", "/accounts/login/", "/ceremony/"])
def test_what_no_page_is_for_is_refused(method, url, organiser, login):
    response = login(organiser).generic(method, url)
    assert (response.status_code, response["Allow"]) == (405, ", ".join(KNOWN))


def test_a_head_is_a_page_without_its_text(client, db):
    response = client.head("/")
    assert response.status_code == 200 and response.content == b""


def test_a_page_that_was_asked_for_with_a_body_ignores_it(client, db):
    assert client.generic("GET", "/", b"q=1").status_code == 200


def served(method, path):
    """Ask the very server that gunicorn starts; return the status, the headers and the body that it hands over."""
    from wugang_audit.wsgi import (
        application,  # looks at the triggers as it starts: not before there are tables
    )

    said = []
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.1", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    body = b"".join(application(environ, lambda status, headers: said.extend((status, dict(headers)))))
    return said[0], said[1], body


@pytest.mark.parametrize("path", ["/", "/static/wugang_audit/site.css", "/nowhere/"])
def test_a_head_gives_the_server_no_text_to_throw_away(path, transactional_db):  # it closes its connections
    status, headers, body = served("GET", path)
    assert len(body) == int(headers["Content-Length"]) > 0
    again, same, nothing = served("HEAD", path)
    assert (again, same["Content-Type"], nothing) == (status, headers["Content-Type"], b"")
    # A page differs by a few signs each time: a nonce, the number of the request.
    assert abs(int(same["Content-Length"]) - len(body)) < 100


def test_what_is_not_sent_is_closed_all_the_same():
    class Answer(list):
        closed = 0

        def close(self):
            self.closed += 1

    answer = Answer([b"text"])
    application = without_body_for_head(lambda environ, start_response: answer)
    assert application({"REQUEST_METHOD": "HEAD"}, None) == [] and answer.closed == 1
    assert application({"REQUEST_METHOD": "GET"}, None) is answer and answer.closed == 1
