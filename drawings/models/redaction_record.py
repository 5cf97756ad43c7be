"""Assembles the public record of a redaction, and says what it hides (draw/2, findings.txt)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ..protocol import verify
from .draw import Draw
from .finding_record import PartsOf, correction_of, document, public_text, record_of
from .inspection import Correction, Inspection
from .log import LogKind
from .public_photos import hidden_photo_row, hidden_photo_text, photos_row, photos_text
from .records import Deposit, Withdrawal
from .redactions import Redaction

# What a redaction may be about, to be read with it.
ABOUT = (
    "inspection__selection__source",
    "inspection__selection__draw",
    "correction__inspection__selection__source",
    "photo__inspection__selection__source",
    "photo__inspection__selection__draw",
    "photo__evidence",
    "substitution",
    "deposit",
    "withdrawal",
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


class RedactionsOf:
    """Redactions of one draw with what they hide: a fixed number of queries, however many they are."""

    def __init__(self, draw: Draw, rows: Iterable[Redaction]):
        self.draw, self.rows = draw, list(rows)

    def records(self) -> Iterator[tuple[Redaction, verify.RedactionRecord]]:
        """Yield those that took effect, in the order of the log; not those of photos, which have a text of their own."""
        hiding = [row for row in self.rows if row.is_in_effect and not row.photo]
        for row in sorted(hiding, key=lambda row: (row.confirmed_at or row.declared_at, row.pk)):
            yield row, self.record(row)

    def record(self, row: Redaction) -> verify.RedactionRecord:
        return redaction_of(row, self.draw.code, self._serial(row))

    def logged(self, row: Redaction) -> tuple[str, str, str]:
        """Return (kind, subject, digest) of the row of the log that says that something was hidden."""
        if row.photo:
            return hidden_photo_row(self.draw, row.photo.unit, self.photo_text(row))
        record = self.record(row)
        subject = self.draw.log_subject(record.unit) if record.unit else self.draw.code
        return LogKind.REDACTION, subject, self.draw.log_digest(document(record))

    def photo_text(self, row: Redaction) -> str:
        """Return the text hidden-photo/1 of the redaction of a photo."""
        return hidden_photo_text(
            self.draw.code, row.photo.unit, row.of, row.redacted_on, public_text(row.legal_reason)
        )

    def hidden_by(self, row: Redaction) -> Hidden:
        """Return what a redaction hides, in effect or not.

        :raises verify.Invalid: what is kept cannot be written down as the protocol asks.
        """
        if row.correction:
            return self._correction(row.correction, self._serial(row))
        if row.photo:
            list_of = photos_row(self.draw, row.photo.unit, photos_text(row.photo.inspection))
            return Hidden(row.photo.evidence.copy_digest, *list_of)
        if row.inspection:
            return self._finding(row.inspection, is_whole=row.text == Redaction.Text.FINDING)
        if row.text == Redaction.Text.VOID:
            of = verify.digest(self.draw.void_reason)
            return Hidden(of, LogKind.VOID, self.draw.code, of)
        return Hidden("")

    def _finding(self, inspection: Inspection, *, is_whole: bool) -> Hidden:
        record = record_of(
            inspection, self._parts[inspection.pk] | {"redactions": []}
        )  # before any was hidden
        digest = self.draw.log_digest(document(record))
        of = digest if is_whole else verify.text_digest(inspection.nonce, public_text(inspection.summary))
        return Hidden(of, LogKind.FINDING, self._subject(inspection), digest)

    def _correction(self, correction: Correction, serial: int) -> Hidden:
        unit, text = correction.inspection.selection.source.number, correction.text
        record = correction_of(self.draw.code, unit, serial, correction.nonce, text)
        digest = self.draw.log_digest(document(record))
        of = record.text if isinstance(record, verify.CorrectionRecord) else digest
        return Hidden(of, LogKind.CORRECTION, self._subject(correction.inspection), digest)

    def _subject(self, inspection: Inspection) -> str:
        return self.draw.log_subject(inspection.selection.source.number)

    def _serial(self, row: Redaction) -> int:
        about = row.correction or row.deposit or row.withdrawal
        return self._serials[type(about), about.pk] if about else 0

    @cached_property
    def _parts(self) -> dict[int, dict[str, list[tuple[Any, ...]]]]:
        keys = sorted({row.inspection_id for row in self.rows if row.inspection_id})
        parts = PartsOf(Inspection.objects.filter(pk__in=keys))
        return {key: dict(parts.of(key)) for key in keys}

    @cached_property
    def _serials(self) -> dict[tuple[type, int], int]:
        """(table, primary key) -> the how-manieth of its inspection, or of the draw, each row is."""
        draw, serials = self.draw, {}
        for table, rows, owner in (
            (Correction, Correction.objects.filter(inspection__selection__draw=draw), "inspection"),
            (Deposit, Deposit.objects.filter(draw=draw), "draw"),
            (Withdrawal, Withdrawal.objects.filter(draw=draw), "draw"),
        ):
            counts = Counter[int]()
            for pk, key in rows.order_by("pk").values_list("pk", owner):
                counts[key] += 1
                serials[table, pk] = counts[key]
        return serials


def redactions_of(draw: Draw) -> RedactionsOf:
    """Read all redactions of a draw, decided or not, the oldest first."""
    rows = Redaction.objects.filter(draw=draw).select_related(*ABOUT).defer("deposit__file")
    return RedactionsOf(draw, rows.order_by("pk"))


def redaction_of(row: Redaction, draw: str, serial: int = 0) -> verify.RedactionRecord:
    """Return the record of a redaction; its digest in the log is that of `finding_record.document`.

    :param draw: the draw's id.
    :param serial: of the correction, the deposit or the withdrawal of which it hides the words.
    """
    inspection = row.correction.inspection if row.correction else row.inspection
    number = row.substitution.serial if row.substitution else serial
    return verify.RedactionRecord(
        draw=draw,
        unit=inspection.selection.source.number if inspection else "",
        text=f"{row.text}/{number}" if number else row.text,
        of=row.of,
        on=row.redacted_on.isoformat() if row.redacted_on else "",
        reason=public_text(row.legal_reason),
    )
