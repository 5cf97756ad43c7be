"""The value that decides a substitute: typed by two people, in time, in form, in the order of the declarations."""

import datetime

import pytest
from amendment_cases import NUMBERS, TOMORROW, TONIGHT, Plain, report, team, unit_of
from visit_cases import send_in

from drawings.amendments import substitutes
from drawings.models import Draw, EntropySource, LogEntry, Substitution
from drawings.models.substitutions import substitutes_text
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def confirmed(draw, declare, head, clock):
    """The lead of the first unit is declared ill and confirmed; the issue has just been drawn."""
    row = substitutes.confirm(substitution=declare(draw, team(draw.selections.first())[0]), actor=head)
    clock.moment = row.known_at
    return row


def enter(draw, actor, value=NUMBERS, **more):
    return substitutes.enter_value(draw=draw, value=value, actor=actor, **more)


def last_entry():
    return AuditEntry.objects.latest("index")


def test_the_first_reading_waits_and_the_second_one_decides(draw, confirmed, organiser, reviewer):
    before = team(draw.selections.first())
    assert enter(draw, organiser).effective_at is None
    assert team(draw.selections.first()) == before
    assert last_entry().action == "第一次录入替补号码"
    row = enter(draw, reviewer)
    assert (row.value, row.first_by, row.accepted_by) == (NUMBERS, organiser, reviewer)
    assert team(draw.selections.first()) != before
    told = last_entry()
    assert (told.action, told.changes) == (
        "确认替补号码",
        {"substitution": row.pk, "source": "pl5 26281", "substitutions": [row.pk], "value": NUMBERS, "issue": "26281"},
    )  # fmt: skip


def test_other_numbers_name_others(draw, closed, take_effect):
    """Nobody knows at the declaration who steps in: it depends on what is drawn in the evening."""
    gone = draw.selections.filter(stratum="general").first()
    used = {unit_of(selection) for selection in draw.selections.all()}
    by_digit = [Plain(draw, 1, "26281", f"0 0 0 0 {n}").next_unit("general", used) for n in range(10)]
    assert len(set(by_digit)) > 2
    take_effect(closed(gone), value="0 0 0 0 7")
    assert unit_of(gone.substitute) == by_digit[7]


def test_two_unequal_readings_are_both_dropped(draw, confirmed, organiser, reviewer):
    enter(draw, organiser)
    row = enter(draw, reviewer, "3 1 4 1 6")
    assert (row.first_by, row.first_value, row.first_issue, row.value) == (None, "", "", "")
    assert last_entry().action == "替补号码两次录入不一致"
    assert not LogEntry.objects.filter(kind="substitute").exists()
    enter(draw, reviewer)
    assert enter(draw, organiser).effective_at


def test_nobody_types_both_readings(draw, confirmed, organiser):
    enter(draw, organiser)
    with pytest.raises(Refused, match="第二次须由另一个人"):
        enter(draw, organiser)


def test_one_of_the_two_organises_draws(draw, confirmed, reviewer, head):
    enter(draw, reviewer)
    with pytest.raises(Refused, match="至少要有一名抽查组织者"):
        enter(draw, head)


def test_a_value_is_not_typed_before_its_issue_is_drawn(draw, confirmed, organiser, clock):
    clock.move(seconds=-1)
    with pytest.raises(Refused, match="还没有到开奖时间（10月8日 21:25）"):
        enter(draw, organiser)


@pytest.mark.parametrize("value", ["31415", "3 1 4 1", "3 1 4 1 5 9", "a b c d e", ""])
def test_a_value_of_another_form_is_refused(draw, confirmed, organiser, value):
    with pytest.raises(Refused, match="没有记录"):
        enter(draw, organiser, value)


def test_a_value_under_a_clock_that_was_set_back_is_refused(draw, confirmed, organiser, reviewer, clock):
    clock.move(minutes=5)
    enter(draw, organiser)
    clock.move(minutes=-4)
    with pytest.raises(Refused, match="时钟"):
        enter(draw, reviewer)
    clock.move(minutes=4)
    enter(draw, reviewer, "9 9 9 9 9")  # both are dropped
    clock.move(minutes=-4)
    with pytest.raises(Refused, match="时钟"):  # a first reading leaves no row in the log, and counts too
        enter(draw, organiser)


def test_a_declaration_under_a_clock_that_was_set_back_is_not_confirmed(draw, declare, head, clock):
    row = declare(draw, team(draw.selections.first())[0])
    clock.move(minutes=-4)
    with pytest.raises(Refused, match="时钟"):
        substitutes.confirm(substitution=row, actor=head)


