"""What goes into the case file of an inspection (案卷): its texts in the forms of PROTOCOL.md, and which files of evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ...models import Evidence, Inspection, LogEntry, LogKind, OnSiteRecord
from ...models.draw import Disclosure
from ...models.finding_record import as_name, public_text
from ...protocol import verify
from ...states import WITH_OFFICERS, InspectionState
from .record_parts import Numbers, moment, record_texts, records_of
from .visit_text import evidence_fields, visit_text

TEXTS = {
    verify.RECORD: "现场记录",
    verify.SIGNATURES: "固定、确认和签字",
    verify.SIGNATURE: "当事人签字的图",
    verify.VISIT: "检查情况（当时还没有现场记录）",
    verify.EARLIER: "重新打开过的现场记录",
    verify.REMOVED: "移除的证据",
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
    """texts: path -> bytes; stored: what is copied from the storage; record: the one that stands, None where none was made."""

    name: str
    draw: str
    record: OnSiteRecord | None
    texts: dict[str, bytes]
    stored: tuple[Stored, ...]

    def what(self, path: str) -> str:
        """Say what a text is, for the list of contents."""
        folder = verify.IS_EARLIER(path)
        own = path.removeprefix(folder[1]) if folder else path
        number = verify.IS_SUPPLEMENT(own)
        of = f"重新打开过的第 {folder[2]} 份：" if folder else ""
        return of + (f"第 {number[1]} 次补正" if number else TEXTS[own])


def may_take(inspection: Inspection, user: User) -> bool:
    """Say whether the person may take the case file away: it is handed in; the team, reviewers, the head."""
    if inspection.state in WITH_OFFICERS:
        return False
    return inspection.is_on_team(user) or user.has_role(Role.REVIEWER, Role.HEAD)


def case_file(inspection: Inspection) -> CaseFile:
    """Collect the case file, in a fixed number of queries.

    :raises verify.Invalid: something cannot be written down as the protocol asks.
    """
    draw, source = inspection.selection.draw, inspection.selection.source
    numbers, records = Numbers(inspection), records_of(inspection)
    record = next((each for each in records if each.set_aside_at is None), None)
    texts: dict[str, bytes] = {}
    if record:
        texts |= record_texts(inspection, record, numbers)
    else:
        texts[verify.VISIT] = visit_text(inspection).encode()
    earlier = [each for each in records if each.set_aside_at]
    for each in earlier:
        own = record_texts(inspection, each, numbers)
        texts |= {f"earlier/{each.number}/{path}": content for path, content in own.items()}
    if earlier:
        texts[verify.EARLIER] = verify.write_earlier(draw.code, map(_aside, earlier)).encode()
    removed = list(
        inspection.evidence.filter(removed_at__isnull=False).select_related(*_BESIDE).order_by("removed_at")
    )
    if removed:
        texts[verify.REMOVED] = verify.write_removed(draw.code, map(_gone, removed)).encode()
    texts |= {path: text.encode() for path, text in _published(inspection, record is not None)}
    name = f"案卷 {draw.code} {source.number}.zip"
    stored = tuple(_stored(inspection, record, removed))
    return CaseFile(name, draw.code, record, texts, stored)


_BESIDE = ("removed_by", "point__version__checklist")


def _aside(record: OnSiteRecord) -> verify.Earlier:
    because, by = public_text(record.set_aside_because), as_name(record.set_aside_by.full_name)
    return verify.Earlier(record.number, record.digest, moment(record.set_aside_at), by, because)


def _gone(row: Evidence) -> verify.Removed:
    why = public_text(row.removed_because)
    return verify.Removed(
        *evidence_fields(row), moment(row.removed_at), as_name(row.removed_by.full_name), why
    )


def _published(inspection: Inspection, has_record: bool) -> Iterator[tuple[str, str]]:
    """Yield the finding, its rows of the log, and the salt that both are digested with, once all of that is public."""
    draw = inspection.selection.draw
    if inspection.state != InspectionState.PUBLISHED or draw.is_sealed:
        return
    if text := inspection.public_record():
        yield verify.FINDING, text
    found = LogEntry.objects.filter(kind=LogKind.FINDING, subject=inspection.log_subject).first()
    if found is None:
        return
    rows = LogEntry.objects.filter(index__range=(found.index - (2 if has_record else 1), found.index))
    names = verify.LogRow._fields
    yield (
        verify.LOG,
        verify.write_rows(verify.LogRow(*row) for row in rows.order_by("index").values_list(*names)),
    )
    if draw.disclosure != Disclosure.OPEN:
        yield verify.SALT, draw.salt_text


def _stored(inspection: Inspection, record: OnSiteRecord | None, removed: list[Evidence]) -> Iterator[Stored]:
    """Yield what lies in the storage: originals and copies, of what was removed too, each once."""
    standing = list(inspection.evidence.standing())
    for row in standing:
        late = "，记录固定后补充" if record and row.digest not in record.text else ""
        yield from _files(row, "evidence", late)
    there = {row.digest for row in standing}
    for row in removed:
        if row.digest not in there:
            there.add(row.digest)
            yield from _files(row, "removed", "，已移除")


def _files(row: Evidence, folder: str, more: str) -> Iterator[Stored]:
    taken = f"{timezone.localtime(row.taken_at):%Y-%m-%d %H:%M} 拍摄" if row.is_photo else "文件"
    about = f"{taken}{more}"
    if row.original_name:
        ending = row.original_name.rpartition(".")[2]
        path = f"{folder}/{row.digest}.{ending}"
        yield Stored(path, row.original_name, f"{row.get_kind_display()}原件，{about}")
    if row.copy_name:
        what = f"{row.get_kind_display()}副本，{about}" + ("" if row.original_name else "，原件没有传来")
        yield Stored(f"{folder}/{row.digest}.copy.jpg", row.copy_name, what)
