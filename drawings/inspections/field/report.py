"""What two officers report of a visit, and when that report is complete."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from wugang_audit import clock

from ...models import ChecklistItem, Finding, Inspection
from ...models.inspection import NOT_ENTERED, Outcome

FAIL = Finding.Verdict.FAIL


@dataclass(frozen=True)
class Answer:
    """What was found on one point of the checklist."""

    verdict: str = ""
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A visit as it is entered; gaps are blank. ``answers`` is keyed by the primary key of the checklist item."""

    visited_at: datetime.datetime | None = None
    outcome: str = ""
    summary: str = ""
    answers: dict[int, Answer] = field(default_factory=dict)

    def flat(self) -> dict[str, str | datetime.datetime]:
        """Return {name of the form's field: value} of all that is not blank; the time to the minute."""
        values = {
            "visited_at": self.visited_at and self.visited_at.replace(second=0, microsecond=0),
            "outcome": self.outcome,
            "summary": self.summary,
        }
        for point, answer in self.answers.items():
            values |= {f"verdict_{point}": answer.verdict, f"note_{point}": answer.note}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Fault:
    """What is missing or wrong, at which field of the form."""

    field: str
    message: str


def stored(inspection: Inspection) -> Report:
    """Return the report as the database has it now."""
    return Report(
        visited_at=inspection.visited_at,
        outcome=inspection.outcome,
        summary=inspection.summary,
        answers={row.point_id: Answer(row.verdict, row.note) for row in inspection.findings.all()},
    )


def checklist(inspection: Inspection) -> list[ChecklistItem]:
    """Return the points to look at: those in use, and those that already have an answer."""
    answered = inspection.findings.values("point")
    return list(ChecklistItem.objects.filter(Q(is_active=True) | Q(pk__in=answered)))


def faults(
    report: Report, *, points: list[ChecklistItem], published_at: datetime.datetime, complete: bool
) -> list[Fault]:
    """Return what is wrong with a report; gaps count only in one that must be complete."""
    found = _time_faults(report.visited_at, published_at)
    return found + _gaps(report, points) if complete else found


def _time_faults(visited_at: datetime.datetime | None, published_at: datetime.datetime) -> list[Fault]:
    if visited_at is None:
        return []
    if visited_at > clock.now():
        return [Fault("visited_at", "检查时间还没有到，请填实际到场的时间。")]
    if visited_at < published_at.replace(second=0, microsecond=0):
        day = timezone.localtime(published_at)
        return [Fault("visited_at", f"检查时间早于抽签结果公布的时间（{day:%Y-%m-%d %H:%M}）。")]
    return []


def _gaps(report: Report, points: list[ChecklistItem]) -> list[Fault]:
    found = []
    if report.visited_at is None:
        found.append(Fault("visited_at", "请填检查时间。"))
    for point in points:
        answer = report.answers.get(point.pk, Answer())
        if not answer.verdict and report.outcome not in NOT_ENTERED:
            found.append(Fault(f"verdict_{point.pk}", f"{point.name}：请选择结果。"))
        if answer.verdict == FAIL and not answer.note:
            found.append(Fault(f"note_{point.pk}", f"{point.name}：不符合，请写明发现了什么。"))
    failed = [point.name for point in points if report.answers.get(point.pk, Answer()).verdict == FAIL]
    if not report.outcome:
        found.append(Fault("outcome", "请选择检查结论。"))
    elif report.outcome == Outcome.CLEAN and failed:
        found.append(
            Fault("outcome", f"结论是“未发现问题”，但{'、'.join(failed)}填了“不符合”，请改正其中一处。")
        )
    if not report.summary:
        why = "请写明当时的情况和依据。" if report.outcome in NOT_ENTERED else "请写明检查情况。"
        found.append(Fault("summary", why))
    return found
