"""The sheet of a visit: the versions of the checklists that it goes by, their sections and points, and what to say of them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils import timezone

from wugang_audit import clock

from ...models import Checklist, ChecklistPoint, ChecklistVersion, Inspection, LegalBasis
from .choice import Candidate, applies, chosen, newest
from .facts import unit_of

# The section into which the upgrade put the points that were switched off then: only what was answered of them counts.
OUT_OF_USE = "已停用的检查项目"


@dataclass(frozen=True)
class Section:
    """Points that are looked at together; `key` names the section on the page."""

    version: ChecklistVersion
    title: str
    points: list[ChecklistPoint]

    @property
    def key(self) -> int:
        return self.points[0].pk


@dataclass(frozen=True)
class Sheet:
    """What a form shows.

    :param kept: the inspection has begun with these versions; otherwise they are what it would begin with.
    :param hints: what the officers should know of the versions: withdrawn, or newer ones there. Nothing is lost by it.
    :param to_add: versions that the team may add by hand.
    """

    versions: list[ChecklistVersion]
    sections: list[Section]
    kept: bool
    hints: list[str]
    to_add: list[ChecklistVersion]
    uncalled: frozenset[int]  # versions whose criteria the unit does not meet
    added: frozenset[
        int
    ]  # versions that the team added and that the unit does not ask for: it may drop them again
    missing: list[
        Checklist
    ]  # those that the unit's facts ask for and that are left out, before anything is kept

    @property
    def points(self) -> list[ChecklistPoint]:
        return [point for section in self.sections for point in section.points]

    @property
    def version_ids(self) -> list[int]:
        return [version.pk for version in self.versions]

    def section_of(self, key: int) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


def kept_versions(inspection: Inspection) -> list[int]:
    """Return the versions that the inspection began with; none before its first save."""
    return list(inspection.checklists.values_list("version", flat=True))


def sheet(inspection: Inspection, opened: Iterable[int] = ()) -> Sheet:
    """Return the sheet of an inspection.

    :param opened: the versions that a form was opened with: they count as long as the inspection has not begun with
        others, even if newer ones came out meanwhile, and they are the only ones that were ever published.
    """
    in_use = _in_use()
    unit = unit_of(inspection)
    asked = chosen([candidate(row.checklist, row) for row in in_use], unit)
    begun = dict(inspection.checklists.values_list("version", "added_by_hand"))
    kept = begun.keys()
    wanted = list(opened) or kept or asked
    versions = list(
        ChecklistVersion.objects.published()
        .filter(pk__in=wanted)
        .select_related("checklist")
        .prefetch_related("checklist__specialities")
        .order_by("checklist__position", "checklist", "number")
    )
    versions = list({row.checklist_id: row for row in versions}.values())
    newest_rows = {each.version for each in newest(candidate(row.checklist, row) for row in in_use)}
    shown = {row.checklist_id for row in versions}
    ask = {row.checklist_id for row in in_use if row.pk in asked}
    # The criteria alone count: a list that was withdrawn in mid-visit is still one that the unit asks for.
    uncalled = frozenset(row.pk for row in versions if not applies(candidate(row.checklist, row), unit))
    return Sheet(
        versions=versions,
        sections=_to_fill_in(sections(versions), inspection),
        kept=bool(kept),
        hints=_hints(versions, in_use),
        to_add=[row for row in in_use if row.pk in newest_rows and row.checklist_id not in shown],
        uncalled=uncalled,
        added=frozenset(
            row.pk
            for row in versions
            if (begun[row.pk] and row.pk in uncalled if row.pk in begun else row.checklist_id not in ask)
        ),
        missing=[]
        if kept
        else [row.checklist for row in in_use if row.pk in asked and row.checklist_id not in shown],
    )


def too_old(inspection: Inspection, versions: Iterable[ChecklistVersion]) -> list[ChecklistVersion]:
    """Return those with which this inspection may not begin: out of use before its draw was published, and still so."""
    since = inspection.selection.draw.published_at
    kept = kept_versions(inspection)
    doubtful = [row for row in versions if row.pk not in kept]
    if doubtful:
        now = {each.version for each in newest(candidate(row.checklist, row) for row in _in_use())}
        doubtful = [row for row in doubtful if row.pk not in now]
    if not doubtful:
        return []
    newer: dict[int, int] = {}
    then = ChecklistVersion.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=since), published_at__lt=since
    )
    for row in then.filter(checklist__in=[row.checklist_id for row in doubtful]):
        newer[row.checklist_id] = max(row.number, newer.get(row.checklist_id, 0))
    return [
        row
        for row in doubtful
        if (row.withdrawn_at and row.withdrawn_at < since) or newer.get(row.checklist_id, 0) > row.number
    ]


def _to_fill_in(found: list[Section], inspection: Inspection) -> list[Section]:
    """Leave out the points that were switched off before the upgrade, but for those that have an answer here."""
    if not any(section.title == OUT_OF_USE for section in found):
        return found
    answered = set(inspection.findings.values_list("point", flat=True))
    shown = []
    for section in found:
        if section.title == OUT_OF_USE:
            section = replace(section, points=[each for each in section.points if each.pk in answered])
        if section.points:
            shown.append(section)
    return shown


def sections(versions: list[ChecklistVersion]) -> list[Section]:
    """Return the sections of some versions in their order, with points and clauses, in two queries."""
    points = (
        ChecklistPoint.objects.filter(version__in=versions)
        .prefetch_related("bases")
        .order_by("version", "position", "pk")
    )
    found: dict[tuple[int, str], list[ChecklistPoint]] = {}
    by_key = {version.pk: version for version in versions}
    for point in points:
        point.version = by_key[point.version_id]
        found.setdefault((point.version_id, point.section), []).append(point)
    return [
        Section(version, title, rows)
        for version in versions
        for (pk, title), rows in found.items()
        if pk == version.pk
    ]


@dataclass(frozen=True)
class Clause:
    """A clause of a point, and whether it is law on the day of the visit."""

    basis: LegalBasis
    in_force: bool


def clauses(point: ChecklistPoint, day: datetime.date) -> list[Clause]:
    """Return the clauses of a point, those in force on the day marked: the page shows these alone."""
    return [Clause(basis, basis.is_in_force(day)) for basis in point.bases.all()]


def day_of(visited_at: datetime.datetime | None) -> datetime.date:
    """The day whose law counts: that of the visit, today as long as it is not known."""
    return timezone.localdate(visited_at) if visited_at else clock.today()


def _in_use() -> list[ChecklistVersion]:
    rows: QuerySet[ChecklistVersion] = ChecklistVersion.objects.in_use()
    return list(rows.select_related("checklist").prefetch_related("checklist__specialities"))


def candidate(checklist: Checklist, version: ChecklistVersion | None = None) -> Candidate:
    """Return the criteria of a checklist for the choice; without a version they say only whom it is for."""
    return Candidate(
        version=version.pk if version else 0,
        checklist=checklist.pk,
        number=version.number if version else 0,
        categories=frozenset(checklist.categories),
        permit_classes=frozenset(checklist.permit_classes),
        media=frozenset(checklist.media),
        specialities=frozenset(each.code for each in checklist.specialities.all()),
        industries=frozenset(checklist.industries),
        by_hand=checklist.by_hand,
    )


def _hints(versions: list[ChecklistVersion], in_use: list[ChecklistVersion]) -> list[str]:
    newest_number: dict[int, int] = {}
    for row in in_use:
        newest_number.setdefault(row.checklist_id, row.number)
    hints = []
    for version in versions:
        if version.withdrawn_at:
            why = f"（{version.withdrawn_because}）" if version.withdrawn_because else ""
            hints.append(f"“{version}”已停用{why}。这次检查已经用它开始，可以照常填完。")
        elif newest_number.get(version.checklist_id, 0) > version.number:
            hints.append(
                f"“{version.checklist}”已有第 {newest_number[version.checklist_id]} 版。"
                f"这次检查用开始时的第 {version.number} 版填完，不用重填。"
            )
    return hints
