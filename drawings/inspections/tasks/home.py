"""What an officer has to do: late tasks, returned ones, then by quarter and township, and how far he is."""

import datetime
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from wugang_audit.accounts.models import User

from ...models import Draw, Inspection, Problem, TeamMember
from ...models.inspection import InspectionQuerySet
from ...states import WITH_OFFICERS, InspectionState
from ..field.unsigned import Unsigned, unsigned
from ..queries import awaited_substitutes, tasks, undecided_recusals

SOON = 7  # days before the due day from which on a task is marked


@dataclass(frozen=True)
class Task:
    """An inspection of the officer that is not handed in."""

    inspection: Inspection
    due_on: datetime.date | None
    days: int | None  # from today to the due day, below 0 once it is past
    asked_for: datetime.date | None  # the day of a postponement that nobody has decided on
    recusal: str = ""  # who of the team asks to be recused, as long as nobody has decided on it
    substitute: str = ""  # who of the team is not to go, as long as it is not known who steps in
    record: str = (
        ""  # what is still missing of the frozen record; empty where it is not frozen, or nothing is
    )
    to_confirm: bool = False  # the record waits for this very officer

    @property
    def is_late(self) -> bool:
        return self.inspection.state == InspectionState.DRAFT and self.days is not None and self.days < 0

    @property
    def in_words(self) -> str:
        """How far away the due day is; empty where there is none, or where the visit was made."""
        if self.days is None or self.inspection.state != InspectionState.DRAFT:
            return ""
        if self.days < 0:
            return f"已逾期 {-self.days} 天"
        return {0: "今天到期", 1: "明天到期"}.get(self.days, f"还有 {self.days} 天")

    @property
    def tone(self) -> str:
        """The colour of these words."""
        if self.is_late:
            return "bad"
        return "warn" if self.days is not None and self.days <= SOON else "muted"


@dataclass(frozen=True)
class Section:
    """Tasks that stand together; ``places`` are (township, tasks), one without a name where the days matter more."""

    key: str
    title: str
    places: list[tuple[str, list[Task]]]

    @property
    def count(self) -> int:
        return sum(len(found) for _, found in self.places)


@dataclass(frozen=True)
class Progress:
    """How many of an officer's tasks in a quarter are handed in."""

    title: str
    done: int
    total: int


@dataclass(frozen=True)
class Home:
    sections: list[Section]
    done: InspectionQuerySet  # handed in, newest first
    progress: list[Progress]
    open_count: int  # whatever the filter leaves

    @property
    def tasks(self) -> list[Task]:
        """The tasks of all sections, in their order."""
        return _flat(self.sections)


def home(user: User, name: str, today: datetime.date) -> Home:
    """Return the officer's home.

    :param name: a part of a unit's name that narrows both lists; empty for all.
    """
    own = tasks(user)
    found = own.filter(selection__name__icontains=name) if name else own
    progress = progress_of(user)
    return Home(
        sections=_sections(_tasks(user, found.filter(state__in=WITH_OFFICERS), today)),
        done=found.exclude(state__in=WITH_OFFICERS),
        progress=progress,
        open_count=sum(each.total - each.done for each in progress),
    )


def open_tasks(user: User, today: datetime.date) -> list[Task]:
    """Return the tasks that are not handed in, in the order of the home."""
    return _flat(_sections(_tasks(user, tasks(user).filter(state__in=WITH_OFFICERS), today)))


def _flat(sections: list[Section]) -> list[Task]:
    return [task for section in sections for _, some in section.places for task in some]


def _tasks(user: User, inspections: InspectionQuerySet, today: datetime.date) -> list[Task]:
    asked = Problem.objects.waiting().filter(
        kind=Problem.Kind.POSTPONE, inspection__in=inspections.values("pk")
    )
    wanted = dict(asked.values_list("inspection", "postpone_to"))
    rows = list(inspections)
    keys = [row.pk for row in rows]
    recusals, substitutes = undecided_recusals(keys), awaited_substitutes(user, keys)
    records = unsigned(user, keys)
    return [
        _task(
            row,
            wanted.get(row.pk),
            today,
            recusals.get(row.pk, ""),
            substitutes.get(row.pk, ""),
            records.get(row.pk, Unsigned()),
        )
        for row in rows
    ]


def task_of(user: User, inspection: Inspection, today: datetime.date) -> Task:
    """Return one inspection as the home shows it."""
    asked = inspection.problems.waiting().filter(kind=Problem.Kind.POSTPONE).first()
    recusal = undecided_recusals([inspection.pk]).get(inspection.pk, "")
    substitute = awaited_substitutes(user, [inspection.pk]).get(inspection.pk, "")
    record = unsigned(user, [inspection.pk]).get(inspection.pk, Unsigned())
    return _task(inspection, asked and asked.postpone_to, today, recusal, substitute, record)


def _task(
    row: Inspection,
    asked_for: datetime.date | None,
    today: datetime.date,
    recusal: str,
    substitute: str,
    record: Unsigned,
) -> Task:
    days = (row.due_on - today).days if row.due_on else None
    return Task(row, row.due_on, days, asked_for, recusal, substitute, record.said, record.waits_for_him)


def _sections(found: list[Task]) -> list[Section]:
    parts: dict[str, list[Task]] = {"late": [], "returned": [], "rest": []}
    for task in sorted(found, key=_by_day):
        returned = task.inspection.state == InspectionState.RETURNED
        parts["returned" if returned else "late" if task.is_late else "rest"].append(task)
    sections = [
        Section(key, title, [("", parts[key])])
        for key, title in (("late", "已逾期"), ("returned", "已退回，请改正"))
        if parts[key]
    ]
    rest = sorted(parts["rest"], key=lambda task: (_by_quarter(task), _township(task)))  # by day within
    for draw, of_draw in groupby(rest, key=_draw):
        places = [(place, list(some)) for place, some in groupby(of_draw, key=_township)]
        sections.append(Section(f"draw-{draw.pk}", draw.title, places))
    return sections


def _draw(task: Task) -> Draw:
    return task.inspection.selection.draw


def _township(task: Task) -> str:
    return task.inspection.selection.source.township


def _by_day(task: Task) -> tuple[datetime.date, str, int]:
    return task.due_on or datetime.date.max, _township(task), task.inspection.selection_id


def _by_quarter(task: Task) -> tuple[int, int, int]:
    draw = _draw(task)
    return draw.year, draw.quarter, draw.pk


def progress_of(user: User) -> list[Progress]:
    """Return how far the officer is in each quarter that is not finished, or in his latest one; the earliest first."""
    own = TeamMember.objects.filter(officer__user=user).values("selection")
    rows = Inspection.objects.released().filter(selection__in=own)
    total, done = Counter(), Counter()
    for draw, state in rows.order_by().values_list("selection__draw", "state"):
        total[draw] += 1
        done[draw] += state not in WITH_OFFICERS
    draws = list(Draw.objects.filter(pk__in=total).order_by("year", "quarter", "created_at"))
    shown = [draw for draw in draws if done[draw.pk] < total[draw.pk]] or draws[-1:]
    return [Progress(draw.title, done[draw.pk], total[draw.pk]) for draw in shown]
