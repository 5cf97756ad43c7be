"""Substitutes: declared by one, confirmed by another, computed from the draw's own seed."""

import pytest
from amendment_cases import Plain, number, report, team
from django.core.exceptions import PermissionDenied

from drawings import public_log
from drawings.amendments import substitutes
from drawings.models import Draw, Inspection, LogEntry, Substitution, TeamMember
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def more_officers(make_officer, officers):
    """丁 and 戊 are on duty too, so that somebody is left to step in."""
    return [*officers, make_officer(4, "丁", "chemical-pharma"), make_officer(5, "戊", "livestock")]


@pytest.fixture
def draw(more_officers, published_draw):
    return published_draw


@pytest.fixture
def declare(organiser):
    """Declare that an officer is ill: ``declare(draw, "16041048001")``."""

    def do(draw, officer, reason="ill", evidence="住院证明 2026-118 号", unavailable=None, **more):
        return substitutes.declare_officer(
            draw=draw, officer=officer, reason=reason, evidence=evidence, unavailable=unavailable or {},
            actor=organiser, **more,
        )  # fmt: skip

    return do


@pytest.fixture
def closed(organiser):
    """Declare that a unit was found closed, after its officers have reported so."""

    def do(selection, unavailable=None):
        report(selection)
        return substitutes.declare_unit(
            selection=selection,
            evidence="厂门上锁，已拆除设备",
            unavailable=unavailable or {},
            actor=organiser,
        )

    return do


def lead_of(selection):
    return TeamMember.objects.get(selection=selection, is_lead=True)


# --- officers ------------------------------------------------------------------------------------------------


def test_nobody_steps_in_before_a_second_person_confirms(draw, declare):
    selection = draw.selections.first()
    before = team(selection)
    declare(draw, before[0])
    assert team(selection) == before


def test_all_open_tasks_of_an_ill_officer_go_to_whom_the_seed_names(draw, declare, reviewer):
    ill, plain = number(lead_of(draw.selections.first()).officer), Plain(draw)
    before = {selection: team(selection) for selection in draw.selections.all()}
    rows = declare(draw, ill)
    assert {row.selection for row in rows} == {each for each, members in before.items() if ill in members}
    substitutes.confirm(substitution=rows[-1], actor=reviewer)
    for selection, members in before.items():
        expected = [
            plain.next_officer(selection.source.number, set(members)) if who == ill else who
            for who in members
        ]
        assert team(selection) == expected  # he takes the very place, lead or second


def test_the_replaced_officer_loses_the_task_and_the_new_one_gets_it(draw, declare, reviewer, login):
    selection = draw.selections.first()
    gone = lead_of(selection)
    for row in declare(draw, number(gone.officer))[:1]:
        substitutes.confirm(substitution=row, actor=reviewer)
    new = lead_of(selection)
    assert (new.replaces, new.name) == (gone, new.officer.name)
    inspection = selection.inspection
    assert inspection not in Inspection.objects.of(gone.officer.user)
    assert inspection in Inspection.objects.of(new.officer.user)
    assert login(gone.officer.user).get(f"/inspections/{inspection.pk}/").status_code == 404
    assert login(new.officer.user).get(f"/inspections/{inspection.pk}/edit/").status_code == 200


@pytest.mark.parametrize("is_lead", [True, False])
def test_the_substitute_takes_the_place_of_the_replaced_one(draw, declare, reviewer, is_lead):
    selection = draw.selections.first()
    gone = TeamMember.objects.get(selection=selection, is_lead=is_lead)
    (row,) = declare(draw, number(gone.officer), "recused", unit=selection.source.number)
    substitutes.confirm(substitution=row, actor=reviewer)
    places = TeamMember.objects.filter(selection=selection).values_list("is_lead", "replaces")
    assert set(places) == {(is_lead, gone.pk), (not is_lead, None)}


def test_a_replaced_officer_does_not_review_what_the_others_found(draw, declare, reviewer, head):
    selection = draw.selections.first()
    gone = lead_of(selection)
    substitutes.confirm(substitution=declare(draw, number(gone.officer))[0], actor=reviewer)
    assert selection.inspection.took_part(gone.officer.user)
    assert not selection.inspection.took_part(head)


def test_a_recusal_concerns_one_unit(draw, declare, reviewer):
    selection = draw.selections.first()
    who = number(lead_of(selection).officer)
    with pytest.raises(Refused, match="哪一家"):
        declare(draw, who, "recused")
    (row,) = declare(draw, who, "recused", unit=selection.source.number)
    substitutes.confirm(substitution=row, actor=reviewer)
    assert row.selection == selection
    assert who not in team(selection)


