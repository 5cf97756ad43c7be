"""What a published finding says of the visit besides its points: checklists, measures, readings, facilities."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models

from .. import public_fields
from ..models import FacilityState, InspectionChecklist, Measure, Reading
from ..models.finding_record import decimal_text
from ..states import InspectionState
from . import paging
from .prepared import Keys, Row, prepared


@dataclass(frozen=True)
class ChecklistUsed:
    code: str
    name: str
    number: int


@dataclass(frozen=True)
class MeasureTaken:
    kind: str
    label: str
    due_on: date | None


@dataclass(frozen=True)
class ReadingTaken:
    outlet: str
    pollutant: str
    value: str  # in plain digits
    unit: str
    limit: str
    is_over: bool | None

    @property
    def limit_said(self) -> str:
        """The limit with the unit of the reading, in which it was compared; a limit in words has none."""
        has_unit = self.unit and any(char.isdigit() for char in self.limit) and self.unit not in self.limit
        return f"{self.limit} {self.unit}" if has_unit else self.limit


@dataclass(frozen=True)
class FacilitySeen:
    facility: str
    is_running: bool


@dataclass(frozen=True)
class VisitFacts:
    checklists: tuple[ChecklistUsed, ...] = ()
    measures: tuple[MeasureTaken, ...] = ()
    readings: tuple[ReadingTaken, ...] = ()
    facilities: tuple[FacilitySeen, ...] = ()


NO_FACTS = VisitFacts()


def visit_facts(keys: list[int]) -> dict[int, VisitFacts]:
    """Return {primary key of an inspection: its facts}, in one query per kind of thing, however many there are."""
    lists, measures, readings, facilities = (paging.grouped(ask(keys), "inspection_id") for ask in _ASKED)
    return {
        key: VisitFacts(
            tuple(
                ChecklistUsed(row["version__checklist__code"], row["version__name"], row["version__number"])
                for row in lists.get(key, ())
            ),
            tuple(
                MeasureTaken(row["kind"], Measure.Kind(row["kind"]).label, row["due_on"])
                for row in measures.get(key, ())
            ),
            tuple(
                ReadingTaken(
                    row["outlet"],
                    row["pollutant"],
                    decimal_text(row["value"]),
                    row["unit"],
                    row["limit"],
                    row["is_over"],
                )
                for row in readings.get(key, ())
            ),
            tuple(FacilitySeen(row["facility"], row["is_running"]) for row in facilities.get(key, ())),
        )
        for key in keys
    }


def _asked(model: type[models.Model], columns: tuple[str, ...]) -> Callable[[Keys], list[Row]]:
    @prepared
    def ask(keys: Keys) -> models.QuerySet:
        rows = model._default_manager.filter(
            inspection__in=keys,
            inspection__state=InspectionState.PUBLISHED,
            inspection__record_form="finding/2",
        )
        return rows.values(*columns)

    return ask


_ASKED = tuple(
    _asked(model, columns)
    for model, columns in (
        (InspectionChecklist, public_fields.CHECKLIST_USED),
        (Measure, public_fields.MEASURE),
        (Reading, public_fields.READING),
        (FacilityState, public_fields.FACILITY),
    )
)
