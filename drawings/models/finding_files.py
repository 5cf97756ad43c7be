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
from .redaction_record import redactions_of
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


def serial_of(correction: Correction) -> int:
    """Say the how-manieth correction of its unit this is."""
    return Correction.objects.filter(inspection=correction.inspection_id, pk__lte=correction.pk).count()


def finding_files(draw: Draw) -> dict[str, str]:
    """Write the two files of a draw: {name: text}, none where nothing was published of it.

    :raises verify.Invalid: what is published cannot be written down as the protocol asks.
    """
    published = [*findings(draw), *(each for _, each in corrections(draw))]
    records = [each.record for each in published if each.record] + [
        each for _, each in redactions_of(draw).records()
    ]
    texts = [each.text for each in published if each.text]
    files = {verify.FINDINGS: verify.write_findings(draw.code, records)} if records else {}
    return files | ({verify.TEXTS: verify.write_texts(draw.code, texts)} if texts else {})
