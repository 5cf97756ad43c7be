"""Import recusals of officers: ``manage.py import_recusals FILE``."""

from enforcers.record_importers import RecusalImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import recusals of officers from a workbook, all or nothing."
    importer = RecusalImporter
