"""What goes into the case file of an inspection (案卷): its texts in the forms of PROTOCOL.md, and which files of evidence."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ...models import Evidence, Inspection, LogEntry, LogKind, OnSiteRecord, TeamMember
from ...models.draw import Disclosure
from ...models.finding_record import as_name, public_text
from ...protocol import verify
from ...states import WITH_OFFICERS, InspectionState
from ..field.record import signature_of, standing

TEXTS = {
    verify.RECORD: "现场记录",
    verify.SIGNATURES: "固定、确认和签字",
    verify.SIGNATURE: "当事人签字的图",
    verify.FINDING: "公开的检查结果",
    verify.LOG: "公开日志里的这几条",
    verify.SALT: "抽签解封后公布的密封数",
}


@dataclass(frozen=True)
class Stored:
    """A file of evidence that goes in as it lies in the storage; path: in the case file."""

    path: str
    name: str
    what: str


@dataclass(frozen=True)
class CaseFile:
    """texts: path -> bytes; stored: what is copied from the storage; record: the record that all of it is about."""

    name: str
    draw: str
    record: OnSiteRecord
    texts: dict[str, bytes]
    stored: tuple[Stored, ...]

    def what(self, path: str) -> str:
        """Say what a text is, for the list of contents."""
        number = verify.IS_SUPPLEMENT(path)
        return f"第 {number[1]} 次补正" if number else TEXTS[path]


def may_take(inspection: Inspection, user: User) -> bool:
    """Say whether the person may take the case file away: it is handed in, its record signed; the team, reviewers, the head."""
    if inspection.state in WITH_OFFICERS or not (
        inspection.is_on_team(user) or user.has_role(Role.REVIEWER, Role.HEAD)
    ):
        return False
    return OnSiteRecord.objects.standing().filter(inspection=inspection).exists()


def case_file(inspection: Inspection) -> CaseFile | None:
    """Collect the case file, in a fixed number of queries; None where no record stands.

    :raises verify.Invalid: something cannot be written down as the protocol asks.
    """
    record = standing(inspection)
    if record is None:
        return None
    draw, source = inspection.selection.draw, inspection.selection.source
    numbers = _numbers(inspection, record)
    signed = verify.write_signatures(draw.code, _signatures(record, numbers))
    texts = {verify.RECORD: record.text.encode(), verify.SIGNATURES: signed.encode()}
    signature = signature_of(record)
    if signature and signature.image:
        texts[verify.SIGNATURE] = bytes(signature.image)
    for path, text in _supplements(inspection, record, numbers):
        texts[path] = text.encode()
    texts |= {path: text.encode() for path, text in _published(inspection)}
    name = f"案卷 {draw.code} {source.number}.zip"
    return CaseFile(name, draw.code, record, texts, tuple(_stored(inspection, record)))


def _numbers(inspection: Inspection, record: OnSiteRecord) -> dict[int | None, str]:
    """Return {account: certificate number} of the two who made the record, as it was then: the registry may have another one."""
    team = {role: number for number, role in verify.parse_field_record(record.text).team}
    ever = TeamMember.ever.filter(selection=inspection.selection_id).select_related("officer")
    leads = {member.officer.user_id for member in ever if member.is_lead}
    first = record.frozen_by_id if record.frozen_by_id in leads else record.second_id
    other = record.second_id if first == record.frozen_by_id else record.frozen_by_id
    return {first: team["lead"], other: team["second"]}


def _time(moment: datetime.datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _signatures(record: OnSiteRecord, numbers: dict[int | None, str]) -> Iterator[verify.Signature]:
    def row(
        kind: str, name: str, at: datetime.datetime, phone: datetime.datetime | None, **more: str
    ) -> verify.Signature:
        said = {"number": "", "post": "", "record": record.digest, "words": "", "witness": "", "image": ""}
        return verify.Signature(
            kind=kind, name=as_name(name), at=_time(at), phone=_time(phone), **said | more
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
    for made in record.supplements.select_related("point__version__checklist"):
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
                    at=_time(made.at),
                    text=public_text(made.text),
                    point=f"{point.version.checklist.code}/{point.code}" if point else "",
                    verdict=made.verdict,
                    decision=made.decision,
                    decided_by=numbers.get(made.decided_by_id, "") if made.decided_by_id else "",
                    decided=_time(made.decided_at),
                    note=public_text(made.note),
                )
            ),
        )


def _published(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Yield the finding, its rows of the log, and the salt that both are digested with, once all of that is public."""
    draw = inspection.selection.draw
    if inspection.state != InspectionState.PUBLISHED or draw.is_sealed:
        return
    if text := inspection.public_record():
        yield verify.FINDING, text
    found = LogEntry.objects.filter(kind=LogKind.FINDING, subject=inspection.log_subject).first()
    if found is None:
        return
    rows = LogEntry.objects.filter(index__range=(found.index - 2, found.index)).order_by("index")
    names = verify.LogRow._fields
    yield verify.LOG, verify.write_rows(verify.LogRow(*row) for row in rows.values_list(*names))
    if draw.disclosure != Disclosure.OPEN:
        yield verify.SALT, draw.salt_text


def _stored(inspection: Inspection, record: OnSiteRecord) -> Iterator[Stored]:
    """Yield what lies in the storage of the evidence that stands: originals, copies."""
    for row in inspection.evidence.standing():
        late = "，记录固定后补充" if row.digest not in record.text else ""
        taken = f"{timezone.localtime(row.taken_at):%Y-%m-%d %H:%M} 拍摄" if row.is_photo else "文件"
        about = f"{taken}{late}"
        if row.original_name:
            yield Stored(_path(row), row.original_name, f"{row.get_kind_display()}原件，{about}")
        if row.copy_name:
            what = f"{row.get_kind_display()}副本，{about}" + ("" if row.original_name else "，原件没有传来")
            yield Stored(f"evidence/{row.digest}.copy.jpg", row.copy_name, what)


def _path(row: Evidence) -> str:
    return f"evidence/{row.digest}.{row.original_name.rpartition('.')[2]}"
