"""A file that was uploaded by mistake: it is discarded, or goes on to the registry to which it belongs.

Of what is discarded nothing but its name and digest is kept.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from .. import clock
from ..audit import trail
from . import jobs
from .importer import Importer
from .models import ImportJob, ImportState

# Of a job: what goes with the file.
_BYTES = ("content", "staged", "marked")
_READ = ("preview", "corrections", "choice")
_MARKS = ("outcome", "marked_for", "marking")


class TooLate(Exception):
    """The file is being written or is imported already; the message says what can be done, in Chinese."""


def may_discard(job: ImportJob) -> bool:
    """Say whether nothing of the file was written yet, and nobody discarded it."""
    if job.applied_at or job.state == ImportState.DISCARDED:
        return False
    return job.state != ImportState.WRITING or jobs.is_stalled(job)


@transaction.atomic
def discard(importer: Importer, job: ImportJob, actor: AbstractBaseUser, *, moved_to: str = "") -> ImportJob:
    """Drop the bytes of an upload and all that was read of them. A second time changes nothing.

    :param moved_to: the registry where the file goes on, for the trail.
    :raises TooLate: if it is being written, or was imported.
    """
    # A process that is still reading it finds it discarded; one that writes it holds this lock until it is done.
    job = ImportJob.objects.select_for_update().defer(*_BYTES).get(pk=job.pk)
    if job.state == ImportState.DISCARDED:
        return job
    if job.applied_at:
        raise TooLate("这个文件已经导入名录，不能放弃；导错了的，请到“历次导入”里撤销。")
    if not may_discard(job):
        raise TooLate("这个文件正在写入名录，现在不能放弃；导错了的，写完以后到“历次导入”里撤销。")
    job.state, job.discarded_at, job.discarded_by = ImportState.DISCARDED, clock.now(), actor
    gone = dict.fromkeys(_BYTES, b"") | {name: {} for name in _READ} | dict.fromkeys(_MARKS, "")
    for name, empty in gone.items():
        setattr(job, name, empty)
    job.save(update_fields=["state", "discarded_at", "discarded_by", *gone])
    job.pages.all().delete()
    why = {"moved_to": moved_to} if moved_to else {}
    trail.record(actor, f"放弃{importer.label}的导入文件", job.filename, {"sha256": job.sha256} | why)
    return job


def move(importer: Importer, job: ImportJob, target: Importer, actor: AbstractBaseUser) -> ImportJob:
    """Let the same file go on in another registry, and discard it here; return its job there.

    Whether this person may import there is for the caller to see to.

    :raises TooLate: if the file is being written, was imported, or is kept no more.
    """
    if not may_discard(job) or not job.content:
        raise TooLate("这个文件已经不在了，或者已经导入，不能转到别的名录。要用的话，请重新上传。")
    # First there, then here: whatever happens in between, the file is never lost.
    there = jobs.take(target, job.filename, bytes(job.content), job.sha256, actor)
    discard(importer, job, actor, moved_to=target.label)
    return there
