"""Assembles the public record of an inspection, in the form in which it was published (draw/2, findings.txt).

What a record says of the tables beside the inspection is named in `public_fields.FINDING_PARTS`, by the names of the
relations that lead there. A line of the record that is to say more gets its columns there and its place in `finding_2`.
"""

import decimal
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from ..protocol import verify
from ..public_fields import FINDING_PARTS, FINDING_RECORD
from .beside import Beside
from .canonical import canonical_text

if TYPE_CHECKING:
    from .inspection import Inspection

OLD_FORM = FINDING_RECORD.form
NEW_FORM = "finding/2"

Parts = Mapping[str, list[tuple[Any, ...]]]  # relation -> rows of its columns, as FINDING_PARTS names them


class PartsOf:
    """What stands beside many inspections, in a fixed number of queries; to be asked ascending by primary key."""

    def __init__(self, inspections: models.QuerySet):
        self._tables = {
            relation: Beside(_rows(inspections, relation, columns))
            for relation, columns in FINDING_PARTS.items()
        }

    def of(self, pk: int) -> Parts:
        return {relation: table.of(pk) for relation, table in self._tables.items()}


def _rows(inspections: models.QuerySet, relation: str, columns: tuple[str, ...]) -> Any:
    there = inspections.filter(**{f"{relation}__isnull": False}).order_by("pk", f"{relation}__pk")
    return there.values_list("pk", *(f"{relation}__{column}" for column in columns)).iterator(chunk_size=5000)


def record_of(row: "Inspection", parts: Parts) -> verify.PublicRecord | None:
    """Return the record of an inspection in its form; None where the law hid it as a whole.

    :raises verify.Invalid: something cannot be written down as the protocol asks; the message says in Chinese what.
    """
    hidden = hidden_texts(parts["redactions"])
    if "finding" in hidden:
        return None
    if row.record_form == OLD_FORM:
        verdicts = [(code, verdict) for code, verdict, _, _ in parts["findings"] if verdict]
        draw = row.selection.draw.code
        return verify.OldFinding(
            draw, row.selection.source.number, canonical_text(FINDING_RECORD, row, verdicts)
        )
    return finding_2(row, parts, hidden)


def finding_2(row: "Inspection", parts: Parts, hidden: Mapping[str, str]) -> verify.FindingRecord:
    """Assemble the record finding/2; its summary is named by a digest, of which the words may be hidden later."""
    found = [each for each in parts["findings"] if each[1]]
    return verify.FindingRecord(
        draw=row.selection.draw.code,
        unit=row.selection.source.number,
        visited=timezone.localdate(row.visited_at).isoformat() if row.visited_at else "",
        outcome=row.outcome,
        summary=hidden.get("summary") or verify.text_digest(row.nonce, public_text(row.summary)),
        checklists=tuple(parts["checklists"]),
        measures=tuple((kind, due.isoformat() if due else "") for kind, due in parts["measures"]),
        points=tuple((f"{of}/{code}", verdict) for code, verdict, of, _ in found),
        clauses=tuple(
            (f"{of}/{code}", clause)
            for code, _, of, clauses in found
            for clause in dict.fromkeys(as_name(each) for each in clauses)
        ),
        readings=tuple(
            (
                as_name(outlet),
                as_name(pollutant),
                decimal_text(value),
                as_name(unit),
                as_name(limit),
                {True: "over", False: "within"}.get(is_over, "") if limit else "",
            )
            for outlet, pollutant, value, unit, limit, is_over in parts["readings"]
        ),
        facilities=tuple((as_name(name), "on" if is_on else "off") for name, is_on in parts["facilities"]),
    )


def hidden_texts(redactions: list[tuple[Any, ...]]) -> dict[str, str]:
    """Return {kind: digest of what was hidden} of the redactions that took effect: rows (text, of, redacted_on)."""
    return {text: of for text, of, since in redactions if since}


def correction_of(
    draw: str, unit: str, serial: int, nonce: str, text: str, hidden: str = ""
) -> verify.CorrectionRecord | verify.OldCorrection | None:
    """Return the record of the serial-th correction of a unit; None where an old one was hidden, which holds its text.

    :param nonce: empty for a correction that was published before there were nonces. It stays in the table for ever:
        it is what says which form the correction has. It is public with the text only.
    :param hidden: the digest of the text, where a redaction hid it.
    """
    if not nonce:
        return None if hidden else verify.OldCorrection(draw, unit, serial, text)
    return verify.CorrectionRecord(draw, unit, serial, hidden or verify.text_digest(nonce, public_text(text)))


def fresh_nonce() -> str:
    """A nonce of the protocol, as names and hidden texts have one each."""
    return secrets.token_hex(16)


def public_text(text: str) -> str:
    """A text as its digest counts it and texts.tsv has it: one kind of line break, whatever a browser sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def as_name(text: str) -> str:
    """A word of a table in the form of the protocol's names: NFC, single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def decimal_text(value: decimal.Decimal) -> str:
    """A number in plain digits: 61.500000 as ``61.5``, 100 as ``100``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def document(record: verify.PublicRecord | None) -> str:
    """Return the text whose digest the log holds; empty where it was hidden."""
    if record is None:
        return ""
    write: Callable[[Any], str] = verify.write_record
    return record.text if isinstance(record, (verify.OldFinding, verify.OldCorrection)) else write(record)
