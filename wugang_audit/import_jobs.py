"""Upload, look, confirm: a previewed workbook waits in the database, so any web worker can go on with it."""

from django.db import transaction
from django.utils import timezone

from .importing import Faulty, Importer
from .models import ImportJob, User
from .xlsx import MAX_FILE

APPLIED, REPEATED, REFUSED, OUTDATED = "applied", "repeated", "refused", "outdated"


def submit(importer: Importer, upload, owner: User) -> ImportJob:
    """Keep an uploaded file with its preview; jobs older than a day go."""
    content = upload.read(MAX_FILE + 1)
    preview, _ = importer.examine(content, upload.name[:200])
    with transaction.atomic():
        ImportJob.objects.filter(created_at__lt=timezone.now() - ImportJob.LIFETIME).delete()
        return ImportJob.objects.create(
            registry=importer.kind,
            owner=owner,
            filename=upload.name[:200],
            # A faulty workbook never comes in: the mended one is uploaded afresh.
            content=b"" if preview.faults else content,
            preview=preview.stored(),
        )


@transaction.atomic
def confirm(importer: Importer, job: ImportJob) -> str:
    """Import what was previewed, if it would still do exactly that; say what came of it.

    ``applied``; ``repeated`` if it had been imported before; ``outdated`` if the registry changed in between (the
    job then holds the fresh preview, to be confirmed anew); ``refused`` if there are faults.
    """
    # The lock makes the second of two clicks wait, and find the job done.
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.applied_at:
        return REPEATED
    if job.preview["faults"]:
        return REFUSED
    try:
        preview = importer.apply(bytes(job.content), job.filename, job.owner, expected=job.preview["digest"])
    except Faulty as refused:
        job.preview = refused.preview.stored()
        job.save(update_fields=["preview"])
        return REFUSED if refused.preview.faults else OUTDATED
    job.preview = preview.stored()
    job.applied_at = timezone.now()
    job.content = b""
    job.save(update_fields=["preview", "applied_at", "content"])
    return APPLIED
