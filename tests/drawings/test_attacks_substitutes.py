"""The attacks of the protocol's last table on substitutes, tried on the site itself.

The attacker is an organiser who wants his friend sent to a firm, and has a colleague who confirms whatever he declares.
"""

import datetime

import pytest
from attack_cases import failed, faults_of_verify_log, files_of
from django.urls import reverse

from drawings.amendments import substitutes
from drawings.models import LogEntry, Substitution, TeamMember
from drawings.models.lotteries import Issue
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

TOMORROW = Issue("26282", datetime.datetime.fromisoformat("2026-10-09T21:25:00+08:00"))
DAY_AFTER = Issue("26283", TOMORROW.known_at + datetime.timedelta(days=1))
IDLE = {"16041048001", "16041048002", "16041048004"}  # who is not sent to the farm
EVENINGS = [f"0 0 0 {n} {m}" for n in range(3) for m in range(10)]  # numbers that 排列5 may draw


@pytest.fixture
def officers(officers, make_officer):
    """丁 and 戊 are on duty too: three people could step in for each officer."""
    return [*officers, make_officer(4, "丁", "chemical-pharma"), make_officer(5, "戊", "livestock")]


@pytest.fixture
def done(outside_draw, finish):
    """A published draw, sound in all eyes; its substitutes come from the next issue of 排列5."""
    draw = finish(outside_draw)
    assert (failed(draw), faults_of_verify_log()) == ([], [])
    return draw


@pytest.fixture
def visit(done):
    """The firm that matters, a farm: 丙 and 戊 know the trade and are sent, any of the three others may step in."""
    return done.selections.filter(stratum="general").last()


def team(selection) -> list[str]:
    members = TeamMember.objects.filter(selection=selection).order_by("-is_lead")
    return [member.officer.certificate_number for member in members]


@pytest.fixture
def declare(done, organiser):
    """Declare the lead of a visit ill: ``declare(visit, away={...})``."""

    def do(selection, away=None, issue=TOMORROW):
        return substitutes.declare_officer(
            draw=done,
            officer=team(selection)[0],
            unit=selection.source.number,
            reason="ill",
            evidence="住院证明",
            away=away or {},
            issue=issue,
            actor=organiser,
        )

    return do


@pytest.fixture
def type_numbers(done, organiser, organiser2):
    def do(value):
        for actor in (organiser, organiser2):
            row = substitutes.enter_value(draw=done, value=value, actor=actor)
        return row

    return do


def warned(draw) -> list[str]:
    """What the verifier names in a draw that holds, but for the registers from outside, of which there is none."""
    lines = [line.what for line in verify.check(files_of(draw)) if line.level == "warn"]
    assert lines.pop(0) == "外部名册的条目数与承诺一致"
    return lines


# ---- declaring officers away until a friend steps in ----


def test_nobody_knows_at_the_declaration_who_will_step_in(done, visit, declare, organiser2):
    """Attack: declaring officers away until a friend steps in; each of the three may still be the one."""
    row = substitutes.confirm(substitution=declare(visit), actor=organiser2)
    before, files = team(visit), files_of(done)
    steps_in = {
        verify.Standing(*verify.draw_files(files)).step(row.declaration(), value) for value in EVENINGS
    }
    number = visit.source.number
    assert steps_in == {f"{number}:{certificate}" for certificate in IDLE} and not {*before} & IDLE
    assert team(visit) == before
    logged = LogEntry.objects.get(kind="declare")
    assert (logged.subject, logged.digest) == (
        "2026Q4/1",
        verify.declare_digest(done.salt_text, row.declaration()),
    )
    assert datetime.datetime.fromisoformat(logged.time) < row.known_at


def test_who_waits_for_the_numbers_comes_too_late(visit, declare, organiser2, clock):
    """Attack: declaring officers away until a friend steps in, once the numbers are out."""
    row = declare(visit)
    clock.moment = TOMORROW.known_at
    with pytest.raises(Refused, match="已经开奖"):
        substitutes.confirm(substitution=row, actor=organiser2)
    substitutes.refuse(substitution=row, actor=organiser2)
    with pytest.raises(Refused, match="已经开奖"):
        declare(visit)
    assert not LogEntry.objects.filter(kind="declare").exists()


