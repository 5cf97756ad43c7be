"""Writes a report into the tables, whole: a dozen statements, however many points and rows it has."""

from typing import Any

from django.db import models

from wugang_audit.accounts.models import User

from ...models import (
    ChecklistVersion,
    FacilityState,
    Finding,
    Inspection,
    InspectionChecklist,
    Measure,
    Reading,
)
from ...models.law import cited
from ...states import Refused
from ..guards import trace as _trace
from .arrival import write_arrival
from .limits import is_over
from .permit_rows import PermitRows, permit_rows
from .report import Report, Stage, faults, stored
from .sheet import Sheet, day_of, kept_versions, sheet, too_old
from .team_since import team_since


def sound(row: Inspection, report: Report, stage: Stage) -> Sheet:
    """Return the sheet that a report was filled in by, if nothing in the report is wrong at its stage.

    :raises Refused: something is; and as `sheet_for` does.
    """
    shown = sheet_for(row, report)
    wrong = faults(
        report,
        points=shown.points,
        permit=permit_rows(row),
        published_at=row.selection.draw.published_at,
        together_since=team_since(row),
        stage=stage,
    )
    if wrong:
        raise Refused(f"检查内容有 {len(wrong)} 处需要补充或改正：{wrong[0].message}")
    return shown


def sheet_for(row: Inspection, report: Report) -> Sheet:
    """Return the sheet that a report was filled in by.

    :raises Refused: the inspection has begun with other versions, or would begin without a checklist that the unit's
        facts ask for or with a version that was out of use before its draw; or an answer belongs to none of them.
    """
    shown = sheet(row, report.versions)
    kept, here = kept_versions(row), set(shown.version_ids)
    if gone := [pk for pk in kept if pk not in here]:
        _require_droppable(row, gone, shown, report.given_up)
    if shown.missing:
        names = "”“".join(checklist.name for checklist in shown.missing)
        raise Refused(f"这家单位要用“{names}”，不能去掉。请刷新页面再填。")
    if old := too_old(row, shown.versions):
        raise Refused(f"“{old[0]}”在抽签结果公布以前就停用了，这次检查不能用。请刷新页面再填。")
    if set(report.answers) - {point.pk for point in shown.points}:
        raise Refused("有的检查项目不在这次采用的清单里，请刷新页面再填。")
    return shown


def _require_droppable(row: Inspection, gone: list[int], shown: Sheet, given_up: frozenset[int]) -> None:
    """What was begun with stays, but for a checklist that the team added itself; its answers go only if that was said."""
    checklists = {version.checklist_id for version in shown.versions}
    filled = set(row.findings.filter(point__version__in=gone).values_list("point__version", flat=True))
    begun = sheet(row)
    for version in begun.versions:
        if version.pk not in gone:
            continue
        if version.checklist_id in checklists or version.pk not in begun.added:
            raise Refused(f"这份检查已经用“{version}”开始，不能换，也不能去掉。请刷新页面再填。")
        if version.pk in filled - given_up:
            raise Refused(
                f"“{version.checklist}”已经填了，去掉就没有了：请刷新页面，看过会丢掉哪些内容再确认。"
            )


def keep(row: Inspection, report: Report, shown: Sheet, actor: User, *more_fields: str) -> None:
    """Put down a whole report; the caller holds the transaction.

    :param more_fields: columns of the inspection that the caller has set beside those of the report.
    """
    row.visited_at, row.outcome, row.summary = report.visited_at, report.outcome, report.summary
    row.updated_by = actor
    trace_lists(row, shown, actor)
    row.save(update_fields=["visited_at", "outcome", "summary", "updated_at", "updated_by", *more_fields])
    _write(row, report, shown, permit_rows(row))


def keep_site(row: Inspection, report: Report, permit: PermitRows, actor: User) -> None:
    """Put down a report whose record was put right; the caller holds the transaction, and has held it to the rules.

    :param permit: the limits that stand in the record.
    """
    row.visited_at, row.updated_by = report.visited_at, actor
    row.save(update_fields=["visited_at", "updated_at", "updated_by"])
    _write(row, report, sheet(row, report.versions), permit)


