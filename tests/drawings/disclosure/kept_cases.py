"""What tests of kept pages share: every public page that is kept, read as it is kept and as it would be made now."""

from unittest.mock import patch

from django.db import connection
from django.test import Client

from drawings.disclosure import kept
from drawings.disclosure.kept import shelves

PAGES = (
    "/", "/items/", "/plans/", "/plans/2026/", "/plans/2026/1/", "/draws/", "/draws/2026Q4/", "/draws/2026Q4/?page=2",
    "/draws/2026Q4/?q=虚构", "/draws/2026Q4/observer/", "/organisers/", "/verify/", "/log/", "/log/?page=2", "/results/",
    "/results/?outcome=clean", "/results/?before=end", "/results/files/", "/results/dictionary/", "/units/?q=虚构", "/about/",
    "/units/suggest/?q=虚构", "/glossary/", "/firms/", "/statistics/2026/",
)  # fmt: skip


def pages(*units):
    """Return the addresses of the kept pages, those of these units with them."""
    own = [f"/units/{number}/" for number in units]
    return [*PAGES, *own, *(f"/draws/2026Q4/findings/{number}/" for number in units)]


def read(urls, client=None):
    """Return {address: (status, content)}: from what is kept, where it still counts."""
    client = client or Client(raise_request_exception=False)
    found = {}
    for url in urls:
        response = client.get(url)
        # The page of a fault has a number of its own.
        found[url] = (response.status_code, response.content if response.status_code == 200 else b"")
    return found


def read_anew(urls):
    """The same, with nothing kept and nothing remembered."""
    shelves.clear()
    with patch.object(kept, "state_now", lambda: None):
        return read(urls)


def is_kept(url, client=None):
    """Say whether an answer came from what is kept: then no query but that for the version was made."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = (client or Client()).get(url)
    assert response.status_code in (200, 304), url
    return [query["sql"] for query in captured if "publicversion" not in query["sql"]] == []
