"""Posters and short texts of draws in every state, the glossary, the page for firms, and the switch for large print."""

import html
import re

import pytest

from drawings.disclosure.glossary import TERMS
from drawings.models import Selection, TeamMember

SHOWN = {
    "frozen": "要抽签了，请大家监督",
    "drawn": "号码已经产生，人人可以核对",
    "published": "抽签结束，结果公开",
    "sealed-frozen": "要抽签了，请大家监督",
    "sealed-drawn": "号码已经产生，人人可以核对",
    "sealed-published": "抽签结束，密封到检查完成",
    "sealed-lifted": "抽签结束，结果公开",
}


def test_a_poster_is_there_for_what_is_announced_drawn_or_published(draw_in, state, stranger):
    draw = draw_in(state)
    page, text = (stranger.get(f"/draws/{draw.code}/{name}") for name in ("poster/", "notice.txt"))
    if state not in SHOWN:
        assert (page.status_code, text.status_code) == (404, 404)
        return
    said = html.unescape(page.content.decode())
    assert f"<h1>{SHOWN[state]}</h1>" in said
    assert text.content.decode() in said  # the page has the very text
    assert text.content.decode().startswith(f"【{draw.title}】{SHOWN[state]}\n")
    assert "<" not in text.content.decode()
    assert f"http://testserver/draws/{draw.code}/" in text.content.decode()
    assert 'src="data:image/svg+xml' in page.content.decode()
    names = {
        *Selection.objects.values_list("name", "ticket"),
        *TeamMember.objects.values_list("name", "name"),
    }
    for name, other in names:
        assert name not in text.content.decode()
        assert f">{name}<" not in said
        assert other not in said or len(other) == 1


def test_a_poster_of_a_quarter_without_a_draw_is_not_there(stranger, db):
    assert stranger.get("/draws/2031Q1/poster/").status_code == 404


def test_every_term_stands_once_in_the_glossary_and_every_link_to_it_arrives(stranger, db):
    text = stranger.get("/glossary/").content.decode()
    anchors = [term.anchor for term in TERMS]
    assert len(set(anchors)) == len(anchors) and len({term.word for term in TERMS}) == len(TERMS)
    assert [anchor for anchor in anchors if text.count(f'id="{anchor}"') != 1] == []


@pytest.mark.parametrize("path", ["/", "/firms/", "/glossary/", "/units/410481-0001/"])
def test_public_pages_dial_the_complaint_lines_and_offer_large_print(draw_in, stranger, path):
    draw_in("published")
    text = stranger.get(path).content.decode()
    assert 'href="tel:12345"' in text and 'href="tel:12369"' in text
    assert re.search(r"<button[^>]*data-large-print[^>]*hidden", text)
    assert "<noscript>字太小" in text
    for anchor in re.findall(r'href="/glossary/#([a-z]+)"', text):
        assert anchor in {term.anchor for term in TERMS}


def test_firms_read_their_rights_and_what_has_changed(stranger, db):
    text = stranger.get("/firms/").content.decode()
    for said in ("60 日内", "6 个月内", "《生态环境法典》", "我有异议", "20 个工作日"):
        assert said in text
