"""Substitutes: declared by one, confirmed by another, and computed from numbers that nobody knew, or from the draw's own seed."""

import datetime

import pytest
from amendment_cases import TOMORROW, TONIGHT, Plain, lead_of, number, plain_of, report, team, unit_of
from django.core.exceptions import PermissionDenied

from drawings import public_log
from drawings.amendments import substitutes
from drawings.models import Draw, Inspection, LogEntry, Substitution, SubstitutionPlace
from drawings.models.substitutions import substitutes_text
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

ILL_SINCE = "2026-10-08T09:00:00+08:00"


# --- officers ------------------------------------------------------------------------------------------------


def test_nobody_steps_in_before_a_second_person_confirms(either, declare):
    selection = either.selections.first()
    before = team(selection)
    declare(either, before[0])
    assert team(selection) == before


def test_under_seed_a_declaration_takes_effect_as_it_is_confirmed(seed_draw, declare, reviewer):
    row = declare(seed_draw, team(seed_draw.selections.first())[0])
    row = substitutes.confirm(substitution=row, actor=reviewer)
    assert row.effective_at is not None
    assert (row.source, row.label, row.known_at, row.value) == ("", "", None, "")


def test_under_fresh_numbers_it_waits_for_its_issue(draw, declare, reviewer):
    selection = draw.selections.first()
    before = team(selection)
    row = substitutes.confirm(substitution=declare(draw, before[0]), actor=reviewer)
    assert (row.serial, row.logged_at, row.effective_at) == (1, ILL_SINCE, None)
    assert team(selection) == before
    entry = LogEntry.objects.last()
    assert (entry.kind, entry.subject, entry.time) == ("declare", "2026Q4/1", ILL_SINCE)
    units = sorted(unit_of(place.selection) for place in row.places.all())
    fields = ["1", ILL_SINCE, "officer", before[0], "absent", ",".join(units), "-"]
    fields.append("pl5 26281 2026-10-08T21:25:00+08:00")
    assert entry.digest == verify.digest(draw.file("salt.txt") + "\t".join(fields))


def test_all_open_tasks_of_an_ill_officer_are_one_declaration_and_go_to_whom_the_numbers_name(
    either, declare, take_effect
):
    ill = number(lead_of(either.selections.first()).officer)
    before = {selection: team(selection) for selection in either.selections.all()}
    his = [selection for selection, members in before.items() if ill in members]
    row = declare(either, ill)
    assert len(his) > 1
    assert Substitution.objects.count() == 1
    assert {place.selection for place in row.places.all()} == set(his)
    row = take_effect(row)
    plain = plain_of(row)
    for selection, members in before.items():
        expected = [
            plain.next_officer(unit_of(selection), set(members)) if who == ill else who for who in members
        ]
        assert team(selection) == expected  # he takes the very place, lead or second
    steps_in = {unit_of(each): (set(team(each)) - set(before[each])).pop() for each in his}
    order = Plain(either).order(steps_in)
    assert row.outcome == " ".join(f"{unit}:{steps_in[unit]}" for unit in order)


def test_the_replaced_officer_loses_the_task_and_the_new_one_gets_it(either, declare, take_effect, login):
    selection = either.selections.first()
    gone = lead_of(selection)
    take_effect(declare(either, number(gone.officer)))
    new = lead_of(selection)
    assert (new.replaces, new.name) == (gone, new.officer.name)
    assert SubstitutionPlace.objects.get(selection=selection).officer == new.officer
    inspection = selection.inspection
    assert inspection not in Inspection.objects.of(gone.officer.user)
    assert inspection in Inspection.objects.of(new.officer.user)
    assert login(gone.officer.user).get(f"/inspections/{inspection.pk}/").status_code == 404
    assert login(new.officer.user).get(f"/inspections/{inspection.pk}/edit/").status_code == 200


@pytest.mark.parametrize("place", [0, 1], ids=["lead", "second"])
def test_the_substitute_takes_the_place_of_the_replaced_one(draw, declare, take_effect, place):
    selection = draw.selections.first()
    gone = team(selection)[place]
    take_effect(declare(draw, gone, "recused", unit=unit_of(selection)))
    new = [selection.team.get(replaces__isnull=False), selection.team.get(replaces=None)]
    assert [new[0].is_lead, new[1].is_lead] == [place == 0, place == 1]


def test_a_replaced_officer_does_not_review_what_the_others_found(draw, declare, take_effect, head):
    selection = draw.selections.first()
    gone = lead_of(selection)
    take_effect(declare(draw, number(gone.officer)))
    assert selection.inspection.took_part(gone.officer.user)
    assert not selection.inspection.took_part(head)


def test_a_recusal_concerns_one_unit(draw, declare, take_effect):
    selection = draw.selections.first()
    who = number(lead_of(selection).officer)
    with pytest.raises(Refused, match="哪一家"):
        declare(draw, who, "recused")
    row = take_effect(declare(draw, who, "recused", unit=unit_of(selection)))
    assert [place.selection for place in row.places.all()] == [selection]
    assert who not in team(selection)


