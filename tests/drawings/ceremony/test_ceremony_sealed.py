"""Sealed draws: what the freeze says of it, and that no staff page gives the result away without a record."""

import datetime
from io import BytesIO

import pytest
from docx import Document

from drawings.ceremony import verbs
from drawings.ceremony.freeze_form import FreezeForm
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import checks
from drawings.models import Draw
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

PAGES = (
    "",
    "?",
    "notice/",
    "minutes/",
    "show/",
    "open/",
    "entry/",
    "confirm/",
    "deposit/",
    "void/",
    "unseal/",
)


@pytest.fixture
def sealed(draft, organiser, settings):
    """A sealed draw, drawn."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    draw = verbs.freeze(
        draw=draft,
        sources=[verify.Source("system", "os", "2026-10-08T09:00:00+08:00")],
        seen=checks.snapshot(draft).fingerprint,
        disclosure="sealed",
        actor=organiser,
    )
    return verbs.draw_from_system(draw=draw, actor=organiser)


def secrets_of(draw):
    """What a sealed draw hides: names and tickets of the drawn units."""
    rows = draw.selections.all()
    return {row.name for row in rows} | {row.ticket[:16] for row in rows}


def test_the_commit_says_whether_the_draw_is_sealed(sealed):
    assert verify.parse_commit(sealed.file("commit.txt")).disclosure == "sealed"
    assert sealed.is_sealed


def test_the_freeze_keeps_both_verifiers_with_their_digests(sealed):
    program = verify.parse_commit(sealed.file("commit.txt")).program
    assert program == tuple(verify.digest(sealed.file(name)) for name in ("verify.py", "verify.mjs"))


@pytest.mark.parametrize("state", ["drawn", "published"])
def test_no_page_gives_a_sealed_result_to_a_get(sealed, state, login, organiser, head):
    if state == "published":
        verbs.publish(draw=sealed, actor=organiser)
    hidden = secrets_of(sealed)
    for user in (organiser, head):
        client = login(user)
        for page in PAGES:
            text = client.get(f"/ceremony/2026Q4/{page}", follow=True).content.decode()
            assert [word for word in hidden if word in text] == [], page
        words = Document(BytesIO(client.get("/ceremony/2026Q4/minutes.docx").content)).element.xml
        assert [word for word in hidden if word in words] == []
        assert [word for word in hidden if word in client.get("/desk/").content.decode()] == []
    assert not AuditEntry.objects.filter(action="打开密封结果").exists()


@pytest.mark.parametrize("paper", ["page", "minutes"])
def test_opening_is_put_on_record_and_shows_the_result(sealed, login, head, paper):
    page = login(head).post("/ceremony/2026Q4/open/", {"as": paper})
    for row in sealed.selections.all():
        assert row.name in page.content.decode()
    entry = AuditEntry.objects.get(action="打开密封结果")
    assert (entry.actor, entry.changes) == (head, {"as": paper})
    text = login(head).get("/ceremony/2026Q4/").content.decode()
    assert "严负责</li>" in text.replace("\u3000", "")


def test_the_word_file_with_the_list_is_opened_on_record_too(sealed, login, organiser):
    answer = login(organiser).post("/ceremony/2026Q4/open/", {"as": "docx"})
    words = Document(BytesIO(answer.content)).element.xml
    assert all(row.name in words for row in sealed.selections.all())
    assert AuditEntry.objects.filter(action="打开密封结果", actor=organiser).count() == 1


def test_an_open_result_needs_no_opening(drawn_draw, organiser):
    with pytest.raises(Refused, match="没有密封"):
        records.open_sealed(draw=drawn_draw, actor=organiser)


def test_a_seal_that_has_ended_by_its_date_needs_no_opening(sealed, organiser, clock):
    Draw.objects.update(unseal_on=clock().date())
    with pytest.raises(Refused, match="已经解封"):
        records.open_sealed(draw=sealed, actor=organiser)
    assert not AuditEntry.objects.filter(action="打开密封结果").exists()


def test_sending_the_tasks_keeps_the_seal(sealed, login, organiser):
    page = login(organiser).get("/ceremony/2026Q4/")
    assert "下达任务，保持密封</button>" in page.content.decode()
    page = login(organiser).post("/ceremony/2026Q4/publish/", {"sure": "yes"}, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["任务已下达给执法人员，名单继续密封。"]
    draw = Draw.objects.get()
    assert (draw.state, draw.is_sealed) == ("published", True)


def test_the_freeze_form_hands_on_the_seal_and_its_date(login, organiser, draft, clock, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    client = login(organiser)
    seen = client.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint
    data = {"seen": seen, "sure": "yes", "system_on": "on", "disclosure": "sealed", "unseal_on": "2026-12-31"}
    client.post("/ceremony/2026Q4/freeze/", data)
    draw = Draw.objects.get()
    assert (draw.state, draw.disclosure, draw.unseal_on) == ("frozen", "sealed", datetime.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"disclosure": "open", "unseal_on": "2026-12-31"}, "不用填解封日期"),
        ({"disclosure": "sealed", "unseal_on": "2026-10-08"}, "今天以后"),
        ({"disclosure": "half"}, "disclosure"),
    ],
)
def test_a_seal_that_does_not_fit_is_refused(db, clock, data, reason):
    dice = {"dice10_on": "on", "dice10_label": "20", "dice10_time": "2026-10-08T10:00"}
    form = FreezeForm(dice | data)
    assert not form.is_valid()
    assert reason in str(form.errors)
