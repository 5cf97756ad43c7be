"""Methods that an address does not know: a page that leads back, not the browser's own words."""

import pytest

from wugang_audit.access.methods import KNOWN


def test_an_address_for_forms_alone_says_so_and_leads_back(organiser, login, published_draw):
    before = f"http://testserver/ceremony/{published_draw.code}/"
    response = login(organiser).get(f"{before}publish/", headers={"Referer": before})
    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert f'href="{before}"' in page and "没有改动任何内容" in page and "编号" in page


@pytest.mark.parametrize(
    "before", ["", "https://elsewhere.example/", "javascript:alert(1)", "http://testserver/accounts/logout/"]
)
def test_who_comes_from_nowhere_else_here_is_led_to_where_he_begins(before, organiser, login, client, db):
    assert (
        'btn--primary" href="/desk/"'
        in login(organiser).get("/accounts/logout/", headers={"Referer": before}).content.decode()
    )
    assert (
        'btn--primary" href="/"'
        in client.get("/accounts/logout/", headers={"Referer": before}).content.decode()
    )


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
