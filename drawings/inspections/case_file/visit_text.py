"""What a case file has in the place of the on-site record for a visit that was made before there were records."""

from ...models import Evidence, Inspection
from ...models.finding_record import as_name, public_text
from ...models.site_facts import minute, nothing_or, seen
from ...protocol import verify
from .record_parts import moment


def visit_text(inspection: Inspection) -> str:
    """Write ``visit.txt`` from the tables as they are.

    :raises verify.Invalid: something cannot be written down as the protocol asks.
    """
    said, selection = seen(inspection), inspection.selection
    by = inspection.submitted_by
    return verify.write_visit(
        verify.VisitRecord(
            draw=selection.draw.code,
            unit=selection.source.number,
            name=as_name(selection.shown_name),
            team=tuple(
                (member.officer.certificate_number, "lead" if member.is_lead else "second")
                for member in selection.team.all()
            ),
            visited=said["visited"],
            outcome=inspection.outcome,
            checklist=tuple(inspection.checklists.values_list("version__checklist__code", "version__number")),
            point=said["point"],
            facility=said["facility"],
            reading=said["reading"],
            measure=tuple(
                (row.kind, row.due_on.isoformat() if row.due_on else "") for row in inspection.measures.all()
            ),
            evidence=tuple(
                evidence_fields(row)
                for row in inspection.evidence.standing().select_related("point__version__checklist")
            ),
            summary=public_text(inspection.summary),
            submitted=moment(inspection.submitted_at),
            by=as_name(by.full_name) if by else "",
        )
    )


def evidence_fields(row: Evidence) -> tuple[str, str, str, str, str]:
    """What a record says of a piece of evidence."""
    point = f"{row.point.version.checklist.code}/{row.point.code}" if row.point else ""
    return row.digest, row.kind, minute(row.taken_at), point, nothing_or(row.caption)
