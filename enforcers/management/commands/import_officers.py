"""Import the registry of enforcement officers: ``manage.py import_officers FILE``."""

from enforcers.importer import OfficerImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import the registry of enforcement officers from a workbook, all or nothing."
    importer = OfficerImporter