def test_without_a_declaration_that_waits_nothing_is_typed(draw, organiser):
    with pytest.raises(Refused, match="没有等号码"):
        enter(draw, organiser)


def test_an_undecided_declaration_waits_for_its_second_person_not_for_a_value(
    draw, declare, organiser, clock
):
    row = declare(draw, team(draw.selections.first())[0])
    clock.moment = row.known_at
    with pytest.raises(Refused, match="没有等号码"):
        enter(draw, organiser)


# --- one issue, one value ------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["substitute", "draw"])
def test_one_issue_has_one_value_on_the_whole_site(
    draw, confirmed, closed, declare, head, organiser, reviewer, type_numbers, where
):
    """Attack: of several numbers the one whose outcome suits, for the second one who waits for the same issue."""
    if where == "draw":
        EntropySource.objects.create(
            draw=draw, position=9, source="pl5", label="26281", known_at=TONIGHT.known_at, value=NUMBERS
        )
    else:
        other = Draw.objects.create(
            year=2025, quarter=4, code="2025Q4", item=draw.item, plan=draw.plan, created_by=organiser
        )
        Substitution.objects.create(
            draw=other, kind="unit", reason="closed", evidence="空地", declared_by=organiser,
            source="pl5", label="26280", issue="26281", value=NUMBERS,
        )  # fmt: skip
    with pytest.raises(Refused, match="已经登记过排列5第 26281 期的号码，是 3 1 4 1 5"):
        enter(draw, organiser, "3 1 4 1 6")
    assert type_numbers(draw, people=[organiser, reviewer]).effective_at


# --- several that wait ---------------------------------------------------------------------------------------


def test_declarations_on_one_issue_take_effect_together_in_their_order(
    draw, declare, closed, head, clock, type_numbers
):
    first, *_, last = draw.selections.all()
    members = team(first)
    rows = [declare(draw, members[0], "recused", unit=unit_of(first)), closed(last)]
    for row in reversed(rows):  # the one that is confirmed first is the first
        substitutes.confirm(substitution=row, actor=head)
    clock.moment = TONIGHT.known_at
    type_numbers(draw)
    unit, officer = Substitution.objects.in_effect().order_by("serial")
    assert (unit.is_unit, officer.is_unit) == (True, False)
    assert unit.value == officer.value == NUMBERS
    plain = Plain(draw, 2, "26281", NUMBERS)
    assert team(first)[0] == plain.next_officer(unit_of(first), set(members))
    assert [line.split("\t")[0] for line in substitutes_text(draw).splitlines()[1:]] == ["1", "2"]


def test_no_later_declaration_takes_effect_before_an_earlier_one(
    draw, declare, closed, head, clock, organiser, type_numbers
):
    first, *_, last = draw.selections.all()
    for row in (declare(draw, team(first)[0]), closed(last, issue=TOMORROW)):
        substitutes.confirm(substitution=row, actor=head)
    clock.moment = TOMORROW.known_at + datetime.timedelta(hours=1)
    assert enter(draw, organiser).serial == 1  # both are drawn; the first one is asked for
    type_numbers(draw, people=[head])
    assert [row.serial for row in Substitution.objects.in_effect()] == [1]
    row = type_numbers(draw, "9 9 9 9 9")
    assert (row.serial, row.value) == (2, "9 9 9 9 9")


def test_two_who_gave_up_places_in_one_unit_are_replaced_one_after_the_other(
    draw, declare, head, clock, type_numbers
):
    selection = draw.selections.first()
    members = team(selection)
    for who in members:
        row = declare(draw, who, "recused", unit=unit_of(selection))
        substitutes.confirm(substitution=row, actor=head)
    clock.moment = TONIGHT.known_at
    type_numbers(draw)
    lead = Plain(draw, 1, "26281", NUMBERS).next_officer(unit_of(selection), set(members))
    barred = {*members, lead}
    assert team(selection) == [
        lead,
        Plain(draw, 2, "26281", NUMBERS).next_officer(unit_of(selection), barred),
    ]


# --- an issue that is never drawn ----------------------------------------------------------------------------


def test_the_first_issue_drawn_after_it_stands_for_one_that_was_never_drawn(
    draw, confirmed, type_numbers, clock, organiser, organiser2
):
    clock.moment = TONIGHT.known_at + datetime.timedelta(days=2)
    selection = draw.selections.first()
    members = set(team(selection))
    row = type_numbers(draw, "7 7 7 7 7", issue="26283", people=(organiser2, organiser))
    assert (row.label, row.issue) == ("26281", "26283")
    assert last_entry().changes["issue"] == "26283"
    assert "\tpl5 26281 2026-10-08T21:25:00+08:00\t7 7 7 7 7\t" in substitutes_text(draw)
    expected = Plain(draw, 1, "26281", "7 7 7 7 7").next_officer(unit_of(selection), members)
    assert team(selection)[0] == expected


