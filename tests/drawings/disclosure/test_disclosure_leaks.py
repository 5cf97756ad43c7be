"""Nothing leaves the house that `public_fields` does not list. Each test first creates what could leak."""

import dataclasses
from decimal import Decimal

import pytest
from django.db.models import Manager, Model, QuerySet
from draw_states import STATES, short

from drawings import public_fields
from drawings.ceremony import verbs
from drawings.models import Draw, EntropySource, Inspection, Plan, Selection
from drawings.protocol import verify
from drawings.states import InspectionState
from enforcers.models import Officer, Recusal
from sources.models import PollutionSource

INSIDE = {
    "phone", "contact", "legal_representative", "longitude", "latitude", "address", "special_reason",
    "special_from", "special_until", "exempt_reason", "remarks", "reason", "note", "review_comment",
    "first_value", "first_by", "accepted_by", "salt", "officer__certificate_number", "token", "declared_by",
    "sender", "secret_digest", "telephone", "email",
}  # fmt: skip

OURS = {"drawings", "sources", "enforcers", "wugang_audit"}
# Here each state reads every public page twice: of each kind of state one is read in the short run, the others go the
# same ways, and test_every_secret walks two more.
SHORT = ("published", "void-published", "sealed-drawn")
HIDDEN_SALT = ("sealed-frozen", "sealed-drawn", "sealed-published")
# The one page that calls organisers by name: how often each voided or substituted.
BY_NAME = ("/organisers/", "沈组织".encode())


@pytest.fixture(params=short(STATES, *SHORT))
def state(request):
    """Each state of a draw in turn; most of them in the long run alone."""
    return request.param


@pytest.fixture
def marked(draft, officers, registry):
    """Fill every column that must stay inside with a mark."""
    PollutionSource.objects.update(
        phone="HIDDEN-phone",
        contact="HIDDEN-contact",
        legal_representative="HIDDEN-legal",
        address="HIDDEN-address",
        longitude=Decimal("113.987654"),
        latitude=Decimal("33.987654"),
        special_reason="HIDDEN-special",
        remarks="HIDDEN-remark",
    )
    PollutionSource.objects.exclude(exempt_reason="").update(exempt_reason="HIDDEN-exempt")
    Officer.objects.update(phone="HIDDEN-officer-phone", remarks="HIDDEN-officer-remark")
    Recusal.objects.create(officer=officers[2], source=registry[0], reason="HIDDEN-recusal")
    Plan.objects.create(year=2027, title="HIDDEN-plan", basis="HIDDEN-basis", created_by=draft.created_by)
    return draft


def pages(stranger, urls):
    """Yield (url, response) of every address that answers; what the public may see must, or nothing was looked at."""
    missing = set()
    for url in urls:
        response = stranger.get(url)
        assert response.status_code in (200, 404), url
        if response.status_code == 200:
            yield url, response
        else:
            missing.add(url)
    assert missing.isdisjoint(must_open()), missing & must_open()


def must_open() -> set[str]:
    """The addresses that answer in every state: all fixed ones, units in use, and what a visible draw shows from its freeze on."""
    fixed = {
        "/",
        "/items/",
        "/plans/",
        "/draws/",
        "/organisers/",
        "/verify/",
        "/log/",
        "/log/log.tsv",
        "/results/",
        "/units/",
        "/about/",
    }
    units = PollutionSource.objects.filter(is_active=True).values_list("number", flat=True)
    codes = Draw.objects.visible().values_list("code", flat=True)
    shown = {
        f"/draws/{code}/{name}" for code in codes for name in ("", "commit.txt", "verify.py", "verify.mjs")
    }
    return fixed | {f"/units/{number}/" for number in units} | shown


def test_no_mark_and_no_salt_stands_on_any_page_in_any_state(
    marked, draw_in, report, stranger, public_urls, state
):
    draw = draw_in(state)
    unpublished = [member for member in InspectionState if member != InspectionState.PUBLISHED]
    inspections = Inspection.objects.filter(selection__draw=draw)
    for inspection, how in zip(inspections, [*unpublished, InspectionState.PUBLISHED], strict=False):
        summary = "设施运行正常" if how == InspectionState.PUBLISHED else "HIDDEN-summary"
        report(inspection, how, summary=summary, review_comment="HIDDEN-comment")
    for url, response in pages(stranger, public_urls()):
        text = response.content
        for mark in (b"HIDDEN", b"113.98", b"33.98", "沈组织".encode()):
            assert mark not in text or (url, mark) == BY_NAME, (url, mark)
        if state in HIDDEN_SALT:
            assert draw.salt_text.split()[-1].encode() not in text, url


def test_templates_get_plain_objects_and_never_a_model(marked, draw_in, report, stranger, public_urls, state):
    draw = draw_in(state)
    for inspection in Inspection.objects.filter(selection__draw=draw):
        report(inspection)
    for url, response in pages(stranger, public_urls()):
        layers = response.context or []
        for layer in layers if isinstance(layers, list) else [layers]:
            for name, value in layer.flatten().items():
                assert_plain(value, f"{url}: {name}")


def assert_plain(value, where, seen=None):
    """Walk into lists, dicts, dataclasses and whatever else is ours."""
    seen = seen if seen is not None else set()
    if id(value) in seen:
        return
    seen.add(id(value))
    assert not isinstance(value, Model | QuerySet | Manager), where
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        inside = enumerate(value)
    elif dataclasses.is_dataclass(value):
        names = {field.name for field in dataclasses.fields(value)}
        names |= {name for name, member in vars(type(value)).items() if isinstance(member, property)}
        inside = [(name, getattr(value, name)) for name in names]
    elif type(value).__module__.split(".")[0] in OURS:
        inside = vars(value).items()
    else:
        return
    for name, part in inside:
        assert_plain(part, f"{where}.{name}", seen)


