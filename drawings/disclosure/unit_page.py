"""A unit's public page: who it is, every draw by quarter, every visit and what followed, in one order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sources.models import PollutionSource
from wugang_audit import clock

from .. import public_fields
from ..models import Selection
from ..models.draw import UNIT_WITHDRAWN
from . import amendments, findings, frozen, objects, paging, stronger
from .draws import public_draws
from .objections import Objection, objections_of
from .prepared import Keys, prepared
from .results import complete, newest_first
from .stepping_in import Instead, stepping_in
from .teams import ever_in_teams, team
from .unit_draws import Change, UnitDraws, unit_draws
from .unit_events import Event, registry_events, unit_events
from .unit_names import former_names, units_of


@dataclass(frozen=True)
class FormerName:
    """A name that the unit has no more, and the latest draw whose public file has it; None: the registry alone had it."""

    name: str
    draw: objects.Draw | None = None


@dataclass(frozen=True)
class UnitPage:
    """All that one unit shows: its registry facts, the open draws, its published results."""

    unit: objects.Unit
    draws: UnitDraws
    results: tuple[findings.Result, ...]
    events: tuple[Event, ...]
    joined_into: str = ""  # the number that now stands for this one
    since: date | None = None  # the registry knows it
    left_on: date | None = None  # struck off, and not joined into another one
    former_names: tuple[FormerName, ...] = ()
    renamed_on: date | None = (
        None  # since when the registry has the name shown, where it had another one before
    )
    objections: tuple[Objection, ...] = ()  # answered in public, the latest first
    instead: tuple[Instead, ...] = ()  # who stepped in for it, or for whom it did
    series: stronger.Series | None = None  # readings against their limits, where a rule asks for it

    @property
    def shown_draws(self) -> tuple[objects.Draw, ...]:
        """All draws that the page names as the unit's own."""
        return tuple(row.draw for row in self.draws.rows if row.selected)

    @property
    def closed(self) -> tuple[findings.Result, ...]:
        """Published results of draws that are still sealed."""
        return tuple(result for result in self.results if result.draw.is_closed)

    @property
    def others(self) -> tuple[Objection, ...]:
        """Objections that stand beside no result of this page."""
        shown = {result.draw.code for result in self.results}
        return tuple(said for said in self.objections if said.code not in shown)


def unit_page(number: str) -> UnitPage | None:
    """Return a unit, its draws and its results; None for a number that no public page or file has.

    A unit that was struck off keeps its page as long as a public pool, a draw or a result has it (`unit_names`).
    """
    known = PollutionSource.objects.filter(number=number).with_class(clock.today())
    row = known.values("pk", "is_active", *public_fields.UNIT, *public_fields.UNIT_JOINED).first()
    if row is None:
        return None
    draws = public_draws()
    by_code = {draw.code: draw for draw in draws if draw.is_open}
    known = units_of([row["pk"]], by_code)[row["pk"]]
    if not known.has_page:
        return None
    inspections = _inspections(row["pk"])
    results = complete(inspections, with_findings=True)
    outcomes = {one["selection_id"]: result.outcome for one, result in zip(inspections, results, strict=True)}
    drawn = _drawn(row["pk"], by_code, outcomes)
    history = _history(row["pk"])
    table = unit_draws(number, history, draws, drawn)
    instead = stepping_in(
        {drawn[row.draw.code][0]: row.draw.code for row in table.rows if row.is_about_substitutes}
    )
    joined_into = "" if row["is_active"] else row["joined_into__number"] or ""
    name = known.name
    objections = objections_of(row["pk"], by_code)
    in_files = _in_files(number, name, history, table)
    listed = {former.name for former in in_files}
    others = tuple(FormerName(each) for each in former_names(known) if each not in listed)
    renamed_on = _renamed_on(name, history) if row["is_active"] and (in_files or others) else None
    unit = objects.unit(row, name=name)
    return UnitPage(
        unit=unit,
        draws=table,
        results=results,
        events=unit_events(
            table.rows,
            [one["pk"] for one in inspections],
            results,
            objections,
            instead,
            registry_events(history, joined_into, renamed_on),
        ),
        instead=instead,
        joined_into=joined_into,
        since=clock.day_of(history[0].at) if history else None,
        left_on=None if row["is_active"] or joined_into else _left_on(history),
        former_names=in_files + others,
        renamed_on=renamed_on,
        objections=objections,
        series=stronger.series(results, unit.speciality),
    )


@prepared
def _inspections(unit: int) -> QuerySet:
    return newest_first().filter(selection__source=unit)


@prepared
def _selections(unit: int, codes: Keys) -> QuerySet:
    of = Selection.objects.filter(source=unit, draw__code__in=codes)
    return of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public_fields.SELECTION)


def _drawn(
    unit: int, by_code: dict[str, objects.Draw], outcomes: dict[int, str]
) -> dict[str, tuple[int, objects.Selected]]:
    """Return {code: (key of the selection, its row)} of the open draws that took a unit, the latest first."""
    rows = _selections(unit, by_code)
    keys = [row["pk"] for row in rows]
    teams = paging.grouped(ever_in_teams(keys), "selection_id")
    members, units = amendments.replaced_among(keys)
    return {
        row["draw__code"]: (
            row["pk"],
            objects.selected(
                row,
                team(teams.get(row["pk"], ()), members),
                outcomes.get(row["pk"], ""),
                row["pk"] in units,
            ),
        )
        for row in rows
    }


def _history(unit: int) -> list[Change]:
    return [Change(*row.values()) for row in _changes(unit)]


@prepared
def _changes(unit: int) -> QuerySet:
    rows = PollutionSource.history.filter(id=unit).order_by("history_date", "history_id")
    return rows.values(*public_fields.UNIT_HISTORY)


def _left_on(history: Sequence[Change]) -> date | None:
    """Return the day on which the unit was last struck off."""
    found = None
    for before, change in zip([None, *history], history, strict=False):
        if not change.is_active and (before is None or before.is_active):
            found = clock.day_of(change.at)
    return found


def _renamed_on(name: str, history: Sequence[Change]) -> date | None:
    """Return since when the registry has had the name that the page shows; None: from the beginning, or it has another."""
    found = None
    for before, change in zip(history, history[1:], strict=False):
        if change.name == name != before.name:
            found = clock.day_of(change.at)
    return found if history and history[-1].name == name else None


def _in_files(number: str, name: str, history: Sequence[Change], table: UnitDraws) -> tuple[FormerName, ...]:
    """Return the names under which public files know the unit and which it has no more, the latest first.

    The files say them, not the registry: a name that never became public stays inside, and so does one that was
    withdrawn. Files are read only of a unit whose name ever changed.
    """
    if name == UNIT_WITHDRAWN or len({change.name for change in history}) < 2:
        return ()
    files: list[tuple[str, objects.Draw]] = [
        (row.selected.name, row.draw) for row in table.rows if row.selected
    ]
    if not frozen.names_left([number]):  # none of its names was withdrawn anywhere
        names = frozen.unit_names(number, [draw.code for draw in table.in_hat])
        files += [(names.get(draw.code, ""), draw) for draw in table.in_hat]
    files.sort(key=lambda one: (one[1].quarter_code, one[1].code), reverse=True)
    found: dict[str, Any] = {}
    for said, draw in files:
        if said and said not in (name, UNIT_WITHDRAWN):
            found.setdefault(said, FormerName(said, draw))
    return tuple(found.values())
