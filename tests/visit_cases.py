"""A visit as two officers and a firm go through it: frozen, confirmed, signed, handed in."""

import dataclasses

from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import stored
from drawings.models import Inspection

ENTRY_OF = {"closed": "stopped", "untraced": "gone", "refused": "refused"}


def arrival_of(report):
    """How the visit began, by what it came to."""
    entry = ENTRY_OF.get(report.outcome, "entered")
    return Arrival(
        entry=entry,
        met_name="钱在场" if entry in ("entered", "refused") else "",
        met_post="环保主管" if entry in ("entered", "refused") else "",
        shown_at=report.visited_at if entry in ("entered", "refused") else None,
        notice_given=entry == "entered",
        remark="" if entry == "entered" else "大门紧闭，门口贴有停产通知。",
    )


def arrived(report):
    """The report with how the visit began, where it does not say so."""
    if report.arrival != Arrival() or report.visited_at is None:
        return report
    return dataclasses.replace(report, arrival=arrival_of(report))


def frozen(inspection, report, actor=None, **more):
    """The on-site record of a report, frozen by the lead or by who is named; nobody has signed it yet."""
    more.setdefault("version", inspection.version)
    actor = actor or inspection.selection.team.get(is_lead=True).officer.user
    return record_verbs.freeze(inspection=inspection, actor=actor, report=arrived(report), **more)


def signed(record):
    """Confirmed by the other officer, signed by the firm on paper."""
    record_verbs.cosign(record=record, actor=record.second, digest=record.digest, verdict="confirm")
    record_verbs.sign(
        record=record, actor=record.frozen_by, digest=record.digest, kind="paper", name="钱在场"
    )
    return record


def send_in(*, inspection, actor, version, report, not_personal=None):
    """Hand a report in as `verbs.submit` does; before the first time its record is frozen and signed.

    Of a record that stands already, what was seen on the site is taken from there: it can be changed no more.
    """
    row = Inspection.objects.get(pk=inspection.pk)
    if standing(row) is None:
        own = {name: each for name, each in (not_personal or {}).items() if name.startswith("note_")}
        signed(frozen(row, report, actor, version=version, not_personal=own or None))
        row = Inspection.objects.get(pk=inspection.pk)
        version = row.version
    there = stored(row)
    report = dataclasses.replace(
        there, outcome=report.outcome, summary=report.summary, measures=report.measures
    )
    return verbs.submit(
        inspection=row, actor=actor, version=version, report=report, not_personal=not_personal
    )
