"""Why an officer cannot go stays inside: the public reads one of two classes, on every page and in every file."""

import datetime

import pytest

from drawings.amendments import substitutes
from drawings.models import Substitution
from drawings.models.lotteries import Issue
from drawings.models.substitutions import away_in_public
from drawings.protocol import verify

TONIGHT = Issue("26281", datetime.datetime.fromisoformat("2026-10-08T21:25:00+08:00"))
URL = "/draws/2026Q4/"
SECRET = ("住院", "亲属", "家中变故", "因病", "休假", "发现应当回避")


@pytest.fixture
def declared(draw_in, make_officer, organiser, organiser2):
    """Return a function: the lead of the first unit cannot go, for a reason; a second officer cannot either."""
    make_officer(4, "丁", "livestock", "chemical-pharma")
    draw = draw_in("published")
    member = draw.selections.first().team.first()

    def do(reason, evidence="住院证明，近亲属陪护"):
        row = substitutes.declare_officer(
            draw=draw, officer=member.officer.certificate_number, reason=reason, evidence=evidence,
            away={"16041048004": "家中变故"}, unit=member.selection.source.number, issue=TONIGHT, actor=organiser,
        )  # fmt: skip
        return member, substitutes.confirm(substitution=row, actor=organiser2)

    return do


@pytest.mark.parametrize(
    ("reason", "code", "said"),
    [
        ("ill", "absent", "因故不能参加"),
        ("leave", "absent", "因故不能参加"),
        ("recused", "recused", "依法回避"),
    ],
)
def test_the_public_reads_a_class_and_staff_the_reason(
    reason, code, said, declared, public_urls, stranger, login, head
):
    member, row = declared(reason)
    assert (row.reason, row.public_reason, row.declaration().reason) == (reason, code, code)
    page = stranger.get(URL).content.decode()
    assert f"1. {member.name}：{said}</h3>" in page and "丁：因故不能参加" in page
    urls = [url for url in public_urls() if url.startswith(("/draws/", "/units/", "/organisers/", "/log/"))]
    assert [(url, word) for url in urls for word in SECRET if word in _answer(stranger, url)] == []
    assert row.said_in_public == said
    inside = login(head).get("/ceremony/2026Q4/substitutes/").content.decode()
    assert "住院证明，近亲属陪护" in inside and row.get_reason_display() in inside
    assert f"<dt>公众只看到</dt><dd>{said}</dd>" in inside


def _answer(stranger, url):
    return stranger.get(url).content.decode(errors="replace")


def test_a_row_of_before_keeps_what_its_digest_holds_and_the_page_shows_its_class(declared, stranger):
    _, row = declared("ill")
    Substitution.objects.update(public_reason="")
    row = Substitution.objects.for_protocol().get()
    assert row.declaration().reason == "ill"
    assert verify.declare_digest(row.draw.salt_text, row.declaration())
    page = stranger.get(URL).content.decode()
    assert "：因故不能参加</h3>" in page and not [word for word in SECRET if word in page]


def test_why_others_cannot_go_is_a_class_too():
    assert away_in_public("登记了对这家单位的回避") == "依法回避"
    assert {away_in_public(why) for why in ("请假", "住院", "不在册")} == {"因故不能参加"}


def test_the_forms_say_what_becomes_public(draw_in, login, organiser):
    draw_in("published")
    page = login(organiser).get("/ceremony/2026Q4/substitutes/officer/").content.decode()
    assert "公开的只有类别" in page and "不公开，由本局内部留存" in page and "会公开：" not in page