def test_the_walk_itself_finds_a_model_deep_inside(draft):
    with pytest.raises(AssertionError):
        assert_plain({"a": [(1, draft)]}, "page")


def test_the_list_of_fields_names_nothing_that_must_stay_inside():
    lists = {
        name: value
        for name, value in vars(public_fields).items()
        if name.isupper() and isinstance(value, tuple)
    }
    assert len(lists) == 60
    lists |= public_fields.FINDING_PARTS
    listed = {name for fields in lists.values() for name in fields}
    # Reasons of refused voids and withdrawn names, certificate numbers for the inspected firm: the only ones meant to be read.
    allowed = {"reason", "officer__certificate_number"}
    assert listed & INSIDE == allowed
    assert {name for name in listed if name.rpartition("__")[2] in INSIDE - {"reason"}} == set()
    holders = {name for name, value in lists.items() if allowed & set(value)}
    assert holders == {"REFUSED_VOID", "VISIT_OFFICER", "WITHDRAWAL"}


def test_a_draft_does_not_exist_for_the_public(draw_in, stranger, public_urls):
    draw = draw_in("draft")
    for url, response in pages(stranger, public_urls()):
        assert "/draws/2026Q4" not in url
        assert draw.code not in response.content.decode()


def test_before_publication_nothing_tells_which_units_were_drawn(draw_in, report, stranger, public_urls):
    draw = draw_in("drawn")
    for inspection in Inspection.objects.filter(selection__draw=draw):
        report(inspection)  # even if somebody had forced a result open
    drawn = set(Selection.objects.filter(draw=draw).values_list("name", flat=True))
    tickets = Selection.objects.filter(draw=draw).values_list("ticket", flat=True)
    everyone = PollutionSource.objects.filter(operating_state="normal", exempt_reason="")
    everyone = set(
        everyone.values_list("name", flat=True)
    )  # who may be drawn: the hat's page names the others
    for url, response in pages(stranger, public_urls()):
        if url.endswith(("/names.tsv", "/bundle.zip")):
            continue
        text = response.content.decode()
        assert not any(ticket in text for ticket in tickets), url
        if url.startswith("/units/"):
            page = (response.context or {}).get("page")  # that it was in the hat is public
            assert draw.code not in text or (page.shown_draws, page.results) == ((), ())
        else:
            assert [name for name in everyone if name in text] == [], url
    assert 0 < len(drawn) < len(everyone)


def test_pages_of_drawn_and_undrawn_units_are_alike_before_publication(draw_in, stranger):
    draw = draw_in("drawn")
    chosen = Selection.objects.filter(draw=draw, stratum="general").first().source
    others = PollutionSource.objects.filter(category="general", operating_state="normal", exempt_reason="")
    other = others.exclude(selections__draw=draw).exclude(industry_code="2669").first()
    bodies = []
    for unit in (chosen, other):
        text = stranger.get(f"/units/{unit.number}/").content.decode()
        bodies.append(text.replace(unit.name, "NAME").replace(unit.number, "NUMBER"))
    assert bodies[0] == bodies[1]


def test_a_first_reading_that_waits_for_its_second_stays_inside(
    draft, freeze, organiser, clock, stranger, public_urls
):
    draw = freeze(draft, verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00"))
    clock.move(hours=6, minutes=35)
    verbs.enter_value(entropy=draw.entropy.get(), value="47193058260471930582", actor=organiser)
    assert EntropySource.objects.get().first_value == "47193058260471930582"
    for url, response in pages(stranger, public_urls()):
        assert b"47193058260471930582" not in response.content, url


def test_names_of_a_draw_come_from_the_frozen_rows(draw_in, report, stranger):
    draw = draw_in("published")
    selection = draw.selections.first()
    report(selection.inspection)
    PollutionSource.objects.filter(pk=selection.source_id).update(name="换过的名字")
    Officer.objects.update(name="换过的人")
    for url in (f"/draws/{draw.code}/", "/results/", "/", f"/units/{selection.source.number}/"):
        text = stranger.get(url).content.decode()
        assert selection.name in text, url
        # The unit's own page is headed by what it is called now: whoever was given that name finds it.
        if url.startswith("/units/"):
            assert "<h1>换过的名字</h1>" in text and f"抽签时名称</dt><dd>{selection.name}" in text
            text = text.replace("换过的名字", "")
        assert "换过的" not in text, url


def test_results_disappear_with_a_void(draw_in, report, stranger):
    draw = draw_in("published")
    selection = draw.selections.first()
    report(selection.inspection)
    Draw.objects.update(state="void", void_reason="演练")
    assert selection.name not in stranger.get("/results/").content.decode()
    page = stranger.get(f"/units/{selection.source.number}/")
    assert page.context["page"].results == ()
    assert [one.is_void for one in page.context["page"].shown_draws] == [True]
    assert "已作废" in page.content.decode()


def test_a_unit_that_was_struck_off_keeps_its_page_while_a_public_file_has_it(draw_in, make_source, stranger):
    draw = draw_in("published")
    drawn = draw.selections.first().source
    other = PollutionSource.objects.exclude(selections__draw=draw).first()
    PollutionSource.objects.update(is_active=False)
    late = make_source(900)  # after the freeze: in no file
    PollutionSource.objects.update(is_active=False)
    assert stranger.get(f"/units/{other.number}/").status_code == 200
    assert stranger.get(f"/units/{late.number}/").status_code == 404
    assert stranger.get(f"/units/{drawn.number}/").status_code == 200