def _write(row: Inspection, report: Report, shown: Sheet, permit: PermitRows) -> None:
    """Put down what a report says beside the inspection's own columns."""
    before = stored(row)
    write_arrival(row, report.arrival)
    _write_findings(row, report)
    if before.versions != tuple(shown.version_ids):
        by_hand = dict(row.checklists.values_list("version", "added_by_hand"))
        rows = [
            InspectionChecklist(
                inspection=row, version_id=pk, added_by_hand=by_hand.get(pk, pk in shown.uncalled)
            )
            for pk in shown.version_ids
        ]
        _replace(row.checklists, rows)
    if before.measures != report.measures:
        rows = [Measure(inspection=row, kind=kind, due_on=due) for kind, due in report.measures.items()]
        _replace(row.measures, rows)
    if before.readings != report.readings or before.facilities != report.facilities:
        facilities = {each.code: each for each in permit.facilities}
        limits = {(each.outlet, each.pollutant): each for each in permit.readings}
        if unknown := report.readings.keys() - limits.keys() | report.facilities.keys() - facilities.keys():
            one = unknown.pop()
            said = one if isinstance(one, str) else " ".join(one)
            raise Refused(f"许可证里现在没有 {said}，请刷新页面再填。")
        states = [
            FacilityState(
                inspection=row, facility=code, name=facilities[code].name, is_running=report.facilities[code]
            )
            for code in facilities
            if code in report.facilities
        ]
        readings = [
            Reading(
                inspection=row,
                outlet=limit.outlet,
                pollutant=limit.pollutant,
                value=report.readings[key],
                unit=limit.unit,
                limit=limit.limit,
                is_over=is_over(report.readings[key], limit.limit, limit.unit),
            )
            for key, limit in limits.items()
            if key in report.readings
        ]
        _replace(row.facilities, states)
        _replace(row.readings, readings)


def trace_lists(row: Inspection, shown: Sheet, actor: User) -> None:
    """Leave word of the lists that are about to be added by hand or dropped: their names, of a sealed draw how many."""
    kept = kept_versions(row)
    new = [pk for pk in shown.version_ids if pk not in kept and (kept or pk in shown.uncalled)]
    gone = [pk for pk in kept if pk not in shown.version_ids]
    answers = row.findings.filter(point__version__in=gone).count() if gone else 0
    if new:
        _trace(row, actor, "加用检查清单", **_named(row, new))
    if gone:
        _trace(row, actor, "去掉检查清单", **_named(row, gone), answers=answers)


def _named(row: Inspection, versions: list[int]) -> dict[str, Any]:
    """Their names would say what kind of unit it is."""
    if row.selection.draw.is_sealed:
        return {"count": len(versions)}
    found = ChecklistVersion.objects.filter(pk__in=versions).select_related("checklist")
    return {"checklists": [str(version) for version in found]}


def _replace(rows: models.Manager, new: list[models.Model]) -> None:
    rows.all().delete()
    rows.bulk_create(new)


def _write_findings(row: Inspection, report: Report) -> None:
    answers = {pk: answer for pk, answer in report.answers.items() if answer.verdict or answer.note}
    row.findings.exclude(point__in=answers).delete()
    Finding.objects.bulk_create(
        [
            Finding(inspection=row, point_id=pk, verdict=answer.verdict, note=answer.note)
            for pk, answer in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["inspection", "point"],
        update_fields=["verdict", "note"],
    )


def keep_clauses(row: Inspection) -> None:
    """Keep for each point the clauses that were law on the day of the visit, as they read now: the record says them."""
    day = day_of(row.visited_at)
    found = list(row.findings.exclude(verdict="").prefetch_related("point__bases"))
    for finding in found:
        finding.clauses = cited(finding.point.bases.all(), day)
    Finding.objects.bulk_update(found, ["clauses"])
