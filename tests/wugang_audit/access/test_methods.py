"""Methods that an address does not know: a page that leads back, not the browser's own words."""

import pytest

from wugang_audit.access.methods import KNOWN


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
