"""What is worked out from names is kept, and yet a withdrawal shows at once: the database says under what it is kept.

Nothing here tells the pages of a withdrawal, so it makes no difference which process has made it.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hat_cases import frozen_with

from drawings.amendments import withdrawals
from drawings.models import DrawNames
from drawings.models.names import officer_names
from drawings.protocol import verify

URL, GONE = "/draws/2026Q4/", "名称已撤下"


def withdraw(draw, kind, *idents):
    withdrawals.withdraw(draw=draw, kind=kind, reason="到期", actor=None, idents=idents or None)


@pytest.fixture
def pair(organiser):
    """Two draws: one unit is left out of both, one stood in the first alone."""
    rows = [("u1", "general", "in", (), "虚构甲厂"), ("u2", "general", "stopped", (), "虚构乙厂")]
    left = ("u3", "general", "in", (), "虚构丙厂")
    before = frozen_with(organiser, [*rows, left], {"general": 1}, code="2026Q3", state="void")
    changes = {"since": "2026Q3", "counts": {}}
    return before, frozen_with(organiser, rows, {"general": 1}, state="void", changes=changes)


def listed(stranger):
    """The names in the lists of the page, by number."""
    hat = stranger.get(URL).context["page"].hat
    return {row.number: row.name for listing in (*hat.left_out, *hat.changed) for row in listing.rows}


def digest_shown(stranger):
    files = stranger.get(URL).context["page"].files
    return next(file.digest for file in files if file.name == verify.NAMES)


def test_a_second_view_reads_no_names(pair, stranger):
    stranger.get(URL)
    with CaptureQueriesContext(connection) as captured:
        text = stranger.get(URL).content.decode()
    assert "虚构乙厂" in text and "虚构丙厂" in text
    assert [query["sql"] for query in captured if DrawNames._meta.db_table in query["sql"]] == []


def test_a_withdrawn_name_leaves_the_lists_of_the_page_at_once(pair, stranger):
    before, draw = pair
    assert listed(stranger) == {"u2": "虚构乙厂", "u3": "虚构丙厂"}
    withdraw(before, "unit", "u3")
    assert listed(stranger) == {"u2": "虚构乙厂", "u3": GONE}
    withdraw(draw, "unit", "u2")
    withdraw(before, "unit", "u2")
    assert listed(stranger) == {"u2": GONE, "u3": GONE}
    assert "虚构乙厂" not in stranger.get(URL).content.decode()


def test_the_digest_of_the_names_is_that_of_today(pair, stranger):
    _, draw = pair
    assert digest_shown(stranger) == verify.digest(DrawNames.objects.get(draw=draw).content)
    kept = stranger.get(f"{URL}names.tsv")
    assert stranger.get(f"{URL}names.tsv", headers={"If-None-Match": kept["ETag"]}).status_code == 304
    withdraw(draw, "unit", "u1")
    assert digest_shown(stranger) == verify.digest(DrawNames.objects.get(draw=draw).content)
    again = stranger.get(f"{URL}names.tsv", headers={"If-None-Match": kept["ETag"]})
    assert again.status_code == 200 and "虚构甲厂" not in again.content.decode()


def test_a_search_that_was_made_before_finds_a_withdrawn_name_no_more(pair, make_source, stranger):
    before, _ = pair
    make_source(3, number="u3", name="虚构丙厂")

    def outside(text):
        answer = stranger.get(URL, {"q": text}).context["page"].hat.answer
        return [unit.name for unit in answer.outside]

    withdraw(before, "unit", "u1")  # so that the names of this draw are looked at
    assert outside("丙厂") == ["虚构丙厂"]
    withdraw(before, "unit", "u3")
    assert outside("丙厂") == []
    assert outside("u3") == [GONE]


def test_officers_names_are_those_of_today(published_draw):
    names = dict(officer_names(published_draw.pk))
    assert names == published_draw.names_of("officer") and len(names) == 3
    with CaptureQueriesContext(connection) as captured:
        assert officer_names(published_draw.pk) == names
    assert len(captured) == 1
    first = min(names)
    withdraw(published_draw, "officer", first)
    assert officer_names(published_draw.pk) == {
        number: name for number, name in names.items() if number != first
    }
    withdraw(published_draw, "officer")
    assert officer_names(published_draw.pk) == {}