def test_a_later_substitution_sees_the_earlier_ones_and_the_declared(either, declare, take_effect):
    selection = either.selections.first()
    unit, members = unit_of(selection), team(selection)
    take_effect(declare(either, members[0], "recused", unit=unit))
    second_lead = team(selection)[0]
    away = next(who for who in Plain(either).officers if who not in {*members, second_lead})
    again = take_effect(
        declare(either, second_lead, "recused", unit=unit, away={away: "外出培训"}, issue=TOMORROW)
    )
    barred = {*members, second_lead, away}
    assert team(selection) == [plain_of(again).next_officer(unit, barred), members[1]]
    assert again.serial == 2
    assert again.away == {away: "外出培训"}


def test_places_for_which_too_many_were_declared_away_are_kept_by_name(draw, declare, take_effect):
    selection = draw.selections.first()
    unit, members = unit_of(selection), team(selection)
    others = [who for who in Plain(draw).officers if who not in members]
    row = take_effect(
        declare(draw, members[0], "recused", unit=unit, away={others[0]: "外出培训", others[1]: "休假"})
    )
    assert row.few == [[unit, "bureau", 1]]
    assert team(selection)[0] == others[2]


def test_where_nobody_was_declared_away_no_place_is_named(draw, declare, take_effect):
    assert take_effect(declare(draw, team(draw.selections.first())[0])).few == []


def test_when_nobody_is_left_the_place_stays_open_and_the_log_says_so(either, declare, take_effect):
    selection = either.selections.first()
    unit, members = unit_of(selection), team(selection)
    others = {who: "均已派出" for who in Plain(either).officers if who not in members}
    row = take_effect(declare(either, members[0], "recused", unit=unit, away=others))
    assert team(selection) == [members[1]]
    assert row.outcome == f"{unit}:-"
    digest = verify.digest(either.file("salt.txt") + substitutes_text(either).splitlines()[1])
    entry = LogEntry.objects.filter(kind="substitute").get()
    assert (entry.subject, entry.digest) == ("2026Q4/1", digest)


def test_a_report_handed_in_keeps_its_officers(draw, declare):
    selection = draw.selections.first()
    who = number(lead_of(selection).officer)
    report(selection, "clean")
    row = declare(draw, who)
    assert selection not in {place.selection for place in row.places.all()}


def test_an_officer_is_declared_once_at_a_time(draw, declare, reviewer):
    first, second = [each for each in draw.selections.all() if "16041048001" in team(each)][:2]
    row = declare(draw, "16041048001", "recused", unit=unit_of(first))
    with pytest.raises(Refused, match="还没有生效"):
        declare(draw, "16041048001")
    substitutes.confirm(substitution=row, actor=reviewer)
    with pytest.raises(Refused, match="还没有生效"):
        declare(draw, "16041048001", "recused", unit=unit_of(second))


def test_after_its_effect_or_its_refusal_an_officer_may_be_declared_anew(
    draw, declare, take_effect, reviewer
):
    first, second = [each for each in draw.selections.all() if "16041048001" in team(each)][:2]
    row = declare(draw, "16041048001", "recused", unit=unit_of(first))
    substitutes.refuse(substitution=row, actor=reviewer)
    take_effect(declare(draw, "16041048001", "recused", unit=unit_of(first)))
    declare(draw, "16041048001", "recused", unit=unit_of(second), issue=TOMORROW)


@pytest.mark.parametrize("who", ["16041048009", "9"], ids=["holds no place", "is nobody"])
def test_an_officer_without_a_place_is_not_declared(draw, declare, make_officer, who):
    make_officer(9, "壬", "livestock")  # joined after the freeze
    with pytest.raises(Refused, match="没有抽到他"):
        declare(draw, who)


def test_an_officer_without_a_place_in_the_unit_is_not_declared_for_it(draw, declare):
    selection = draw.selections.first()
    other = next(who for who in Plain(draw).officers if who not in team(selection))
    with pytest.raises(Refused, match="在这家单位没有"):
        declare(draw, other, "recused", unit=unit_of(selection))


def test_who_is_declared_away_does_not_step_in(draw, declare, take_effect):
    selection = draw.selections.first()
    unit, members = unit_of(selection), team(selection)
    row = declare(draw, members[0], "recused", unit=unit)
    wanted = Plain(draw, 1, TONIGHT.label, "3 1 4 1 5").next_officers(unit, set(members))
    Substitution.objects.filter(pk=row.pk).update(away={wanted[0]: "外出培训"})
    take_effect(row)
    assert team(selection)[0] == wanted[1]


def test_the_officer_who_cannot_go_is_not_named_again_among_the_others(draw, declare):
    selection = draw.selections.first()
    first, second = team(selection)
    row = declare(draw, first, "recused", unit=unit_of(selection), away={first: "住院", second: "外出培训"})
    assert row.away == {second: "外出培训"}


@pytest.mark.parametrize("away", [{"99": "不在名单"}, {"16041048001": " "}])
def test_who_cannot_be_sent_stands_on_the_frozen_list_with_a_reason(draw, declare, away):
    with pytest.raises(Refused, match="冻结的名单"):
        declare(draw, "16041048002", away=away)


