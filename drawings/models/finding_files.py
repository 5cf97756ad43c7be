"""``findings.txt`` and ``texts.tsv`` of a draw, written from what was published of it (draw/2, Findings).

Each published record stands there, whatever became of the draw: the log names all of them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ..protocol import verify
from ..states import InspectionState
from .draw import Draw
from .finding_record import (
    Parts,
    PartsOf,
    correction_of,
    document,
    hidden_texts,
    public_text,
    record_of,
)
from .inspection import Correction, Inspection
from .log import LogKind
from .redactions import Redaction


class Published(NamedTuple):
    """A published finding or correction.

    record: None where the law hid it as a whole; text: its row of texts.tsv, None where it has none or its words are
    hidden; digest: what the log has.
    """

    record: verify.PublicRecord | None
    text: verify.Text | None
    digest: str


def findings(draw: Draw) -> Iterator[Published]:
    """Yield the published findings of a draw, in a fixed number of queries."""
    rows = Inspection.objects.filter(selection__draw=draw, state=InspectionState.PUBLISHED)
    parts = PartsOf(rows)
    joined = rows.select_related("selection__draw", "selection__source")
    for row in joined.order_by("pk").iterator(chunk_size=2000):
        yield finding(draw, row, parts.of(row.pk))


def finding(draw: Draw, row: Inspection, parts: Parts) -> Published:
    """Return what is published of an inspection of the draw, whose object keeps the salt for all of them.

    :raises verify.Invalid: it cannot be written down as the protocol asks.
    """
    hidden = hidden_texts(parts["redactions"])
    record = record_of(row, parts)
    text = None
    if isinstance(record, verify.FindingRecord) and "summary" not in hidden:
        text = verify.Text("summary", record.unit, row.nonce, public_text(row.summary))
    digest = draw.log_digest(document(record)) if record else hidden["finding"]
    return Published(record, text, digest)


def corrections(draw: Draw) -> Iterator[tuple[Correction, Published]]:
    """Yield the corrections of a draw in their order; the n-th of a unit has the serial n."""
    serials = Counter[int]()
    hidden = dict(
        Redaction.objects.filter(draw=draw, redacted_on__isnull=False, correction__isnull=False).values_list(
            "correction", "of"
        )
    )
    rows = Correction.objects.filter(inspection__selection__draw=draw)
    for row in rows.select_related("inspection__selection__source").order_by("pk").iterator(chunk_size=2000):
        serials[row.inspection_id] += 1
        unit, serial = row.inspection.selection.source.number, serials[row.inspection_id]
        of = hidden.get(row.pk, "")
        record = correction_of(draw.code, unit, serial, row.nonce, row.text, of)
        text = None
        if isinstance(record, verify.CorrectionRecord) and not of:
            text = verify.Text("correction", f"{unit}/{serial}", row.nonce, public_text(row.text))
        digest = draw.log_digest(document(record)) if record else of
        yield row, Published(record, text, digest)


def redactions(draw: Draw) -> Iterator[tuple[Redaction, verify.RedactionRecord]]:
    """Yield the redactions of a draw that took effect, in the order of the log."""
    rows = Redaction.objects.filter(draw=draw, redacted_on__isnull=False)
    serials = _serials(draw)
    joined = rows.select_related(
        "inspection__selection__source", "correction__inspection__selection__source", "substitution"
    )
    for row in joined.order_by("confirmed_at", "pk").iterator(chunk_size=2000):
        yield row, redaction_of(row, draw.code, serials.get(row.correction_id or 0, 0))


def redaction_of(row: Redaction, draw: str, serial: int = 0) -> verify.RedactionRecord:
    """Return the record of a redaction; its digest in the log is that of `finding_record.document`.

    :param draw: the draw's id.
    :param serial: of the correction, where it hides one: see `serial_of`.
    """
    inspection = row.correction.inspection if row.correction else row.inspection
    text = row.text
    if row.correction:
        text = f"{text}/{serial}"
    elif row.substitution:
        text = f"{text}/{row.substitution.serial}"
    return verify.RedactionRecord(
        draw=draw,
        unit=inspection.selection.source.number if inspection else "",
        text=text,
        of=row.of,
        on=row.redacted_on.isoformat() if row.redacted_on else "",
        reason=public_text(row.legal_reason),
    )


class Hidden(NamedTuple):
    """What a redaction hides, as the tables keep it.

    of: its digest, as the protocol's line `of` has it, empty where nothing public has one; kind, subject, digest: of the
    row of the log that speaks of it, kind empty where none does.
    """

    of: str
    kind: str = ""
    subject: str = ""
    digest: str = ""


def hidden_by(row: Redaction) -> Hidden:
    """Return what a redaction hides, in effect or not.

    :raises verify.Invalid: what is kept cannot be written down as the protocol asks.
    """
    draw = row.draw
    if row.correction:
        return _hidden_correction(draw, row.correction)
    if row.inspection:
        return _hidden_finding(draw, row.inspection, is_whole=row.text == Redaction.Text.FINDING)
    if row.text == Redaction.Text.VOID:
        of = verify.digest(draw.void_reason)
        return Hidden(of, LogKind.VOID, draw.code, of)
    return Hidden("")


def _hidden_finding(draw: Draw, inspection: Inspection, *, is_whole: bool) -> Hidden:
    parts = PartsOf(Inspection.objects.filter(pk=inspection.pk)).of(inspection.pk)
    record = record_of(inspection, {**parts, "redactions": []})  # as it was before anything was hidden
    digest = draw.log_digest(document(record))
    of = digest if is_whole else verify.text_digest(inspection.nonce, public_text(inspection.summary))
    return Hidden(of, LogKind.FINDING, inspection.log_subject, digest)


def _hidden_correction(draw: Draw, correction: Correction) -> Hidden:
    unit, text = correction.inspection.selection.source.number, correction.text
    record = correction_of(draw.code, unit, serial_of(correction), correction.nonce, text)
    digest = draw.log_digest(document(record))
    of = record.text if isinstance(record, verify.CorrectionRecord) else digest
    return Hidden(of, LogKind.CORRECTION, correction.inspection.log_subject, digest)


def serial_of(correction: Correction) -> int:
    """Say the how-manieth correction of its unit this is."""
    return Correction.objects.filter(inspection=correction.inspection_id, pk__lte=correction.pk).count()


def _serials(draw: Draw) -> dict[int, int]:
    counts, serials = Counter[int](), {}
    rows = Correction.objects.filter(inspection__selection__draw=draw).order_by("pk")
    for pk, inspection in rows.values_list("pk", "inspection"):
        counts[inspection] += 1
        serials[pk] = counts[inspection]
    return serials


def finding_files(draw: Draw) -> dict[str, str]:
    """Write the two files of a draw: {name: text}, none where nothing was published of it.

    :raises verify.Invalid: what is published cannot be written down as the protocol asks.
    """
    published = [*findings(draw), *(each for _, each in corrections(draw))]
    records = [each.record for each in published if each.record] + [each for _, each in redactions(draw)]
    texts = [each.text for each in published if each.text]
    files = {verify.FINDINGS: verify.write_findings(draw.code, records)} if records else {}
    return files | ({verify.TEXTS: verify.write_texts(draw.code, texts)} if texts else {})