def test_a_later_substitution_sees_the_earlier_ones_and_the_declared(draw, declare, reviewer):
    selection, plain = draw.selections.first(), Plain(draw)
    unit, members = selection.source.number, team(selection)
    (first,) = declare(draw, members[0], "recused", unit=unit)
    substitutes.confirm(substitution=first, actor=reviewer)
    second_lead = team(selection)[0]
    away = next(who for who in plain.officers if who not in {*members, second_lead})
    (again,) = declare(draw, second_lead, "recused", unit=unit, unavailable={away: "外出培训"})
    substitutes.confirm(substitution=again, actor=reviewer)
    barred = {members[0], members[1], second_lead, away}
    assert team(selection) == [plain.next_officer(unit, barred), members[1]]
    again.refresh_from_db()
    assert again.unavailable == {members[0]: "此前已由他人替补", away: "外出培训"}


def test_when_nobody_is_left_the_place_stays_open_and_the_log_says_so(draw, declare, reviewer):
    selection = draw.selections.first()
    members = team(selection)
    others = {who: "均已派出" for who in Plain(draw).officers if who not in members}
    (row,) = declare(draw, members[0], "recused", unit=selection.source.number, unavailable=others)
    (row,) = substitutes.confirm(substitution=row, actor=reviewer)
    assert team(selection) == [members[1]]
    assert "\nsubstitute -\n" in row.document
    assert LogEntry.objects.last().digest == verify.digest(row.document)


def test_a_report_handed_in_keeps_its_officers(draw, declare, reviewer):
    selection = draw.selections.first()
    who, before = number(lead_of(selection).officer), team(selection)
    rows = declare(draw, who)
    report(selection, "clean")
    done = substitutes.confirm(substitution=rows[0], actor=reviewer)
    assert team(selection) == before
    assert len(done) == len(rows) - 1
    assert Substitution.objects.get(selection=selection).refused_by == reviewer


def test_a_task_waits_for_one_decision_at_a_time(draw, declare):
    who = number(lead_of(draw.selections.first()).officer)
    declare(draw, who)
    with pytest.raises(Refused, match="没有还可以替补的任务"):
        declare(draw, who)


def test_the_officer_who_cannot_go_is_not_named_again_among_the_others(draw, declare, reviewer):
    selection = draw.selections.first()
    who = team(selection)[0]
    declared = {who: "住院", team(selection)[1]: "外出培训"}
    (row,) = declare(draw, who, "recused", unit=selection.source.number, unavailable=declared)
    (row,) = substitutes.confirm(substitution=row, actor=reviewer)
    assert row.unavailable == {team(selection)[1]: "外出培训"}
    assert "住院" not in row.document.replace(row.evidence, "")


@pytest.mark.parametrize("away", [{"99": "不在名单"}, {"16041048001": " "}])
def test_who_cannot_be_sent_stands_on_the_frozen_list_with_a_reason(draw, declare, away):
    with pytest.raises(Refused, match="冻结的名单"):
        declare(draw, "16041048002", unavailable=away)


# --- units ---------------------------------------------------------------------------------------------------


def test_the_next_unit_of_the_stratum_steps_in_with_its_own_team(draw, closed, head):
    plain = Plain(draw)
    gone = draw.selections.first()
    used = {selection.source.number for selection in draw.selections.all()}
    rank, unit, ticket = plain.next_unit(gone.stratum, used)
    lead = plain.next_officer(unit, set())
    substitutes.confirm(substitution=closed(gone), actor=head)
    new = gone.substitute
    found = (new.rank, new.source.number, new.ticket, new.stratum, new.name)
    assert found == (rank, unit, ticket, gone.stratum, plain.units[unit][5])
    assert team(new) == [lead, plain.next_officer(unit, {lead})]
    assert (new.inspection.item, new.inspection.state) == (gone.inspection.item, "draft")
    assert (gone.inspection.outcome, gone.inspection.state) == ("closed", "submitted")


@pytest.mark.parametrize(("away", "is_cross"), [({}, False), ({"16041048005": "外出培训"}, True)])
def test_a_substitute_unit_is_marked_where_its_team_is_of_another_speciality(
    draw, closed, head, away, is_cross
):
    gone = draw.selections.filter(stratum="general").first()  # livestock farms, which 丙 and 戊 know
    substitutes.confirm(substitution=closed(gone, away), actor=head)
    assert gone.substitute.is_cross == is_cross


def test_a_unit_is_declared_once_and_anew_after_a_refusal(draw, closed, head):
    selection = draw.selections.first()
    row = closed(selection)
    with pytest.raises(Refused, match="已经申报过"):
        closed(selection)
    substitutes.refuse(substitution=row, actor=head)
    assert closed(selection).is_open


