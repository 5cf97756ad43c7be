"""Import the conditions of discharge permits: ``manage.py import_permits FILE``."""

from sources.permit_importer import PermitImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import the conditions of discharge permits from a workbook, all or nothing."
    importer = PermitImporter
