"""A site on which everything has happened once, through the verbs: what `verify_log` must hold, and notice when it is changed."""

import datetime

import pytest
from attack_cases import BALLS, DICE, LOTTERY, THROWS
from django.db import connection
from django.utils import timezone
from visit_cases import send_in

from drawings.amendments import seals, substitutes, voids
from drawings.ceremony import verbs as ceremony
from drawings.ceremony.papers import verbs as papers
from drawings.ceremony.preflight.changes import compare
from drawings.ceremony.preflight.snapshot import snapshot
from drawings.inspections import verbs as inspections
from drawings.inspections.field.report import Answer, Report
from drawings.models import (
    ChangesConfirmed,
    ChecklistPoint,
    ChecklistVersion,
    Correction,
    Deposit,
    Draw,
    DrawFile,
    Evidence,
    Inspection,
    InspectionMove,
    LogEntry,
    OnSiteRecord,
    Selection,
    TeamMember,
)
from drawings.models.lotteries import Issue
from drawings.protocol import verify
from wugang_audit.audit import append_only
from wugang_audit.audit.models import AuditEntry

SYSTEM = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")


class Site:
    """Three draws: 2026Q2 void, 2026Q3 sealed and lifted, 2026Q4 with substitutes, findings and a correction."""

    def __init__(self, cast):
        self.cast = cast

    def draw(self, code="2026Q4") -> Draw:
        return Draw.objects.get(code=code)

    def inspection(self, state="published") -> Inspection:
        return Inspection.objects.filter(selection__draw__code="2026Q4", state=state).first()


@pytest.fixture
def inspect():
    """Take an inspection through its steps: ``inspect(inspection, "submit", "approve", "publish")``."""

    def do(inspection, *steps, outcome="clean", reviewer=None, head=None):
        for step in steps:
            row = Inspection.objects.get(pk=inspection.pk)
            if step == "submit":
                points = ChecklistPoint.objects.all() if outcome == "clean" else []
                more = {
                    "actor": row.selection.team.first().officer.user,
                    "report": Report(
                        visited_at=timezone.now().replace(second=0, microsecond=0),
                        outcome=outcome,
                        summary="生产正常，设施运行正常。",
                        answers={point.pk: Answer("pass") for point in points},
                    ),
                }
            elif step == "send_back":
                more = {"actor": reviewer, "comment": "请补充照片编号。"}
            else:
                more = {"actor": head if step == "publish" else reviewer}
            verb = send_in if step == "submit" else getattr(inspections, step)
            verb(inspection=row, version=row.version, **more)
        return Inspection.objects.get(pk=inspection.pk)

    return do


@pytest.fixture
def start(plan, item, registry, officers, organiser, settings, clock):
    """Open, freeze and draw a quarter on the machine's numbers: ``start(3, disclosure="sealed")``."""
    settings.ALLOW_SYSTEM_ENTROPY = True

    def do(quarter, **more):
        draw = ceremony.start(year=2026, quarter=quarter, item=item, actor=organiser)
        seen = snapshot(draw).fingerprint
        draw = ceremony.freeze(draw=draw, sources=[SYSTEM], seen=seen, actor=organiser, **more)
        return ceremony.draw_from_system(draw=draw, actor=organiser)

    return do