def test_each_later_unit_sees_the_earlier_ones_until_none_is_left(draw, closed, head):
    plain, used = Plain(draw), {selection.source.number for selection in draw.selections.all()}
    gone = draw.selections.filter(stratum="special").get()
    for _ in range(2):  # three special units in all
        expected = plain.next_unit("special", used)
        substitutes.confirm(substitution=closed(gone), actor=head)
        gone = gone.substitute
        assert (gone.rank, gone.source.number, gone.ticket) == expected
        used.add(gone.source.number)
    assert plain.next_unit("special", used) is None
    (row,) = substitutes.confirm(substitution=closed(gone), actor=head)
    assert row.unit is None
    assert row.document.splitlines()[-4:-2] == ["substitute -", "team - -"]


@pytest.mark.parametrize(
    ("outcome", "state"), [("closed", "draft"), ("clean", "submitted"), ("refused", "approved")]
)
def test_a_unit_that_its_officers_did_not_find_closed_is_not_replaced(draw, organiser, outcome, state):
    selection = draw.selections.first()
    report(selection, outcome, state)
    with pytest.raises(Refused, match="没有报告"):
        substitutes.declare_unit(selection=selection, evidence="关门了", unavailable={}, actor=organiser)


def test_a_report_sent_back_meanwhile_stops_the_substitution(draw, closed, head):
    selection = draw.selections.first()
    row = closed(selection)
    report(selection, "closed", "returned")
    with pytest.raises(Refused, match="不需要替补"):
        substitutes.confirm(substitution=row, actor=head)
    assert draw.selections.count() == 6


# --- four eyes, the document, the log, the audit ------------------------------------------------------------------


def test_the_declarer_and_the_replaced_do_not_confirm(draw, declare, organiser):
    gone = lead_of(draw.selections.first()).officer
    rows = declare(draw, number(gone))
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=rows[0], actor=organiser)
    with pytest.raises(PermissionDenied):
        substitutes.confirm(substitution=rows[0], actor=gone.user)


def test_a_refusal_changes_nothing_and_is_final(draw, declare, organiser2):
    selection = draw.selections.first()
    before = team(selection)
    rows = declare(draw, before[0])
    assert substitutes.refuse(substitution=rows[0], actor=organiser2) == rows
    assert team(selection) == before
    with pytest.raises(Refused, match="处理过"):
        substitutes.confirm(substitution=rows[0], actor=organiser2)


def test_the_document_is_written_line_by_line(draw, declare, reviewer, clock):
    selection, plain = draw.selections.first(), Plain(draw)
    unit, members = selection.source.number, team(selection)
    (row,) = declare(draw, members[0], "recused", "系法定代表人\n近亲属", unit=unit)
    Substitution.objects.update(declared_at=clock())
    (row,) = substitutes.confirm(substitution=row, actor=reviewer)
    assert row.document == (
        f"substitution/1\ndraw 2026Q4\nsalt {draw.salt}\nkind officer\nunit {unit}\nofficer {members[0]}\n"
        "reason recused\nevidence 系法定代表人 近亲属\n"
        f"substitute {plain.next_officer(unit, set(members))}\n"
        "declared 2026-10-08T09:00:00+08:00\nconfirmed 2026-10-08T09:00:00+08:00\n"
    )


def test_the_log_names_the_replaced_one_and_hides_him_while_sealed(draw, declare, closed, reviewer):
    first, *_, last = draw.selections.all()
    substitutes.confirm(substitution=closed(last), actor=reviewer)
    entry = LogEntry.objects.last()
    assert (entry.kind, entry.subject) == ("substitute-unit", f"2026Q4/{last.source.number}")
    Draw.objects.update(disclosure="sealed")
    who = team(first)[0]
    (row,) = declare(draw, who, "recused", unit=first.source.number)
    (row,) = substitutes.confirm(substitution=row, actor=reviewer)
    entry = LogEntry.objects.last()
    assert (entry.kind, entry.subject) == (
        "substitute-officer", f"2026Q4/{verify.digest(f'{draw.salt} {who}')}"
    )  # fmt: skip
    assert entry.digest == verify.digest(row.document)
    verify.parse_log(public_log.text())


def test_the_audit_names_neither_units_nor_officers(draw, declare, closed, reviewer):
    first, last = draw.selections.first(), draw.selections.last()
    start = AuditEntry.objects.count()
    substitutes.confirm(substitution=declare(draw, team(first)[0])[0], actor=reviewer)
    substitutes.confirm(substitution=closed(last), actor=reviewer)
    entries = AuditEntry.objects.filter(index__gt=start)
    told = "".join(f"{entry.target}{entry.changes}" for entry in entries)
    assert entries.count() == 4
    secrets = {*Plain(draw).officers, *draw.selections.values_list("source__number", flat=True)}
    assert [word for word in secrets if word in told] == []


def test_a_draw_before_its_tasks_or_after_its_void_has_no_substitutes(draw, declare):
    for state in ("drawn", "void"):
        Draw.objects.update(state=state)
        with pytest.raises(Refused, match="下达以后"):
            declare(draw, "16041048001")
