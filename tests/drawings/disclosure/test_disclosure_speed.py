"""However many rows: the same number of queries, and no counting of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.ceremony import verbs
from drawings.models import Inspection, LogEntry, Selection


def queries_of(stranger, url):
    with CaptureQueriesContext(connection) as captured:
        assert stranger.get(url).status_code == 200
    return [query["sql"] for query in captured]


@pytest.fixture
def grow(draw_in, report, item, organiser, freeze):
    """Return two functions: the first makes one of everything, the second two more."""
    draw = draw_in("published")

    def one():
        report(Inspection.objects.filter(selection__draw=draw)[0])

    def more():
        for inspection in Inspection.objects.filter(selection__draw=draw)[1:3]:
            report(inspection)
        for quarter in (1, 2):
            other = freeze(verbs.start(year=2026, quarter=quarter, item=item, actor=organiser))
            verbs.draw_from_system(draw=other, actor=organiser)
            other.refresh_from_db()
            verbs.publish(draw=other, actor=organiser)
            report(Inspection.objects.filter(selection__draw=other)[0])

    return one, more


def test_every_page_asks_as_often_for_three_rows_as_for_one(grow, stranger):
    one, more = grow
    one()
    number = Selection.objects.first().source.number
    urls = ["/", "/items/", "/plans/", "/plans/2026/", "/draws/", "/draws/2026Q4/", "/draws/2026Q4/observer/", "/log/", "/results/",
            f"/units/{number}/", "/about/", "/draws/2026Q4/pool.tsv", "/draws/2026Q4/bundle.zip"]  # fmt: skip
    for url in urls:
        stranger.get(url)  # what follows from a frozen file is counted once in a process
    before = {url: len(queries_of(stranger, url)) for url in urls}
    rows = LogEntry.objects.count()
    more()
    assert LogEntry.objects.count() > rows
    for url in urls:
        stranger.get(url)  # the new draws' files too
    after = {url: len(queries_of(stranger, url)) for url in urls}
    # One more where chance has drawn the unit again, and that visit is still due.
    assert before.pop(f"/units/{number}/") == 28 and after.pop(f"/units/{number}/") in (28, 29)
    assert after == before
    # Findings and texts are read from the tables for a bundle, in one query per kind of thing.
    assert after.pop("/draws/2026Q4/bundle.zip") <= 25
    # One of them the bureau at the foot of every page, one the law by date, one what is hidden, one what is awaited.
    assert max(after.values()) <= 23


def test_lists_are_never_counted(grow, stranger):
    one, _ = grow
    one()
    for url in ("/results/", "/log/", "/draws/"):
        assert not any("COUNT(" in sql for sql in queries_of(stranger, url)), url
