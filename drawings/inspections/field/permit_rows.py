"""The rows that a form repeats: what the unit's permit sets at each outlet, and the facilities that it names."""

import hashlib
import re
from dataclasses import dataclass

from sources import doubles
from sources.models import OutletKind, PermitCondition, PollutionSource

from ...models import Inspection

SEVERAL = re.compile(r"[、,，;；/\s]+")


def key_of(*words: str) -> str:
    """Return what names a row in the form: the same for the same words, whatever becomes of the permit's rows."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class ReadingRow:
    """A pollutant at an outlet with its limit."""

    outlet: str
    pollutant: str
    unit: str
    limit: str

    @property
    def key(self) -> str:
        return key_of(self.outlet, self.pollutant)


@dataclass(frozen=True)
class FacilityRow:
    """A treatment facility; `code` is its name where the permit gives it no number."""

    code: str
    name: str

    @property
    def key(self) -> str:
        return key_of(self.code)

    def __str__(self) -> str:
        return self.code if self.name in ("", self.code) else f"{self.code} {self.name}"


@dataclass(frozen=True)
class PermitRows:
    readings: list[ReadingRow]
    facilities: list[FacilityRow]


def permit_rows(inspection: Inspection) -> PermitRows:
    """Return the rows of the permit as it is, and those that were filled in before and are in the permit no more."""
    conditions = _conditions(inspection.selection.source)
    readings = {
        row.key: row
        for row in (
            ReadingRow(each.outlet_code, each.pollutant, each.limit_unit, each.limit)
            for each in conditions
            if _can_be_read(each)
        )
    }
    for each in inspection.readings.all():
        # What was read stays held against the limit of its day, whatever the permit says since.
        row = ReadingRow(each.outlet, each.pollutant, each.unit, each.limit)
        readings[row.key] = row
    facilities: dict[str, FacilityRow] = {}
    for condition in conditions:
        for facility in _facilities(condition):
            facilities.setdefault(facility.key, facility)
    for state in inspection.facilities.all():
        facility = FacilityRow(state.facility, state.name)
        facilities.setdefault(facility.key, facility)
    return PermitRows(list(readings.values()), list(facilities.values()))


def _conditions(source: PollutionSource) -> list[PermitCondition]:
    found, _ = doubles.held_to(
        source, lambda unit: list(unit.conditions.filter(is_active=True).order_by("outlet_code", "id"))
    )
    return found


def _can_be_read(condition: PermitCondition) -> bool:
    """Say whether an instrument can show on the site what the permit limits.

    Waste is stored and moved, and has neither limit nor concentration (HJ 1200-2021). Of a row that sets nothing but tons a
    year, one visit says nothing.
    """
    only_tons = condition.annual_limit is not None and not condition.limit and not condition.limit_unit
    return condition.outlet_kind != OutletKind.WASTE and not only_tons


def _facilities(condition: PermitCondition) -> list[FacilityRow]:
    """One cell of a permit may name several facilities: TA001、TA002."""
    codes = [code for code in SEVERAL.split(condition.facility_code) if code]
    if not codes and condition.facility_name:
        codes = [condition.facility_name[:60]]
    return [FacilityRow(code, condition.facility_name) for code in codes]
