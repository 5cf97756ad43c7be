"""Steps of plans, draws, visits and substitutes, from which `year.py` makes a year: the site's own verbs, at the time of `clock`."""

import datetime
from typing import Any

from django.utils import timezone
from upgrade.gate_steps import clock, disputed, marked_public, photographed, who
from visit_cases import send_in

from drawings.amendments import substitutes, voids
from drawings.ceremony import verbs as ceremony
from drawings.ceremony.papers import verbs as papers
from drawings.ceremony.preflight.changes import compare
from drawings.ceremony.preflight.snapshot import snapshot
from drawings.inspections import verbs as inspections
from drawings.inspections.field.report import Answer, Report
from drawings.inspections.field.sheet import sheet
from drawings.models import (
    Deposit,
    Draw,
    EntropySource,
    Inspection,
    InspectionItem,
    Plan,
    Selection,
    Substitution,
    TeamMember,
)
from drawings.models.lotteries import Issue, drawings_after, next_issue
from drawings.plans import verbs as plans
from drawings.plans.forms import PlanForm
from drawings.protocol import verify
from enforcers.models import Officer

VALUES = {"dice10": "47193058260471930582", "ssq": "01 05 12 23 28 31 07", "pl5": "3 1 4 1 5"}


# ---- plans and draws ----


def plan(year: int, *, publish: bool = True, **changes: Any) -> Plan:
    """Make the next version of the year's plan from the one before."""
    guess = PlanForm.first_guess(year, Plan.objects.order_by("year", "version").last())
    rates = {
        f"{key}_{part}": value
        for key, fraction in guess.items()
        if isinstance(fraction, tuple)
        for part, value in zip("nd", fraction, strict=True)
    }
    data = {key: value for key, value in guess.items() if not isinstance(value, tuple)} | rates
    data |= {
        "year": year,
        "title": f"{year}年度抽查计划",
        "items": [item.pk for item in data["items"]],
    } | changes
    form = PlanForm(data)
    assert form.is_valid(), form.errors
    made = plans.save(form=form, actor=who("organiser"))
    return plans.publish(plan=made, actor=who("organiser")) if publish else made


def issue_after(source: str, moment: datetime.datetime) -> Issue:
    """The first issue of a lottery from then on, numbered from the first of its year."""
    year = datetime.datetime(moment.year, 1, 1, tzinfo=datetime.UTC)
    first = next(drawings_after(source, year))
    digits = 2 if source == "pl5" else 4
    return next_issue(source, moment, Issue(f"{str(moment.year)[-digits:]}001", first))


def start(quarter: str) -> Draw:
    year, number = map(int, quarter.split("Q"))
    item = InspectionItem.objects.filter(is_active=True).first()
    return ceremony.start(year=year, quarter=number, item=item, actor=who("organiser"))


def freeze(draw: Draw, *, objection: str = "", **how: Any) -> Draw:
    """Confirm what changed, and freeze on dice in the afternoon and the next 双色球."""
    found = compare(draw, snapshot(draw))
    if found and found.total:
        if objection:
            words = {"draw": draw, "actor": who("organiser2")}
            papers.object_to_changes(**words, seen=found.fingerprint, reason=objection)
            papers.withdraw_objection(**words)
            again = papers.object_to_changes(**words, seen=found.fingerprint, reason=f"{objection}（再问）")
            papers.lift_objection(objection=again, because="停用是企业申报，现场已核实", actor=who("head"))
        papers.confirm_changes(draw=draw, seen=found.fingerprint, actor=who("organiser2"))
    dice = clock() + datetime.timedelta(hours=5)
    lottery = issue_after("ssq", dice)
    named = [("dice10", "20", dice), ("ssq", *lottery)]
    sources = [verify.Source(*of, timezone.localtime(at).isoformat(timespec="seconds")) for *of, at in named]
    seen = snapshot(draw).fingerprint
    draw = ceremony.freeze(draw=draw, sources=sources, seen=seen, actor=who("organiser"), **how)
    papers.deposit(draw=draw, kind=Deposit.Kind.EMAIL, where="市局督察室", file=None, actor=who("organiser"))
    stamp = b"0" + bytes.fromhex(draw.commit_digest)
    papers.deposit(
        draw=draw, kind=Deposit.Kind.TIMESTAMP, where="时间戳机构", file=stamp, actor=who("organiser")
    )
    papers.name_witnesses(draw=draw, witnesses="周见证，市民\n吴见证，企业代表", actor=who("organiser"))
    return draw


def enter(source: EntropySource, *people: str, wrong: str = "") -> None:
    """Type a value ten minutes after it is known; wrong: first a reading by somebody else that differs."""
    clock.moment = source.known_at + datetime.timedelta(minutes=10)
    right = VALUES[source.source]
    readings = [(people[1], wrong), (people[0], right)] if wrong else []
    for name, value in [*readings, *((name, right) for name in people)]:
        ceremony.enter_value(entropy=source, value=value, actor=who(name))
        clock.move(minutes=1)


def drawn(draw: Draw) -> Draw:
    """Take a frozen draw through its values."""
    for source in draw.entropy.order_by("position"):
        enter(source, "organiser", "reviewer")
    draw.refresh_from_db()
    return draw


def published(draw: Draw) -> Draw:
    clock.move(hours=12)
    return ceremony.publish(draw=drawn(draw), actor=who("organiser"))


