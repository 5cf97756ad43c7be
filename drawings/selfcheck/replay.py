"""Who goes where, once by the frozen files, the seed and the declared substitutions, and once as the site has stored it.

The two must be the same: a row that somebody put into the database by hand, a substitute too, stands in one of them only.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from ..models.draw import Draw, Selection, TeamMember
from ..models.substitutions import Substitution
from ..protocol import verify

Named = tuple[str, str]  # id and name


class Place(NamedTuple):
    """An officer of a team; replaces: the certificate number of the one whose place he took."""

    is_lead: bool
    officer: Named
    replaces: str | None


class Task(NamedTuple):
    """Where officers go: team holds those who go now, gone those who were replaced, both ascending."""

    unit: Named
    stratum: str
    rank: int
    ticket: str
    is_cross: bool
    replaces: str | None  # the unit that this one was drawn for
    team: list[Place]
    gone: list[Place]


def stored(draw: Draw) -> list[Task]:
    """Return the tasks that the officers are given, ascending by unit."""
    teams: dict[int, tuple[list[Place], list[Place]]] = {}
    gone = Substitution.objects.confirmed().filter(member=OuterRef("pk"))
    members = TeamMember.ever.filter(selection__draw=draw).annotate(is_gone=Exists(gone))
    for selection, is_gone, is_lead, replaces, *officer in members.values_list(
        "selection", "is_gone", "is_lead", "replaces__officer__certificate_number",
        "officer__certificate_number", "name",
    ):  # fmt: skip
        place = Place(is_lead, (officer[0], officer[1]), replaces)
        teams.setdefault(selection, ([], []))[is_gone].append(place)
    rows = Selection.objects.filter(draw=draw).values_list(
        "pk", "source__number", "name", "stratum", "rank", "ticket", "is_cross", "replaces__source__number"
    )
    return sorted(
        Task((number, name), *rest, *(sorted(places) for places in teams.get(pk, ([], []))))
        for pk, number, name, *rest in rows
    )


def recomputed(draw: Draw, files: dict[str, str]) -> list[Task] | None:
    """Return the same from ``result.tsv`` and the confirmed substitutions, each computed again [draw/1, Substitutes].

    :param files: name -> text of the draw's frozen files.
    :returns: None when the files cannot be read, or a substitution fits no team.
    """
    try:
        return sorted(_Replay(files).run(draw))
    except (verify.Invalid, AttributeError, KeyError, StopIteration, ValueError):
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
            row.unit: self._task(row.stratum, row.rank, row.unit, row.ticket, row[4:6], row.note == "cross")
            for row in self.rows
        }
        confirmed = Substitution.objects.confirmed().filter(selection__draw=draw)
        for row in confirmed.select_related("selection__source", "member__officer").order_by(
            "confirmed_at", "pk"
        ):
            step_in = self._unit if row.kind == Substitution.Kind.UNIT else self._officer
            step_in(self.tasks[row.selection.source.number], row)
        return [task._replace(team=sorted(task.team), gone=sorted(task.gone)) for task in self.tasks.values()]

    def _task(
        self,
        stratum: str,
        rank: str | int,
        unit: str,
        ticket: str,
        team: Sequence[str],
        is_cross: bool,
        replaces: str | None = None,
    ) -> Task:
        places = [Place(who == team[0], self.people[who], None) for who in team]
        name = self.units[unit].name
        return Task((unit, name), stratum, int(rank), ticket, is_cross, replaces, places, [])

    def _unit(self, task: Task, row: Substitution) -> None:
        order = verify.ranking(self.pool.units, task.stratum, self.key)
        matching = verify.having_of(self.roster.officers)
        for rank, (unit, ticket) in enumerate(order, 1):
            if unit not in self.tasks:
                found = self.units[unit]
                team = verify.substitute_team(found, self.roster.officers, self.key, row.unavailable)
                is_cross = not matching.get(found.speciality, set()).issuperset(team)
                self.tasks[unit] = self._task(task.stratum, rank, unit, ticket, team, is_cross, task.unit[0])
                return

    def _officer(self, task: Task, row: Substitution) -> None:
        """Where nobody is left, the place stays open: the site shows it under the name of who cannot go."""
        number = row.member.officer.certificate_number
        leaving = next(place for place in task.team if place.officer[0] == number)
        stay = [place.officer[0] for place in task.team if place is not leaving]
        found = verify.substitute_officer(
            self.units[task.unit[0]], self.roster.officers, self.key, stay, {number, *row.unavailable}
        )
        task.team.remove(leaving)
        task.gone.append(leaving)
        if found:
            task.team.append(Place(leaving.is_lead, self.people[found], number))
