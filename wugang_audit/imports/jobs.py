"""Upload, look, confirm: a previewed workbook waits in the database, so any web worker can go on with it.

Short files are read and written at once. Long ones are worked on by a process of their own (`worker`), so
that no request takes longer than a person waits: the job says how far it is, and the page may be closed.
"""

import datetime
import hashlib
import io
import logging
import time
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from .. import clock
from ..access import busy
from ..spreadsheets.conversion.convert import as_xlsx
from ..spreadsheets.error_workbook import in_layout
from ..spreadsheets.errors import Unreadable
from ..spreadsheets.reader import Progress, unreadable
from ..spreadsheets.row_numbers import row_of
from ..spreadsheets.table import Table
from ..spreadsheets.xlsx.guard import MAX_FILE, OLE
from . import choices, fault_names, offers, preview_pages, table_bytes, worker
from .filled import with_filled
from .garbage import collected_rarely
from .importer import Importer
from .mending import Mended
from .models import ImportJob, ImportState, PreviewPage
from .preview import Faulty, Preview

APPLIED, REPEATED, REFUSED, OUTDATED = "applied", "repeated", "refused", "outdated"
STARTED, EMPTY = "started", "empty"
TOO_BIG, TOO_LONG, BROKEN = "too_big", "too_long", "broken"
EVERYTHING = "*"  # all ticks at once
BINARY = 6  # bytes of XML that say what one of .xls and .xlsb does
BEAT = 1.0  # seconds between two notes of progress
BEGUN = datetime.timedelta(seconds=5)  # after which whoever is to work on a job has begun

logger = logging.getLogger(__name__)


# --- upload and read -----------------------------------------------------------------------------------------
def submit(importer: Importer, upload: UploadedFile, owner: AbstractBaseUser) -> ImportJob:
    """Keep an uploaded file and read it. The same file again goes on with the job that already waits."""
    content = upload.read(MAX_FILE + 1)
    return take(importer, upload.name, content, hashlib.sha256(content).hexdigest(), owner)


def take(
    importer: Importer, filename: str, content: bytes, sha256: str, owner: AbstractBaseUser
) -> ImportJob:
    """Keep the bytes of a file and read them.

    :param sha256: of the file as it was uploaded, which may have been of another format.
    """
    with transaction.atomic():
        _clean_up()
        waiting = ImportJob.objects.select_for_update().filter(
            registry=importer.kind, owner=owner, sha256=sha256, applied_at=None
        )
        gone = ImportState.WRITING, ImportState.DISCARDED
        job = waiting.exclude(state__in=gone).first() or ImportJob(
            registry=importer.kind, owner=owner, sha256=sha256
        )
        job.filename, job.content, job.created_at = filename[:200], content, clock.now()
        job.staged = b""
        job.save()
    return read(importer, job)


def read(importer: Importer, job: ImportJob) -> ImportJob:
    """Read the job's file, or read it again: at once if it is short, else by a process of its own."""
    job.state, job.percent, job.beat_at, job.outcome = ImportState.READING, 0, clock.now(), ""
    job.preview = {}
    fields = {name: getattr(job, name) for name in ("state", "percent", "beat_at", "outcome", "preview")}
    if ImportJob.objects.kept().filter(pk=job.pk).update(**fields):
        _start(importer, job)
    return job


def retry(importer: Importer, job: ImportJob) -> None:
    """Read a file again after the work on it broke off. What was being written is not there, and is confirmed anew."""
    if not _may_retry(job):
        return
    with transaction.atomic():
        # Where the process was killed at its very end the import may be done after all: the lock waits for that.
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if not _may_retry(job):
            return
        job.state, job.beat_at = ImportState.READING, clock.now()
        job.save(update_fields=["state", "beat_at"])
    read(importer, job)


def _may_retry(job: ImportJob) -> bool:
    return job.applied_at is None and (job.state == ImportState.FAILED or is_stalled(job))


def choose(
    importer: Importer,
    job: ImportJob,
    choice: dict,
    *,
    remember: bool,
    constants: Mapping[str, str] | None = None,
) -> ImportJob:
    """Take what the clerk said of sheet, header and columns, and read the file by that.

    :param choice: ``{"sheet": title, "header_row": number, "columns": {position: attribute or ""}}``.
    :param remember: once this import is confirmed read such headers so, whoever uploads them.
    :param constants: {attribute: text} of columns that are the same for the whole file.
    """
    with transaction.atomic():
        mended = Mended.of(job)
        mended.constants = dict(constants or {})
        job.choice, job.corrections, job.staged = choice, mended.stored(), b""
        if remember:
            job.choice["learned"] = choices.to_learn(importer, job)
        job.save(update_fields=["choice", "corrections", "staged"])
    return read(importer, job)


