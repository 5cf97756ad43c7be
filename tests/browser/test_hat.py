"""A citizen in a real browser: in the hat before the first die, verified after the draw; a page that is short and prints whole."""

import re

import pytest
from conftest import PHONE
from playwright.sync_api import expect

from drawings.ceremony import verbs
from drawings.models import Draw
from drawings.protocol import verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DICE = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")
LOTTERY = verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00")
THROWS, BALLS = "47193058260471930582", "01 05 12 23 28 31 07"


def test_a_citizen_searches_the_hat_before_the_first_die_and_verifies_after_the_draw(
    clock, draft, freeze, organiser, reviewer, open_as, look
):
    draw = freeze(draft, DICE, LOTTERY)
    page = open_as(None, PHONE)
    page.goto(f"{page.base}/draws/{draw.code}/")
    look(page, "hat-frozen")

    # Before the first die: his firm is in the hat, with such a chance, and the row is the one that he downloads.
    page.get_by_label("单位名称、污染源编码或信用代码里的任意两个字").fill("构3号")
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(re.compile(r"\?q=.*#hat$"))
    expect(page.get_by_text("5 家里抽 2 家：40%").first).to_be_visible()
    page.get_by_text("它在名单里的一行，怎样核对").click()
    row = page.locator("#hat pre").first.text_content()
    assert f"\n{row}\n" in draw.file("pool.tsv")
    look(page, "hat-found")
    page.get_by_label("单位名称、污染源编码或信用代码里的任意两个字").fill("没有这家")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("名单里没有“没有这家”")).to_be_visible()

    # What is public already holds together, and says what it waits for.
    page.goto(f"{page.base}/draws/{draw.code}/")
    page.get_by_text("验证现在公开的文件").click()
    page.get_by_role("button", name="验证本次抽签").click()
    expect(page.locator("[data-verify-verdict]")).to_be_visible()
    assert "不通过" not in page.locator("[data-verify-verdict]").text_content()

    # The draw.
    for value, hours in ((THROWS, 1), (BALLS, 12)):
        clock.move(hours=hours)
        for actor in (organiser, reviewer):
            verbs.enter_value(entropy=draw.next_source(), value=value, actor=actor)
    verbs.publish(draw=Draw.objects.get(pk=draw.pk), actor=organiser)

    # After it he verifies on his phone, and finds out what became of his firm.
    page.goto(f"{page.base}/draws/{draw.code}/")
    look(page, "hat-published")
    page.get_by_role("button", name="验证本次抽签").click()
    expect(page.locator("[data-verify-verdict]")).to_be_visible()
    assert "通过" in page.locator("[data-verify-verdict]").text_content()
    page.goto(f"{page.base}/draws/{draw.code}/?q=410481-0003")
    is_drawn = draw.selections.filter(source__number="410481-0003").exists()
    expect(page.locator("#hat .tag").first).to_have_text("抽中" if is_drawn else "没有抽中")


def test_folds_open_by_their_anchors_and_the_whole_is_printed(published_draw, open_as):
    page = open_as(None, PHONE)
    address = f"{page.base}/draws/{published_draw.code}/"
    page.goto(address)
    drawn = published_draw.selections.filter(stratum="key").first()
    row = page.locator(f"#unit-{drawn.source.number}")
    expect(row).to_be_hidden()
    page.goto(f"{address}#key")
    expect(row).to_be_visible()
    page.goto(address)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selection in published_draw.selections.select_related("source"):
        expect(page.locator(f"#unit-{selection.source.number}")).to_be_visible()
        expect(page.get_by_text(selection.ticket).first).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(row).to_be_hidden()


def test_without_scripts_the_hat_answers_and_the_page_unfolds(published_draw, chromium, live_server):
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/draws/{published_draw.code}/")
    page.get_by_label("单位名称、污染源编码或信用代码里的任意两个字").fill("410481-0003")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#hat details.fold").first).to_contain_text("虚构3号化工厂")
    page.goto(f"{live_server.url}/draws/{published_draw.code}/?all")
    for selection in published_draw.selections.select_related("source"):
        expect(page.locator(f"#unit-{selection.source.number}")).to_be_visible()
    context.close()


def test_the_kit_is_short_enough_to_print_and_carries_the_code_to_scan(published_draw, open_as, look):
    page = open_as(None)
    page.goto(f"{page.base}/draws/{published_draw.code}/")
    page.get_by_role("link", name="见证人手册").click()
    expect(page.locator("img.qr")).to_be_visible()
    look(page, "observer")
    sheets = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= sheets <= 4
