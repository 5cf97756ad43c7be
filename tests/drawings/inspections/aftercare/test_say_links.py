"""Every public page about a unit, a result or a visit leads to both forms; the receipt's page names what it is about."""

import html
import re

import pytest

from drawings.models import Objection
from sources.models import PollutionSource

LINK = re.compile(r'href="(/say/[^"]*kind=[^"]*)"')


def kinds(client, page):
    """The forms that a page leads to, each of which opens and has its kind chosen: {(path with unit and draw, kind)}."""
    found = set()
    for link in map(html.unescape, LINK.findall(client.get(page).content.decode())):
        path, _, kind = link.partition("kind=")
        form = client.get(link)
        assert form.status_code == 200 and form.context["form"]["kind"].value() == kind
        found.add((path, kind))
    return found


def both(path):
    return {(path, "objection"), (path, "mistake")}


def test_unit_and_result_lead_to_both_forms(result, stranger):
    number, code = result.selection.source.number, result.selection.draw.code
    of_result = both(f"/say/?unit={number}&draw={code}&")
    assert kinds(stranger, f"/draws/{code}/findings/{number}/") == of_result
    # Beside a result, what the registry says can be corrected too.
    assert kinds(stranger, f"/units/{number}/") == of_result | {(f"/say/?unit={number}&", "mistake")}
    other = PollutionSource.objects.filter(selections=None).first().number
    assert kinds(stranger, f"/units/{other}/") == both(f"/say/?unit={other}&")


def test_the_firms_secret_page_leads_to_both_forms(sealed, stranger):
    token = sealed.selections.first().inspection.token
    assert kinds(stranger, f"/visit/{token}/") == both(f"/say/visit/{token}/?")


@pytest.mark.parametrize("is_active", [True, False])
def test_the_page_of_a_receipt_names_its_unit_only_to_who_has_the_secret(
    received, result, stranger, is_active
):
    unit, name = result.selection.source, result.selection.name
    PollutionSource.objects.filter(pk=unit.pk).update(is_active=is_active)
    secret = stranger.get("/say/receipt/").context["secret"]
    shown = stranger.post("/say/follow/", {"number": received.number, "secret": secret}).content.decode()
    assert name in shown and f'href="/units/{unit.number}/"' in shown
    for typed in ("AAAA-BBBB-CCCC-DDDD", ""):
        wrong = stranger.post("/say/follow/", {"number": received.number, "secret": typed}).content.decode()
        assert name not in wrong and unit.number not in wrong


def test_the_page_of_a_receipt_names_no_unit_that_the_public_does_not_know(visited_sender, stranger):
    row, unit = visited_sender
    secret = stranger.get("/say/receipt/").context["secret"]
    PollutionSource.objects.filter(pk=unit.pk).update(is_active=False)
    shown = stranger.post("/say/follow/", {"number": row.number, "secret": secret}).content.decode()
    # The public does not know the unit: it has no page to lead to.
    assert unit.number in shown and f"/units/{unit.number}/" not in shown and unit.name not in shown


@pytest.fixture
def visited_sender(sealed, send):
    inspection = sealed.selections.first().inspection
    assert send(f"/say/visit/{inspection.token}/").status_code == 302
    return Objection.objects.get(), inspection.selection.source


def test_who_answers_is_said_as_it_is_for_this_unit(published_draw, report, stranger):
    """Of a unit without a visit nobody can have taken part in it; a sealed one counts as none."""
    inspection = report(published_draw.selections.first().inspection)
    number, code = inspection.selection.source.number, published_draw.code
    other = PollutionSource.objects.exclude(selections__draw=published_draw).first().number
    for query, said in (
        (f"unit={number}&draw={code}", "由没有参加这次检查的人答复，另一个人确认"),
        (f"unit={number}", "由没有参加过对这家单位的检查的人答复，另一个人确认"),
        (f"unit={other}", "由审核人答复，另一个人确认"),
    ):
        assert said in stranger.get(f"/say/?{query}").content.decode(), query