def mend(importer: Importer, job: ImportJob, mended: Mended) -> ImportJob:
    """Read the file again with what was said of its cells."""
    job.corrections, job.staged = mended.stored(), b""
    job.save(update_fields=["corrections", "staged"])
    return read(importer, job)


def _clean_up() -> None:
    """Drop what nobody confirmed within a day; of what was imported only the workbook goes."""
    old = ImportJob.objects.past_lifetime()
    old.filter(applied_at=None).delete()
    PreviewPage.objects.filter(job__in=old).delete()
    old.exclude(content=b"").update(content=b"", staged=b"", marked=b"")
    worker.clean_up()


def marked(importer: Importer, job: ImportJob) -> bytes:
    """Return the job's workbook with all its faults marked; when the good rows are in, of the faulty ones alone.

    :raises wugang_audit.spreadsheets.errors.Unreadable: if the workbook cannot be returned.
    """
    content = bytes(job.content)
    preview, _ = importer.examine(content, job.filename, _table(importer, job))
    faults = [replace(fault, row=row_of(fault.row)) if fault.row else fault for fault in preview.faults]
    rows = {fault.row for fault in faults if fault.row} if job.is_partial else None
    return in_layout.marked(content, faults, only_rows=rows, keep_above=preview.header_row)


def is_long(job: ImportJob) -> bool:
    """Say whether the job's workbook is worked on by a process of its own."""
    return _size(bytes(job.content)) > settings.IMPORT_AT_ONCE


def _table(importer: Importer, job: ImportJob) -> Table:
    staged = table_bytes.loads(bytes(job.staged), importer.columns) if job.staged else None
    return staged or importer.read_workbook(bytes(job.content), choices.choice_of(importer, job))


# --- confirm -------------------------------------------------------------------------------------------------
def confirm(
    importer: Importer,
    job: ImportJob,
    *,
    reason: str = "",
    good_only: bool = False,
    ticked: Collection[str] = (EVERYTHING,),
) -> str:
    """Import what was previewed, if it would still do exactly that; say what came of it.

    ``applied``; ``started`` if a process of its own does it; ``repeated`` if it had been imported before;
    ``outdated`` if the registry changed in between (the job then holds the fresh preview, to be confirmed again);
    ``empty`` if nothing is left without the ticks; ``refused`` if there are faults, unless only the good rows
    were asked for.

    :param reason: where the changes come from, for the history of each row.
    :param ticked: of the changes that need a tick those that count, as `diff.tick` names them.
    """
    with transaction.atomic():
        # The lock makes the second of two clicks wait, and find the job taken.
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if job.applied_at:
            return REPEATED
        if job.state == ImportState.WRITING and not is_stalled(job):
            return STARTED
        preview = job.stored_preview
        if (
            not job.preview
            or job.state == ImportState.DISCARDED
            or preview.faults
            and not (good_only and preview.difference_count)
        ):
            return REFUSED
        job.ticked = {"good_only": good_only, "ticked": sorted(ticked)}
        job.state, job.beat_at, job.outcome, job.reason = ImportState.WRITING, clock.now(), "", reason
        job.save(update_fields=["ticked", "state", "beat_at", "outcome", "reason"])
    return _start(importer, job)


def may_confirm(job: ImportJob) -> bool:
    """Say whether the job waits to be confirmed, and has something that could be imported."""
    return job.state == ImportState.READY and job.applied_at is None and bool(job.stored_preview.differences)


def is_stalled(job: ImportJob) -> bool:
    """Say whether the process that works on the job must have stopped without reporting."""
    at_work = job.state in (ImportState.READING, ImportState.WRITING)
    return at_work and clock.now() - job.beat_at > BEGUN and not worker.is_alive(job.pk)


# --- the work ------------------------------------------------------------------------------------------------
def _start(importer: Importer, job: ImportJob) -> str:
    if is_long(job):
        transaction.on_commit(lambda: worker.start(job.pk))
        return STARTED
    try:
        with worker.at_work(job.pk):
            return work(importer, job)
    except Exception:
        fail(job, BROKEN)  # otherwise it would seem to be at work for ever
        raise


