"""Every kind of secret is made, in every state of a draw; then a stranger reads all that is public, and finds none."""

import datetime
import functools
import sys
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from draw_states import short
from leak_cases import Secrets, drafted, handed_in
from leak_cases import published as published_with_photos
from public_walk import (
    Answer,
    Walk,
    days_as_in_files,
    found_by,
    pieces,
    public_urls,
    unlike_their_pages,
    walk,
)
from redaction_cases import CORRECTION, EVIDENCE, LAW, PLACE, SUMMARY, fill, hide, target
from secret_cases import (
    LATITUDE,
    LONGITUDE,
    NOW,
    Marks,
    a_row_everywhere,
    is_secret,
    mark_columns,
    other_secrets,
    rare_name,
    unpublished,
)
from walked_tables import nameless_tables

from drawings.amendments import redactions, voids, withdrawals
from drawings.ceremony import verbs
from drawings.ceremony.papers import verbs as papers
from drawings.ceremony.preflight import checks
from drawings.inspections import verbs as inspecting
from drawings.models import (
    Draw,
    Inspection,
    Objection,
    ObjectionAnswer,
    ObjectionSender,
    Plan,
    Selection,
    TeamMember,
)
from enforcers.models import Officer
from sources.models import Category, PollutionSource

# As in conftest, and: a draw that was voided and begun anew, one whose seal has ended by its date.
STATES = (
    "draft", "frozen", "drawn", "published", "void-frozen", "void-drawn", "void-published", "sealed-frozen", "sealed-drawn",
    "sealed-published", "sealed-void-frozen", "sealed-void-drawn", "sealed-lifted", "sealed-over", "void-drawn-again",
)  # fmt: skip


# The others go the same ways.
SHORT = ("sealed-published",)
SECRET = ("sealed-published", "drawn", "sealed-drawn", "published")


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def registry(source_of):
    """Units of every class, of whose names no two share two characters."""
    classes = [Category.KEY] * 9 + [Category.SPECIAL] * 4 + [Category.GENERAL] * 9
    units = []
    for serial, category in enumerate(classes, 1):
        fields = {"industry_code": "0313"} if serial % 3 else {}
        units.append(source_of(serial, name=rare_name(serial), category=category, **fields))
        units[-1].save()
    return units


@pytest.fixture
def officers(officers, make_officer):
    """One more, who goes with any of them, and of whose name no other has two characters."""
    return [*officers, make_officer(4, rare_name(90), "chemical-pharma", "livestock")]


@pytest.fixture
def found():
    return Marks()


