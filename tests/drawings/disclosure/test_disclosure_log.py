"""The public log is recomputed whole each time its page is opened."""

import pytest

from drawings import public_log
from drawings.models import LogEntry
from drawings.protocol import verify
from wugang_audit.audit.models import AuditEntry


def test_the_page_says_that_the_whole_chain_holds(published_draw, stranger):
    text = stranger.get("/log/").content.decode()
    assert f"全部 {LogEntry.objects.count()} 条前后相连" in text
    assert stranger.get("/log/?page=2").context["chain"] is None


def test_the_page_says_what_a_head_of_the_audit_trail_is(frozen_draw, stranger):
    text = stranger.get("/log/").content.decode()
    index = AuditEntry.objects.get(action="冻结名单").index
    assert "2. 审计链头" in text and f"审计记录第 {index} 条" in text
    assert "/draws/audit/" not in text  # it is about the site: no draw to go to
    draw_page = stranger.get("/draws/2026Q4/").content.decode()
    assert "公布承诺" in draw_page and "审计链头" not in draw_page


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


def chain_anew(forge):
    """Compute every chain value again, as somebody could who owns the database."""
    chain = public_log.START
    for row in LogEntry.objects.order_by("index"):
        chain = verify.chain(chain, row.index, row.time, row.kind, row.subject, row.digest)
        forge(LogEntry, row.pk, chain=chain)


def test_a_number_left_out_is_a_break_even_where_the_chain_was_computed_anew(published_draw, forge):
    for row in LogEntry.objects.filter(index__gt=1).order_by("-index"):
        forge(LogEntry, row.pk, index=row.index + 1)
    chain_anew(forge)
    assert public_log.recompute() == public_log.Chain(1, 2)


def test_a_time_that_descends_is_a_break_even_where_the_chain_was_computed_anew(published_draw, forge):
    forge(LogEntry, LogEntry.objects.get(index=2).pk, time="2020-01-01T00:00:00+08:00")
    chain_anew(forge)
    assert public_log.recompute() == public_log.Chain(1, 2)


# --- bundles of draws that were frozen with a verifier that knows fewer kinds ---------------------------------


def test_a_page_behind_the_last_says_so_and_leads_to_the_last(published_draw, stranger, monkeypatch):
    monkeypatch.setattr("drawings.disclosure.paging.PAGE", 3)
    page = stranger.get("/log/?page=99999")
    text, last = page.content.decode(), page.context["page"].last
    assert "没有第 99999 页" in text and "99998" not in text and f'href="?page={last}">最后一页' in text
    assert stranger.get(f"/log/?page={last}").context["page"].rows
    assert not stranger.get(f"/log/?page={last + 1}").context["page"].rows
