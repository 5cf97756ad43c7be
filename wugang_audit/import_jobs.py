"""Upload, look, confirm: a previewed workbook waits in the database, so any web worker can go on with it."""

import hashlib

from django.db import transaction
from django.utils import timezone

from . import returned
from .importing import Faulty, Importer
from .models import ImportJob, User
from .xlsx import MAX_FILE

APPLIED, REPEATED, REFUSED, OUTDATED = "applied", "repeated", "refused", "outdated"


@transaction.atomic
def submit(importer: Importer, upload, owner: User) -> ImportJob:
    """Keep an uploaded file with its preview. The same file again goes on with the job that already waits."""
    content = upload.read(MAX_FILE + 1)
    filename = upload.name[:200]
    preview, _ = importer.examine(content, filename)
    _clean_up()
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = ImportJob.objects.select_for_update().filter(
        registry=importer.kind, owner=owner, sha256=sha256, applied_at=None
    )
    job = waiting.first() or ImportJob(registry=importer.kind, owner=owner, sha256=sha256)
    # A faulty workbook is kept so that it can be given back marked; a file that is no workbook cannot.
    kept = not preview.faults or any(fault.row for fault in preview.faults)
    job.filename, job.content, job.created_at = filename, content if kept else b"", timezone.now()
    job.preview = preview.stored()
    job.save()
    return job


def _clean_up() -> None:
    """Drop what nobody confirmed within a day; of what was imported only the workbook goes."""
    old = ImportJob.objects.filter(created_at__lt=timezone.now() - ImportJob.LIFETIME)
    old.filter(applied_at=None).delete()
    old.exclude(content=b"").update(content=b"")


def imported_before(job: ImportJob) -> ImportJob | None:
    """Return the latest import of the same file, whoever did it."""
    done = ImportJob.objects.filter(registry=job.registry, sha256=job.sha256, applied_at__isnull=False)
    return done.exclude(pk=job.pk).select_related("owner").defer("content").order_by("-applied_at").first()


def marked(importer: Importer, job: ImportJob) -> bytes:
    """Return the job's workbook with all its faults marked; when the good rows are in, of the faulty ones alone.

    :raises wugang_audit.xlsx.Unreadable: if the workbook cannot be given back.
    """
    content = bytes(job.content)
    preview, _ = importer.examine(content, job.filename)
    rows = {fault.row for fault in preview.faults if fault.row} if job.is_partial else None
    return returned.marked(content, preview.faults, only_rows=rows, keep_above=preview.header_row)


@transaction.atomic
def confirm(importer: Importer, job: ImportJob, *, good_only: bool = False) -> str:
    """Import what was previewed, if it would still do exactly that; say what came of it.

    ``applied``; ``repeated`` if it had been imported before; ``outdated`` if the registry changed in between (the
    job then holds the fresh preview, to be confirmed anew); ``refused`` if there are faults, unless only the good
    rows were asked for.
    """
    # The lock makes the second of two clicks wait, and find the job done.
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.applied_at:
        return REPEATED
    if job.preview["faults"] and not (good_only and job.preview["difference_count"]):
        return REFUSED
    expected = job.preview["digest"]
    try:
        preview = importer.apply(
            bytes(job.content), job.filename, job.owner, expected=expected, good_only=good_only
        )
    except Faulty as refused:
        job.preview = refused.preview.stored()
        job.save(update_fields=["preview"])
        outdated = good_only or not refused.preview.faults
        return OUTDATED if outdated else REFUSED
    job.preview = preview.stored()
    job.applied_at = importer.at
    if not preview.faults:
        job.content = b""  # of a part import the rows left out are still to be given back
    job.save(update_fields=["preview", "applied_at", "content"])
    return APPLIED
