"""How far everybody is, for who organises: by draw and by officer.

Under seal the two tables differ, and on purpose. How many units a draw has follows from its public commit, and what was handed
in the organiser may read: so the numbers of a whole draw tell nothing new, and he must see that it is late. Who goes how often
is another matter: officers are drawn by speciality, so the open tasks of one officer narrow down which units were drawn. An
officer's line therefore counts only inspections that the reader could also open (`InspectionQuerySet.of`): of a sealed
draw, what was handed in.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q
from django.db.models.lookups import LessThan

from wugang_audit.accounts.models import User

from ...deadlines import late_for_publication
from ...models import Draw, Inspection, TeamMember
from ...models.draw import DrawQuerySet
from ...models.inspection import InspectionQuerySet, due_day
from ...states import COUNTED, InspectionState
from ..queries import recusals_asked


@dataclass(frozen=True)
class Counts:
    """So many inspections: all, those in each state (`states.COUNTED`), of the drafts those that are late, and postponed ones."""

    load: int
    draft: int
    late: int
    returned: int
    submitted: int
    approved: int
    published: int
    postponed: int
    late_for_publication: int

    @property
    def done(self) -> int:
        """Those that lie with nobody of the team: what was returned is not done."""
        return self.load - self.draft - self.returned


@dataclass(frozen=True)
class DrawLine:
    draw: Draw
    counts: Counts
    # Inspections for which somebody of the team asks to be recused, as long as nobody has decided.
    recusals: int


@dataclass(frozen=True)
class OfficerLine:
    name: str
    counts: Counts
    recusals: int  # for how many of them this officer asks to be recused

    @property
    def waits(self) -> bool:
        """Whether something is late, came back or is asked: what the organiser looks for first."""
        counts = self.counts
        return bool(counts.late or counts.late_for_publication or counts.returned or self.recusals)


@dataclass(frozen=True)
class Board:
    draws: list[DrawLine]
    officers: list[OfficerLine]
    sealed: bool  # one of the draws is: its open tasks are in no officer's line

    @property
    def waiting(self) -> list[OfficerLine]:
        return [line for line in self.officers if line.waits]

    @property
    def calm(self) -> list[OfficerLine]:
        return [line for line in self.officers if not line.waits]


def draws_under_way() -> DrawQuerySet:
    """Published draws with results that are not public yet."""
    waiting = Inspection.objects.released().exclude(state=InspectionState.PUBLISHED)
    return Draw.objects.published().filter(pk__in=waiting.values("selection__draw"))


def board(user: User, draws: Iterable[Draw], today: datetime.date) -> Board:
    """Return the board of these draws, in one query for each of its tables."""
    by_key = {draw.pk: draw for draw in draws}
    of_draws = Inspection.objects.released().filter(selection__draw__in=by_key)
    rows = of_draws.order_by().values("selection__draw").annotate(**_sums(today, "", "selection__draw__"))
    counted = {row["selection__draw"]: _counts(row) for row in rows}
    asked = _recusals(of_draws, "inspection__selection__draw")
    lines = [DrawLine(draw, counted[key], asked[key]) for key, draw in by_key.items() if key in counted]
    return Board(
        draws=lines,
        officers=_officers(user, of_draws, today),
        sealed=any(draw.is_sealed for draw in by_key.values()),
    )


def _officers(user: User, of_draws: InspectionQuerySet, today: datetime.date) -> list[OfficerLine]:
    readable = Inspection.objects.of(user).filter(pk__in=of_draws.values("pk"))
    members = TeamMember.objects.filter(selection__inspection__in=readable.values("pk"))
    rows = (
        members.order_by()
        .values("officer", "officer__name")
        .annotate(**_sums(today, "selection__inspection__", "selection__draw__"))
        .order_by("officer__name", "officer__pk")
    )
    asked = _recusals(readable, "officer")
    return [OfficerLine(row["officer__name"], _counts(row), asked[row["officer"]]) for row in rows]


def _recusals(inspections: InspectionQuerySet, by: str) -> Counter[int]:
    """Count those of the inspections for which somebody asks to be recused, by a path from the request."""
    rows = recusals_asked().filter(inspection__in=inspections.values("pk")).order_by()
    return Counter(dict(rows.values_list(by).annotate(Count("inspection", distinct=True))))


def _counts(row: dict[str, Any]) -> Counts:
    return Counts(**{column.name: row[column.name] for column in fields(Counts)})


def _sums(today: datetime.date, prefix: str, draw: str) -> dict[str, Count]:
    """Return the columns of `Counts`, each once for a row of an inspection.

    :param prefix: the path to the inspection, and ``draw`` that to its draw.
    """

    def count(wanted: Q) -> Count:
        return Count(f"{prefix}pk", filter=wanted)

    standing = {state.value: Q(**{f"{prefix}state": state}) for state in COUNTED}
    past = Q(LessThan(due_day(prefix, f"{draw}visit_by"), today))
    return {
        "load": Count(f"{prefix}pk"),
        "late": count(standing[InspectionState.DRAFT] & past),
        "postponed": count(Q(**{f"{prefix}postponed_to__isnull": False})),
        "late_for_publication": count(late_for_publication(today, prefix)),
        **{name: count(wanted) for name, wanted in standing.items()},
    }
