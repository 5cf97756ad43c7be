"""How the work of officers and teams went in a quarter (平舞环〔2024〕40号 三（二）: 过程监控和绩效评价). Never public."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from wugang_audit.accounts.models import User

from ..models import Draw, Finding, TeamMember
from ..states import COUNTED, InspectionState
from . import counted


@dataclass(frozen=True)
class Column:
    """A number of the evaluation, and what it counts."""

    code: str
    name: str
    definition: str


def _standing(state: InspectionState) -> Column:
    return Column(state.value, state.label, COUNTED[state])


COLUMNS = (
    Column(
        "tasks",
        "检查任务",
        "分给他的检查任务；被替补的，算替补他的人的。等于待填报、已退回、待审核、已审核、已公开的和。",
    ),
    _standing(InspectionState.DRAFT),
    Column("overdue", "其中已逾期", "待填报的任务里，检查期限已经过了的。"),
    *map(_standing, (state for state in COUNTED if state != InspectionState.DRAFT)),
    Column(
        "on_time", "按期检查", "提交过的任务里，检查日期不晚于检查期限的；批准延期的，以延期后的日期为准。"
    ),
    Column("late", "逾期检查", "提交过的任务里，检查日期晚于检查期限的。"),
    Column("returns", "退回（次）", "检查结果被审核人或者负责人退回的次数，后来重新提交的也算。"),
    Column("problems", "问题（个）", "提交过的检查结果里“不符合”的检查项目。"),
)


@dataclass(frozen=True)
class Work:
    """The numbers of one officer or one team, in the order of `COLUMNS`."""

    name: str
    numbers: tuple[int, ...]

    @property
    def cells(self) -> list[tuple[Column, int]]:
        return list(zip(COLUMNS, self.numbers, strict=True))


@dataclass(frozen=True)
class Evaluation:
    """A quarter by officer and by team; a team is the two officers who went together, in whichever place."""

    officers: tuple[Work, ...]
    teams: tuple[Work, ...]
    left_out: int  # tasks of a sealed draw that nobody has handed in: whose they are is secret


def evaluate(draw: Draw) -> Evaluation:
    """Return the work of everybody; of a sealed draw, only what was handed in (two queries, three of a sealed one)."""
    tasks = _tasks(draw, counted.readable(draw))
    by_officer, by_team = defaultdict(list), defaultdict(list)
    for selection, people in _teams(draw).items():
        if selection not in tasks:
            continue
        for officer in people:
            by_officer[officer].append(tasks[selection])
        by_team[tuple(sorted(people))].append(tasks[selection])
    # Two officers may have the same name: they are told apart by their keys.
    officers = [_work(name, lines) for (_, name), lines in by_officer.items()]
    teams = [_work("、".join(name for _, name in people), lines) for people, lines in by_team.items()]
    left_out = counted.INSPECTIONS.of(draw).exclude(counted.readable(draw)).count() if draw.is_sealed else 0
    return Evaluation(tuple(_sorted(officers)), tuple(_sorted(teams)), left_out)


def own(draw: Draw, user: User) -> Work | None:
    """Return the person's own work, sealed or not: they are his tasks. None where he had none."""
    mine = TeamMember.objects.filter(selection__draw=draw, officer__user=user)
    tasks = _tasks(draw, Q(selection__in=mine.values("selection")))
    return _work(draw.title, tasks.values()) if tasks else None


def _tasks(draw: Draw, where: Q) -> dict[int, tuple[int, ...]]:
    """Return {selection: its numbers in the order of `COLUMNS`}."""

    def one(condition: Q) -> Count:
        return Count("pk", filter=condition, distinct=True)

    rows = (
        counted.INSPECTIONS.of(draw)
        .filter(where)
        .order_by()
        .values("selection")
        .annotate(
            tasks=Count("pk", distinct=True),
            on_time=one(counted.on_time(draw)),
            late=one(counted.late(draw)),
            returns=Count("moves", filter=Q(moves__state=InspectionState.RETURNED), distinct=True),
            problems=Count(
                "findings",
                filter=counted.handed_in(draw) & Q(findings__verdict=Finding.Verdict.FAIL),
                distinct=True,
            ),
            overdue=one(counted.overdue(draw)),
            **{state.value: one(Q(state=state)) for state in COUNTED},
        )
    )
    return {row["selection"]: tuple(row[column.code] for column in COLUMNS) for row in rows}


def _teams(draw: Draw) -> dict[int, list[tuple[int, str]]]:
    """Return {selection: [(key, name) of each officer who goes now]}."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = TeamMember.objects.filter(selection__draw=draw).order_by()
    for selection, officer, name in rows.values_list("selection", "officer", "officer__name"):
        found[selection].append((officer, name))
    return found


def _work(name: str, tasks: Iterable[tuple[int, ...]]) -> Work:
    return Work(name, tuple(map(sum, zip(*tasks, strict=True))))


def _sorted(rows: list[Work]) -> list[Work]:
    """Most tasks first, then by name."""
    return sorted(rows, key=lambda row: (-row.numbers[0], row.name))
