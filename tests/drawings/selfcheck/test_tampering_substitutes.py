"""Declarations and first readings changed behind the site's back: `verify_log` names it, and no such value is accepted."""

import datetime

import pytest
from attack_cases import faults_of_verify_log
from tampering_cases import rows, unnoticed

from drawings.amendments import substitutes
from drawings.models import Draw, Substitution, SubstitutionPlace, TeamMember
from drawings.models.lotteries import Issue
from enforcers.models import Officer

UNIT = {"kind": "unit"}
REFUSED = {"refused_at__isnull": False}
OPEN = {"confirmed_at": None, "refused_at": None}
WAITS = {"confirmed_at__isnull": False, "effective_at": None}
MINUTE = datetime.timedelta(minutes=1)
READ = "2 7 1 8 2"


@pytest.fixture
def waiting(site, clock):
    """The site with a declaration that nobody has decided on, and a first reading for the one that is confirmed."""
    organiser, draw = site.cast["organiser"], site.draw()
    issue = Issue("26283", datetime.datetime.fromisoformat("2026-10-10T21:25:00+08:00"))
    confirmed = Substitution.objects.get(**WAITS)
    members = TeamMember.objects.filter(selection__draw=draw, selection__inspection__state="draft")
    member = members.exclude(officer=confirmed.officer).first()
    substitutes.declare_officer(
        draw=draw, officer=member.officer.certificate_number, reason="ill", evidence="住院", away={},
        actor=organiser, issue=issue,
    )  # fmt: skip
    clock.moment = issue.known_at
    substitutes.enter_value(draw=draw, value=READ, actor=organiser)
    return site


def place_of(which, **fields):
    return rows(
        SubstitutionPlace, {f"substitution__{name}": value for name, value in which.items()}, **fields
    )


def another_officer(which):
    """Let a declaration be of somebody else."""

    def change(site):
        row = Substitution.objects.filter(kind="officer", **which).first()
        taken = Substitution.objects.exclude(officer=None).values("officer")
        other = Officer.objects.exclude(pk__in=taken).first()
        Substitution.objects.filter(pk=row.pk).update(officer=other)

    return change


def another_member(site):
    """Let the place be that of the other member of the team."""
    place = SubstitutionPlace.objects.get(substitution=Substitution.objects.get(**WAITS))
    other = place.selection.team.exclude(pk=place.member_id).first()
    SubstitutionPlace.objects.filter(pk=place.pk).update(member=other)


def somebody_steps_in(site):
    place_of(WAITS, officer=Officer.objects.first())(site)


def without_places(which):
    def change(site):
        SubstitutionPlace.objects.filter(substitution=Substitution.objects.filter(**which).first()).delete()

    return change


def frozen_early(site):
    Draw.objects.filter(code="2026Q4").update(frozen_at=site.draw().frozen_at - MINUTE)


FACTS = "事实和证据和审计记录"
CHANGES = {
    "frozen a minute early": (frozen_early, "2026Q4：冻结时间和冻结时的审计记录不一致"),
    # confirmed, its value not known
    "whose place it is": (another_member, "登记的位置不是这名人员的"),
    "no member at the place": (place_of(WAITS, member=None), "登记的位置不是这名人员的"),
    "who steps in before it is known": (somebody_steps_in, "没有生效，却有替补人员"),
    "issue before it is drawn": (rows(Substitution, WAITS, issue="26283"), "号码：审计记录里没有确认"),
    "few before it is known": (rows(Substitution, WAITS, few=[["x", "bureau", 1]]), "没有生效，却有结果"),
    "what was read first": (rows(Substitution, WAITS, first_value="7 7 7 7 7"), "第一次录入的号码或期号和审计记录"),
    "of which issue": (rows(Substitution, WAITS, first_issue="26284"), "第一次录入的号码或期号和审计记录"),
    "when it was read": (rows(Substitution, WAITS, first_at="2026-10-10T13:00Z"), "第一次录入：时间是"),
    # decided by nobody
    "officer of an open one": (another_officer(OPEN), FACTS),
    "time of an open one": (rows(Substitution, OPEN, known_at="2026-10-11T13:25Z"), FACTS),
    "places of an open one": (without_places(OPEN), FACTS),
    "unit of an open one": (rows(Substitution, OPEN, kind="unit"), FACTS),
    "row of the log for an open one": (rows(Substitution, OPEN, logged_at="x"), "没有确认，却有序号或结果"),
    # refused
    "officer of a refused one": (another_officer(REFUSED), FACTS),
    "places of a refused one": (without_places(REFUSED), FACTS),
    "issue of a refused one": (rows(Substitution, REFUSED, issue="26282"), "号码：审计记录里没有确认"),
    # in effect
    "first reading's time": (rows(Substitution, UNIT, first_at="2026-10-09T13:00Z"), "替补申报 1：第一次录入：时间是"),
    "first reading's issue": (rows(Substitution, UNIT, first_issue="26281"), "替补申报 1：第一次录入的号码或期号"),
    "second of two with one value": (
        rows(Substitution, {"serial": 2}, first_at="2026-10-09T13:00Z"), "替补申报 3：第一次录入：时间是"
    ),
    "few to choose from": (
        rows(Substitution, UNIT, few=[["x", "bureau", 1]]), "替补申报 1：可选人员不足两名的位置和结果不一致"
    ),
}  # fmt: skip


def test_each_change_of_a_declaration_behind_the_sites_back_is_named(waiting):
    assert faults_of_verify_log() == []
    assert unnoticed(waiting, CHANGES) == {}


def test_a_value_put_into_the_table_after_the_first_reading_is_not_accepted(waiting):
    head, draw = waiting.cast["head"], waiting.draw()
    Substitution.objects.filter(**WAITS).update(first_value="7 7 7 7 7")
    substitutes.enter_value(draw=draw, value="7 7 7 7 7", actor=head)
    row = Substitution.objects.get(**WAITS)
    assert (row.value, row.first_value, row.first_by) == ("", "", None)
    assert faults_of_verify_log() == []


def test_nobody_reads_twice_under_anothers_name(waiting):
    organiser, draw = waiting.cast["organiser"], waiting.draw()
    Substitution.objects.filter(**WAITS).update(first_by=waiting.cast["head"])
    substitutes.enter_value(draw=draw, value=READ, actor=organiser)
    assert Substitution.objects.get(**WAITS).value == ""


def test_the_value_that_both_have_read_is_accepted(waiting):
    substitutes.enter_value(draw=waiting.draw(), value=READ, actor=waiting.cast["head"])
    assert Substitution.objects.get(serial=3).value == READ
    assert faults_of_verify_log() == []
