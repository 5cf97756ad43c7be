"""A unit's public page."""

from collections.abc import Iterable
from dataclasses import dataclass

from sources.models import PollutionSource
from wugang_audit import clock

from .. import public_fields
from ..models import Selection, TeamMember
from . import amendments, findings, objects, paging
from .draws import public_draws
from .objections import Objection, objections_of
from .results import complete, newest_first
from .teams import team
from .unit_names import other_names, shown_name


@dataclass(frozen=True)
class Drawn:
    """A draw that the unit stands in, and its row there."""

    draw: objects.Draw
    selected: objects.Selected


@dataclass(frozen=True)
class UnitPage:
    """All that one unit shows: its registry facts, the open draws it stands in, its published results."""

    unit: objects.Unit
    drawn: tuple[Drawn, ...]
    results: tuple[findings.Result, ...]
    joined_into: str = ""  # the number that now stands for this one
    called: tuple[str, ...] = ()  # other names that it has or had, as far as the public knows them
    objections: tuple[Objection, ...] = ()  # answered in public, the latest first

    @property
    def draws(self) -> tuple[objects.Draw, ...]:
        return tuple(one.draw for one in self.drawn)

    @property
    def others(self) -> tuple[Objection, ...]:
        """Objections that stand beside no result of this page."""
        shown = {result.draw.code for result in self.results}
        return tuple(said for said in self.objections if said.code not in shown)


def with_units(of: Iterable[objects.Draw]) -> dict[str, objects.Draw]:
    """Return {code: draw} of the draws whose units are public, void ones too: they say that they are."""
    return {draw.code: draw for draw in of if draw.is_open}


def unit_page(number: str) -> UnitPage | None:
    """Return a unit, where it was drawn, and its results; None for a number that stands nowhere."""
    known = PollutionSource.objects.filter(number=number).with_class(clock.today())
    row = known.values("pk", "is_active", *public_fields.UNIT, *public_fields.UNIT_JOINED).first()
    if row is None:
        return None
    by_code = with_units(public_draws())
    of = Selection.objects.filter(source=row["pk"], draw__code__in=by_code)
    drawn = list(of.order_by("-draw__year", "-draw__quarter").values("draw__code", *public_fields.SELECTION))
    inspections = list(newest_first().filter(selection__source=row["pk"]))
    joined_into = "" if row["is_active"] else row["joined_into__number"] or ""
    if not drawn and not inspections and not row["is_active"] and not joined_into:
        return None
    keys = [one["pk"] for one in drawn]
    teams = paging.grouped(
        TeamMember.ever.filter(selection__in=keys).values(*public_fields.OFFICER), "selection_id"
    )
    members, units = amendments.replaced_among(keys)
    results = complete(inspections, with_findings=True)
    outcomes = {one["selection_id"]: result.outcome for one, result in zip(inspections, results, strict=True)}
    named = [one["name"] for one in drawn] + [one["selection__name"] for one in inspections]
    name = shown_name(row, named)
    return UnitPage(
        unit=objects.unit(row, name=name),
        called=other_names(row["pk"], name, by_code),
        drawn=tuple(
            Drawn(
                by_code[one["draw__code"]],
                objects.selected(
                    one,
                    team(teams.get(one["pk"], ()), members),
                    outcomes.get(one["pk"], ""),
                    one["pk"] in units,
                ),
            )
            for one in drawn
        ),
        results=results,
        joined_into=joined_into,
        objections=objections_of(row["pk"], by_code),
    )
