"""The texts of one on-site record in a case file: itself, who stands by it, what was put right in it."""

import datetime
from collections.abc import Iterator

from django.utils import timezone

from ...models import Inspection, OnSiteRecord, TeamMember
from ...models.finding_record import as_name, public_text
from ...protocol import verify
from ..field.record import signature_of


def records_of(inspection: Inspection) -> list[OnSiteRecord]:
    """Return all records of an inspection, those that were set aside too, with all that stands beside them; three queries."""
    rows = inspection.records.select_related("frozen_by", "second", "set_aside_by", "signature")
    beside = ("cosigns__by", "supplements__point__version__checklist")
    return list(rows.prefetch_related(*beside).order_by("number"))


class Numbers:
    """The certificate numbers of the officers of a record, as they were then: the registry may have others."""

    def __init__(self, inspection: Inspection):
        ever = TeamMember.ever.filter(selection=inspection.selection_id).select_related("officer")
        self._leads = {member.officer.user_id for member in ever if member.is_lead}

    def of(self, record: OnSiteRecord) -> dict[int | None, str]:
        """Return {account: certificate number} of the two who made the record."""
        team = {role: number for number, role in verify.parse_field_record(record.text).team}
        first = record.frozen_by_id if record.frozen_by_id in self._leads else record.second_id
        other = record.second_id if first == record.frozen_by_id else record.frozen_by_id
        return {first: team["lead"], other: team["second"]}


def moment(at: datetime.datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def record_texts(inspection: Inspection, record: OnSiteRecord, numbers: Numbers) -> dict[str, bytes]:
    """Return {path: content} of a record and of what stands beside it."""
    draw, of = inspection.selection.draw, numbers.of(record)
    signed = verify.write_signatures(draw.code, _signatures(record, of))
    texts = {verify.RECORD: record.text.encode(), verify.SIGNATURES: signed.encode()}
    signature = signature_of(record)
    if signature and signature.image:
        texts[verify.SIGNATURE] = bytes(signature.image)
    return texts | {path: text.encode() for path, text in _supplements(inspection, record, of)}


def _signatures(record: OnSiteRecord, numbers: dict[int | None, str]) -> Iterator[verify.Signature]:
    def row(
        kind: str, name: str, at: datetime.datetime, phone: datetime.datetime | None, **more: str
    ) -> verify.Signature:
        said = {"number": "", "post": "", "record": record.digest, "words": "", "witness": "", "image": ""}
        return verify.Signature(
            kind=kind, name=as_name(name), at=moment(at), phone=moment(phone), **said | more
        )

    yield row(
        "frozen", record.frozen_by.full_name, record.frozen_at, record.phone_time,
        number=numbers.get(record.frozen_by_id, ""),
    )  # fmt: skip
    for said in record.cosigns.all():
        number = numbers.get(said.by_id, "")
        yield row(
            said.verdict,
            said.by.full_name,
            said.at,
            said.phone_time,
            number=number,
            words=public_text(said.note),
        )
    if firm := signature_of(record):
        yield row(
            firm.kind, firm.name, firm.at, firm.phone_time, post=as_name(firm.post), record=firm.digest,
            words=firm.reason, witness=firm.witness, image=firm.image_digest,
        )  # fmt: skip


def _supplements(
    inspection: Inspection, record: OnSiteRecord, numbers: dict[int | None, str]
) -> Iterator[tuple[str, str]]:
    for made in record.supplements.all():
        point = made.point
        yield (
            f"supplements/{made.number}.txt",
            verify.write_supplement(
                verify.Supplement(
                    draw=inspection.selection.draw.code,
                    unit=inspection.selection.source.number,
                    record=record.digest,
                    serial=made.number,
                    by=numbers.get(made.by_id, ""),
                    at=moment(made.at),
                    text=public_text(made.text),
                    point=f"{point.version.checklist.code}/{point.code}" if point else "",
                    verdict=made.verdict,
                    decision=made.decision,
                    decided_by=numbers.get(made.decided_by_id, "") if made.decided_by_id else "",
                    decided=moment(made.decided_at),
                    note=public_text(made.note),
                    was=tuple(made.wrong_lines),
                    now=tuple(made.right_lines),
                )
            ),
        )
