"""Do what an import job asks for: read its workbook, or write it. The site starts this itself for long files."""

import logging
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from wugang_audit.imports import jobs, worker
from wugang_audit.imports.importer import importer_of
from wugang_audit.imports.models import ImportJob

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Read or write the workbook of an import job; the site starts this itself for long files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int, help="its number")

    def handle(self, *, job: int, **options: object) -> None:
        found = ImportJob.objects.select_related("owner").filter(pk=job).first()
        if found is None:
            raise CommandError(f"没有这个导入：{job}")
        worker.bound()
        try:
            jobs.work(importer_of(found.registry), found, progress=True)
        except MemoryError:
            jobs.fail(found, jobs.TOO_BIG)
        except TimeoutError:
            jobs.fail(found, jobs.TOO_LONG)
        except Exception:
            logger.exception("Import job %s broke off", job)
            jobs.fail(found, jobs.BROKEN)
