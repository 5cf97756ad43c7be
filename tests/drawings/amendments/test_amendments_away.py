"""Officers whom the registry does not send today: filled in on the forms of a substitute, and said where they are left out."""

import datetime

import pytest
from amendment_cases import TONIGHT, number, team, unit_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from drawings.models import Draw, RecusalRequest, Substitution, TeamMember
from drawings.states import InspectionState
from enforcers.models import Absence, DutyState, Officer, Recusal
from wugang_audit.clock import today

URL = "/ceremony/2026Q4/substitutes/"
ISSUE = {"label": TONIGHT.label, "known_at": "2026-10-08T21:25"}
SECRET = "SECRET-住院手术"
EVIDENCE = "有近亲属在该单位任职"


@pytest.fixture
def officers_by_number(draw):
    return {number(officer): officer for officer in Officer.objects.all()}


@pytest.fixture
def on_leave(officers_by_number):
    """戊 is on leave until 9 December; why, nobody reads."""
    officer = officers_by_number["16041048005"]
    until = datetime.date(2026, 12, 9)
    Absence.objects.create(officer=officer, kind="leave", since=today(), until=until, reason=SECRET)
    return officer


@pytest.fixture
def asked(draw):
    """The lead of the first unit's team asks to be recused."""
    member = TeamMember.objects.get(selection=draw.selections.first(), is_lead=True)
    return RecusalRequest.objects.create(
        inspection=member.selection.inspection, officer=member.officer, reason="姐姐任会计",
        asked_by=member.officer.user, asked_at=timezone.now(),
    )  # fmt: skip


def first_values(page):
    """The reasons on the form, by certificate number."""
    found = {field.name.removeprefix("away_"): field.value() for field in page.context["form"].away_fields()}
    return {who: why for who, why in found.items() if why}


def addresses(draw, asked):
    return [f"{URL}officer/", f"/ceremony/{draw.code}/recusals/{asked.pk}/"]


def test_who_is_away_by_the_registry_is_filled_in_and_why_he_is_away_stays_inside(
    draw, on_leave, asked, officers_by_number, desk
):
    first, second, *_ = sorted(officers_by_number.values(), key=number)
    Officer.objects.filter(pk=first.pk).update(duty_state=DutyState.SECONDED)
    expired = today() - datetime.timedelta(days=1)
    Officer.objects.filter(pk=second.pk).update(certificate_expiry=expired)
    for address in addresses(draw, asked):
        page = desk.get(address)
        away = {
            number(first): "借调",
            number(second): f"执法证已于 {expired} 到期",
            number(on_leave): "请假至 2026-12-09",
        }
        if "recusals" in address:  # who asks is no other officer
            away.pop(asked.officer.certificate_number, None)
        assert first_values(page) == away
        text = page.content.decode()
        assert "名录登记今天不能派出的，原因已经填好" in text and SECRET not in text
        assert "<details open>" in text


def test_where_everybody_is_there_nothing_is_filled_in(draw, asked, desk):
    for address in addresses(draw, asked):
        page = desk.get(address)
        assert first_values(page) == {}
        assert "原因已经填好" not in page.content.decode()


def test_on_the_form_of_a_unit_too(draw, on_leave, desk):
    closed = draw.selections.first().inspection
    closed.state, closed.outcome = InspectionState.SUBMITTED, "closed"
    closed.save()
    assert first_values(desk.get(f"{URL}unit/")) == {number(on_leave): "请假至 2026-12-09"}


@pytest.mark.parametrize(("disclosure", "shown"), [("open", True), ("sealed", False)])
def test_a_recusal_from_the_very_unit_is_filled_in_where_the_organiser_may_know_which_it_is(
    draw, asked, officers_by_number, desk, disclosure, shown
):
    Draw.objects.update(disclosure=disclosure)
    selection = asked.inspection.selection
    other = next(who for who in officers_by_number if who not in team(selection))
    Recusal.objects.create(officer=officers_by_number[other], source=selection.source, reason=SECRET)
    page = desk.get(addresses(draw, asked)[1])
    assert first_values(page) == ({other: "登记了对这家单位的回避"} if shown else {})
    assert SECRET not in page.content.decode()


def sent(draw, reasons):
    selection = draw.selections.first()
    base = {"officer": team(selection)[0], "reason": "recused", "unit": unit_of(selection)}
    return base | {"evidence": EVIDENCE} | ISSUE | {f"away_{who}": why for who, why in reasons.items()}


def test_what_the_organiser_hands_in_counts_whatever_was_filled_in(draw, on_leave, desk):
    desk.post(f"{URL}officer/", sent(draw, {number(on_leave): "年休假"}))
    assert Substitution.objects.get().away == {number(on_leave): "年休假"}


def test_a_reason_that_was_emptied_is_said_to_both_until_it_is_decided(
    draw, on_leave, desk, login, reviewer, head
):
    page = desk.post(f"{URL}officer/", sent(draw, {number(on_leave): ""}), follow=True)
    warning = f"{on_leave.name}：请假至 2026-12-09"
    assert Substitution.objects.get().away == {}
    for text in (page.content.decode(), login(reviewer).get(URL).content.decode()):
        assert "名录登记今天不能派出，申报里没有写明" in text and warning in text
        assert SECRET not in text
    login(head).post(f"{URL}{Substitution.objects.get().pk}/decide/", {"decision": "confirm"})
    assert warning not in desk.get(URL).content.decode()


def test_who_was_left_in_with_his_reason_and_who_is_replaced_are_not_warned_of(draw, on_leave, desk):
    Officer.objects.filter(certificate_number=team(draw.selections.first())[0]).update(
        duty_state=DutyState.LEAVE
    )
    page = desk.post(f"{URL}officer/", sent(draw, {number(on_leave): "请假"}), follow=True)
    assert "申报里没有写明" not in page.content.decode()


@pytest.mark.parametrize(("disclosure", "shown"), [("open", True), ("sealed", False)])
def test_a_recusal_that_was_left_out_is_said_where_it_does_not_name_a_sealed_unit(
    draw, officers_by_number, desk, disclosure, shown
):
    Draw.objects.update(disclosure=disclosure)
    selection = draw.selections.first()
    other = next(who for who in officers_by_number if who not in team(selection))
    Recusal.objects.create(officer=officers_by_number[other], source=selection.source, reason=SECRET)
    page = desk.post(f"{URL}officer/", sent(draw, {}), follow=True).content.decode()
    assert ("登记了对这家单位的回避" in page) == shown
    assert SECRET not in page


def test_the_list_asks_the_registry_once_however_many_declarations_wait(draw, declare, on_leave, desk):
    def queries():
        with CaptureQueriesContext(connection) as found:
            desk.get(URL)
        return len(found)

    busy = sorted({who for selection in draw.selections.all() for who in team(selection)})
    declare(draw, busy[0])
    queries()  # what a first page asks once
    first = queries()
    declare(draw, busy[1])
    assert queries() == first