# --- four eyes, the files, the log, the audit ------------------------------------------------------------------


def test_the_declarer_and_the_replaced_do_not_confirm(draw, declare, organiser):
    gone = lead_of(draw.selections.first()).officer
    row = declare(draw, number(gone))
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=row, actor=organiser)
    with pytest.raises(PermissionDenied):
        substitutes.confirm(substitution=row, actor=gone.user)


def test_a_refusal_changes_nothing_takes_no_serial_and_is_final(draw, declare, organiser2, head):
    selection = draw.selections.first()
    before = team(selection)
    row = substitutes.refuse(substitution=declare(draw, before[0]), actor=organiser2)
    assert (row.serial, row.refused_by, team(selection)) == (None, organiser2, before)
    for verb in (substitutes.confirm, substitutes.refuse):
        with pytest.raises(Refused, match="处理过"):
            verb(substitution=row, actor=organiser2)
    assert substitutes.confirm(substitution=declare(draw, before[0]), actor=head).serial == 1


@pytest.mark.parametrize("verb", [substitutes.confirm, substitutes.refuse])
def test_what_is_confirmed_is_not_taken_back(draw, declare, reviewer, organiser2, verb):
    row = substitutes.confirm(substitution=declare(draw, "16041048001"), actor=reviewer)
    with pytest.raises(Refused, match="处理过"):
        verb(substitution=row, actor=organiser2)


def test_both_verifiers_files_hold_what_took_effect_and_the_log_agrees(either, declare, closed, take_effect):
    from attack_cases import files_of

    first, *_, last = either.selections.all()
    take_effect(closed(last))
    take_effect(declare(either, team(first)[0], issue=TOMORROW))
    files = files_of(either) | {"substitutes.tsv": substitutes_text(either).encode()}
    assert [check.what for check in verify.check(files) if not check.ok] == []
    assert verify.substitute_files(files).encode() == files["substitutes.tsv"]
    assert len(files["substitutes.tsv"].splitlines()) == 3


def test_the_log_of_a_sealed_draw_names_nobody(draw, declare, closed, take_effect):
    Draw.objects.update(disclosure="sealed")
    who = team(draw.selections.first())[0]
    row = take_effect(declare(draw, who))
    rows = LogEntry.objects.filter(kind__in=["declare", "substitute"])
    assert [entry.subject for entry in rows] == ["2026Q4/1", "2026Q4/1"]
    text = substitutes_text(draw).splitlines()[1]
    assert rows[1].digest == verify.digest(draw.file("salt.txt") + text)
    assert verify.digest(text) not in public_log.text()
    assert row.outcome in text


def test_the_order_of_refusals_does_not_tell_who_goes_where(draw, declare):
    """Attack: with something wrong that is only said of those who hold a place, one reads off the sealed teams."""
    Draw.objects.update(disclosure="sealed")
    unit = draw.selections.first()
    member = team(unit)[0]
    other = next(who for who in Plain(draw).officers if who not in team(unit))
    past = TONIGHT._replace(known_at=TONIGHT.known_at - datetime.timedelta(days=1))
    for wrong in ({"issue": past}, {"issue": None}, {"evidence": " "}, {"away": {"99": "不在名单"}}):
        said = set()
        for who in (member, other):
            with pytest.raises(Refused) as refusal:
                declare(draw, who, "recused", unit=unit_of(unit), **wrong)
            said.add(str(refusal.value))
        assert len(said) == 1, said


@pytest.mark.parametrize("disclosure", ["sealed", "open"])
def test_in_a_sealed_draw_a_question_about_a_place_leaves_an_entry(draw, declare, disclosure):
    Draw.objects.update(disclosure=disclosure)
    unit = draw.selections.first()
    other = next(who for who in Plain(draw).officers if who not in team(unit))
    with pytest.raises(Refused, match="在这家单位没有还可以替补的任务"):
        declare(draw, other, "recused", unit=unit_of(unit))
    entry = AuditEntry.objects.latest("index")
    assert (entry.action == "申报替补没有可替补的任务") == (disclosure == "sealed")
    if disclosure == "sealed":
        assert entry.changes["reason"] == "recused"
        assert other not in str(entry.changes) and unit_of(unit) not in str(entry.changes)


def test_the_audit_names_neither_units_nor_officers(either, declare, closed, take_effect):
    first, last = either.selections.first(), either.selections.last()
    start = AuditEntry.objects.count()
    take_effect(declare(either, team(first)[0]))
    take_effect(closed(last, issue=TOMORROW))
    entries = AuditEntry.objects.filter(index__gt=start)
    told = "".join(f"{entry.target}{entry.changes}" for entry in entries)
    assert entries.count() == (8 if Substitution.objects.first().source else 4)
    secrets = {*Plain(either).officers, *either.selections.values_list("source__number", flat=True)}
    assert [word for word in secrets if word in told] == []


def test_a_draw_before_its_tasks_or_after_its_void_has_no_substitutes(draw, declare):
    for state in ("drawn", "void"):
        Draw.objects.update(state=state)
        with pytest.raises(Refused, match="下达以后"):
            declare(draw, "16041048001")
