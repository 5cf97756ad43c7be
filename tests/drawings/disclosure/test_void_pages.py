"""What the public reads of a void draw: why, what had been entered before, which draw stands in its place, who confirmed."""

import datetime
import html
import re

import pytest

from drawings.disclosure import amendments
from drawings.models import Draw, EntropySource

URL = "/draws/2026Q4/"


def plain(answer):
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


@pytest.mark.parametrize("state", ["void-frozen", "void-drawn"])
def test_its_description_promises_no_units(draw_in, state, stranger):
    draw_in(state)
    (said,) = re.findall(r'<meta name="description" content="([^"]*)"', stranger.get(URL).content.decode())
    assert "已作废" in said and "抽中单位" not in said
    assert ("没有抽出结果" in said) == (state == "void-frozen")


def test_numbers_that_were_entered_before_the_void_are_shown_and_lead_to_the_log(draw_in, stranger):
    draw = draw_in("void-drawn")
    page = stranger.get(URL).content.decode()
    note = page[page.index('class="note note--bad"') : page.index("作废的抽签永远保留在这里")]
    values = EntropySource.objects.filter(draw=draw, accepted_at__isnull=False).values_list(
        "value", flat=True
    )
    assert values and all(value in note for value in values)
    assert 'href="#entries"' in note and 'id="entries"' in page
    assert "没有登记" not in note


def test_numbers_that_nobody_entered_are_said_not_to_be_there(draw_in, stranger):
    draw_in("void-frozen")
    note = plain(stranger.get(URL))
    assert "作废以前没有抽出结果" in note and "的号码没有登记" in note


def test_it_leads_to_the_draw_in_its_place_and_to_no_other(draw_in, stranger, organiser):
    draw = draw_in("void-published")
    for path in (URL, f"{URL}poster/", f"{URL}notice.txt"):
        assert "还没有公布代替它的抽签" in plain(stranger.get(path))
    other = Draw.objects.create(
        code="2026Q4-2", year=2026, quarter=4, state="frozen", item=draw.item, created_by=organiser,
        frozen_at=draw.frozen_at + datetime.timedelta(days=1),
    )  # fmt: skip
    for path in (URL, f"{URL}poster/", f"{URL}notice.txt"):
        assert f"改用：{other.title}" in plain(stranger.get(path)), path
    Draw.objects.filter(pk=other.pk).update(state="void", voided_at=draw.voided_at, void_reason="系统故障：x")
    assert "改用：" not in plain(stranger.get(URL))


def test_its_poster_says_why_and_calls_for_nothing(draw_in, stranger):
    draw = draw_in("void-frozen")
    for path in (f"{URL}poster/", f"{URL}notice.txt"):
        text = plain(stranger.get(path))
        assert draw.void_reason in text and "没有抽出结果" in text
        assert "不用相信我们" not in text and "欢迎到场" not in text
    assert f'href="{URL}poster/"' in stranger.get(URL).content.decode()


def test_who_confirmed_a_void_is_counted_beside_who_asked(draw_in, stranger):
    draw = draw_in("void-drawn")
    asked = draw.void_requests.get()
    counts = {
        one.name: (one.void_requests, one.voids_confirmed, one.voids_seconded)
        for one in amendments.organisers()
    }
    assert counts[asked.declared_by.full_name] == (1, 1, 0)
    assert counts[asked.confirmed_by.full_name] == (0, 0, 1)
    assert "确认别人的作废申请" in stranger.get("/organisers/").content.decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_frame_of_a_poster_says_that_it_is_a_demonstration(draw_in, stranger, settings, is_demo):
    settings.DEMO = is_demo
    draw = draw_in("published")
    page = stranger.get(f"{URL}poster/").content.decode()
    frame = page[page.index('<article class="poster">') : page.index("</article>")]
    assert ("都是虚构的" in frame) == is_demo
    assert ("poster-mark" in frame) == (is_demo or draw.rests_on_system)
    assert ("演示系统" in stranger.get(f"{URL}notice.txt").content.decode()) == is_demo
