"""What two officers report of a visit, and when that report is complete."""

import datetime
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from django.utils import timezone

from wugang_audit import clock

from ...models import ChecklistPoint, Finding, Inspection, Measure
from ...models.checklists import names_of
from ...models.finding_record import decimal_text
from ...models.inspection import NOT_ENTERED, Outcome
from ...models.visit import Entry
from .arrival import OUTSIDE, Arrival, gaps, stored_arrival, unlike_outcome, wrong_times
from .limits import is_over
from .permit_rows import PermitRows, key_of

FAIL, PASS = Finding.Verdict.FAIL, Finding.Verdict.PASS
# Nobody was met there, so nothing was measured; who was refused entry may have measured at the fence.
NOBODY_THERE = frozenset({Outcome.CLOSED, Outcome.UNTRACED, Entry.STOPPED, Entry.NOBODY, Entry.GONE})

# Each measure with the outcome that it makes at least, the lightest first.
OUTCOME_OF = {
    Measure.Kind.URGE: Outcome.URGED,
    Measure.Kind.ORDER: Outcome.ORDERED,
    Measure.Kind.CASE: Outcome.CASE,
    Measure.Kind.TRANSFER: Outcome.POLICE,
}
MEASURE_OF = {outcome: kind for kind, outcome in OUTCOME_OF.items()}
WITH_DUE_DAY = Measure.Kind.ORDER
ONE_OF_TWO = "请改正其中一处。"
RECORD_WRONG = "请改结论；现场记录记错了的，在“现场记录”页补正。"
LONGEST_DUE = datetime.timedelta(days=365)


class Stage(Enum):
    """How far a report is: gaps count from the moment at which the on-site record is to be frozen."""

    DRAFT = "draft"
    ON_SITE = "on site"  # all but outcome and public text
    REPORT = "report"  # all of it
    ASSESSMENT = "assessment"  # outcome, measures and public text alone: the rest is frozen


