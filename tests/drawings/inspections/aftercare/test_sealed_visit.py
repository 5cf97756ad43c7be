"""An objection from the firm's secret page: while the draw is sealed nobody outside, and no reviewer too early, learns of it."""

import pytest

from drawings.amendments import seals
from drawings.disclosure.objections import objections_of
from drawings.inspections.aftercare import verbs
from drawings.models import Inspection, Objection
from drawings.states import InspectionState

PUBLIC = {"goes_public": True, "public_text": "该单位认为炉号有误。", "answer": "已核实。"}


@pytest.fixture
def visited(sealed):
    return sealed.selections.order_by("pk").first().inspection


@pytest.fixture
def said(send, visited):
    assert send(f"/say/visit/{visited.token}/").status_code == 302
    return Objection.objects.get()


def test_the_secret_page_leads_to_the_form_and_hands_its_address_on_to_nobody(visited, stranger):
    page = f"/say/visit/{visited.token}/"
    assert f'href="{page}?kind=objection"' in stranger.get(f"/visit/{visited.token}/").content.decode()
    form = stranger.get(page)
    assert form["Cache-Control"] == "private, no-store"
    # A browser sends a form from a page with no-referrer without its origin: it would be refused.
    assert form["Referrer-Policy"] == "same-origin" and "noindex" in form["X-Robots-Tag"]
    assert stranger.get(f"/say/visit/{'A' * 43}/").status_code == 404


def test_a_draw_that_is_sealed_and_one_without_the_unit_are_one_to_the_form(visited, stranger, registry):
    drawn = visited.selection.source.number
    chosen = set(visited.selection.draw.selections.values_list("source", flat=True))
    other = next(unit for unit in registry if unit.pk not in chosen).number
    code = visited.selection.draw.code
    pages = {
        number: stranger.get(f"/say/?unit={number}&draw={code}").context["about"] for number in (drawn, other)
    }
    assert {(about.draw, about.inspection) for about in pages.values()} == {(None, None)}


def test_a_reviewer_reads_it_once_the_report_is_handed_in(said, visited, reviewer, head, login):
    for user in (reviewer, head):
        listed = login(user).get("/inspections/objections/").content.decode()
        assert said.number in listed and said.unit.name not in listed
        assert login(user).get(f"/inspections/objections/{said.pk}/").status_code == 404
        assert "异议和纠错待答复" not in login(user).get("/desk/").content.decode()
    Inspection.objects.filter(pk=visited.pk).update(state=InspectionState.SUBMITTED)
    assert login(reviewer).get(f"/inspections/objections/{said.pk}/").status_code == 200


def test_the_answer_reaches_the_firm_at_once_and_the_public_after_the_seal(
    said, visited, reviewer, head, organiser, stranger, report
):
    secret = stranger.get("/say/receipt/").context["secret"]
    Inspection.objects.filter(pk=visited.pk).update(state=InspectionState.SUBMITTED)
    made = verbs.answer(objection=said, actor=reviewer, **PUBLIC)
    verbs.confirm(objection=said, answer=made.pk, actor=head)
    shown = stranger.post("/say/follow/", {"number": said.number, "secret": secret}).content.decode()
    assert "已核实。" in shown and "结果公开以后才公开" in shown
    report(visited)
    shown = stranger.post("/say/follow/", {"number": said.number, "secret": secret}).content.decode()
    assert "解封以后才公开" in shown
    code = visited.selection.draw.code
    assert objections_of(said.unit_id, [code]) == ()
    page = f"/units/{said.unit.number}/"
    assert "已核实。" not in stranger.get(page).content.decode()
    seals.unseal(draw=visited.selection.draw, actor=organiser)
    assert "已核实。" in stranger.get(page).content.decode()