def test_an_issue_that_is_not_drawn_yet_stands_for_none(draw, confirmed, reviewer, clock):
    clock.moment = TONIGHT.known_at + datetime.timedelta(days=1, hours=23)
    with pytest.raises(Refused, match="第 26283 期最早要到 10月10日 21:25 才开奖"):
        enter(draw, reviewer, issue="26283")
    with pytest.raises(Refused, match="第 27001 期最早要到 1月1日 21:25 才开奖"):
        enter(draw, reviewer, issue="27001")
    assert enter(draw, reviewer, issue="26282").first_issue == "26282"


def test_the_declarer_is_not_the_first_to_say_that_an_issue_was_never_drawn(
    draw, confirmed, organiser, reviewer, clock
):
    clock.moment = TOMORROW.known_at
    with pytest.raises(Refused, match="不能由申报人第一个说"):
        enter(draw, organiser, issue="26282")
    enter(draw, reviewer, issue="26282")
    assert enter(draw, organiser, issue="26282").issue == "26282"


def test_readings_of_different_issues_do_not_agree(draw, confirmed, organiser, reviewer, clock):
    clock.moment = TONIGHT.known_at + datetime.timedelta(days=2)
    enter(draw, reviewer, issue="26282")
    row = enter(draw, organiser, issue="26283")
    assert (row.first_by, row.first_issue, row.effective_at) == (None, "", None)


@pytest.mark.parametrize("issue", ["26280", "2628", "2026282", "二"])
def test_an_earlier_or_impossible_issue_stands_for_none(draw, confirmed, organiser, issue):
    with pytest.raises(Refused, match="没有记录"):
        enter(draw, organiser, issue=issue)


# --- what stands still while a declaration waits -------------------------------------------------------------


@pytest.fixture
def hand_in(clock):
    from drawings.inspections.field.report import Answer, Report
    from drawings.models import ChecklistPoint

    def do(selection):
        inspection = selection.inspection
        inspection.refresh_from_db()
        whole = Report(
            visited_at=clock().replace(second=0, microsecond=0), outcome="clean", summary="正常",
            answers={point.pk: Answer("pass") for point in ChecklistPoint.objects.all()},
        )  # fmt: skip
        actor = selection.team.first().officer.user
        return send_in(inspection=inspection, actor=actor, version=inspection.version, report=whole)

    return do


def test_no_report_is_handed_in_while_a_substitute_is_awaited(
    draw, declare, head, clock, type_numbers, hand_in
):
    selection, other = draw.selections.first(), draw.selections.last()
    row = declare(draw, team(selection)[0], "recused", unit=unit_of(selection))
    with pytest.raises(Refused, match="有执法人员不能去，等另一个人确认"):
        hand_in(selection)
    substitutes.confirm(substitution=row, actor=head)
    with pytest.raises(Refused, match=r"等排列5 第 26281 期（10月8日 21:25 开奖）的号码由两个人录入"):
        hand_in(selection)
    assert hand_in(other).state == "submitted"
    clock.moment = TONIGHT.known_at
    type_numbers(draw)
    assert hand_in(selection).state == "submitted"


def test_a_refused_declaration_holds_nothing_up(draw, declare, head, hand_in):
    selection = draw.selections.first()
    row = declare(draw, team(selection)[0], "recused", unit=unit_of(selection))
    substitutes.refuse(substitution=row, actor=head)
    assert hand_in(selection).state == "submitted"


def test_a_reported_closure_is_not_sent_back_while_its_substitute_is_awaited(
    draw, closed, head, reviewer, clock, type_numbers
):
    from drawings.inspections import verbs

    selection = draw.selections.first()
    report(selection)
    row = closed(selection)

    def send_back():
        inspection = selection.inspection
        inspection.refresh_from_db()
        return verbs.send_back(
            inspection=inspection, actor=reviewer, version=inspection.version, comment="请补拍照片"
        )

    with pytest.raises(Refused, match="单位已停产、关闭或搬迁，等另一个人确认"):
        send_back()
    substitutes.confirm(substitution=row, actor=head)
    with pytest.raises(Refused, match="的号码由两个人录入"):
        send_back()
    clock.moment = TONIGHT.known_at
    type_numbers(draw)
    assert send_back().state == "returned"
