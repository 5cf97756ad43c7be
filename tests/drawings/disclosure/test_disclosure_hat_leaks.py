"""A stranger who asks everything, with every question in the address, learns no unit of a sealed draw: neither from
the draw itself nor from a later one, whose pool and loads say who was drawn before.
"""

import datetime
import io
import re
import zipfile
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.amendments import seals
from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import Draw, Plan, Selection, TeamMember
from drawings.protocol import verify
from sources.models import PollutionSource

ENDS = datetime.date(2026, 12, 31)


@pytest.fixture
def sealed_draw(clock, plan, item, registry, officers, organiser, settings):
    """Draw a quarter under seal: ``sealed_draw(3)``; those not yet drawn this year go first, twice a year is the most."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True, yearly_cap=2)

    def make(quarter, is_published=True):
        draw = verbs.start(year=2026, quarter=quarter, item=item, actor=organiser)
        draw = verbs.freeze(
            draw=draw, sources=[verify.Source("system", "os", "2026-10-08T09:00:00+08:00")],
            seen=checks.snapshot(draw).fingerprint, disclosure="sealed", unseal_on=ENDS, actor=organiser,
        )  # fmt: skip
        if is_published:
            draw = verbs.draw_from_system(draw=draw, actor=organiser)
            draw = verbs.publish(draw=Draw.objects.get(pk=draw.pk), actor=organiser)
        return Draw.objects.get(pk=draw.pk)

    return make


FROM_THE_TEXT = {"Content-Length", "ETag"}


def read(answer):
    """All that an answer says: its text, of a bundle that of each file in it, and its headers, but for what follows from the text."""
    if answer.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
            return "".join(name + bundle.read(name).decode() for name in bundle.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items() if name not in FROM_THE_TEXT)
    return re.sub(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", "REFERENCE", answer.content.decode() + headers)


def questions(code, asked):
    """Every page that takes a question, with one in its address."""
    query = urlencode({"q": asked})
    for path in (
        f"/draws/{code}/",
        "/units/",
        "/results/",
        f"/draws/{code}/observer/",
        "/draws/",
        "/log/",
        "/",
    ):
        yield f"{path}?{query}"
    yield f"/draws/{code}/?{query}&all"
    yield f"/draws/{code}/?{query}&page=2"


def twins(draw):
    """A drawn and an undrawn livestock farm, which differ in nothing but name and number."""
    farms = PollutionSource.objects.filter(industry_code="0313")
    return farms.filter(selections__draw=draw).first(), farms.exclude(selections__draw=draw).first()


def told(stranger, draw, asked_of, unit):
    """What every question about a unit brings out of the pages, with the unit's own marks taken out, and how many queries."""
    texts = draw.file("pool.tsv") + draw.names.content
    lines = [line.split("\t") for line in texts.splitlines() if unit.number in line.split("\t")]
    marks = [
        part for line in lines for part in line if len(part) in (32, 64)
    ]  # nonce and digest of the name: random
    found = []
    for asked in (unit.name, unit.number):
        for url in questions(asked_of.code, asked):
            with CaptureQueriesContext(connection) as captured:
                text = read(stranger.get(url))
            for mark in marks:
                text = text.replace(mark, "MARK")
            text = text.replace(urlencode({"q": asked})[2:], "ASKED")
            text = text.replace(unit.name, "NAME").replace(unit.number, "NUMBER")
            found.append((text, len(captured)))
    return found


@pytest.mark.parametrize("is_published", [True, False])
def test_questions_about_a_drawn_and_an_undrawn_unit_of_a_sealed_draw_are_answered_alike(
    sealed_draw, organiser, stranger, is_published
):
    draw = sealed_draw(3, is_published)
    if not is_published:
        verbs.draw_from_system(draw=draw, actor=organiser)
    drawn, other = twins(draw)
    stranger.get(f"/draws/{draw.code}/")  # what follows from a frozen file is counted once in a process
    assert told(stranger, draw, draw, drawn) == told(stranger, draw, draw, other)


def test_a_draw_under_the_seal_of_another_tells_of_no_unit_whatever_is_asked(
    sealed_draw, stranger, public_urls
):
    first, second = sealed_draw(3), sealed_draw(4, is_published=False)
    assert second.under == first
    pool = {row.unit: row.standing for row in verify.parse_pool(second.file("pool.tsv")).units}
    again = {number for number, standing in pool.items() if standing == "again"}
    assert again == set(Selection.objects.filter(draw=first).values_list("source__number", flat=True))
    drawn, other = twins(first)
    stranger.get(f"/draws/{first.code}/")
    assert told(stranger, first, second, drawn) == told(stranger, first, second, other)
    for file in ("pool.tsv", "officers.tsv", "names.tsv", "salt.txt"):
        assert stranger.get(f"/draws/{second.code}/{file}").status_code == 404
    rows = [line for line in second.file("pool.tsv").splitlines() if "\tagain\t" in line]
    assert len(rows) == len(again)
    urls = [*public_urls(), *(url for unit in (drawn, other) for url in questions(second.code, unit.number))]
    for url in urls:
        text = read(stranger.get(url))
        assert [line for line in rows if line in text] == [], url
        if f"/{second.code}/" in url:
            assert "\tagain\t" not in text, url
            assert "本年没抽过的" not in text, url  # odds, too, count who was drawn
            assert "参加抽签与否有变" not in text, url


def test_when_the_earlier_seal_falls_the_later_hat_opens_and_its_own_result_does_not(
    sealed_draw, organiser, stranger
):
    first, second = sealed_draw(3), sealed_draw(4)
    seals.unseal(draw=first, actor=organiser)
    drawn, _ = twins(first)
    page = stranger.get(f"/draws/{second.code}/", {"q": drawn.number})
    [row] = page.context["page"].hat.answer.rows
    assert row.words == "本年已抽过，其他单位抽完才轮到"
    assert "本年没抽过的" in row.odds
    text = page.content.decode()
    assert "没有抽中" not in text
    assert [ticket for ticket in second.selections.values_list("ticket", flat=True) if ticket in text] == []
    officers = set(TeamMember.objects.filter(selection__draw=second).values_list("name", flat=True))
    assert [name for name in officers if f"{name}（组长）" in text] == []
