"""Substitutes of units: another one of the stratum steps in with a team of its own, by the same numbers."""

import datetime

import pytest
from amendment_cases import TONIGHT, plain_of, report, team, unit_of

from drawings.amendments import substitutes
from drawings.models.lotteries import Issue
from drawings.models.substitutions import substitutes_text
from drawings.states import Refused


def test_another_unit_of_the_stratum_steps_in_with_its_own_team(either, closed, take_effect):
    gone = either.selections.first()
    used = {unit_of(selection) for selection in either.selections.all()}
    row = take_effect(closed(gone))
    plain, new = plain_of(row), gone.substitute
    unit = plain.next_unit(gone.stratum, used)
    assert (unit_of(new), new.ticket, new.stratum) == (unit, plain.ticket(gone.stratum, unit), gone.stratum)
    assert new.name == new.source.name
    assert team(new) == plain.next_officers(unit, set())[:2]
    assert (row.unit, row.outcome) == (new, f"{unit}:{','.join(team(new))}")
    assert (new.inspection.item, new.inspection.state) == (gone.inspection.item, "draft")
    assert (gone.inspection.outcome, gone.inspection.state) == ("closed", "submitted")


@pytest.mark.parametrize(("away", "is_cross"), [({}, False), ({"16041048005": "外出培训"}, True)])
def test_a_substitute_unit_is_marked_where_its_team_is_of_another_speciality(
    draw, closed, take_effect, away, is_cross
):
    gone = draw.selections.filter(stratum="general").first()  # livestock farms, which 丙 and 戊 know
    take_effect(closed(gone, away))
    assert gone.substitute.is_cross == is_cross


def test_places_of_a_substitute_unit_that_nobody_is_left_for_stay_open(draw, closed, take_effect):
    gone = draw.selections.first()
    away = dict.fromkeys(["16041048002", "16041048003", "16041048004", "16041048005"], "外出培训")
    row = take_effect(closed(gone, away))
    new = gone.substitute
    assert team(new) == ["16041048001"]
    assert row.outcome == f"{unit_of(new)}:16041048001,-"
    assert row.few == [[unit_of(new), "bureau", 1], [unit_of(new), "bureau", 0]]


def test_a_unit_is_declared_once_and_anew_after_a_refusal(draw, closed, head):
    selection = draw.selections.first()
    row = closed(selection)
    with pytest.raises(Refused, match="已经申报过"):
        closed(selection)
    substitutes.refuse(substitution=row, actor=head)
    assert closed(selection).is_open


def test_each_later_unit_sees_the_earlier_ones_until_none_is_left(either, closed, take_effect):
    used = {unit_of(selection) for selection in either.selections.all()}
    gone = either.selections.filter(stratum="special").get()
    for day in range(2):  # three special units in all
        issue = Issue(f"{26281 + day}", TONIGHT.known_at + datetime.timedelta(days=day))
        row = take_effect(closed(gone, issue=issue))
        gone = gone.substitute
        assert unit_of(gone) == plain_of(row).next_unit("special", used)
        used.add(unit_of(gone))
    issue = Issue("26283", TONIGHT.known_at + datetime.timedelta(days=2))
    row = take_effect(closed(gone, issue=issue))
    assert (row.unit, row.outcome) == (None, "-")
    assert substitutes_text(either).splitlines()[3].endswith("\t-")


@pytest.mark.parametrize(
    ("outcome", "state"), [("closed", "draft"), ("clean", "submitted"), ("refused", "approved")]
)
def test_a_unit_that_its_officers_did_not_find_closed_is_not_replaced(draw, organiser, outcome, state):
    selection = draw.selections.first()
    report(selection, outcome, state)
    with pytest.raises(Refused, match="没有报告"):
        substitutes.declare_unit(
            selection=selection, evidence="关门了", away={}, issue=TONIGHT, actor=organiser
        )