def _size(content: bytes) -> int:
    """Return about how many bytes of XML are to be parsed; a binary format says the same in fewer."""
    if content.startswith(OLE):
        return len(content) * BINARY
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = ((each.file_size, each.filename.endswith(".bin")) for each in archive.infolist())
            return sum(size * BINARY if binary else size for size, binary in sizes)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return len(content)


@collected_rarely()
def work(importer: Importer, job: ImportJob, progress: bool = False) -> str:
    """Do what the job's state asks for, and say what came of it as `confirm` does ("" after reading)."""
    outcome = ""
    if job.state == ImportState.READING:
        _read(importer, job, _Progress(job) if progress else None)
    elif job.state == ImportState.WRITING:
        # Unpacked beforehand: nobody else may write while the transaction is open.
        table = _table(importer, job)
        with busy.importing():
            outcome = _write(importer, job, table)
    return outcome


def fail(job: ImportJob, why: str) -> None:
    """Note that the work broke off; nothing was written."""
    job.state, job.outcome = ImportState.FAILED, why
    ImportJob.objects.kept().filter(pk=job.pk).update(state=job.state, outcome=why)


class _Progress:
    """Notes in the job how far the reading is, at most once a second."""

    def __init__(self, job: ImportJob):
        self.job, self.next = job, 0.0

    def __call__(self, share: float) -> None:
        if (now := time.monotonic()) >= self.next or share == 1:
            self.next = now + BEAT
            ImportJob.objects.filter(pk=self.job.pk).update(percent=int(share * 100), beat_at=clock.now())


def _read(importer: Importer, job: ImportJob, progress: Progress) -> None:
    content = bytes(job.content)
    try:
        content = as_xlsx(content)  # once: what is kept of another format is an .xlsx
        table = importer.read_workbook(content, choices.choice_of(importer, job), progress)
    except Unreadable as error:
        table = unreadable(error)
    if progress:
        progress(1)
    staged = table_bytes.dumps(table)
    preview, _ = importer.examine(content, job.filename, table)
    _describe(importer, preview, table)
    # A faulty workbook is kept so that it can be returned with marks; a file that is no workbook cannot.
    kept = not preview.faults or preview.unmatched or any(fault.row for fault in preview.faults)
    job.content, job.staged = (content, staged) if kept else (b"", b"")
    job.preview, job.state, job.percent = preview.stored(), ImportState.READY, 100
    with transaction.atomic():
        # Who read on it for long may find that it was discarded meanwhile.
        if ImportJob.objects.kept().select_for_update().only("pk").filter(pk=job.pk):
            preview_pages.store(job, preview)
            job.save(update_fields=["content", "staged", "preview", "state", "percent"])


def _describe(importer: Importer, preview: Preview, table: Table) -> None:
    """Add to a preview what only its pages need."""
    preview.offers = offers.made(table)
    preview.faults = fault_names.named(preview.faults, table, importer)
    preview.differences = with_filled(preview.differences, table, importer)


@transaction.atomic
def _write(importer: Importer, job: ImportJob, table: Table) -> str:
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.state != ImportState.WRITING:
        return REPEATED  # another process was quicker
    good_only, ticked = job.ticked["good_only"], set(job.ticked["ticked"])
    fields = ["state", "outcome", "preview"]
    try:
        preview = importer.apply(
            bytes(job.content),
            job.filename,
            job.owner,
            expected=job.stored_preview.digest,
            reason=job.reason,
            good_only=good_only,
            ticked=None if EVERYTHING in ticked else ticked,
            table=table,
        )
    except Faulty as refused:
        outdated = good_only or not refused.preview.faults
        _describe(importer, refused.preview, table)
        preview_pages.store(job, refused.preview)
        job.preview, job.state = refused.preview.stored(), ImportState.READY
        job.outcome = OUTDATED if outdated else REFUSED
        job.save(update_fields=fields)
        return job.outcome
    if not preview.differences:
        job.state, job.outcome = ImportState.READY, EMPTY
        job.save(update_fields=fields)
        return EMPTY
    choices.remember_headers(importer, job)
    job.preview, job.state, job.outcome = preview.stored(), ImportState.APPLIED, APPLIED
    job.applied_at = importer.at
    if not preview.faults:  # else the rows left out are still to be returned
        job.staged = job.marked = b""
        if not preview.rivals:  # other sheets may follow
            job.content = b""
    job.save(update_fields=[*fields, "applied_at", "content", "staged", "marked"])
    return APPLIED
