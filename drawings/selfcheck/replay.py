"""Who goes where, once by the frozen files, the seed and the declared substitutions, and once as the site has stored it.

The two must be the same: a row that somebody put into the database by hand, a substitute too, stands in one of them only.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..models.declarations import Substitution
from ..models.draw import Draw, Selection, TeamMember
from ..protocol import verify

Named = tuple[str, str]  # id and name


class Task(NamedTuple):
    """Where two officers go: team holds the lead and the second, None for a place that stays open."""

    unit: Named
    stratum: str
    rank: int
    ticket: str
    team: list[Named | None]


def stored(draw: Draw) -> list[Task]:
    """Return the tasks that the officers are given, ascending by unit."""
    teams = {}
    members = TeamMember.objects.filter(selection__draw=draw).values_list(
        "selection", "is_lead", "officer__certificate_number", "name"
    )
    for selection, is_lead, *officer in members:
        teams.setdefault(selection, [None, None])[not is_lead] = tuple(officer)
    rows = Selection.objects.filter(draw=draw).values_list(
        "pk", "source__number", "name", "stratum", "rank", "ticket"
    )
    return sorted(
        Task((number, name), *rest, teams.get(pk, [None, None])) for pk, number, name, *rest in rows
    )


def recomputed(draw: Draw, files: dict[str, str]) -> list[Task] | None:
    """Return the same from ``result.tsv`` and the confirmed substitutions, each computed again [draw/1, Substitutes].

    :param files: name -> text of the draw's frozen files.
    :returns: None when the files cannot be read, or a substitution fits no team.
    """
    try:
        return sorted(_Replay(files).run(draw))
    except (verify.Invalid, KeyError, ValueError):
        return None


class _Replay:
    def __init__(self, files: dict[str, str]):
        self.pool, self.roster = (
            verify.parse_pool(files["pool.tsv"]),
            verify.parse_officers(files["officers.tsv"]),
        )
        self.rows = verify.parse_result(files["result.tsv"]).rows
        self.key = verify.seed(files["entropy.txt"], self.pool.salt)
        self.units = {unit.unit: unit for unit in self.pool.units}
        self.people = {who.officer: (who.officer, who.name) for who in self.roster.officers}

    def run(self, draw: Draw) -> list[Task]:
        self.tasks = {
            row.unit: self._task(row.stratum, row.rank, row.unit, row.ticket, row[4:6]) for row in self.rows
        }
        confirmed = Substitution.objects.confirmed().filter(selection__draw=draw)
        for row in confirmed.select_related("selection__source", "member__officer").order_by(
            "confirmed_at", "pk"
        ):
            step_in = self._unit if row.kind == Substitution.Kind.UNIT else self._officer
            step_in(self.tasks[row.selection.source.number], row)
        return [*self.tasks.values()]

    def _task(self, stratum: str, rank: str | int, unit: str, ticket: str, team: Sequence[str]) -> Task:
        places = [self.people[who] for who in team] + [None] * (2 - len(team))
        return Task((unit, self.units[unit].name), stratum, int(rank), ticket, places)

    def _unit(self, task: Task, row: Substitution) -> None:
        order = verify.ranking(self.pool.units, task.stratum, self.key)
        for rank, (unit, ticket) in enumerate(order, 1):
            if unit not in self.tasks:
                team = verify.substitute_team(
                    self.units[unit], self.roster.officers, self.key, row.unavailable
                )
                self.tasks[unit] = self._task(task.stratum, rank, unit, ticket, team)
                return

    def _officer(self, task: Task, row: Substitution) -> None:
        """Where nobody is left, the place stays open: the site shows it under the name of who cannot go."""
        gone = row.member.officer.certificate_number
        stay = [place[0] for place in task.team if place and place[0] != gone]
        found = verify.substitute_officer(
            self.units[task.unit[0]], self.roster.officers, self.key, stay, {gone, *row.unavailable}
        )
        if found:
            task.team[task.team.index(self.people[gone])] = self.people[found]
