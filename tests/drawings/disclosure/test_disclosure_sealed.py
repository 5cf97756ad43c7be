"""A sealed draw: nothing tells which units it took, before each unit's own result is published."""

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drawings.amendments import seals
from drawings.disclosure.home import Figures
from drawings.inspections import verbs as inspecting
from drawings.models import Draw, Inspection, LogEntry, Selection, TeamMember
from drawings.protocol import verify
from drawings.states import InspectionState
from sources.models import PollutionSource

CLOSED = ("sealed-drawn", "sealed-published")
HIDDEN_FILES = ("salt.txt", "result.tsv", "substitutes.tsv")


@pytest.fixture(params=CLOSED)
def sealed(request, draw_in):
    """A draw whose seal holds, drawn or with its tasks out."""
    return draw_in(request.param)


@pytest.fixture
def sent_out(draw_in):
    return draw_in("sealed-published")


@pytest.fixture
def reported(sent_out, report):
    """Each inspection in another state, none of them published."""
    states = [member for member in InspectionState if member != InspectionState.PUBLISHED]
    for position, inspection in enumerate(Inspection.objects.filter(selection__draw=sent_out)):
        report(inspection, states[position % len(states)], summary="HIDDEN-summary")
    return sent_out


def salt_of(draw):
    return draw.file("salt.txt").split()[-1]


def readable(response):
    """The text of an answer; of a bundle that of all its files."""
    if response.get("Content-Type") != "application/zip":
        return response.content.decode()
    with zipfile.ZipFile(io.BytesIO(response.content)) as bundle:
        return "".join(bundle.read(name).decode() for name in bundle.namelist())


def neutral(text, unit):
    return text.replace(unit.name, "NAME").replace(unit.number, "NUMBER")


def twins(draw):
    """A drawn and an undrawn livestock farm, which differ in nothing but name and number."""
    farms = PollutionSource.objects.filter(industry_code="0313")
    return farms.filter(selections__draw=draw).first(), farms.exclude(selections__draw=draw).first()


def test_no_address_tells_which_units_a_sealed_draw_took(sealed, report, stranger, public_urls):
    if sealed.state == "published":
        for inspection in Inspection.objects.filter(selection__draw=sealed):
            report(inspection, InspectionState.APPROVED, summary="HIDDEN-summary")
    # Who is stopped or exempt is on the page of the hat: of these nobody can be drawn.
    may_be_drawn = PollutionSource.objects.filter(operating_state="normal", exempt_reason="")
    names = list(may_be_drawn.values_list("name", flat=True))
    officers = set(TeamMember.objects.values_list("name", flat=True))
    marks = [*Selection.objects.values_list("ticket", flat=True), salt_of(sealed), "HIDDEN"]
    marks += Inspection.objects.values_list("token", flat=True)
    for url in public_urls():
        response = stranger.get(url)
        text = readable(response) + "\n".join(f"{name}: {value}" for name, value in response.items())
        assert [mark for mark in marks if mark in text] == [], url
        whole_registry = url.endswith(("/names.tsv", "/bundle.zip"))
        if response.status_code == 200 and not url.startswith("/units/4") and not whole_registry:
            assert [name for name in names if name in text] == [], url
            assert not any(f">{name}<" in text or f"{name}（组长）" in text for name in officers), url
        if url.startswith("/units/4"):
            assert sealed.code not in text, url


