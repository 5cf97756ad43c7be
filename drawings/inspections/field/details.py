"""What was found at a visit, as pages show it: by section, with the clauses of its day, and all that stands beside."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from ...models import FacilityState, Finding, Inspection, Measure, Reading, Sampling
from ...models.finding_record import decimal_text
from ...models.law import cited
from .limits import HIGH, broken
from .plausible import rare
from .sheet import day_of


@dataclass(frozen=True)
class Found:
    """A finding with the citations that were law on the day of the visit."""

    finding: Finding
    clauses: list[str]


@dataclass(frozen=True)
class FoundSection:
    checklist: str
    title: str
    rows: list[Found]


@dataclass(frozen=True)
class FoundReading:
    reading: Reading

    @property
    def value(self) -> str:
        return f"{decimal_text(self.reading.value)} {self.reading.unit}".strip()

    @property
    def limit(self) -> str:
        return f"{self.reading.limit} {self.reading.unit}".strip() if self.reading.limit else ""

    @property
    def broken(self) -> str:
        """How it breaks its limit, in words; as it was judged when it was saved."""
        row = self.reading
        return (broken(row.value, row.limit, row.unit) or HIGH) if row.is_over else ""

    @property
    def rare(self) -> str:
        """That it is seldom true, for whoever reviews it."""
        return rare(self.reading.value, self.reading.pollutant, self.reading.unit)


@dataclass(frozen=True)
class Details:
    sections: list[FoundSection]
    versions: list[str]
    facilities: list[FacilityState]
    readings: list[FoundReading]
    measures: list[Measure]
    samplings: list[Sampling]


@dataclass(frozen=True)
class Basis:
    """What becomes public of a report beside its own words: the versions of the checklists, and the clauses of each point."""

    versions: list[str]
    sections: list[FoundSection]

    @property
    def clauses(self) -> dict[str, list[str]]:
        """{name of the point's field in the officers' form: its clauses}."""
        rows = [row for section in self.sections for row in section.rows]
        return {f"verdict_{row.finding.point_id}": row.clauses for row in rows}


def bases_of(inspections: Sequence[Inspection]) -> dict[int, Basis]:
    """Return {primary key: `Basis`}, in as many queries whatever their number; points without a verdict are not published."""
    prefetch_related_objects(
        inspections,
        "findings__point__version__checklist",
        "findings__point__bases",
        "checklists__version__checklist",
    )
    return {
        row.pk: Basis(
            [str(each.version) for each in row.checklists.all()],
            _sections([each for each in row.findings.all() if each.verdict], day_of(row.visited_at)),
        )
        for row in inspections
    }


def details(inspection: Inspection) -> Details:
    """Return what an inspection's page shows, in as many queries whatever was found."""
    day = day_of(inspection.visited_at)
    findings = inspection.findings.select_related("point__version__checklist").prefetch_related(
        "point__bases"
    )
    begun = inspection.checklists.select_related("version__checklist")
    return Details(
        sections=_sections(list(findings), day),
        versions=[str(each.version) for each in begun],
        facilities=list(inspection.facilities.all()),
        readings=[FoundReading(each) for each in inspection.readings.all()],
        measures=list(inspection.measures.all()),
        samplings=list(inspection.samplings.select_related("requested_by")),
    )


def _sections(findings: list[Finding], day: datetime.date) -> list[FoundSection]:
    found: dict[tuple[int, str], FoundSection] = {}
    for finding in findings:
        point = finding.point
        section = found.setdefault(
            (point.version_id, point.section), FoundSection(point.version.called, point.section, [])
        )
        # What is public names the clauses as they read at its publication.
        section.rows.append(Found(finding, finding.clauses or cited(point.bases.all(), day)))
    return list(found.values())
