"""Posters and short texts of draws in every state, the glossary, the page for firms, and the switch for large print."""

import html
import re

import pytest
from django.template import Context, Template, TemplateSyntaxError

from drawings.disclosure.glossary import TERMS
from drawings.inspections import verbs
from drawings.models import Inspection, Selection, TeamMember
from sources.models import PollutionSource

SHOWN = {
    "frozen": "要抽签了，请大家监督",
    "drawn": "号码已经产生，人人可以核对",
    "published": "抽签结束，名单公开",
    "sealed-frozen": "要抽签了，请大家监督",
    "sealed-drawn": "号码已经产生，人人可以核对",
    "sealed-published": "抽签结束，密封到检查完成",
    "sealed-lifted": "抽签结束，名单公开",
    "void-frozen": "这次抽签作废了",
    "void-drawn": "这次抽签作废了",
    "void-published": "这次抽签作废了",
    "sealed-void-frozen": "这次抽签作废了",
    "sealed-void-drawn": "这次抽签作废了",
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


def test_after_the_last_day_of_the_visits_no_poster_promises_them(draw_in, stranger, clock):
    draw = draw_in("published")

    def told():
        paths = (f"/draws/{draw.code}/{name}" for name in ("poster/", "notice.txt"))
        return [re.sub(r"<[^>]+>", "", stranger.get(path).content.decode()) for path in paths]

    poster, notice = told()
    assert "2026年12月31日 以前查完" in poster
    clock.move(days=90)
    poster, notice = told()
    assert "检查期限是 2026年12月31日，已经过了" in poster
    assert not any("以前查完" in text for text in (poster, notice))


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


LINKED = {
    "/draws/2026Q4/": {"commitment", "fingerprint", "salt", "hat", "odds", "ticket", "numbers", "log"},
    "/units/{}/": {
        "reading",
        "limit",
        "outlet",
        "measure",
        "correction",
        "fingerprint",
        "log",
        "sealed",
        "odds",
    },
    "/draws/2026Q4/findings/{}/": {"fingerprint"},
    "/results/": {"redaction"},
    "/statistics/2026/": {"workday", "void", "substitute"},
    "/statistics/2026/places/": {"redaction"},
}


def test_terms_of_results_draws_and_statistics_lead_to_the_glossary(draw_in, report, head, stranger):
    inspection = Inspection.objects.filter(selection__draw=draw_in("published")).first()
    inspection.readings.create(outlet="DW001", pollutant="氨氮", value="1", unit="mg/L", limit="5")
    inspection.measures.create(kind="urge")
    report(inspection)
    verbs.correct(inspection=inspection, actor=head, text="面积应为 3 亩")
    PollutionSource.objects.update(longitude="113.4", latitude="33.3")
    known = {term.anchor for term in TERMS}
    for path, anchors in LINKED.items():
        page = stranger.get(path.format(inspection.selection.source.number)).content.decode()
        found = set(re.findall(r'href="/glossary/#([a-z]+)"', page))
        assert anchors <= found <= known, path
        assert 'class="term"' not in "".join(
            re.findall(r"<thead>.*?</thead>", page, re.S)
        )  # out of sight on a phone


def test_a_void_draw_leads_to_what_that_means(draw_in, stranger):
    draw = draw_in("void-published")
    assert 'href="/glossary/#void"' in stranger.get(f"/draws/{draw.code}/").content.decode()


def test_a_term_that_the_glossary_lacks_is_a_mistake_of_the_template(db):
    assert (
        Template('{% term "salt" "盐" %}').render(Context())
        == '<a class="term" href="/glossary/#salt">盐</a>'
    )
    with pytest.raises(TemplateSyntaxError, match="none"):
        Template('{% term "none" "没有" %}').render(Context())


def test_firms_read_the_rates_of_the_years_plan_and_how_long_it_all_stays(published_draw, stranger, settings):
    settings.PUBLISH_WORKDAYS = 17
    text = re.sub(r"\s+", " ", html.unescape(stranger.get("/firms/").content.decode()))
    plan = published_draw.plan
    for rate in plan.rates.all():
        assert f"{rate.get_stratum_display()} {rate.text}" in text
    assert f"{plan.year} 年的比例" in text
    assert "检查以后 17 个工作日内公开" in text and "一般公开 5 年，个体工商户和个人 2 年" in text


def test_firms_read_no_rate_where_no_plan_is_published(stranger, db):
    text = stranger.get("/firms/").content.decode()
    assert "每季度抽一次签。" in text and "年的比例" not in text
