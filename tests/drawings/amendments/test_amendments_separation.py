"""Nobody decides on a substitute in a team of his own, or confirms what he declared, whatever roles he holds besides."""

import pytest
from amendment_cases import report, team
from django.core.exceptions import PermissionDenied

from drawings.amendments import queries, seals, substitutes, voids
from drawings.models import Draw, Substitution
from drawings.states import Refused
from enforcers.models import Officer
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.staff.desk import todos_of


@pytest.fixture
def draw(officers, make_officer, published_draw):
    make_officer(4, "丁", "chemical-pharma")
    return published_draw


def judge(number):
    """The officer with this certificate number, who may also confirm substitutes."""
    user = Officer.objects.get(certificate_number=number).user
    RoleGrant.objects.get_or_create(user=user, role=Role.REVIEWER)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def declare(draw, organiser):
    def do(number, unit="", reason="recused"):
        return substitutes.declare_officer(
            draw=draw, officer=number, reason=reason, evidence="近亲属在该单位任职", unavailable={},
            unit=unit, actor=organiser,
        )  # fmt: skip

    return do


def is_offered(draw, user):
    """Whether the page or the desk offers the person to decide."""
    [line, *_] = queries.lines(draw, user)[0]
    told = any(todo.label.endswith("请确认替补申报") for todo in todos_of(user))
    assert line.may_decide == told
    return told


@pytest.mark.parametrize("place", [0, 1], ids=["who is replaced", "who stays"])
def test_nobody_of_the_team_decides_on_a_substitute_in_it(draw, declare, place, reviewer):
    selection = draw.selections.first()
    members = team(selection)
    [row] = declare(members[0], selection.source.number)
    actor = judge(members[place])
    assert (is_offered(draw, actor), is_offered(draw, reviewer)) == (False, True)
    for verb in (substitutes.confirm, substitutes.refuse):
        with pytest.raises(Refused, match="不能自己确认"):
            verb(substitution=row, actor=actor)
    assert Substitution.objects.get().is_open


def test_who_was_replaced_before_does_not_decide_on_the_next_one(draw, declare, reviewer):
    selection = draw.selections.first()
    first, second = team(selection)
    substitutes.confirm(substitution=declare(first, selection.source.number)[0], actor=reviewer)
    assert first not in team(selection)
    [row] = declare(second, selection.source.number)
    actor = judge(first)
    assert not is_offered(draw, actor)
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=row, actor=actor)


def test_who_shares_one_of_several_tasks_decides_on_none_of_them(draw, declare):
    ill = team(draw.selections.first())[0]
    rows = declare(ill, reason="ill")
    assert len(rows) > 1
    partners = {number for row in rows for number in team(row.selection)} - {ill}
    for number in partners:
        actor = judge(number)
        assert not is_offered(draw, actor)
        for row in rows:
            with pytest.raises(Refused, match="不能自己确认"):
                substitutes.confirm(substitution=row, actor=actor)


def test_those_who_found_a_unit_closed_do_not_confirm_it(draw, organiser, reviewer):
    selection = draw.selections.first()
    report(selection)
    row = substitutes.declare_unit(selection=selection, evidence="厂门上锁", unavailable={}, actor=organiser)
    for number in team(selection):
        actor = judge(number)
        assert not is_offered(draw, actor)
        with pytest.raises(Refused, match="不能自己确认"):
            substitutes.confirm(substitution=row, actor=actor)
    assert substitutes.confirm(substitution=row, actor=reviewer) == [row]


def test_an_officer_decides_on_a_substitute_in_a_team_of_others(draw, declare):
    selection = draw.selections.first()
    [row] = declare(team(selection)[0], selection.source.number)
    [other, *_] = Officer.objects.exclude(memberships__selection=selection)
    actor = judge(other.certificate_number)
    assert is_offered(draw, actor)
    assert substitutes.confirm(substitution=row, actor=actor) == [row]


def test_the_declarer_does_not_confirm_as_the_reviewer_that_he_is_too(draw, declare, organiser):
    RoleGrant.objects.create(user=organiser, role=Role.REVIEWER)
    selection = draw.selections.first()
    [row] = declare(team(selection)[0], selection.source.number)
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
    away = {"unavailable": {}} | words
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