def unnumbered(text):
    """An answer without its own number: that differs from one request to the next."""
    return re.sub(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", "NUMBER", text)


def test_pages_of_drawn_and_undrawn_units_are_alike_to_the_byte(reported, stranger):
    answers = []
    for unit in twins(reported):
        with CaptureQueriesContext(connection) as captured:
            page = stranger.get(f"/units/{unit.number}/")
            found = stranger.get("/units/", {"q": unit.number})
            record = stranger.get(f"/draws/{reported.code}/findings/{unit.number}.txt")
        answers.append(
            (
                [unnumbered(neutral(one.content.decode(), unit)) for one in (page, found, record)],
                [one.status_code for one in (page, found, record)],
                [
                    unnumbered(str(sorted(one.headers.items())))
                    for one in (page, found, record)
                    if one.status_code == 404
                ],
                len(captured),
            )
        )
    assert answers[0] == answers[1]
    assert answers[0][1] == [200, 200, 404]


@pytest.mark.parametrize("file", HIDDEN_FILES)
def test_files_that_name_units_answer_as_if_they_did_not_exist(sealed, stranger, file):
    hidden = stranger.get(f"/draws/{sealed.code}/{file}")
    nothing = stranger.get(f"/draws/2031Q1/{file}")
    assert hidden.status_code == 404
    assert unnumbered(hidden.content.decode()) == unnumbered(nothing.content.decode())
    assert sorted(hidden.headers) == sorted(nothing.headers)
    assert "ETag" not in hidden


def test_the_commit_the_numbers_the_log_and_the_digest_of_the_result_are_public_at_once(sealed, stranger):
    text = stranger.get(f"/draws/{sealed.code}/").content.decode()
    assert sealed.commit_digest in text
    assert sealed.files.get(name="result.tsv").digest in text
    for name in ("commit.txt", "entropy.txt", "verify.py", "verify.mjs"):
        assert stranger.get(f"/draws/{sealed.code}/{name}").content.decode() == sealed.file(name)
    assert "disclosure sealed\n" in sealed.file("commit.txt")
    assert "现在能核对的先核对" in text


def test_counts_on_the_front_page_tell_nothing_of_a_sealed_draw(sent_out, stranger):
    assert stranger.get("/").context["figures"] == Figures(draws=0, drawn=0, results=0, sealed=1)


@pytest.fixture
def one_out(reported, reviewer, head):
    """One unit's result is published, by the verbs of the site."""
    inspection = Inspection.objects.filter(state=InspectionState.APPROVED, selection__draw=reported).first()
    Inspection.objects.filter(pk=inspection.pk).update(summary="设施运行正常")
    inspection.refresh_from_db()
    inspecting.publish(inspection=inspection, version=inspection.version, actor=head)
    inspection.refresh_from_db()
    return inspection


def test_a_unit_appears_with_its_team_once_its_own_result_is_published(one_out, stranger):
    selection = one_out.selection
    lead = selection.team.get(is_lead=True).name
    for url in ("/results/", "/", "/draws/2026Q4/", f"/units/{selection.source.number}/"):
        text = stranger.get(url).content.decode()
        assert selection.name in text, url
        assert f"{lead}（组长）" in text, url
        assert selection.ticket not in text, url
    others = Selection.objects.exclude(pk=selection.pk).values_list("name", flat=True)
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert [name for name in others if name in text] == []
    assert stranger.get("/").context["figures"] == Figures(draws=0, drawn=0, results=1, sealed=1)
    record = stranger.get(f"/draws/2026Q4/findings/{selection.source.number}.txt")
    salted = verify.digest(one_out.selection.draw.file("salt.txt") + record.content.decode())
    assert LogEntry.objects.get(kind="finding").digest == salted


def test_neither_the_rank_nor_a_unit_id_enters_the_log(one_out, stranger):
    number = one_out.selection.source.number
    text = stranger.get("/log/log.tsv").content.decode()
    assert "\tfinding\t" in text
    assert number not in text
    unit = stranger.get(f"/units/{number}/")
    assert unit.context["page"].draws.rows == ()
    assert unit.context["page"].results[0].draw.code == "2026Q4"


def test_the_list_of_a_sealed_draw_is_in_the_order_of_registry_numbers(sent_out, report, stranger):
    for inspection in Inspection.objects.filter(selection__draw=sent_out):
        report(inspection)
    numbers = [result.number for result in stranger.get("/draws/2026Q4/").context["disclosed"]]
    assert numbers == sorted(numbers)
    assert len(numbers) == 6


def test_the_seal_falls_on_its_day_without_anybodys_doing(reported, clock, stranger):
    url = "/draws/2026Q4/result.tsv"
    clock.moment = clock.moment.replace(month=12, day=30, hour=15, minute=59)  # 23:59 in Shanghai
    assert stranger.get(url).status_code == 404
    clock.move(days=0, minutes=1)
    assert stranger.get(url).content.decode() == reported.file("result.tsv")
    ticket = Selection.objects.first().ticket
    assert ticket in stranger.get("/draws/2026Q4/").content.decode()


def test_lifting_the_seal_opens_everything(reported, organiser, stranger):
    seals.unseal(draw=reported, actor=organiser)
    drawn, _ = twins(reported)
    assert stranger.get("/draws/2026Q4/bundle.zip").status_code == 200
    assert reported.code in stranger.get(f"/units/{drawn.number}/").content.decode()
    assert reported.title in stranger.get("/units/", {"q": drawn.number}).content.decode()
    assert stranger.get("/").context["figures"] == Figures(draws=1, drawn=6, results=0, sealed=0)


def test_a_void_shows_what_the_seal_had_hidden(draw_in, stranger):
    draw = draw_in("sealed-void-drawn")
    assert stranger.get(f"/draws/{draw.code}/result.tsv").content.decode() == draw.file("result.tsv")
    assert Draw.objects.get().unsealed_at is not None


# --- the firm's own page -----------------------------------------------------------------------------------
def test_the_firm_reads_its_item_and_the_two_officers_at_its_secret_address(sent_out, stranger, item):
    inspection = Inspection.objects.filter(selection__draw=sent_out).first()
    response = stranger.get(f"/visit/{inspection.token}/")
    text = response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    for member in inspection.selection.team.all():
        assert member.name in text
        assert member.officer.certificate_number in text
    law = "《中华人民共和国生态环境法典》第五十一条"
    for words in (inspection.selection.name, item.subject, law, sent_out.commit_digest):
        assert words in text


def test_one_firms_page_tells_nothing_of_the_others(sent_out, stranger):
    inspections = list(Inspection.objects.filter(selection__draw=sent_out).select_related("selection"))
    for mine in inspections:
        text = stranger.get(f"/visit/{mine.token}/").content.decode()
        others = [one for one in inspections if one != mine]
        assert [one.selection.name for one in others if one.selection.name in text] == []
        assert [one.token for one in others if one.token in text] == []
        assert mine.selection.ticket not in text
        assert salt_of(sent_out) not in text


@pytest.mark.parametrize("state", ["sealed-drawn", "sealed-void-drawn"])
def test_the_secret_address_answers_only_while_the_task_is_out(draw_in, stranger, state):
    draw_in(state)
    token = Inspection.objects.first().token
    assert stranger.get(f"/visit/{token}/").status_code == 404
    assert stranger.get(f"/visit/{'A' * 43}/").status_code == 404
    assert stranger.get("/visit/").status_code == 404


def test_no_page_links_to_a_secret_address(one_out, stranger, public_urls):
    for url in set(public_urls()) - {"/robots.txt"}:  # it names the folder
        assert b"/visit/" not in stranger.get(url).content, url