@pytest.fixture
def open_draw(
    clock,
    plan,
    item,
    registry,
    officers,
    organiser,
    organiser2,
    reviewer,
    head,
    settings,
    monkeypatch,
    freeze,
    found,
):
    """The third quarter: drawn in public, with results, corrections, photos, and all that has left the public pages since."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    draw = freeze(verbs.start(year=2026, quarter=3, item=item, actor=organiser))
    draw = verbs.publish(draw=verbs.draw_from_system(draw=draw, actor=organiser), actor=organiser)
    words = found.word("evidence of a void that was refused")
    refused = voids.request_void(draw=draw, reason="registry", evidence=words, actor=organiser)
    voids.refuse_void(request=refused, actor=organiser2)
    clock.move(days=2)
    fill(draw, monkeypatch, organiser, reviewer, head)
    return Draw.objects.get(pk=draw.pk)


@pytest.fixture
def marks(open_draw, organiser, reviewer, head, found):
    """What the open draw keeps inside: visits of every kind, hidden texts, a withdrawn name, objections."""
    rows = list(Inspection.objects.filter(selection__draw=open_draw).order_by("pk"))
    for number, (row, make) in enumerate(zip(rows[3:6], (published, handed, begun), strict=True), 1):
        secrets = Secrets(number)
        make(row, secrets, reviewer, head)
        for secret in secrets.all | secrets.originals | (set() if make is published else secrets.shown):
            found.add(secret, f"of a visit that is {make.__name__}")
    for words in (SUMMARY, CORRECTION, PLACE, EVIDENCE):
        hide(open_draw, target(open_draw, words), reviewer, head)
        found.add(words, "a text that the law hid")
    asked_for = target(open_draw, "面积应为")
    why = f"{LAW}（{found.word('reason of a request')}）"
    redactions.ask(draw=open_draw, target=asked_for, legal_reason=why, actor=reviewer)
    _sent_back(rows[4], reviewer, found)
    _withdrawn(rows[6], organiser, found)
    _objections(rows[3], reviewer, head, found)
    return found


def published(row, secrets, reviewer, head):
    published_with_photos(row, secrets, reviewer, head)


def handed(row, secrets, reviewer, head):
    handed_in(row, secrets, reviewer)


def begun(row, secrets, reviewer, head):
    drafted(row, secrets)


def _sent_back(inspection, reviewer, found):
    row = Inspection.objects.get(pk=inspection.pk)
    notes = {"summary": found.word("a reviewer's note")}
    inspecting.send_back(inspection=row, actor=reviewer, version=row.version, notes=notes)


def _withdrawn(inspection, organiser, found):
    """Take the name of a drawn unit and of an officer out of the draw; both leave their registry too."""
    unit, draw = inspection.selection.source, inspection.selection.draw
    found.add(unit.name, "a name that was withdrawn")
    found.names.append(unit.name)
    PollutionSource.objects.filter(pk=unit.pk).update(is_active=False)
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=organiser, idents=[unit.number])
    officer = Officer.objects.get(name=rare_name(90))
    assert TeamMember.ever.filter(selection__draw=draw, officer=officer).count() > 1
    found.add(officer.name, "an officer's name that was withdrawn")
    found.names.append(officer.name)
    Officer.objects.filter(pk=officer.pk).update(is_active=False)
    number = officer.certificate_number
    withdrawals.withdraw(draw=draw, kind="officer", reason="到期", actor=organiser, idents=[number])


def _objections(inspection, reviewer, head, found):
    """Objections in every state, with an answer of every kind."""
    about = {"unit": inspection.selection.source, "draw": inspection.selection.draw, "inspection": inspection}
    kinds = {
        "received": ("received", None, ""), "answered": ("answered", True, ""), "returned": ("received", True, "returned"),
        "closed": ("closed", False, "confirm"), "hidden": ("published", True, "confirm"), "public": ("published", True, "confirm"),
    }  # fmt: skip
    for number, (kind, (state, goes_public, decision)) in enumerate(kinds.items(), 1):
        said = Objection.objects.create(
            kind="mistake", text="x", number=f"20261009-{number}", stamp_digest=str(number), received_at=NOW,
            due_on="2026-12-31", state=state, **about,
        )  # fmt: skip
        ObjectionSender.objects.create(objection=said, name="x", telephone="x", email="x@example.org")
        if goes_public is None:
            continue
        words = [found.word(f"{part} of an objection: {kind}") for part in ("public text", "answer")]
        if kind == "public":
            words = ["有人说有错", "没有错"]
        decided = {"decided_at": NOW, "decided_by": head} if decision else {}
        hidden = (
            {"hidden_at": NOW, "hidden_by": head, "hidden_because": "某法第九条"} if kind == "hidden" else {}
        )
        ObjectionAnswer.objects.create(
            objection=said, goes_public=goes_public, public_text=words[0], answer=words[1], by=reviewer, at=NOW,
            decision=decision, **decided, **hidden,
        )  # fmt: skip


@pytest.fixture
def bring(open_draw, marks, draft, draw_in, clock, item, organiser, reviewer, freeze):
    """Bring the fourth quarter's draw into a state, all its tasks full of what is not public; return it."""

    def confirmed(draw: Draw) -> Draw:
        changes = checks.preflight(draw).comparison
        papers.confirm_changes(draw=draw, seen=changes.fingerprint, actor=reviewer)
        return draw

    def do(state: str) -> Draw:
        confirmed(draft)
        draw = draw_in(
            {"sealed-over": "sealed-published", "void-drawn-again": "void-drawn"}.get(state, state)
        )
        unpublished(marks, Inspection.objects.filter(selection__draw=draw).order_by("pk"))
        if state == "void-drawn-again":
            again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
            verbs.draw_from_system(draw=freeze(confirmed(again)), actor=organiser)
        if state == "sealed-over":
            clock.moment = datetime.datetime(2026, 12, 31, 1, 0, tzinfo=datetime.UTC)
        if state in ("sealed-frozen", "sealed-drawn", "sealed-published"):
            marks.add(draw.salt_text.split()[-1], "the salt")
        if state in ("drawn", "sealed-drawn", "sealed-published"):
            for ticket in Selection.objects.filter(draw=draw).values_list("ticket", flat=True):
                marks.add(ticket, "a ticket")
        assert a_row_everywhere() == []
        mark_columns(marks)
        PollutionSource.objects.update(latitude=LATITUDE, longitude=LONGITUDE)
        marks.add(LATITUDE[:6], "where a unit lies")
        marks.add(LONGITUDE[:7], "where a unit lies")
        return draw

    return do


