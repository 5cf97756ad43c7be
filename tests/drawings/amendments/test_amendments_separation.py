"""Nobody decides on a substitute in a team of his own, or confirms what he declared, whatever roles he holds besides."""

import pytest
from amendment_cases import TOMORROW, TONIGHT, report, team
from django.core.exceptions import PermissionDenied

from drawings.amendments import queries, seals, substitutes, voids
from drawings.models import Draw, Substitution
from drawings.states import Refused
from enforcers.models import Officer
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.staff.desk import todos_of


def judge(number):
    """The officer with this certificate number, who may also confirm substitutes."""
    user = Officer.objects.get(certificate_number=number).user
    RoleGrant.objects.get_or_create(user=user, role=Role.REVIEWER)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def recuse(draw, declare):
    """Declare that an officer must not go to a unit; without a unit that he is ill."""

    def do(number, unit=""):
        return declare(draw, number, "recused" if unit else "ill", "近亲属在该单位任职", unit=unit)

    return do


def is_offered(draw, user):
    """Whether the page or the desk offers the person to decide."""
    [line, *_] = queries.lines(draw, user)[0]
    told = any(todo.label.endswith("请确认替补申报") for todo in todos_of(user))
    assert line.may_decide == told
    return told


@pytest.mark.parametrize("place", [0, 1], ids=["who is replaced", "who stays"])
def test_nobody_of_the_team_decides_on_a_substitute_in_it(draw, recuse, place, reviewer):
    selection = draw.selections.first()
    members = team(selection)
    row = recuse(members[0], selection.source.number)
    actor = judge(members[place])
    assert (is_offered(draw, actor), is_offered(draw, reviewer)) == (False, True)
    for verb in (substitutes.confirm, substitutes.refuse):
        with pytest.raises(Refused, match="不能自己确认"):
            verb(substitution=row, actor=actor)
    assert Substitution.objects.get().is_open


def test_who_was_replaced_before_does_not_decide_on_the_next_one(draw, declare, recuse, take_effect):
    selection = draw.selections.first()
    first, second = team(selection)
    take_effect(recuse(first, selection.source.number))
    assert first not in team(selection)
    row = declare(draw, second, "recused", unit=selection.source.number, issue=TOMORROW)
    actor = judge(first)
    assert not is_offered(draw, actor)
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=row, actor=actor)


def test_who_shares_one_of_several_tasks_decides_on_none_of_them(draw, recuse):
    ill = team(draw.selections.first())[0]
    row = recuse(ill)
    places = row.places.all()
    assert len(places) > 1
    partners = {number for place in places for number in team(place.selection)} - {ill}
    for number in partners:
        actor = judge(number)
        assert not is_offered(draw, actor)
        with pytest.raises(Refused, match="不能自己确认"):
            substitutes.confirm(substitution=row, actor=actor)


def test_those_who_found_a_unit_closed_do_not_confirm_it(draw, closed, reviewer):
    selection = draw.selections.first()
    row = closed(selection)
    for number in team(selection):
        actor = judge(number)
        assert not is_offered(draw, actor)
        with pytest.raises(Refused, match="不能自己确认"):
            substitutes.confirm(substitution=row, actor=actor)
    assert substitutes.confirm(substitution=row, actor=reviewer).serial == 1


def test_an_officer_decides_on_a_substitute_in_a_team_of_others(draw, recuse):
    selection = draw.selections.first()
    row = recuse(team(selection)[0], selection.source.number)
    [other, *_] = Officer.objects.exclude(memberships__selection=selection)
    actor = judge(other.certificate_number)
    assert is_offered(draw, actor)
    assert substitutes.confirm(substitution=row, actor=actor) == row


def test_the_declarer_does_not_confirm_as_the_reviewer_that_he_is_too(draw, recuse, organiser):
    RoleGrant.objects.create(user=organiser, role=Role.REVIEWER)
    selection = draw.selections.first()
    row = recuse(team(selection)[0], selection.source.number)
    both = User.objects.get(pk=organiser.pk)
    assert not is_offered(draw, both)
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=row, actor=both)


def test_who_asked_for_a_void_decides_on_it_in_no_other_role(drawn_draw, person):
    both = person("both", Role.ORGANISER, Role.REVIEWER, Role.HEAD)
    request = voids.request_void(draw=drawn_draw, reason="system", evidence="停电", actor=both)
    for verb in (voids.confirm_void, voids.refuse_void):
        with pytest.raises(Refused, match="您提出的"):
            verb(request=request, actor=both)
    assert Draw.objects.get().state == "drawn"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_amends_a_draw(role, draw, person):
    Draw.objects.update(disclosure="sealed")
    selection, actor = draw.selections.first(), person("somebody", role)
    report(draw.selections.last())
    words = {"evidence": "停电", "actor": actor}
    away = {"away": {}, "issue": TONIGHT} | words
    for verb, arguments in (
        (voids.request_void, {"draw": draw, "reason": "system"} | words),
        (seals.unseal, {"draw": draw, "actor": actor}),
        (substitutes.declare_unit, {"selection": draw.selections.last()} | away),
        (
            substitutes.declare_officer,
            {"draw": draw, "officer": team(selection)[0], "reason": "ill"} | away,
        ),
    ):
        with pytest.raises(PermissionDenied):
            verb(**arguments)