def void(draw: Draw, *, confirmed: bool) -> None:
    request = voids.request_void(
        draw=draw, reason="registry", evidence="名录里有一家单位的类别登记错了", actor=who("organiser")
    )
    decide = voids.confirm_void if confirmed else voids.refuse_void
    decide(request=request, actor=who("organiser2"))


# ---- inspections and substitutes ----


def inspect(selection: Selection, *steps: str, outcome: str = "clean") -> Inspection:
    """Take an inspection through steps such as ``submit``, ``approve``, ``publish``."""
    for step in steps:
        clock.move(minutes=30)
        row = Inspection.objects.get(selection=selection)
        lead = TeamMember.objects.filter(selection=selection).order_by("-is_lead").first()
        points = [] if outcome in ("closed", "untraced") else sheet(row).points
        answers = {point.pk: Answer("pass", "已核对原件") for point in points}
        report = Report(clock(), outcome, "逐项核对，设施运行正常。", answers)
        more: dict[str, Any] = {
            "save_draft": {"actor": lead.officer.user, "report": report},
            "submit": {"actor": lead.officer.user, "report": report},
            "send_back": {
                "actor": who("reviewer"),
                "comment": "请补充台账照片的编号。",
                "notes": {"summary": "请写明到场时间。"},
            },
            "approve": {"actor": who("reviewer")},
            "publish": {"actor": who("head")},
        }[step]
        # Before a report is handed in its record is frozen, confirmed and signed.
        verb = send_in if step == "submit" else getattr(inspections, step)
        verb(inspection=row, version=row.version, **more)
    return Inspection.objects.get(selection=selection)


def open_visits(draw: Draw) -> list[Selection]:
    """Drawn units whose visit has not begun, in their order."""
    declared = Substitution.objects.pending().values("places__selection")
    visits = draw.selections.filter(inspection__state="draft", inspection__visited_at=None)
    return list(visits.exclude(pk__in=declared).order_by("stratum", "rank"))


def all_states(draw: Draw) -> None:
    """Visits of a draw in each state, two of them corrected."""
    clock.move(days=3)
    visits = open_visits(draw)
    photographed(inspect(visits[0], "save_draft"))
    marked_public(inspect(visits[0], "submit", "send_back", "submit"))
    done = inspect(visits[0], "approve", "publish")
    inspections.correct(inspection=done, actor=who("head"), text="检查时间应为上午。")
    inspections.correct(inspection=done, actor=who("reviewer"), text="单位地址应为院岭街道。")
    inspect(visits[1], "submit", "approve")
    inspect(visits[2], "submit", "approve", "send_back")
    inspect(visits[3], "submit")
    disputed(inspect(visits[4], "save_draft"))


def issue_for(draw: Draw) -> Issue | None:
    """What a declaration of this draw names: the next evening's issue, or nothing under the draw's own numbers."""
    source = verify.parse_commit(draw.file("commit.txt")).substitutes
    return issue_after(source, clock() + datetime.timedelta(hours=1)) if source else None


def closed(draw: Draw, selection: Selection, outcome: str = "closed") -> Substitution:
    """Find a unit closed, or not at all, declare it and let the head confirm."""
    inspect(selection, "submit", outcome=outcome)
    row = substitutes.declare_unit(
        selection=selection,
        evidence="厂门上锁，设备已拆",
        away={},
        issue=issue_for(draw),
        actor=who("organiser"),
    )
    return substitutes.confirm(substitution=row, actor=who("head"))


def ill(draw: Draw, selection: Selection, *, refused: bool = False, everywhere: bool = False) -> Substitution:
    """Declare the lead of a visit ill, there or everywhere; a second one cannot go either."""
    lead = TeamMember.objects.filter(selection=selection).order_by("-is_lead").first().officer
    here = TeamMember.objects.filter(selection=selection).values("officer")
    idle = Officer.objects.exclude(pk__in=here).filter(certificate_number__in=draw.names_of("officer"))
    row = substitutes.declare_officer(
        draw=draw,
        officer=lead.certificate_number,
        unit="" if everywhere else selection.source.number,
        reason="leave" if everywhere else "ill",
        evidence="请假条" if everywhere else "住院证明",
        away={idle.order_by("certificate_number").first().certificate_number: "外出培训"},
        issue=issue_for(draw),
        actor=who("organiser2"),
    )
    decide = substitutes.refuse if refused else substitutes.confirm
    return decide(substitution=row, actor=who("organiser"))


def type_numbers(row: Substitution) -> None:
    """Type the value of a declaration's issue, the first time with a slip."""
    clock.moment = max(clock(), row.known_at + datetime.timedelta(minutes=20))
    right = VALUES["pl5"]
    for name, value in (("organiser", right), ("head", "3 1 4 1 6"), ("head", right), ("organiser2", right)):
        substitutes.enter_value(draw=row.draw, value=value, actor=who(name))
        clock.move(minutes=1)


def replaced(draw: Draw) -> None:
    """Substitutes of both kinds that took effect, and a declaration that was refused."""
    first, second, third, *_ = reversed(open_visits(draw))
    ill(draw, first, refused=True)
    row = ill(draw, first)
    closed(draw, second)
    if row.source:
        type_numbers(row)
    row = ill(draw, third, everywhere=True)
    if row.source:
        type_numbers(row)
