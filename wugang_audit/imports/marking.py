"""The marked workbook of a long faulty file: a process of its own makes it, the job keeps it, the clerk fetches it."""

import hashlib
import json

from django.db import transaction

from .. import clock
from . import jobs, worker
from .importer import Importer
from .models import ImportJob

MAKING, MADE = "making", "made"


def key_of(job: ImportJob) -> str:
    """Return what the marked workbook depends on: one that was made for another key is out of date."""
    shown = json.dumps([job.preview, job.is_partial], sort_keys=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()


def ask(job: ImportJob) -> None:
    """Let a process of its own mark the job's workbook; `state_of` says how far that is."""
    key = key_of(job)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if job.marked_for == key and state_of(job) in (MAKING, MADE):
            return
        job.marked_for, job.marking, job.beat_at, job.marked = key, MAKING, clock.now(), b""
        job.save(update_fields=["marked_for", "marking", "beat_at", "marked"])
        transaction.on_commit(lambda: worker.start(job.pk, worker.MARK))


def state_of(job: ImportJob) -> str:
    """Return how the marking of a long workbook stands: "" not asked for, ``MAKING``, ``MADE``, or why it broke off."""
    if job.marked_for != key_of(job):
        return ""
    if (
        job.marking == MAKING
        and clock.now() - job.beat_at > jobs.BEGUN
        and not worker.is_alive(job.pk, worker.MARK)
    ):
        return jobs.BROKEN
    return job.marking


def make(importer: Importer, job: ImportJob) -> None:
    """Mark the workbook and keep the result with the job."""
    key = job.marked_for
    content = jobs.marked(importer, job)
    ImportJob.objects.filter(pk=job.pk, marked_for=key).update(marked=content, marking=MADE)


def fail(job: ImportJob, why: str) -> None:
    """Note that the marking broke off."""
    ImportJob.objects.filter(pk=job.pk, marked_for=job.marked_for).update(marking=why)
