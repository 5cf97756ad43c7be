"""The sheet of a visit: the versions of the checklists that it goes by, their sections and points, and what to say of them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sources import doubles
from sources.models import Category, Medium, OutletKind, PermitClass, PermitCondition, PollutionSource
from wugang_audit import clock

from ...models import Checklist, ChecklistPoint, ChecklistVersion, Inspection, LegalBasis, Stratum
from .choice import Candidate, Unit, applies, chosen, newest

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


def unit_of(inspection: Inspection) -> Unit:
    """Return what of the drawn unit decides which checklists apply: its class as it was drawn."""
    selection, source = inspection.selection, inspection.selection.source
    outlets, _ = doubles.held_to(source, _kinds_of_outlets)
    facts = (
        source.permit_class, source.media, source.discharges_wastewater, source.discharges_waste_gas,
        source.speciality and source.speciality.code, source.industry_code,
    )  # fmt: skip
    return unit_with(category_in(selection.stratum), facts, outlets)


def category_in(stratum: str) -> str:
    """Return the class in which a unit of a stratum was drawn."""
    return Category.KEY.value if stratum == Stratum.EMITTING else stratum


# The columns of a unit by which its checklists are chosen, in the order of `unit_with`.
FACTS = (
    "permit_class", "media", "discharges_wastewater", "discharges_waste_gas", "speciality__code", "industry_code",
)  # fmt: skip


def has_outlets(source: str) -> dict[str, Exists]:
    """Return an annotation for each kind of outlet: whether a unit's permit has conditions in use for it.

    They are for counting many units at once, and leave out what a joined unit is held to by the one that stays.

    :param source: the column that holds the key of the unit.
    """
    in_use = PermitCondition.objects.filter(source=OuterRef(source), is_active=True)
    return {f"has_{kind}": Exists(in_use.filter(outlet_kind=kind)) for kind in OutletKind}


def kinds_in(has: Iterable[bool]) -> list[str]:
    """Return the kinds of outlets of which the annotations of `has_outlets` say that they are there."""
    return [kind.value for kind, is_there in zip(OutletKind, has, strict=True) if is_there]


def unit_with(category: str, facts: Sequence[Any], outlets: Iterable[str]) -> Unit:
    """Return what decides of a unit in a class, with `FACTS`, and with conditions for these kinds of outlets."""
    permit_class, media, wastewater, waste_gas, speciality, industry = facts
    kinds = frozenset(outlets)
    return Unit(
        category=category,
        permit_classes=permit_classes_of(permit_class, kinds),
        media=media_of(media, wastewater, waste_gas, kinds),
        speciality=speciality or "",
        industry=industry,
    )


# Waste is moved, not discharged: it goes by the class of the permit instead (`permit_classes_of`).
MEDIUM_OF_OUTLET = {
    OutletKind.ORGANISED: Medium.AIR,
    OutletKind.FUGITIVE: Medium.AIR,
    OutletKind.WATER: Medium.WATER,
    OutletKind.NOISE: Medium.NOISE,
}


def media_of(listed: str, wastewater: bool, waste_gas: bool, outlets: Iterable[str] = ()) -> frozenset[str]:
    """Return the media of a unit: what it is listed for, where it discharges into, and what its permit sets limits for.

    The registry and the permit are kept by different hands: what either of them knows is enough.

    :param listed: codes of `Medium`, parted by commas.
    :param outlets: the kinds of outlets (`OutletKind`) for which its permit has conditions in use.
    """
    media = {code for code in listed.split(",") if code}
    media |= {Medium.WATER.value} if wastewater else set()
    media |= {Medium.AIR.value} if waste_gas else set()
    return frozenset(media | {MEDIUM_OF_OUTLET[kind].value for kind in outlets if kind in MEDIUM_OF_OUTLET})


def permit_classes_of(listed: str, outlets: Iterable[str] = ()) -> frozenset[str]:
    """Return the classes of permit by which the checklists of a unit are chosen.

    What is set for solid and hazardous waste stands in a permit alone (HJ 1200-2021), and who is only registered has no permit
    (《排污许可管理条例》第二十四条). So a unit with such conditions has a permit, even if the registry says 登记管理 or
    nothing: it counts as 简化管理 as well, the least that it can be.

    :param listed: a code of `PermitClass`, empty for none.
    :param outlets: the kinds of outlets (`OutletKind`) for which its permit has conditions in use.
    """
    held = {listed} - {""}
    if OutletKind.WASTE in outlets and not held & {PermitClass.KEY, PermitClass.SIMPLIFIED}:
        held.add(PermitClass.SIMPLIFIED.value)
    return frozenset(held)


def _kinds_of_outlets(source: PollutionSource) -> list[str]:
    in_use = source.conditions.filter(is_active=True)
    return list(in_use.order_by("outlet_kind").values_list("outlet_kind", flat=True).distinct())


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
