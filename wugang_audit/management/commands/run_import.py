"""Do what an import job asks for: read its workbook, or write it. The site starts this itself for long files."""

import logging
from argparse import ArgumentParser
from contextlib import nullcontext

from django.core.management.base import BaseCommand, CommandError

from wugang_audit.imports import jobs, marking, worker
from wugang_audit.imports.importer import importer_of
from wugang_audit.imports.models import ImportJob

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Read or write the workbook of an import job; the site starts this itself for long files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int, help="its number")
        parser.add_argument(
            "--task", choices=[worker.READ_OR_WRITE, worker.MARK], default=worker.READ_OR_WRITE,
            help="read or write what the job's state asks for, or mark the faults of its workbook",
        )  # fmt: skip
        parser.add_argument(
            "--started", action="store_true", help="whoever started this has handed over the lock"
        )

    def handle(self, *, job: int, task: str, started: bool, **options: object) -> None:
        found = ImportJob.objects.select_related("owner").filter(pk=job).first()
        if found is None:
            raise CommandError(f"没有这个导入：{job}")
        worker.bound()
        with nullcontext() if started else worker.at_work(job, task):
            self._work(found, task)

    def _work(self, job: ImportJob, task: str) -> None:
        marks = task == worker.MARK
        fail = marking.fail if marks else jobs.fail
        try:
            if marks:
                marking.make(importer_of(job.registry), job)
            else:
                jobs.work(importer_of(job.registry), job, progress=True)
        except MemoryError:
            fail(job, jobs.TOO_BIG)
        except TimeoutError:
            fail(job, jobs.TOO_LONG)
        except Exception:
            logger.exception("Import job %s broke off", job.pk)
            fail(job, jobs.BROKEN)
