"""A list on several sheets, such as one for each township: each is imported by itself, from one upload."""

from django.contrib.auth.base_user import AbstractBaseUser

from . import jobs
from .importer import Importer
from .models import ImportJob, ImportState


def sheets_left(job: ImportJob) -> list[str]:
    """Return the sheets of a file that could be the list and of which nothing was imported yet."""
    preview = job.stored_preview
    if not preview.rivals or not job.content:
        return []
    done = {each.stored_preview.sheet for each in _imports_of(job)} | {preview.sheet}
    return [title for title in preview.rivals if title not in done]


def imported_before(job: ImportJob) -> ImportJob | None:
    """Return the latest import of the same sheet of the same file, whoever did it, unless it was undone."""
    sheet = job.stored_preview.sheet
    return next(
        (each for each in _imports_of(job) if each.pk != job.pk and each.stored_preview.sheet == sheet), None
    )


def _imports_of(job: ImportJob) -> list[ImportJob]:
    done = ImportJob.objects.filter(registry=job.registry, sha256=job.sha256, state=ImportState.APPLIED)
    return list(done.select_related("owner").defer("content", "staged", "marked").order_by("-applied_at"))


def take_up(importer: Importer, job: ImportJob, owner: AbstractBaseUser) -> ImportJob:
    """Begin with a further sheet of a file that is kept: the clerk says which on the page of columns."""
    return jobs.take(importer, job.filename, bytes(job.content), job.sha256, owner)