def test_all_but_the_friend_declared_away_is_named_to_everybody(
    done, visit, declare, organiser2, clock, type_numbers, stranger
):
    """Attack: declaring officers away until a friend steps in, by leaving the numbers no choice."""
    *others, friend = sorted(IDLE)
    row = substitutes.confirm(substitution=declare(visit, dict.fromkeys(others, "培训")), actor=organiser2)
    clock.moment = TOMORROW.known_at
    type_numbers("3 1 4 1 5")
    row.refresh_from_db()
    assert row.outcome == f"{visit.source.number}:{friend}"
    page = stranger.get(reverse("disclosure:draw", args=[done.code])).content.decode()
    assert page.count("：因故不能参加") == 3 and f"{visit.name}：只剩 1 人可选" in page
    assert ",".join(others) in files_of(done)["substitutes.tsv"].decode()
    assert failed(done) == []
    assert warned(done) == ["申报“也不能派”的人之后，可以接替的不到两人"]


def test_nothing_is_declared_anew_until_somebody_else_comes_up(visit, declare, organiser2):
    """Attack: declaring officers away until a friend steps in, with one declaration after the other."""
    row = substitutes.confirm(substitution=declare(visit), actor=organiser2)
    with pytest.raises(Refused, match="已经有一份申报还没有生效"):
        declare(visit, {team(visit)[1]: "培训"}, DAY_AFTER)
    with pytest.raises(Refused, match="已经有人处理过了"):
        substitutes.refuse(substitution=row, actor=organiser2)


# ---- dropping a declaration whose outcome does not suit ----


def test_a_declaration_that_is_left_without_its_numbers_waits_for_all_to_see(
    done, visit, declare, organiser2, clock, stranger
):
    """Attack: dropping a declaration whose outcome does not suit, by never typing the numbers."""
    substitutes.confirm(substitution=declare(visit), actor=organiser2)
    clock.moment = DAY_AFTER.known_at
    assert failed(done) == []
    assert warned(done) == ["有申报还没有生效"]
    page = stranger.get(reverse("disclosure:draw", args=[done.code])).content.decode()
    assert "：因故不能参加" in page and "住院" not in page and "排列5 第 26282 期" in page


def test_no_later_declaration_goes_before_the_one_that_was_left(
    done, visit, declare, organiser2, clock, type_numbers
):
    """Attack: dropping a declaration whose outcome does not suit, for a later one that does."""
    substitutes.confirm(substitution=declare(visit), actor=organiser2)
    later = next(each for each in done.selections.all() if team(each)[0] != team(visit)[0])
    substitutes.confirm(substitution=declare(later, issue=DAY_AFTER), actor=organiser2)
    clock.moment = DAY_AFTER.known_at
    first = type_numbers("3 1 4 1 5")
    assert (first.serial, first.label) == (1, TOMORROW.label)
    assert [row.serial for row in Substitution.objects.in_effect()] == [1]


@pytest.mark.parametrize("in_effect", [False, True])
def test_a_declaration_that_was_deleted_in_the_database_is_missed(
    done, visit, declare, organiser2, clock, type_numbers, sql, break_in, in_effect
):
    """Attack: dropping a declaration whose outcome does not suit, by somebody with the database open."""
    row = substitutes.confirm(substitution=declare(visit), actor=organiser2)
    if in_effect:
        clock.moment = TOMORROW.known_at
        type_numbers("3 1 4 1 5")
    sql("DELETE FROM drawings_substitutionplace WHERE substitution_id = %s", row.pk)
    sql("DELETE FROM drawings_substitution WHERE id = %s", row.pk)
    if in_effect:
        break_in("drawings_teammember", "DELETE FROM drawings_teammember WHERE replaces_id IS NOT NULL")
    assert any("替补" in fault for fault in faults_of_verify_log())
    assert LogEntry.objects.filter(kind="declare").exists()
    assert AuditEntry.objects.filter(action="确认替补").exists()
    if in_effect:
        assert failed(done) == ["日志里的申报和替补就是文件里的那些"]
    else:
        assert warned(done) == ["有申报还没有生效"]
