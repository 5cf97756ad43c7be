"""What the pages of a rehearsal show: the pre-flight of today, what was fixed, who was drawn."""

from dataclasses import dataclass

from ..ceremony.preflight.checks import Preflight, preflight
from ..models import Draw, Rehearsal, Stratum
from ..models.quota import Quota
from ..protocol import verify

NO_DRAW = (
    -1
)  # the key of the draw that a rehearsal plays: no row has it, so it is never among "earlier draws"


@dataclass(frozen=True)
class Drawn:
    """A unit that the rehearsal drew, with its team, as people read it."""

    name: str
    number: str
    stratum: str
    label: str
    rank: int
    ticket: str
    team: tuple[str, ...]
    is_cross: bool


def played(rehearsal: Rehearsal) -> Draw:
    """Return the draw that is played: an object that is never saved."""
    year, quarter = rehearsal.year, rehearsal.quarter
    return Draw(pk=NO_DRAW, code=rehearsal.code, year=year, quarter=quarter, item=rehearsal.item)


def flight_of(rehearsal: Rehearsal) -> Preflight:
    """Look at all that a freeze would rest on, as for a draw; what changed since the last draw is left to that draw."""
    return preflight(played(rehearsal), with_changes=False)


def quotas_of(rehearsal: Rehearsal) -> list[Quota]:
    """Return the quotas as the frozen files have them."""
    return Quota.committed(verify.parse_commit(rehearsal.files[verify.COMMIT]))


def names_of(rehearsal: Rehearsal, kind: str) -> dict[str, str]:
    """Return {id: name} of the frozen names of a kind: ``unit`` or ``officer``."""
    rows = verify.parse_names(rehearsal.files[verify.NAMES]).rows
    return {row.ident: row.name for row in rows if row.kind == kind}


def drawn_in(rehearsal: Rehearsal) -> list[Drawn]:
    """Return who was drawn, by stratum and rank."""
    units, officers = names_of(rehearsal, "unit"), names_of(rehearsal, "officer")
    return [
        Drawn(
            units[row.unit],
            row.unit,
            row.stratum,
            Stratum.label_of(row.stratum),
            row.rank,
            row.ticket,
            tuple(officers[officer] for officer in row.team),
            row.note == "cross",
        )
        for row in verify.parse_result(rehearsal.files[verify.RESULT]).rows
    ]
