"""Who goes where, once by the frozen files, the seed and the declared substitutions, and once as the site has stored it.

The two must be the same: a row that somebody put into the database by hand, a substitute too, stands in one of them only.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from ..models.draw import Draw, Selection, TeamMember
from ..models.names import DrawNames
from ..models.substitutions import Substitution, SubstitutionPlace, few_places
from ..protocol import verify

Named = tuple[str, str]  # id and name
OPEN = "-"  # a place that nobody was left for, or no unit at all


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


class Again(NamedTuple):
    """What was computed again; few: the serials of declarations whose short places stand otherwise in the table."""

    tasks: list[Task]
    few: list[int]


def stored(draw: Draw) -> list[Task]:
    """Return the tasks that the officers are given, ascending by unit."""
    teams: dict[int, tuple[list[Place], list[Place]]] = {}
    gone = SubstitutionPlace.objects.filter(member=OuterRef("pk"), substitution__effective_at__isnull=False)
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


def recomputed(draw: Draw, files: dict[str, str]) -> Again | None:
    """Return the same from ``result.tsv`` and the declarations that took effect, each computed again [draw/2, Substitutes].

    :param files: name -> text of the draw's frozen files.
    :returns: None when the files cannot be read, or a substitution fits no team.
    """
    try:
        replay = _Replay(draw, files)
        return Again(sorted(replay.run(draw)), replay.few)
    except (
        verify.Invalid,
        DrawNames.DoesNotExist,
        AttributeError,
        KeyError,
        IndexError,
        StopIteration,
        ValueError,
    ):
        return None


class _Replay:
    def __init__(self, draw: Draw, files: dict[str, str]):
        self.pool = verify.parse_pool(files[verify.POOL])
        self.roster = verify.parse_officers(files[verify.OFFICERS])
        self.rows = verify.parse_result(files[verify.RESULT]).rows
        self.key = verify.seed(files[verify.ENTROPY], files[verify.SALT])
        commit = verify.parse_commit(files[verify.COMMIT])
        self.standing = verify.Standing(commit, self.pool, self.roster, self.key, self.rows)
        self.having = verify.having_of(self.roster.officers)
        self.few: list[int] = []
        self.unit_names, self.names = draw.names_of("unit"), draw.names_of("officer")

    def run(self, draw: Draw) -> list[Task]:
        self.tasks = {
            row.unit: self._task(row.stratum, row.rank, row.unit, row.ticket, row.team, row.note == "cross")
            for row in self.rows
        }
        for row in Substitution.objects.in_effect().filter(draw=draw).for_protocol():
            declaration = row.declaration()
            if row.few != few_places(self.standing.left(declaration, row.value)):
                self.few.append(row.serial)
            outcome = self.standing.step(declaration, row.value)
            step_in = self._unit if row.is_unit else self._officer
            step_in(declaration.subject, outcome)
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
        places = [Place(who == team[0], self._person(who), None) for who in team if who != OPEN]
        name = self.unit_names.get(unit, "")
        return Task((unit, name), stratum, int(rank), ticket, is_cross, replaces, places, [])

    def _person(self, number: str) -> Named:
        return (number, self.names.get(number, ""))

    def _unit(self, gone: str, outcome: str) -> None:
        if outcome == OPEN:
            return
        unit, _, listed = outcome.partition(":")
        team, stratum = listed.split(","), self.standing.units[unit].stratum
        order = verify.ranking(self.pool.units, stratum, self.key)
        rank, ticket = next((rank, ticket) for rank, (each, ticket) in enumerate(order, 1) if each == unit)
        matching = self.having.get(self.standing.units[unit].speciality, set())
        is_cross = not matching.issuperset(who for who in team if who != OPEN)
        self.tasks[unit] = self._task(stratum, rank, unit, ticket, team, is_cross, gone)

    def _officer(self, gone: str, outcome: str) -> None:
        """Where nobody is left, the place stays open: the site shows it under the name of who cannot go."""
        for word in outcome.split(" "):
            unit, _, found = word.partition(":")
            task = self.tasks[unit]
            leaving = next(place for place in task.team if place.officer[0] == gone)
            task.team.remove(leaving)
            task.gone.append(leaving)
            if found != OPEN:
                task.team.append(Place(leaving.is_lead, self._person(found), gone))
