"""The public log is recomputed whole each time its page is opened."""

import pytest

from drawings import public_log
from drawings.models import LogEntry
from drawings.protocol import verify


def test_the_page_says_that_the_whole_chain_holds(published_draw, stranger):
    text = stranger.get("/log/").content.decode()
    assert f"全部 {LogEntry.objects.count()} 条前后相连" in text
    assert stranger.get("/log/?page=2").context["chain"] is None


@pytest.mark.parametrize(
    "change",
    [{"digest": "0" * 64}, {"subject": "2026Q3"}, {"time": "2020-01-01T00:00:00+08:00"}, {"index": 99}],
)
def test_a_changed_row_breaks_the_chain_where_it_stands(published_draw, stranger, forge, change):
    row = LogEntry.objects.get(index=2)
    forge(LogEntry, row.pk, **change)
    assert public_log.recompute() == public_log.Chain(1, 2)
    assert "第 2 条对不上" in stranger.get("/log/").content.decode()


def test_a_row_whose_chain_was_forged_too_breaks_the_next_one(published_draw, forge):
    row = LogEntry.objects.get(index=2)
    first = LogEntry.objects.get(index=1).chain
    chain = verify.chain(first, 2, row.time, row.kind, row.subject, "0" * 64)
    forge(LogEntry, row.pk, digest="0" * 64, chain=chain)
    assert public_log.recompute() == public_log.Chain(2, 3)