def forget():
    """Nothing that the process remembers stands in for the database."""
    cache.clear()
    for name, module in [*sys.modules.items()]:
        if name.startswith(("drawings.", "sources.", "enforcers.", "wugang_audit.")):
            for thing in vars(module).values():
                if isinstance(thing, functools._lru_cache_wrapper):
                    thing.cache_clear()


@pytest.mark.parametrize("state", short(STATES, *SHORT))
def test_a_stranger_who_reads_everything_finds_no_secret(bring, marks, stranger, state):
    bring(state)
    walked = walk(stranger)
    told = {
        url: [marks.what[each] for each in answer.tells(marks.what)] for url, answer in walked.answers.items()
    }
    assert {url: what for url, what in told.items() if what} == {}
    # What is public of the same visits was found, in every kind of file: else nothing was looked into.
    assert {kind_of(url) for url, answer in walked.answers.items() if answer.tells([SHOWN])} >= KINDS
    assert len([each for each in walked.answers.values() if each.status == 200]) > 150
    assert days_as_in_files(walked) == {}
    assert nameless_tables(walked) == {}
    assert unlike_their_pages(stranger, walked, every=state not in SHORT) == {}
    for name in [*marks.names, *(word for word in marks.words("sources.PollutionSource."))]:
        for piece in pieces(name) if name in marks.names else [name]:
            nonsense = "".join(chr(0x4D80 + at) for at in range(len(piece)))
            assert found_by(stranger, walked, piece, nonsense) == [], name


@pytest.mark.parametrize(
    ("status", "headers", "body", "is_alike"),
    [
        (200, {"ETag": '"a"'}, b"", True),
        (200, {}, b"", False),  # of a page even the tag is asked
        (200, {"ETag": '"b"'}, b"", False),
        (200, {"ETag": '"a"', "Last-Modified": "x"}, b"", False),
        (200, {"ETag": '"a"'}, b"x", False),
        (404, {"ETag": '"a"'}, b"", False),
    ],
)
def test_a_head_that_tells_something_else_is_noticed(status, headers, body, is_alike):
    class Site:
        def generic(self, method, url):
            return HttpResponse(body, status=status, headers=headers)

    of_page = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a"'))
    walked = Walk({"/": Answer(200, of_page, b"page")})
    assert (unlike_their_pages(Site(), walked, every=True) == {}) == is_alike


@pytest.mark.parametrize("state", short(SECRET, "sealed-published"))
def test_were_the_secrets_others_nothing_that_is_public_would_differ(bring, stranger, state):
    """Not by a byte, a header or an address: no total, order, absence or tag depends on what is secret."""
    draw = bring(state)
    assert is_secret(draw) or state == "published"
    drawn = draw.selections.values_list("source", flat=True)
    some = [
        *PollutionSource.objects.filter(pk__in=drawn)[:2],
        *PollutionSource.objects.exclude(pk__in=drawn)[:2],
    ]
    texts = [text for unit in some for text in (unit.name, unit.number)]
    urls = [*public_urls()]  # who asks knows them all, whomever the draw took
    before = walk(stranger, texts, urls)
    other_secrets(Marks(), Draw.objects.get(pk=draw.pk))
    forget()
    assert changed(before.answers, walk(stranger, texts, urls).answers) == {}


# A text that is public, and where it stands.
SHOWN, KINDS = b"SECRET1xsummary", {"page", "csv", "xlsx", "zip"}


def kind_of(url):
    last = urlsplit(url).path.rpartition("/")[2]
    return last.rpartition(".")[2] or "page"


def changed(before, after):
    """Return what two walks read that is not the same to the byte."""
    found = {}
    for url in {*before, *after}:
        one, other = before.get(url), after.get(url)
        if one != other:
            found[url] = difference(one, other)
    return found


def difference(one, other):
    if one is None or other is None:
        return "is there once alone"
    if (one.status, one.headers) != (other.status, other.headers):
        return one.status, other.status, set(one.headers) ^ set(other.headers)
    at = next(
        (at for at, pair in enumerate(zip(one.body, other.body, strict=False)) if pair[0] != pair[1]), 0
    )
    return one.body[at - 60 : at + 60], other.body[at - 60 : at + 60]
