"""Import trainings of officers: ``manage.py import_trainings FILE``."""

from enforcers.record_importers import TrainingImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import trainings of officers from a workbook, all or nothing."
    importer = TrainingImporter