@pytest.fixture
def site(start, item, organiser, organiser2, reviewer, head, clock, make_source, void, enter, inspect):
    void(start(2))
    draw = ceremony.publish(
        draw=start(3, disclosure="sealed", unseal_on=datetime.date(2026, 12, 31)), actor=organiser
    )
    inspect(draw.selections.first().inspection, "submit", "approve", "publish", reviewer=reviewer, head=head)
    seals.unseal(draw=draw, actor=organiser)
    make_source(40)
    _fourth(item, organiser, organiser2, head, clock, enter)
    draw = Draw.objects.get(code="2026Q4")
    first, second, third, fourth, fifth, *_ = draw.selections.all()
    people = {"reviewer": reviewer, "head": head}
    found = inspect(first.inspection, "submit", "approve", "publish", **people)
    inspections.correct(inspection=found, actor=head, text="检查时间应为上午。")
    inspect(second.inspection, "submit", "send_back", "submit", "approve", **people)
    inspect(third.inspection, "submit", outcome="closed")
    tonight = Issue("26282", datetime.datetime.fromisoformat("2026-10-09T21:25:00+08:00"))
    words = {"away": {}, "issue": tonight, "actor": organiser}
    unit = substitutes.declare_unit(selection=third, evidence="现场已停产", **words)
    substitutes.confirm(substitution=unit, actor=organiser2)
    gone = fourth.team.first().officer
    for actor in (organiser, organiser2):
        row = substitutes.declare_officer(
            draw=draw, officer=gone.certificate_number, reason="recused",
            evidence="亲属在该单位任职", unit=fourth.source.number, **words | {"actor": actor},
        )  # fmt: skip
        decide = substitutes.refuse if actor == organiser else substitutes.confirm
        decide(substitution=row, actor=head)
    clock.moment = tonight.known_at
    for actor, value in (
        (organiser, "3 1 4 1 5"),
        (head, "3 1 4 1 6"),
        (head, "3 1 4 1 5"),
        (organiser, "3 1 4 1 5"),
    ):
        substitutes.enter_value(draw=draw, value=value, actor=actor)
    waits = tonight._replace(label="26283", known_at=tonight.known_at + datetime.timedelta(days=1))
    row = substitutes.declare_officer(
        draw=draw, officer=fifth.team.exclude(officer=gone).first().officer.certificate_number, reason="ill",
        evidence="住院", unit=fifth.source.number, **words | {"issue": waits},
    )  # fmt: skip
    substitutes.confirm(substitution=row, actor=head)
    return Site({"organiser": organiser, "organiser2": organiser2, "head": head, "reviewer": reviewer})


def _fourth(item, organiser, organiser2, head, clock, enter):
    draw = ceremony.start(year=2026, quarter=4, item=item, actor=organiser)
    seen = compare(draw, snapshot(draw)).fingerprint
    papers.object_to_changes(draw=draw, seen=seen, reason="新增的单位查无此户", actor=organiser2)
    papers.withdraw_objection(draw=draw, actor=organiser2)
    again = papers.object_to_changes(draw=draw, seen=seen, reason="新增的单位没有许可证", actor=organiser2)
    papers.lift_objection(objection=again, because="许可证已补录", actor=head)
    papers.confirm_changes(draw=draw, seen=seen, actor=organiser2)
    seen = snapshot(draw).fingerprint
    draw = ceremony.freeze(draw=draw, sources=[DICE, LOTTERY], seen=seen, actor=organiser)
    papers.deposit(draw=draw, kind=Deposit.Kind.EMAIL, where="市局督察室", file=None, actor=organiser)
    stamp = b"0" + bytes.fromhex(draw.commit_digest)
    papers.deposit(draw=draw, kind=Deposit.Kind.TIMESTAMP, where="时间戳机构", file=stamp, actor=organiser)
    papers.name_witnesses(draw=draw, witnesses="周见证，市民", actor=organiser)
    request = voids.request_void(draw=draw, reason="registry", evidence="名录疑有误", actor=organiser)
    voids.refuse_void(request=request, actor=organiser2)
    clock.move(hours=1)
    enter(draw, THROWS)
    clock.move(hours=12)
    enter(draw, BALLS)
    ceremony.publish(draw=draw, actor=organiser)


@pytest.fixture
def open_tables(site):
    """Drop the triggers, as one can who owns the database."""
    for model in (
        AuditEntry, LogEntry, DrawFile, Selection, TeamMember, ChangesConfirmed, Deposit, Correction, InspectionMove,
        ChecklistVersion, OnSiteRecord, Evidence,
    ):  # fmt: skip
        append_only.remove(connection, model._meta.db_table)