@dataclass(frozen=True)
class Answer:
    """What was found on one point of the checklist."""

    verdict: str = ""
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A visit as it is entered; gaps are blank.

    :param answers: keyed by the primary key of the point.
    :param measures: {kind: the day by which it is due, where it has one}.
    :param readings: {(outlet, pollutant): value in the unit of the permit's limit}.
    :param facilities: {code of a treatment facility: whether it was running}.
    :param versions: keys of the versions of the checklists that the form showed; none for those that the inspection has,
        or that the unit asks for. They are no answer: two reports that differ in them alone are the same.
    :param given_up: those that are left out together with what was answered in them: the team has seen what goes.
    """

    visited_at: datetime.datetime | None = None
    outcome: str = ""
    summary: str = ""
    answers: dict[int, Answer] = field(default_factory=dict)
    measures: dict[str, datetime.date | None] = field(default_factory=dict)
    readings: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    facilities: dict[str, bool] = field(default_factory=dict)
    versions: tuple[int, ...] = field(default=(), compare=False)
    given_up: frozenset[int] = field(default=frozenset(), compare=False)
    arrival: Arrival = Arrival()

    @property
    def stayed_out(self) -> bool:
        """Whether the officers did not enter the site."""
        return self.outcome in NOT_ENTERED or self.arrival.entry in OUTSIDE

    def on_site(self) -> "Report":
        """Return what the on-site record says of it: what the assessment may still change is blank."""
        return replace(self, outcome="", summary="", measures={})

    def flat(self) -> dict[str, str | datetime.datetime]:
        """Return {name of the form's field: value} of all that is not blank; the time to the minute."""
        values = {
            "visited_at": self.visited_at and self.visited_at.replace(second=0, microsecond=0),
            "outcome": self.outcome,
            "summary": self.summary,
        } | self.arrival.flat()
        for point, answer in self.answers.items():
            values |= {f"verdict_{point}": answer.verdict, f"note_{point}": answer.note}
        for kind, due_on in self.measures.items():
            values |= {f"measure_{kind}": "on", f"due_{kind}": due_on and due_on.isoformat()}
        values |= {f"reading_{key_of(*row)}": decimal_text(value) for row, value in self.readings.items()}
        values |= {
            f"facility_{key_of(code)}": "on" if running else "off"
            for code, running in self.facilities.items()
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Fault:
    """What is missing or wrong, at which field of the form."""

    field: str
    message: str


# What `stored` reads beside the inspection: whoever asks for many reports fetches it for all of them at once.
STORED = ("findings__point__version__checklist", "measures", "readings", "facilities", "checklists", "visit")


def stored(inspection: Inspection) -> Report:
    """Return the report as the database has it now."""
    return Report(
        visited_at=inspection.visited_at,
        outcome=inspection.outcome,
        summary=inspection.summary,
        answers={row.point_id: Answer(row.verdict, row.note) for row in inspection.findings.all()},
        measures={row.kind: row.due_on for row in inspection.measures.all()},
        readings={(row.outlet, row.pollutant): row.value for row in inspection.readings.all()},
        facilities={row.facility: row.is_running for row in inspection.facilities.all()},
        versions=tuple(row.version_id for row in inspection.checklists.all()),
        arrival=stored_arrival(inspection),
    )


def faults(
    report: Report,
    *,
    points: list[ChecklistPoint],
    permit: PermitRows,
    published_at: datetime.datetime,
    together_since: datetime.datetime | None = None,
    stage: Stage,
) -> list[Fault]:
    """Return what is wrong with a report at a stage; a draft may have gaps.

    :param permit: the limits that readings are held against, and the facilities that must have a state.
    :param together_since: when these two officers became the team (`team_since`): what others saw is no record of theirs.
    """
    found = _due_faults(report)
    if stage != Stage.ASSESSMENT:
        times = [Fault(*each) for each in wrong_times(report.arrival, report.visited_at)]
        found = _time_faults(report.visited_at, published_at) + times + found
    if stage in (Stage.ON_SITE, Stage.REPORT):
        found += [Fault(*each) for each in gaps(report.arrival)] if stage == Stage.ON_SITE else []
        found += _site_gaps(report, points) + _facility_gaps(report, permit) + _unseen_faults(report, points)
        found += _others_faults(report.visited_at, together_since)
    if stage == Stage.ASSESSMENT:
        found += _unanswered(report, points)
    if stage == Stage.ON_SITE:
        found += _no_due_day(report)
    if stage in (Stage.REPORT, Stage.ASSESSMENT):
        mend = RECORD_WRONG if stage == Stage.ASSESSMENT else ONE_OF_TWO
        found += _gaps(report, points, mend) + [
            Fault(*each) for each in unlike_outcome(report.arrival, report.outcome)
        ]
        found += (
            _over_faults(report, permit, mend) + _unfounded(report, points, permit) + _measure_faults(report)
        )
    return found


def _over(report: Report, permit: PermitRows) -> list[str]:
    """Return the outlet and pollutant of each reading over its limit."""
    return [
        f"{row.outlet} {row.pollutant}"
        for row in permit.readings
        if (value := report.readings.get((row.outlet, row.pollutant))) is not None
        and is_over(value, row.limit, row.unit)
    ]


def _over_faults(report: Report, permit: PermitRows, mend: str) -> list[Fault]:
    """A reading over its limit is a problem that was found (避免漏报瞒报)."""
    over = _over(report, permit) if report.outcome == Outcome.CLEAN else []
    if not over:
        return []
    return [Fault("outcome", f"结论是“未发现问题”，但{'、'.join(over)}的读数不符合限值，{mend}")]


def _unfounded(report: Report, points: list[ChecklistPoint], permit: PermitRows) -> list[Fault]:
    """A measure rests on something that was found (避免误报谎报): asked once all points have an answer."""
    answers = [report.answers.get(point.pk, Answer()) for point in points]
    answered = answers and all(answer.verdict for answer in answers)
    if not answered or report.outcome not in MEASURE_OF or any(each.verdict == FAIL for each in answers):
        return []
    if _over(report, permit):
        return []
    what = f"结论是“{Outcome(report.outcome).label}”，但没有一项不符合，也没有不符合限值的读数"
    return [Fault("outcome", f"{what}：请改结论，或者把发现的问题所在的检查项目改为“不符合”。")]


def unseen(report: Report, points: list[ChecklistPoint]) -> list[str]:
    """Name the form's fields that say something of a site that, by the outcome, nobody entered: 符合, and readings."""
    if not report.stayed_out:
        return []
    passed = [
        f"verdict_{point.pk}" for point in points if report.answers.get(point.pk, Answer()).verdict == PASS
    ]
    nobody = NOBODY_THERE & {report.outcome, report.arrival.entry}
    readings = report.readings if nobody else ()
    return passed + [f"reading_{key_of(*row)}" for row in readings]


def _unseen_faults(report: Report, points: list[ChecklistPoint]) -> list[Fault]:
    """Whoever did not enter has found nothing in order (避免误报谎报). What was seen from outside may still be 不符合."""
    names = unseen(report, points)
    if not names:
        return []
    readings = sum(name.startswith("reading_") for name in names)
    counts = ((len(names) - readings, "项“符合”"), (readings, "个读数"))
    filled = "、".join(f"{number} {what}" for number, what in counts if number)
    at, called = ("entry", "进入情况") if report.arrival.entry in OUTSIDE else ("outcome", "结论")
    label = Entry(report.arrival.entry).label if at == "entry" else Outcome(report.outcome).label
    said = f"{called}是“{label}”，没有进厂，却填了 {filled}"
    return [Fault(at, f"{said}：进过厂的，请改{called}；没有进厂的，用下面的按钮清掉。")]


def _time_faults(visited_at: datetime.datetime | None, published_at: datetime.datetime) -> list[Fault]:
    if visited_at is None:
        return []
    if visited_at > clock.now():
        return [Fault("visited_at", "检查时间还没有到，请填实际到场的时间。")]
    if visited_at < published_at.replace(second=0, microsecond=0):
        day = timezone.localtime(published_at)
        return [Fault("visited_at", f"检查时间早于抽签结果公布的时间（{day:%Y-%m-%d %H:%M}）。")]
    return []


def _others_faults(visited_at: datetime.datetime | None, since: datetime.datetime | None) -> list[Fault]:
    """A new pair was not there before it became one (《行政处罚法》第四十二条：执法人员不得少于两人)."""
    if visited_at is None or since is None or visited_at >= since.replace(second=0, microsecond=0):
        return []
    at = timezone.localtime(since)
    return [
        Fault(
            "visited_at",
            f"检查组 {at:%Y-%m-%d %H:%M} 换了人（替补生效），检查时间不能早于它：请填现在的两人一起到场的时间。",
        )
    ]


def _due_faults(report: Report) -> list[Fault]:
    """What is due, is due after the visit and within a year of it: a later day is a slip of the year."""
    if report.visited_at is None:
        return []
    visit = timezone.localdate(report.visited_at)
    return [
        Fault(f"due_{kind}", f"改正期限 {due_on} 不在检查日 {visit} 之后，请改正其中一个。")
        for kind, due_on in report.measures.items()
        if due_on and due_on <= visit
    ] + [
        Fault(f"due_{kind}", f"改正期限 {due_on} 在检查日 {visit} 之后一年以上，请核对年份。")
        for kind, due_on in report.measures.items()
        if due_on and due_on > visit + LONGEST_DUE
    ]


def _site_gaps(report: Report, points: list[ChecklistPoint]) -> list[Fault]:
    found, names = [], names_of(points)
    if report.visited_at is None:
        found.append(Fault("visited_at", "请填检查时间。"))
    for point in points:
        answer = report.answers.get(point.pk, Answer())
        if not answer.verdict and not report.stayed_out:
            found.append(Fault(f"verdict_{point.pk}", f"{names[point.pk]}：请选择结果。"))
        if answer.verdict == FAIL and not answer.note:
            found.append(Fault(f"note_{point.pk}", f"{names[point.pk]}：不符合，请写明发现了什么。"))
    return found


def _unanswered(report: Report, points: list[ChecklistPoint]) -> list[Fault]:
    """Where a supplement says that they did enter, or that a point failed, the rest is said by supplements too."""
    names, told = names_of(points), "不符合，现场记录里没有写明发现了什么，请先在“现场记录”页补正它的说明。"
    bare = [names[each.pk] for each in points if report.answers.get(each.pk) == Answer(FAIL)]
    found = [Fault("outcome", f"{name}：{told}") for name in bare]
    if report.stayed_out:
        return found
    blank = [names[each.pk] for each in points if not report.answers.get(each.pk, Answer()).verdict]
    if not blank:
        return found
    some = "、".join(blank[:3]) + (f" 等 {len(blank)} 项" if len(blank) > 3 else "")
    return found + [Fault("outcome", f"现场记录里{some}没有结果：进过厂的，请先在“现场记录”页逐项补正。")]


def _gaps(report: Report, points: list[ChecklistPoint], mend: str) -> list[Fault]:
    found, names = [], names_of(points)
    failed = [names[point.pk] for point in points if report.answers.get(point.pk, Answer()).verdict == FAIL]
    if not report.outcome:
        found.append(Fault("outcome", "请选择检查结论。"))
    elif report.outcome not in NOT_ENTERED and not points:
        found.append(Fault("outcome", "没有可用的检查清单，请系统管理员先启用，再提交。"))
    elif report.outcome == Outcome.CLEAN and failed:
        found.append(Fault("outcome", f"结论是“未发现问题”，但{'、'.join(failed)}填了“不符合”，{mend}"))
    if not report.summary:
        why = "请写明当时的情况和依据。" if report.outcome in NOT_ENTERED else "请写明检查情况。"
        found.append(Fault("summary", why))
    return found


def _facility_gaps(report: Report, permit: PermitRows) -> list[Fault]:
    """Who was on the site has seen of each facility of the permit whether it runs."""
    if report.stayed_out:
        return []
    return [
        Fault(f"facility_{row.key}", f"治理设施 {row}：请选“运行”或“停运”。")
        for row in permit.facilities
        if row.code not in report.facilities
    ]


def _no_due_day(report: Report) -> list[Fault]:
    if WITH_DUE_DAY in report.measures and report.measures[WITH_DUE_DAY] is None:
        return [Fault(f"due_{WITH_DUE_DAY}", "责令改正，请填改正期限。")]
    return []


def _measure_faults(report: Report) -> list[Fault]:
    """The outcome is that of the weightiest measure; who was refused entry may still open a case."""
    found = _no_due_day(report)
    if not report.outcome:
        return found
    outcome, taken = Outcome(report.outcome), [kind for kind in OUTCOME_OF if kind in report.measures]
    own = MEASURE_OF.get(outcome)
    if own and own not in taken:
        found.append(Fault(f"measure_{own}", f"结论是“{outcome.label}”，请勾选“{own.label}”，或改正结论。"))
    elif own and taken[-1] != own:
        found.append(
            Fault(
                "outcome",
                f"最重的措施是“{taken[-1].label}”，结论却是“{outcome.label}”，请改正其中一处。",
            )
        )
    elif taken and not own and outcome != Outcome.REFUSED:
        names = "、".join(kind.label for kind in taken)
        found.append(Fault("outcome", f"结论是“{outcome.label}”，却勾选了{names}，请改正其中一处。"))
    return found
