"""The plan's finer rules: strata of their own, units not yet drawn first, the yearly cap, and the outlook."""

import pytest

from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import Plan, PlanRate, Stratum
from drawings.protocol import verify
from sources.models import PollutionSource


@pytest.fixture
def next_draft(published_draw, item, organiser):
    """The draw of another quarter of the same year, after 2026Q4 has drawn six units."""
    return verbs.start(year=2026, quarter=3, item=item, actor=organiser)


def standings(draft):
    return {unit.unit: unit.standing for unit in checks.snapshot(draft).units}


def drawn(draw):
    return set(draw.selections.values_list("source__number", flat=True))


def test_key_units_that_discharge_form_a_stratum_of_their_own(draft, plan, freeze, settings, organiser):
    settings.ALLOW_SYSTEM_ENTROPY = True
    PlanRate.objects.create(plan=plan, stratum=Stratum.EMITTING, numerator=1, denominator=2, position=0)
    PollutionSource.objects.filter(number__in=["410481-0001", "410481-0006"]).update(
        discharges_wastewater=True
    )
    PollutionSource.objects.filter(number="410481-0002").update(discharges_waste_gas=True)
    draw = verbs.draw_from_system(draw=freeze(draft), actor=organiser)
    assert verify.parse_commit(draw.file("commit.txt")).strata == (
        verify.Stratum("key-emitting", "1/2", 2, 1),
        verify.Stratum("key", "25/100", 3, 1),
        verify.Stratum("special", "25/100", 3, 1),
        verify.Stratum("general", "1/4", 9, 3),
    )
    assert draw.selections.filter(stratum="key-emitting").count() == 1


def test_without_the_rule_a_unit_drawn_before_stands_as_any_other(next_draft):
    assert set(standings(next_draft).values()) == {"in", "stopped", "exempt"}


def test_units_drawn_this_year_stand_back_where_the_plan_says_so(next_draft, published_draw, plan):
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True)
    again = {number for number, standing in standings(next_draft).items() if standing == "again"}
    assert again == drawn(published_draw)


def test_units_not_yet_drawn_come_first(next_draft, published_draw, plan, freeze, organiser):
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True)
    second = verbs.draw_from_system(draw=freeze(next_draft), actor=organiser)
    assert drawn(second) & drawn(published_draw) == set()


def test_a_capped_unit_is_not_drawn_but_counts_in_the_base(
    next_draft, published_draw, plan, freeze, organiser
):
    Plan.objects.filter(pk=plan.pk).update(yearly_cap=1)
    assert {n for n, standing in standings(next_draft).items() if standing == "capped"} == drawn(
        published_draw
    )
    assert [quota.base for quota in checks.preflight(next_draft).quotas] == [5, 3, 9]
    second = verbs.draw_from_system(draw=freeze(next_draft), actor=organiser)
    assert drawn(second) & drawn(published_draw) == set()


def test_a_void_draw_counts_for_nothing(drawn_draw, plan, item, organiser):
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True, yearly_cap=1)
    type(drawn_draw).objects.filter(pk=drawn_draw.pk).update(state="void")
    again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert set(standings(again).values()) == {"in", "stopped", "exempt"}


def test_draws_of_another_year_count_for_nothing(published_draw, plan, item, organiser):
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True)
    type(published_draw).objects.filter(pk=published_draw.pk).update(year=2025)
    draft = verbs.start(year=2026, quarter=1, item=item, actor=organiser)
    assert "again" not in standings(draft).values()


def test_loads_count_the_places_of_other_draws_of_the_same_quarter(published_draw, item, organiser):
    loads = {officer.officer: officer.load for officer in checks.snapshot(published_draw).officers}
    assert set(loads.values()) == {0}


@pytest.mark.parametrize(
    ("reading", "rule", "take"),
    [("units", "1/4", 3), ("officers", "officers*4/1", 9), ("officers-year", "officers*4/4", 3)],
)
def test_each_reading_of_one_to_four_is_a_rule_of_the_protocol(draft, plan, reading, rule, take):
    Plan.objects.filter(pk=plan.pk).update(general_reading=reading)
    general = checks.preflight(draft).quotas[-1]
    assert (general.rule, general.take) == (rule, take)
