"""When list and files of a draw were there for everybody, told alike by every page; and a void that was sealed."""

import datetime
import re

from django.utils.html import strip_tags

from drawings.amendments import seals
from wugang_audit.staff.desk import todos_of

SENT_OUT, FELL = "2026-10-08T11:00:00+08:00", "2026-11-20T15:30:00+08:00"


def at(text):
    return datetime.datetime.fromisoformat(text)


def test_a_draw_that_was_sealed_was_published_when_its_seal_fell(sealed, clock, organiser, stranger, login):
    type(sealed).objects.filter(pk=sealed.pk).update(published_at=at(SENT_OUT))
    sealed.refresh_from_db()
    clock.moment = at(FELL)
    assert "密封" in login(organiser).get("/ceremony/").content.decode()
    seals.unseal(draw=sealed, actor=organiser)
    told = "2026年10月8日 11:00 下达任务，名单密封；2026年11月20日 15:30 解封。从这时起"
    assert told in strip_tags(stranger.get("/").content.decode())
    for client, page, shown in (
        (stranger, "/draws/", ("2026年11月20日 15:30", "2026年10月8日 11:00")),
        (login(organiser), "/ceremony/", ("2026-11-20 15:30", "2026-10-08 11:00")),
    ):
        text = client.get(page).content.decode()
        assert [each in text for each in shown] == [True, False], page


def test_a_void_that_was_sealed_promises_no_inspection_and_no_seal(sealed, void, stranger):
    unit = sealed.selections.first()
    void(sealed)
    listed = stranger.get(f"/draws/2026Q4/?q={unit.source.number}").content.decode()
    own = stranger.get(f"/units/{unit.source.number}/").content.decode()
    for text in (listed, own):
        cells = re.findall(r'data-label="检查结果">(.*?)</td>', text)
        assert cells == ['<span class="muted">抽签作废，没有检查</span>']
    assert "这次抽签是密封的" not in stranger.get("/draws/2026Q4/observer/").content.decode()
    assert stranger.get("/draws/2026Q4/salt.txt").status_code == 200


def test_the_desk_calls_the_step_of_a_sealed_draw_as_its_page_does(draw_in, organiser, login):
    draw_in("sealed-drawn")
    [line] = [line for line in todos_of(organiser) if "2026年第4季度" in line.label]
    assert line.label == "2026年第4季度抽查：下达任务，保持密封"
    assert "下达任务，保持密封" in login(organiser).get(line.url).content.decode()
