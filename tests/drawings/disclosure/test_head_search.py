"""The search for a unit stands in the head of every page for the public; the exceptions are named here, each with its reason."""

import re

import pytest

# The page whose own, larger search this is: two boxes for the same would confuse.
EXEMPT = ("/units/",)


def heads(stranger, urls):
    for url in urls:
        answer = stranger.get(url)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            yield url, text, text[text.index("<header>") : text.index("</header>")]


@pytest.mark.parametrize("state", ["published", "sealed-published"])
def test_every_public_page_has_it_but_for_those_named(draw_in, state, stranger, public_urls):
    draw_in(state)
    urls = [*public_urls(), "/accounts/login/", "/say/", "/say/follow/"]
    seen = list(heads(stranger, urls))
    assert {"/", "/draws/", "/accounts/login/", "/units/"} <= {url for url, *_ in seen}
    without = {url.partition("?")[0] for url, _, head in seen if 'role="search"' not in head}
    assert without == set(EXEMPT)
    assert all('role="search"' in text or 'type="search"' in text for _, text, _ in seen)


def test_a_page_that_is_not_there_has_it_once_in_the_middle(db, stranger):
    text = stranger.get("/nowhere/").content.decode()
    assert text.count('id="site-search"') == 1 and 'role="search"' not in text[: text.index("</header>")]


def test_the_page_to_log_in_searches_without_a_script(db, stranger):
    text = stranger.get("/accounts/login/").content.decode()
    assert text.count('id="site-search"') == 1 and "search.mjs" not in text


def test_a_complaint_line_stays_with_its_number(db, stranger):
    foot = stranger.get("/").content.decode().partition("<footer")[2]
    assert re.search(r'<span class="nowrap">举报污染请拨打 <a [^>]*>12345</a></span>', foot)
    assert re.search(r'<span class="nowrap">或 <a [^>]*>12369</a></span>', foot)
